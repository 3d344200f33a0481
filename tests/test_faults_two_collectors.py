"""Two collectors at once, one killed without warning: nothing is lost, doubled or out of order."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from hangs import until
from redis.asyncio import Redis
from sqlalchemy import Engine, select

from data_sources.trackers.osmand import FORMAT
from domain.feed import Payload
from store.database import migrate, open_database
from store.intake import feed_counts
from store.raw_stream import RawStream
from store.registry import Registry
from store.tables import fixes
from store.valkey_server import EmbeddedValkey, connect

ROOT = Path(__file__).resolve().parent.parent
FEED = "waste_trucks"
TRUCKS, STEPS, KILL_AT = 20, 120, 40
NOW = datetime.now(UTC).replace(microsecond=0)


@contextmanager
def collector(folder: Path) -> Iterator[psutil.Popen]:
    """`python -m ingest collect` on the stores of ``folder``."""
    env = os.environ | {"IOC_DATA_DIR": str(folder), "REDIS_URL": "", "DATABASE_URL": "", "IOC_LOG_LEVEL": "error"}
    process = psutil.Popen([sys.executable, "-m", "ingest", "collect"], cwd=ROOT, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def fix(truck: int, step: int) -> Payload:
    """Every ten seconds a little further north; the step can be read from the latitude."""
    at = NOW - timedelta(hours=1) + timedelta(seconds=10 * step)
    position = f"lat={10.5 + step / 1e4:.4f}&lon={106.4 + truck / 100:.2f}"
    query = f"id=T-{truck:02d}&timestamp={int(at.timestamp())}&{position}"
    return Payload(feed=FEED, format=FORMAT.key, body=b"", received_at=datetime.now(UTC), query=query)


def accepted(engine: Engine) -> int:
    counts = feed_counts(engine).get(FEED)
    return counts.accepted if counts else 0


async def reading_pid(redis: Redis) -> int:
    """Process id of the collector that holds the feed's lease."""
    owner = await redis.get(f"lease:{FEED}")
    assert isinstance(owner, bytes)
    return int(owner.rsplit(b":", 1)[1])


@pytest.mark.servers
@pytest.mark.enable_socket
async def test_the_reading_collector_is_killed_and_the_other_goes_on(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as server:
        engine = open_database(f"sqlite:///{tmp_path}/ioc.sqlite3")
        migrate(engine)
        Registry(engine).seed_places()
        redis = connect(server.url)
        stream = RawStream(redis)

        async def taken() -> bool:
            return accepted(engine) > 0

        async def emptied() -> bool:
            return await stream.length(FEED) == 0

        with collector(tmp_path) as one, collector(tmp_path) as two:
            for step in range(STEPS):
                await stream.append_many([fix(truck, step) for truck in range(TRUCKS)])
                await asyncio.sleep(0.02)  # the pace of the load, not a wait for anything
                if step == KILL_AT:
                    await until(taken)
                    pid = await reading_pid(redis)
                    killed, survivor = (one, two) if pid == one.pid else (two, one)
                    assert pid == killed.pid
                    assert survivor.is_running()
                    killed.kill()
            await until(emptied)
            assert await reading_pid(redis) == survivor.pid
            counts = feed_counts(engine)[FEED]
            # None late: no fix of a truck was judged after a newer one.
            assert (counts.accepted, counts.duplicates, counts.late, counts.rejected) == (TRUCKS * STEPS, 0, 0, 0)
        with engine.connect() as connection:
            rows = connection.execute(select(fixes.c.device, fixes.c.latitude).order_by(fixes.c.device, fixes.c.at_ms))
            kept: dict[str, list[float]] = {}
            for device, latitude in rows:
                kept.setdefault(device, []).append(latitude)
        way = [pytest.approx(10.5 + step / 1e4) for step in range(STEPS)]
        assert kept == {f"T-{truck:02d}": way for truck in range(TRUCKS)}
        await redis.aclose()
        engine.dispose()
