"""A process that fetches pages of five rows from a database, for tests that kill it: REDIS_URL DATABASE_FILE."""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from pull_parts import pull_parts
from sqlalchemy import make_url

from data_sources import services
from domain.scrub import Secrets
from domain.way_in import PullSql
from intake.pull_holding import Holding
from intake.pull_sql import SqlSource
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
    parts = pull_parts(redis, feeds, secrets, lambda: datetime.now(UTC))
    source = SqlSource(feed="services", pull=WAY, url=make_url(f"sqlite:///{file}"))
    await Holding("services", [source], parts, f"victim:{os.getpid()}").run()


if __name__ == "__main__":
    asyncio.run(fetch(*sys.argv[1:]))
