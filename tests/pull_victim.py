"""A process that fetches pages of five rows from a database, for tests that kill it: REDIS_URL DATABASE_FILE."""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import make_url

from data_sources import services
from domain.scrub import Secrets
from domain.way_in import PullSql
from intake.pull_holding import Holding
from intake.pull_sql import SqlSource
from intake.pulling import Parts
from intake.scrubbing import Scrubber
from store.pulls import Pulls
from store.raw_stream import RawStream
from store.valkey_server import connect

WAY = PullSql(
    every=timedelta(seconds=5),
    query="SELECT id, place, at, files_due FROM n WHERE id > :since ORDER BY id",
    since="id",
    start=0,
    rows_max=5,
)


async def fetch(redis_url: str, file: str) -> None:
    feeds, secrets, redis = {"services": services.FEED}, Secrets(bytes(32)), connect(redis_url)
    parts = Parts(
        feeds=feeds,
        stream=RawStream(redis),
        pulls=Pulls(redis),
        scrubbed=Scrubber(feeds, secrets),
        secrets=secrets,
        registered=lambda _: False,
        clock=lambda: datetime.now(UTC),
        chance=lambda: 0.0,
    )
    source = SqlSource(feed="services", pull=WAY, url=make_url(f"sqlite:///{file}"))
    await Holding("services", [source], parts, f"victim:{os.getpid()}").run()


if __name__ == "__main__":
    asyncio.run(fetch(*sys.argv[1:]))
