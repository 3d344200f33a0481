"""Several collectors at once, some killed, over any number of parts: no item is lost, doubled or out of order."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import psutil
import pytest
from hangs import until
from redis.asyncio import Redis
from sqlalchemy import Engine, select

import data_sources
from data_sources.trackers.osmand import FORMAT
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload
from domain.feeds.part import Part
from domain.instant import service_day
from intake.messages.sharing import Sharing
from store.database import migrate, open_database
from store.intake import IntakeStore, feed_counts
from store.registry import Registry
from store.tables.fleet import fixes
from store.valkey.raw_stream import RawStream, lease_of
from store.valkey.server import EmbeddedValkey, connect

ROOT = Path(__file__).resolve().parents[2]
FEED = "waste_trucks"
TRUCKS, STEPS, KILL_AT = 20, 120, 40
NOW = datetime.now(UTC).replace(microsecond=0)


@contextmanager
def collector(folder: Path, parts: int = 1) -> Iterator[psutil.Popen]:
    """`python -m ingest collect` on the stores of ``folder``."""
    env = os.environ | {"IOC_DATA_DIR": str(folder), "REDIS_URL": "", "DATABASE_URL": "", "IOC_LOG_LEVEL": "error"}
    env["IOC_PARTS"] = str(parts)
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
    owner = await redis.get(lease_of(Part(FEED)))
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
        way = [pytest.approx(10.5 + step / 1e4) for step in range(STEPS)]
        assert kept(engine) == {f"T-{truck:02d}": way for truck in range(TRUCKS)}
        await redis.aclose()
        engine.dispose()


def fleet(step: int) -> Payload:
    """One message of all trucks of the house's own JSON: it concerns several parts."""
    at = NOW - timedelta(hours=1) + timedelta(seconds=10 * step)
    items = [
        {"feed": FEED, "entity": f"T-{truck:02d}", "at": at.isoformat(), "latitude": 10.5 + step / 1e4,
         "longitude": 106.4 + truck / 100, "kind": "measured", "measure": "position"}
        for truck in range(TRUCKS)
    ]  # fmt: skip
    items.append({"feed": FEED, "entity": "T-00", "at": "yesterday", "measure": "position", "latitude": 10.5,
                  "longitude": 106.4})  # fmt: skip
    body = orjson.dumps(items)
    return Payload(feed=FEED, format="observations", body=body, received_at=datetime.now(UTC), source="k")


def kept(engine: Engine) -> dict[str, list[float]]:
    """Latitudes of each device in the order of their times."""
    found: dict[str, list[float]] = {}
    with engine.connect() as connection:
        rows = connection.execute(select(fixes.c.device, fixes.c.latitude).order_by(fixes.c.device, fixes.c.at_ms))
        for device, latitude in rows:
            found.setdefault(device, []).append(latitude)
    return found


@pytest.mark.servers
@pytest.mark.enable_socket
async def test_parts_change_their_number_while_messages_wait_and_readers_die(tmp_path: Path) -> None:
    """1, then 4, then 2 parts; at each change everybody is killed with work half done."""
    with EmbeddedValkey(tmp_path) as server:
        engine = open_database(f"sqlite:///{tmp_path}/ioc.sqlite3")
        migrate(engine)
        Registry(engine).seed_places()
        redis = connect(server.url)
        feeds, step, each = {FEED: discover(data_sources, "FEED", Feed)[FEED]}, 0, 40

        for parts in (1, 4, 2):
            stream = RawStream(redis, parts, Sharing(feeds))
            before = accepted(engine)

            async def some_taken(before: int = before) -> bool:
                return accepted(engine) > before

            for now in range(step, step + each):
                await stream.append_many([fix(truck, now) for truck in range(TRUCKS)] if now % 2 else [fleet(now)])
            step += each
            with collector(tmp_path, parts) as one, collector(tmp_path, parts) as two:
                await until(some_taken)
                one.kill()
                two.kill()
        assert len([part for part, n in (await stream.waiting(FEED)).items() if n]) > 0, "something waits"
        with collector(tmp_path, 2), collector(tmp_path, 2):
            # What was appended by the way of four parts while two are read, by a door that was not told yet.
            await RawStream(redis, 4, Sharing(feeds)).append_many([fix(truck, step) for truck in range(TRUCKS)])

            async def emptied() -> bool:
                return await stream.length(FEED) == 0

            await until(emptied)
            assert await emptied()
        counts = feed_counts(engine)[FEED]
        messages = sum(1 for number in range(step) if not number % 2)
        assert (counts.accepted, counts.duplicates, counts.rejected) == (TRUCKS * (step + 1), 0, messages)
        way = [pytest.approx(10.5 + number / 1e4) for number in range(step + 1)]
        assert kept(engine) == {f"T-{truck:02d}": way for truck in range(TRUCKS)}
        today = [service_day(NOW - timedelta(hours=1)), service_day(NOW)]
        told = [IntakeStore(engine).tracker_days(FEED, day, kept(engine)) for day in dict.fromkeys(today)]
        per_device = {device: sum(of[device].fixes for of in told if device in of) for device in kept(engine)}
        assert set(per_device.values()) == {step + 1}, "no reader went on from what it knew before another read"
        await redis.aclose()
        engine.dispose()
