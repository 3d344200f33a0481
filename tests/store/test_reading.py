"""Queries of screens and the API over a centre with a few data."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from said import kpi_result, record, status_event
from sqlalchemy import Engine

from domain.access.principal import CENTRE
from domain.feeds.part import Part
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import KpiResult, Status
from domain.observation import Fix, Kind, Rejection
from domain.places.place import IN_FORCE, PROVINCE
from domain.reason import Reason
from store.database import open_database
from store.intake import Batch, IntakeStore
from store.reading import Reading
from store.records import RejectedItem
from store.registry import Registry
from store.valkey.live_state import LiveState
from store.valkey.server import connect

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fix(device: str, minutes: float, latitude: float = 10.5) -> Fix:
    at = T0 + timedelta(minutes=minutes)
    return Fix(
        feed="waste_trucks",
        device=device,
        at=at,
        received_at=at,
        latitude=latitude,
        longitude=106.4,
        kind=Kind.MEASURED,
        source="",
    )


def refusal(feed: str, number: int) -> RejectedItem:
    refused = Rejection(feed=feed, reason=Reason.BAD_NUMBER, received_at=T0, detail=str(number))
    return RejectedItem(rejection=refused, stream_id="1-0", item=number)


def write(engine: Engine, batch: Batch) -> None:
    store = IntakeStore(engine)
    store.write(Part("waste_trucks"), expected_cursor=store.cursor(Part("waste_trucks")), cursor="1-0", batch=batch)


async def test_an_empty_centre_answers_with_nothing(reading: Reading) -> None:
    assert await reading.vehicles() == []
    assert await reading.fleet("waste_trucks") == {}
    assert await reading.track("LA-001", T0, T0 + HOUR) == []
    assert await reading.results_latest() == []
    assert await reading.result_series("k", IN_FORCE, "80", T0, T0 + HOUR) == []
    assert await reading.at(T0).results() == []
    assert await reading.feeds() == []
    assert await reading.rejections() == []
    assert await reading.places() == []
    assert await reading.devices() == []
    assert await reading.pending_devices() == []
    assert await reading.events() == []
    assert await reading.ping() == []


async def test_a_course_is_read_again_when_old_or_too_short_or_when_told(engine: Engine, reading: Reading) -> None:
    def told(hours: float) -> KpiResult:
        at = T0 + hours * HOUR
        return kpi_result(
            key="k", place=PROVINCE, value=hours, numerator=None, denominator=None, reporting=1, expected=1, as_of=at,
            computed_at=at, status=Status.NORMAL, since=at, kinds={Kind.MEASURED: 1}, sources=(),
        )  # fmt: skip

    async def values(since: float, until: float, *, anew: bool = False) -> list[float | None]:
        course = await reading.course("k", T0 + since * HOUR, T0 + until * HOUR, anew=anew)
        return [result.value for result in course]

    record(engine, [told(hours) for hours in (0, 1, 2)])
    assert await values(1, 3) == [1, 2]
    record(engine, [told(2.5)])
    assert await values(1, 3.01) == [1, 2], "read a moment ago"
    assert await values(1.5, 3.01) == [2], "what is before the time asked for is left out"
    assert await values(0, 3.01) == [0, 1, 2, 2.5], "more than was read"
    record(engine, [told(2.75)])
    assert await values(0, 3.01, anew=True) == [0, 1, 2, 2.5, 2.75]
    record(engine, [told(2.9)])
    assert await values(0, 3.01) == [0, 1, 2, 2.5, 2.75]
    assert await values(0, 3.1) == [0, 1, 2, 2.5, 2.75, 2.9], "read too long ago"


async def test_events_of_a_time_are_those_of_the_places_asked_for(engine: Engine, reading: Reading) -> None:
    def event(hours: int, place: str = "80") -> StatusEvent:
        at, moved = T0 + hours * HOUR, (Status.NORMAL, Status.CRITICAL)
        return status_event(at=at, key="k", territory=IN_FORCE, place=place, before=moved[0], after=moved[1], value=1.0)

    record(engine, [], events=[event(2), event(1), event(0), event(1, "27694"), event(3)])
    assert await reading.at(T0 + 2 * HOUR).events(T0, ["80", "tanan"]) == [event(1), event(2)]
    assert await reading.at(T0 + 4 * HOUR).events(T0 + 3 * HOUR, ["80"]) == []


async def test_a_track_follows_the_vehicle_through_its_devices(engine: Engine, reading: Reading) -> None:
    phone = [fix("phone", minutes) for minutes in range(0, 50, 10)]
    tablet = [fix("tablet", minutes) for minutes in range(0, 50, 10)]
    held = fix("tablet", 35, latitude=12.0)
    write(engine, Batch(fixes=[*tablet, *phone, fix("LA-001", 45), fix("other", 20)], quarantined=[held]))
    registry = Registry(engine)
    registry.bind("phone", "LA-001", feed="waste_trucks", by=CENTRE, now=T0 + timedelta(minutes=10))
    registry.unbind("phone", now=T0 + timedelta(minutes=25), by=CENTRE)
    registry.bind("tablet", "LA-001", feed="waste_trucks", by=CENTRE, now=T0 + timedelta(minutes=30))

    track = await reading.track("LA-001", T0, T0 + HOUR)
    assert track == [*phone[1:3], tablet[3], tablet[4], fix("LA-001", 45)]
    assert await reading.track("LA-001", T0, T0 + timedelta(minutes=20)) == phone[1:2]
    assert await reading.track("LA-001", T0, T0 + HOUR, limit=2) == [tablet[4], fix("LA-001", 45)]
    assert await reading.track("LA-404", T0, T0 + HOUR) == []


async def test_refusals_are_paged_newest_first(engine: Engine, reading: Reading) -> None:
    write(engine, Batch(rejections=[refusal("waste_trucks" if n % 2 else "coverage", n) for n in range(6)]))
    first = await reading.rejections(limit=4)
    assert [item.item for item in first] == [5, 4, 3, 2]
    assert [item.item for item in await reading.rejections(before_id=first[-1].id)] == [1, 0]
    assert [item.item for item in await reading.rejections(feed="coverage", limit=2)] == [4, 2]
    assert first[0].rejection.reason is Reason.BAD_NUMBER


@pytest.mark.parametrize("pair", ["embedded"])
async def test_ping_names_who_does_not_answer(tmp_path: Path, sqlite_url: str, live: LiveState, pair: str) -> None:
    lost = connect(f"unix://{tmp_path}/nobody.sock")
    nowhere = open_database(f"sqlite:///{tmp_path}/absent/ioc.sqlite3")
    there = open_database(sqlite_url)
    assert await Reading(nowhere, live).ping() == ["store"]
    assert await Reading(there, LiveState(lost)).ping() == ["stream"]
    assert await Reading(there, live).ping() == []
    await lost.aclose()
    there.dispose()
