"""Rate of one collector process writing fixes into SQLite, and its memory meanwhile."""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import numpy as np
import orjson
import psutil
from sqlalchemy import Engine

from bench.rig.centre import ROOT
from bench.rig.figure import Figure, compared
from bench.rig.load import position
from domain.feeds.feed import Format, Payload
from store.database import migrate, open_database
from store.intake import feed_counts
from store.registry import Registry
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream
from store.valkey.server import EmbeddedValkey, connect
from store.valkey.stopping import stop_if_cancelled

FIGURES = ("collector_fixes_per_s", "collector_rss_slope_kb_per_min")
REQUIRED_FIXES_PER_S = 10_000.0
SECONDS = 30.0
TRUCKS, FIXES_PER_PAYLOAD, WAITING_AT_MOST = 500, 1_000, 60


def measure() -> Iterator[Figure]:
    """Yield the collector's rate and memory."""
    rate, minutes, rss_kb = asyncio.run(loaded(SECONDS))
    # The first third fills caches (SQLite's pages, the allocator's pools); after it memory must not grow.
    third = len(rss_kb) // 3
    note = f"into SQLite, {SECONDS:.0f} s; baseline is the requirement"
    yield compared("collector_fixes_per_s", "1/s", rate, REQUIRED_FIXES_PER_S, note)
    yield Figure(
        name="collector_rss_slope_kb_per_min",
        value=float(np.polyfit(minutes[third:], rss_kb[third:], 1)[0]),
        unit="kB/min",
        baseline=rss_kb[third],
        ratio=rss_kb[-1] / rss_kb[third],
        note=f"under that load, from minute {minutes[third]:.1f} on; ratio: last/first RSS",
    )


@contextlib.asynccontextmanager
async def fresh_stores(url: str | None = None) -> AsyncIterator[tuple[Path, RawStream, LiveState, Engine]]:
    """A stream server and a database that holds only the places, in a temporary directory."""
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as name, EmbeddedValkey(Path(name)) as server:
        engine = open_database(url or f"sqlite:///{name}/ioc.sqlite3")
        migrate(engine)
        Registry(engine).seed_places()
        redis = connect(server.url)
        try:
            yield Path(name), RawStream(redis), LiveState(redis), engine
        finally:
            await redis.aclose()
            engine.dispose()


async def loaded(seconds: float) -> tuple[float, list[float], list[float]]:
    """(fixes per second, minutes, RSS kB) of a collector that always finds more to read, for ``seconds``."""
    async with fresh_stores() as (folder, stream, _, engine):
        env = os.environ | {"IOC_DATA_DIR": str(folder), "REDIS_URL": "", "DATABASE_URL": "", "IOC_LOG_LEVEL": "error"}
        process = subprocess.Popen([sys.executable, "-m", "ingest", "collect"], cwd=ROOT, env=env)
        try:
            fill = asyncio.create_task(_fill(stream))
            seen = await _observe(engine, psutil.Process(process.pid), seconds)
            fill.cancel()
            await asyncio.gather(fill, return_exceptions=True)
        finally:
            process.terminate()
            process.wait(20)
    return seen


async def _fill(stream: RawStream) -> None:
    """Keep some payloads of 1,000 fixes in the stream, so that the collector never waits.

    They begin 20 hours ago: sixty times as fast as time, ten minutes of load stay behind the present.
    """
    start_s, step = int(datetime.now(UTC).timestamp()) - 20 * 3600, 0
    while True:
        stop_if_cancelled()
        if await stream.length("waste_trucks") > WAITING_AT_MOST:
            await asyncio.sleep(0.01)
            continue
        body = orjson.dumps([made_fix(t, start_s + 2 * step + s) for s in (0, 1) for t in range(TRUCKS)])
        step += 1
        await stream.append(made_payload("waste_trucks", body, datetime.now(UTC)))


def made_fix(truck: int, at_s: int) -> dict[str, object]:
    """One fix of a made-up tracker."""
    latitude, longitude = position(truck, at_s)
    return {
        "feed": "waste_trucks",
        "measure": "position",
        "entity": f"B-{truck:04d}",
        "at": datetime.fromtimestamp(at_s, UTC).isoformat(),
        "latitude": latitude,
        "longitude": longitude,
        "speed_kmh": 30,
        "course_deg": truck % 360,
        "kind": "simulated",
        "source": "bench",
    }


def made_payload(feed: str, body: bytes, now: datetime) -> Payload:
    """A message of made-up trackers, as they send it."""
    return Payload(
        feed=feed,
        format=Format.OBSERVATIONS,
        body=body,
        received_at=now,
        source="bench",
        content_type="application/json",
    )


async def _observe(engine: Engine, process: psutil.Process, seconds: float) -> tuple[float, list[float], list[float]]:
    """(fixes per second, minutes, RSS kB) after a short warm-up."""

    def counted() -> int:
        counts = feed_counts(engine).get("waste_trucks")
        return counts.accepted if counts else 0

    while counted() < 20 * FIXES_PER_PAYLOAD:
        await asyncio.sleep(0.1)
    before, start = counted(), monotonic()
    minutes: list[float] = []
    rss_kb: list[float] = []
    while (elapsed := monotonic() - start) < seconds:
        minutes.append(elapsed / 60)
        rss_kb.append(process.memory_info().rss / 1000)
        await asyncio.sleep(1)
    return (counted() - before) / (monotonic() - start), minutes, rss_kb
