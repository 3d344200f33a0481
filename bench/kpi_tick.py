"""Time of one tick of the evaluator after a new batch of every feed has changed everything."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from statistics import median
from time import monotonic, process_time

import orjson

import data_sources
import kpi
from bench.collector import fresh_stores, made_fix, made_payload
from bench.rig.figure import Figure
from bench.rig.kpi_world import KPIS_DECLARED, ORGANISATIONS, many
from centre.memory import settle
from domain.discovery import discover
from domain.feeds.feed import Bearer, Feed
from domain.feeds.payload import Payload
from domain.feeds.reporter import Province
from domain.feeds.scrub import Secrets
from domain.instant import to_ms
from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE, PROVINCE
from intake.collector.collector import FeedReader, Parts
from intake.evaluator.tick import Ticks
from simulator import dossiers, feedback
from store import territories
from store.registry import Registry
from store.results import Results
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream

FIGURES = ("kpi_tick_ms", "kpi_tick_200_ms")
REQUIRED_MS, REQUIRED_200_MS = 20.0, 60.0
LONG_HISTORY = 50
REPEATS = 15
_SECRETS = Secrets(b"a key of the bench, 32 bytes long")
_CASES_OF = {"dossiers": ("MaHoSo", dossiers.changed), "feedback": ("MaPhanAnh", feedback.changed)}


@dataclass(slots=True)
class Taken:
    """Milliseconds (wall, CPU) of each part of a tick, by name; one entry a tick."""

    wall: dict[str, list[float]]
    cpu: dict[str, list[float]]

    def note(self, name: str, wall_s: float, cpu_s: float) -> None:
        """Note one part of one tick."""
        self.wall.setdefault(name, []).append(1000 * wall_s)
        self.cpu.setdefault(name, []).append(1000 * cpu_s)

    def told(self, name: str) -> str:
        """Median wall and CPU time of a part, without the first tick."""
        return f"{name} {median(self.wall[name][1:]):.1f} ({median(self.cpu[name][1:]):.1f} of CPU)"


def measure() -> "Sequence[Figure]":
    """Ticks of all declared KPIs with a short and a long history, and of 200 KPIs with 200 organisations."""
    settle()  # as the evaluator's own process does
    return [asyncio.run(_declared()), asyncio.run(_many())]


async def _declared() -> Figure:
    every = discover(kpi, "KPIS", Kpi)
    short, long = await _ticks(1, every), await _ticks(LONG_HISTORY, every)
    tick = median(short.wall["tick"][1:])
    return Figure(
        name="kpi_tick_ms",
        value=tick,
        unit="ms",
        baseline=REQUIRED_MS,
        ratio=tick / REQUIRED_MS,
        note=f"60 places x all {len(every)} KPIs after a batch of every feed: evaluate, keep, publish: "
        f"{short.told('tick')} ms; before it {short.told('read')} ms for what the batches changed; beside it "
        f"{short.told('flush')} ms a slice of the history. With "
        f"{LONG_HISTORY} times the history {long.told('tick')} ms",
    )


async def _ticks(periods: int, kpis: Mapping[str, Kpi]) -> Taken:
    async with fresh_stores() as (_, stream, live, engine):
        now = datetime.now(UTC)
        feeds = discover(data_sources, "FEED", Feed)
        places = [p.code for p in Registry(engine).places(IN_FORCE) if p.code != PROVINCE]
        clock = [now]
        parts = Parts(stream=stream, live=live, engine=engine, feeds=feeds, clock=lambda: clock[0], ticks=monotonic)
        readers = [FeedReader(feed, parts) for feed in feeds.values()]
        for reader in readers:
            await reader.open()
        for period in range(periods):
            await _batch(stream, readers, feeds, places, now - timedelta(minutes=periods - period), period)
        ticks = Ticks(engine, feeds, kpis, places=places, sets=territories.place_sets(IN_FORCE), now=now)
        taken = Taken({}, {})
        for repeat in range(REPEATS):
            clock[0] = now + timedelta(seconds=7 * repeat)
            await _batch(stream, readers, feeds, places, clock[0], periods + repeat)
            await _timed(taken, ticks, live, clock[0])
        return taken


async def _timed(taken: Taken, ticks: Ticks, live: LiveState, now: datetime) -> None:
    marks = [(monotonic(), process_time())]

    def mark(name: str) -> None:
        marks.append((monotonic(), process_time()))
        taken.note(name, marks[-1][0] - marks[-2][0], marks[-1][1] - marks[-2][1])

    ticks.take(now)
    mark("read")
    told = ticks.once(now)
    await live.publish(results=told.results, events=told.events, feeds=told.feeds)
    mark("tick")
    ticks.flush(now)
    mark("flush")


async def _many() -> Figure:
    """200 KPIs like a declared one, half by place and half by organisation, kept and published."""
    taken, world = Taken({}, {}), many()
    async with fresh_stores() as (_, _stream, live, engine):
        results = Results(engine)
        for repeat in range(REPEATS):
            now = datetime.now(UTC) + timedelta(seconds=7 * repeat)
            world.speak(now)
            start, cpu = monotonic(), process_time()
            made, events = world.evaluate(now)
            taken.note("evaluate", monotonic() - start, process_time() - cpu)
            results.keep(results.last_tick(), now, made, events=events)
            await live.publish(results=made, events=events)
            taken.note("tick", monotonic() - start, process_time() - cpu)
    tick = median(taken.wall["tick"][1:])
    subjects = sum(len(one.codes) for one in world.newest.values())
    return Figure(
        name="kpi_tick_200_ms",
        value=tick,
        unit="ms",
        baseline=REQUIRED_200_MS,
        ratio=tick / REQUIRED_200_MS,
        note=f"{KPIS_DECLARED} KPIs, half by 60 places, half by {ORGANISATIONS} organisations, each of {subjects} "
        f"results new: {taken.told('tick')} ms, of that {taken.told('evaluate')} ms",
    )


async def _batch(
    stream: RawStream, readers: list[FeedReader], feeds: dict[str, Feed], places: list[str], at: datetime, salt: int
) -> None:
    """New values of every measure from every reporter: the communes, their vehicles, or the province alone."""
    for reader, feed in zip(readers, feeds.values(), strict=True):
        if feed.key in _CASES_OF:
            await stream.append(_cases(feed, places, at, salt))
            await reader.read_once()
            continue
        items: list[dict[str, object]] = []
        told = [PROVINCE] if isinstance(feed.reporters, Province) else places
        for number, place in enumerate(told):
            for measure in feed.measures:
                owner = {"entity": f"B-{number:03d}"} if measure.bearer is Bearer.ENTITY else {}
                if measure.key == "position":
                    items.append(made_fix(number, to_ms(at) // 1000) | {"entity": f"B-{number:03d}"})
                    continue
                value = 1 if measure.high <= 1 else 100 + (number + salt) % 50
                items.append(
                    {"feed": feed.key, "measure": measure.key, "place": place, "territory": IN_FORCE, **owner,
                     "at": at.isoformat(), "value": value, "kind": "simulated", "source": "bench"}
                )  # fmt: skip
        await stream.append(made_payload(feed.key, orjson.dumps(items), at))
        await reader.read_once()


def _cases(feed: Feed, places: list[str], at: datetime, salt: int) -> Payload:
    """A case more for each place, with the facts of the simulator's cases of the days before."""
    number, changed = _CASES_OF[feed.key]
    told = cycle(changed(at - timedelta(days=4), at))
    records = [{**one, number: f"{salt}-{place}", "DonViXuLy": place} for place, one in zip(places, told, strict=False)]
    sent = made_payload(feed.key, orjson.dumps(records), at)
    return feed.scrub(replace(sent, format=feed.key), _SECRETS).payload
