"""How many fixes one collector process carries into SQLite, and how long re-evaluating all KPIs takes."""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import monotonic

import numpy as np
import orjson
import psutil
from sqlalchemy import Engine

import data_sources
import kpi
from bench._centre import ROOT
from bench._figure import Figure
from bench._load import position
from centre.memory import settle
from domain.discovery import discover
from domain.feed import Feed, Format, Level, Payload
from domain.instant import to_ms
from domain.kpi import Kpi
from domain.place import IN_FORCE, PROVINCE
from intake.collector import FeedReader, Parts
from intake.stopping import stop_if_cancelled
from store.database import migrate, open_database
from store.intake import feed_counts
from store.live_state import LiveState
from store.raw_stream import RawStream
from store.registry import Registry
from store.valkey_server import EmbeddedValkey, connect

FIGURES = ("collector_fixes_per_s", "collector_rss_slope_kb_per_min", "kpi_tick_ms")
REQUIRED_FIXES_PER_S = 10_000.0
SECONDS = 60 * float(os.environ.get("IOC_COLLECTOR_MINUTES", "0.5"))
TRUCKS, FIXES_PER_PAYLOAD, WAITING_AT_MOST = 500, 1_000, 60
LONG_HISTORY = 150
CARD_FEEDS = ("waste_trucks", "services", "coverage", "teams")


def measure() -> Iterator[Figure]:
    """Yield the collector's rate and memory, then the KPI tick on a short and on a long history."""
    yield from asyncio.run(_collector())
    yield asyncio.run(_kpi_tick())


@contextlib.asynccontextmanager
async def _stores(url: str | None = None) -> AsyncIterator[tuple[Path, RawStream, LiveState, Engine]]:
    """A stream server and an empty database with its places, in a temporary directory."""
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


async def _collector() -> list[Figure]:
    async with _stores() as (folder, stream, _, engine):
        env = os.environ | {"IOC_DATA_DIR": str(folder), "REDIS_URL": "", "DATABASE_URL": "", "IOC_LOG_LEVEL": "error"}
        process = subprocess.Popen([sys.executable, "-m", "ingest", "collect"], cwd=ROOT, env=env)
        try:
            fill = asyncio.create_task(_fill(stream))
            rate, minutes, rss_kb = await _observe(engine, psutil.Process(process.pid))
            fill.cancel()
            await asyncio.gather(fill, return_exceptions=True)
        finally:
            process.terminate()
            process.wait(20)
    # The first third fills caches (SQLite's pages, the allocator's pools); after it memory must stand still.
    third = len(rss_kb) // 3
    slope = float(np.polyfit(minutes[third:], rss_kb[third:], 1)[0])
    return [
        Figure(
            name="collector_fixes_per_s",
            value=rate,
            unit="1/s",
            baseline=REQUIRED_FIXES_PER_S,
            ratio=rate / REQUIRED_FIXES_PER_S,
            note=f"into SQLite, {SECONDS:.0f} s; baseline is the requirement",
        ),
        Figure(
            name="collector_rss_slope_kb_per_min",
            value=slope,
            unit="kB/min",
            baseline=rss_kb[third],
            ratio=rss_kb[-1] / rss_kb[third],
            note=f"under that load, from minute {minutes[third]:.1f} on; ratio: last/first RSS",
        ),
    ]


async def _fill(stream: RawStream) -> None:
    """Keep some payloads of 1,000 fixes waiting, so that the collector never waits for them."""
    start_s, step = int(datetime.now(UTC).timestamp()) - 5 * 3600, 0
    while True:
        stop_if_cancelled()
        if await stream.length("waste_trucks") > WAITING_AT_MOST:
            await asyncio.sleep(0.01)
            continue
        body = orjson.dumps([_fix(t, start_s + 2 * step + s) for s in (0, 1) for t in range(TRUCKS)])
        step += 1
        await stream.append(_payload("waste_trucks", body, datetime.now(UTC)))


def _fix(truck: int, at_s: int) -> dict[str, object]:
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


def _payload(feed: str, body: bytes, now: datetime) -> Payload:
    return Payload(
        feed=feed,
        format=Format.OBSERVATIONS,
        body=body,
        received_at=now,
        source="bench",
        content_type="application/json",
    )


async def _observe(engine: Engine, process: psutil.Process) -> tuple[float, list[float], list[float]]:
    """(fixes per second, minutes, RSS kB) after a short warm-up."""

    def counted() -> int:
        counts = feed_counts(engine).get("waste_trucks")
        return counts.accepted if counts else 0

    while counted() < 20 * FIXES_PER_PAYLOAD:
        await asyncio.sleep(0.1)
    before, start = counted(), monotonic()
    minutes: list[float] = []
    rss_kb: list[float] = []
    while (elapsed := monotonic() - start) < SECONDS:
        minutes.append(elapsed / 60)
        rss_kb.append(process.memory_info().rss / 1000)
        await asyncio.sleep(1)
    return (counted() - before) / (monotonic() - start), minutes, rss_kb


async def _kpi_tick() -> Figure:
    settle()  # as the collector's own process does
    every = discover(kpi, "KPIS", Kpi)
    sixteen = _sixteen(every)
    short, long = await _tick_after(1, sixteen), await _tick_after(LONG_HISTORY, sixteen)
    whole = await _tick_after(1, every)
    return Figure(
        name="kpi_tick_ms",
        value=short,
        unit="ms",
        baseline=150.0,
        ratio=short / 150.0,
        note=f"60 places x {len(sixteen)} KPIs after a batch, for which the requirement was set; with {LONG_HISTORY} "
        f"times the history {long:.1f} ms; all {len(every)} KPIs there are today {whole:.1f} ms",
    )


def _sixteen(kpis: Mapping[str, Kpi]) -> dict[str, Kpi]:
    """The first four KPIs of each feed of the design card."""
    ordered = sorted(kpis.values(), key=lambda one: one.order)
    chosen = [one for feed in CARD_FEEDS for one in [k for k in ordered if k.feed == feed][:4]]
    return {one.key: one for one in chosen}


async def _tick_after(periods: int, kpis: Mapping[str, Kpi]) -> float:
    """Median milliseconds of evaluating, recording and publishing ``kpis`` of all feeds after a new batch of each."""
    async with _stores() as (_, stream, live, engine):
        now = datetime.now(UTC)
        feeds = discover(data_sources, "FEED", Feed)
        places = [p.code for p in Registry(engine).places(IN_FORCE) if p.code != PROVINCE]
        clock = [now]
        parts = Parts(
            stream=stream, live=live, engine=engine, feeds=feeds, kpis=kpis, clock=lambda: clock[0], ticks=monotonic
        )
        readers = [FeedReader(feed, parts, "bench") for feed in feeds.values()]
        for reader in readers:
            await reader.open()
        for period in range(periods):
            await _batch(stream, readers, feeds, places, now - timedelta(minutes=periods - period), period)
        times = []
        for repeat in range(15):
            clock[0] = now + timedelta(seconds=2 * repeat)
            await _batch(stream, readers, feeds, places, clock[0], periods + repeat)
            start = monotonic()
            for reader in readers:
                await reader.evaluate_once()
            times.append(1000 * (monotonic() - start))
        return median(times[1:])


async def _batch(
    stream: RawStream, readers: list[FeedReader], feeds: dict[str, Feed], places: list[str], at: datetime, salt: int
) -> None:
    """New values of every measure for every place (a vehicle of that ward where the feed is about vehicles)."""
    for reader, feed in zip(readers, feeds.values(), strict=True):
        items: list[dict[str, object]] = []
        for number, place in enumerate(places):
            for measure in feed.measures:
                owner = {"entity": f"B-{number:03d}"} if measure.level is Level.ENTITY else {}
                if measure.key == "position":
                    items.append(_fix(number, to_ms(at) // 1000) | {"entity": f"B-{number:03d}"})
                    continue
                value = 1 if measure.high <= 1 else 100 + (number + salt) % 50
                items.append(
                    {"feed": feed.key, "measure": measure.key, "place": place, "territory": IN_FORCE, **owner,
                     "at": at.isoformat(), "value": value, "kind": "simulated", "source": "bench"}
                )  # fmt: skip
        await stream.append(_payload(feed.key, orjson.dumps(items), at))
        await reader.read_once()
