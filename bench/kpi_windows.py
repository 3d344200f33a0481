"""Time of a tick over a year of daily figures: twenty KPIs over 60 communes, with one new figure or none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import process_time

import data_sources
import kpi
from bench.rig.figure import Figure
from domain.discovery import discover
from domain.feeds.feed import Feed, Measure
from domain.instant import day_start, service_day
from domain.kpis.kpi import Kpi
from domain.kpis.result_columns import ResultColumns
from domain.kpis.window import Rolling
from domain.observation import Kind, Observation
from domain.period import Period, Span
from domain.places.place import IN_FORCE, PROVINCE
from domain.text import Text
from evaluation.buckets import Buckets
from evaluation.formulas import Ratio
from evaluation.shapes import window_shapes
from store import territories

FIGURES = ("kpi_windows_ms", "kpi_windows_idle_ms")
KPIS_DECLARED, DAYS, REPEATS = 20, 365, 15
NEEDS = ("part", "whole")


def measure() -> "Sequence[Figure]":
    """CPU milliseconds of a tick of the windows alone, after a first tick that added everything up."""
    feed = replace(
        discover(data_sources, "FEED", Feed)["services"],
        key="bench",
        measures=tuple(Measure(key=key, names=Text(key, key), unit="hồ sơ", span=Span.DAY) for key in NEEDS),
    )
    model = next(iter(discover(kpi, "KPIS", Kpi).values()))
    kpis = [
        replace(model, key=f"kpi_{n}", feed="bench", formula=Ratio(*NEEDS), window=Rolling(days=DAYS, running=True))
        for n in range(KPIS_DECLARED)
    ]
    communes = [place.code for place in territories.places(IN_FORCE) if place.code != PROVINCE][:60]
    now = datetime.now(UTC)
    days = [service_day(now) - timedelta(days=n) for n in range(DAYS)]
    buckets = Buckets(feed, NEEDS, {Span.DAY}, territories.crosswalk)
    buckets.take(
        _told(key, code, day, value, now)
        for day in days
        for code in communes
        for key, value in zip(NEEDS, (5.0, 10.0), strict=True)
    )
    (shape,) = window_shapes(kpis, IN_FORCE, buckets={"bench": buckets})
    before: dict[str, ResultColumns] = {}

    def tick(at: datetime) -> float:
        start = process_time()
        made, _events = shape.evaluate({code: code for code in communes}, lambda *_: timedelta(days=1), before, at)
        before.update({one.key: one for one in made})
        return 1000 * (process_time() - start)

    first = tick(now)
    idle, changed = [], []
    for repeat in range(REPEATS):
        idle.append(tick(now + timedelta(seconds=2 * repeat)))
        buckets.take([replace(_told("part", communes[0], days[0], float(repeat % 9), now), revision=repeat + 2)])
        changed.append(tick(now + timedelta(seconds=2 * repeat + 1)))
    note = f"CPU, {KPIS_DECLARED} KPIs over {DAYS} days of 60 communes; the first, which adds up all: {first:.0f} ms"
    return [
        Figure(name="kpi_windows_ms", value=median(changed), unit="ms", note=f"one figure of today is new: {note}"),
        Figure(name="kpi_windows_idle_ms", value=median(idle), unit="ms", note=f"nothing is new: {note}"),
    ]


def _told(measure: str, place: str, day: date, value: float, now: datetime) -> Observation:
    return Observation(
        feed="bench",
        measure=measure,
        place=place,
        territory=IN_FORCE,
        period=Period(Span.DAY, day),
        value=value,
        at=day_start(day),
        received_at=now,
        kind=Kind.DECLARED,
        source="bench",
    )
