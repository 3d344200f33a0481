"""How long one tick of the evaluator takes when a new batch of every feed has changed everything."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import monotonic, process_time

import numpy as np
import orjson

import data_sources
import kpi
from bench._figure import Figure
from bench.collector import _fix, _payload, _stores
from centre.memory import settle
from domain.discovery import discover
from domain.feed import Feed, Level
from domain.instant import to_ms
from domain.kpi import Kpi
from domain.observation import Kind
from domain.organisation import Organisation, OrganisationKind
from domain.place import IN_FORCE, PROVINCE
from domain.result_columns import ResultColumns
from domain.subject import SubjectKind
from evaluation.columns import Cell, Columns
from evaluation.evaluate import needed
from evaluation.formulas import Ratio
from evaluation.organisations import Offices
from evaluation.shapes import shapes
from intake.collector import FeedReader, Parts
from intake.evaluator.tick import Ticks
from store import territories
from store.live_state import LiveState
from store.raw_stream import RawStream
from store.registry import Registry
from store.results import Results

FIGURES = ("kpi_tick_ms", "kpi_tick_200_ms")
REQUIRED_MS, REQUIRED_200_MS = 20.0, 60.0
LONG_HISTORY = 50
REPEATS = 15
KPIS_DECLARED, ORGANISATIONS = 200, 200


@dataclass(slots=True)
class Taken:
    """Milliseconds (wall, process) of each part of a tick, by name; one entry a tick."""

    wall: dict[str, list[float]]
    cpu: dict[str, list[float]]

    def note(self, name: str, wall_s: float, cpu_s: float) -> None:
        """One part of one tick."""
        self.wall.setdefault(name, []).append(1000 * wall_s)
        self.cpu.setdefault(name, []).append(1000 * cpu_s)

    def told(self, name: str) -> str:
        """Median wall and processor time of a part, the first tick left out."""
        return f"{name} {median(self.wall[name][1:]):.1f} ({median(self.cpu[name][1:]):.1f} of CPU)"


def measure() -> "Sequence[Figure]":
    """The tick of all declared KPIs, on a short and on a long history, and of 200 KPIs with 200 organisations."""
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
    async with _stores() as (_, stream, live, engine):
        now = datetime.now(UTC)
        feeds = discover(data_sources, "FEED", Feed)
        places = [p.code for p in Registry(engine).places(IN_FORCE) if p.code != PROVINCE]
        clock = [now]
        parts = Parts(stream=stream, live=live, engine=engine, feeds=feeds, clock=lambda: clock[0], ticks=monotonic)
        readers = [FeedReader(feed, parts, "bench") for feed in feeds.values()]
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
    await live.publish_results(told.results)
    await live.publish_events(told.events)
    await live.publish_feeds(told.feeds)
    mark("tick")
    ticks.flush(now)
    mark("flush")


async def _many() -> Figure:
    """200 KPIs of the form of the declared ones, half by place and half by organisation, kept and published."""
    taken = Taken({}, {})
    model = next(one for one in discover(kpi, "KPIS", Kpi).values() if one.key == "services_on_time")
    kpis = {
        f"kpi_{n:03d}": replace(
            model, key=f"kpi_{n:03d}", feed="organisations" if n % 2 else "places",
            of=SubjectKind.ORGANISATION if n % 2 else SubjectKind.PLACE, formula=Ratio(f"part_{n}", f"whole_{n}"),
        )
        for n in range(KPIS_DECLARED)
    }  # fmt: skip
    of = {"places": [p.code for p in territories.places(IN_FORCE) if p.code != PROVINCE][:60],
          "organisations": [f"H53.{n}" for n in range(ORGANISATIONS)]}  # fmt: skip
    measures = needed(kpis.values())
    columns = {feed: Columns(names) for feed, names in measures.items()}
    for feed, subjects in of.items():
        columns[feed].expect({one: one if feed == "places" else "" for one in subjects})
    register = Offices({
        code: Organisation(code=code, name=code, kind=OrganisationKind.DEPARTMENT, parent="H53")
        for code in of["organisations"]
    })  # fmt: skip
    formed, chance = shapes(kpis.values(), IN_FORCE, (), register), np.random.default_rng(1)
    newest: dict[str, ResultColumns] = {}
    async with _stores() as (_, _stream, live, engine):
        results = Results(engine)
        for repeat in range(REPEATS):
            now = datetime.now(UTC) + timedelta(seconds=7 * repeat)
            at_ms = to_ms(now)
            for feed, names in measures.items():
                columns[feed].put(
                    Cell(name, one, one if feed == "places" else "", at_ms, float(value), Kind.DECLARED, "bench")
                    for name in names
                    for one, value in zip(of[feed], _values(name, len(of[feed]), chance), strict=True)
                )
            start, cpu = monotonic(), process_time()
            tables = {feed: one.table() for feed, one in columns.items()}
            made: list[ResultColumns] = []
            for shape in formed:
                found, _events = shape.evaluate(tables, lambda _feed, _measure: timedelta(days=1), newest, now)
                made += found
            taken.note("evaluate", monotonic() - start, process_time() - cpu)
            results.keep(results.last_tick(), now, made)
            await live.publish_results(made)
            taken.note("tick", monotonic() - start, process_time() - cpu)
            newest = {one.key: one for one in made}
    tick = median(taken.wall["tick"][1:])
    return Figure(
        name="kpi_tick_200_ms",
        value=tick,
        unit="ms",
        baseline=REQUIRED_200_MS,
        ratio=tick / REQUIRED_200_MS,
        note=f"{KPIS_DECLARED} KPIs, half over 60 places, half over {ORGANISATIONS} organisations with a result each, "
        f"every value new: {taken.told('tick')} ms, of that {taken.told('evaluate')} ms",
    )


def _values(name: str, count: int, chance: np.random.Generator) -> np.ndarray:
    return chance.integers(900, 1000, count) if name.startswith("part") else np.full(count, 1000)


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
