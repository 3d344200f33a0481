"""The past as it was known: what arrived or was computed later is not seen; without a second instant it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from said import kpi_result, record, status_event
from sqlalchemy import Engine

from domain.feeds.part import Part
from domain.kpis.kpi import KpiResult, Status
from domain.observation import Kind, Observation, ObsStatus
from domain.places.place import IN_FORCE
from store.intake import Batch, IntakeStore
from store.past import AsKnown
from store.reading import Reading
from store.valkey.live_state import LiveState
from store.valkey.server import connect

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def reading(engine: Engine) -> Reading:
    return Reading(engine, LiveState(connect("redis://127.0.0.1:1")))


def told(value: float, *, at_h: float, received_h: float, **other: object) -> Observation:
    base = Observation(
        feed="coverage", measure="fibre_households", at=T0 + at_h * HOUR, received_at=T0 + received_h * HOUR,
        value=value, kind=Kind.DECLARED, source="VNPT", place="27694", territory=IN_FORCE, status=ObsStatus.NORMAL,
    )  # fmt: skip
    return replace(base, **other)  # type: ignore[arg-type]


def write(engine: Engine, *items: Observation) -> None:
    """One batch after another, in the order they arrived."""
    store, part = IntakeStore(engine), Part("coverage")
    for item in items:
        cursor = store.cursor(part)
        after = f"{int(cursor.split('-')[0] or 0) + 1}-0"
        store.write(part, expected_cursor=cursor, cursor=after, batch=Batch(observations=[item]))


async def said(past: AsKnown) -> list[float | None]:
    return sorted(item.value or 0.0 for item in await past.observations("coverage"))


async def test_a_revision_that_arrived_later_is_not_seen(engine: Engine, reading: Reading) -> None:
    write(engine, told(100, at_h=0, received_h=1), told(120, at_h=0, received_h=5), told(130, at_h=0, received_h=9))
    assert await said(reading.at(T0)) == [130]
    assert await said(reading.at(T0, T0 + 9 * HOUR)) == [130], "at the instant it arrived it is known"
    assert await said(reading.at(T0, T0 + 8 * HOUR)) == [120]
    assert await said(reading.at(T0, T0 + 4 * HOUR)) == [100]
    assert await said(reading.at(T0, T0)) == [], "told about then, but not yet then"


async def test_a_figure_told_late_does_not_hide_what_stood(engine: Engine, reading: Reading) -> None:
    write(engine, told(50, at_h=-24, received_h=-23), told(60, at_h=0, received_h=30))
    assert await said(reading.at(T0 + HOUR)) == [60]
    assert await said(reading.at(T0 + HOUR, T0 + HOUR)) == [50]
    assert await said(reading.at(T0 - 30 * HOUR, T0 + 99 * HOUR)) == [], "knowing more moves no figure into the past"


async def test_a_series_that_began_later_is_not_seen(engine: Engine, reading: Reading) -> None:
    write(engine, told(1, at_h=0, received_h=0), told(2, at_h=0, received_h=9, source="Sở KHCN"))
    assert await said(reading.at(T0 + HOUR)) == [1, 2]
    assert await said(reading.at(T0 + HOUR, T0 + HOUR)) == [1]


def result(value: float, *, as_of_h: float, computed_h: float, **other: object) -> KpiResult:
    base = kpi_result(
        key="services_on_time", territory=IN_FORCE, place="27694", value=value, numerator=value, denominator=100.0,
        reporting=1, expected=1, as_of=T0 + as_of_h * HOUR, computed_at=T0 + computed_h * HOUR, status=Status.NORMAL,
        since=T0, kinds={Kind.DECLARED: 1}, sources=("xã",),
    )  # fmt: skip
    return replace(base, **other)  # type: ignore[arg-type]


async def test_results_and_events_are_of_the_past_as_it_is_known_today_alone(engine: Engine, reading: Reading) -> None:
    happened = [
        status_event(at=T0 + n * HOUR, key="k", territory=IN_FORCE, place="80", before=Status.NORMAL,
                     after=Status.CRITICAL, value=1.0)
        for n in range(3)
    ]  # fmt: skip
    record(engine, [result(90, as_of_h=0, computed_h=1)], events=happened)
    past = reading.at(T0 + HOUR)
    assert [item.value for item in await past.results(key="services_on_time", place="27694")] == [90]
    assert await past.events(T0, ["80"]) == happened[1:2]
    as_known = reading.at(T0 + HOUR, T0)
    assert not hasattr(as_known, "results"), "a late day is kept as if it had been known at its end"
    assert not hasattr(as_known, "events")
