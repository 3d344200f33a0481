"""KPI results: only changes are kept, the newest never moves back, and the past answers as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from domain.health import StatusEvent
from domain.kpi import KpiResult, Status
from domain.observation import Kind
from store.records import KeptState
from store.results import Results
from store.tables import kpi_results

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
KEY, TERRITORY, PLACE = "services_on_time", "2025-07", "27694"


def result(minutes: float = 0, value: float | None = 90.0, **other: object) -> KpiResult:
    at = T0 + timedelta(minutes=minutes)
    base = KpiResult(
        key=KEY,
        territory=TERRITORY,
        place=PLACE,
        value=value,
        numerator=9.0,
        denominator=10.0,
        reporting=1,
        expected=1,
        as_of=at,
        computed_at=at + timedelta(seconds=5),
        status=Status.NORMAL,
        since=T0,
        kinds={Kind.DECLARED: 1},
        sources=("Cổng dịch vụ công",),
    )
    return replace(base, **other)  # type: ignore[arg-type]


def event(minutes: float = 0, **other: object) -> StatusEvent:
    base = StatusEvent(
        at=T0 + timedelta(minutes=minutes),
        key=KEY,
        territory=TERRITORY,
        place=PLACE,
        before=Status.NORMAL,
        after=Status.CRITICAL,
        value=12.5,
    )
    return replace(base, **other)  # type: ignore[arg-type]


def values(found: list[KpiResult]) -> list[float | None]:
    return [item.value for item in found]


@pytest.fixture
def results(engine: Engine) -> Results:
    return Results(engine)


def whole(results: Results) -> list[KpiResult]:
    return results.series(KEY, TERRITORY, PLACE, since=T0 - timedelta(days=99), until=T0 + timedelta(days=99))


def test_a_result_comes_back_as_it_was_given(results: Results) -> None:
    unknown = result(place="27712", value=None, numerator=None, denominator=None, as_of=None, kinds={}, sources=())
    assert results.record([result(), unknown]) == [result(), unknown]
    assert results.latest() == [result(), unknown]
    assert results.latest("2024-01") == []


def test_only_what_changed_is_kept(results: Results) -> None:
    results.record([result()])
    again = result(computed_at=T0 + timedelta(minutes=7))
    assert results.record([again]) == []
    assert whole(results) == [result()]
    for changed in (
        result(7, 91.0),
        result(8, 91.0, status=Status.WARNING),
        result(9, 91.0, status=Status.WARNING, reporting=0),
        result(10, 91.0, status=Status.WARNING, reporting=0),
    ):
        assert results.record([changed]) == [changed]
    assert results.latest() == [result(10, 91.0, status=Status.WARNING, reporting=0)]


def test_a_minute_keeps_its_last_result_and_every_change_of_status(engine: Engine, results: Results) -> None:
    for second in range(40):
        results.record([result(second / 60, float(second))])
    assert values(whole(results)) == [39.0]
    assert values(results.latest()) == [39.0]
    results.record([result(41 / 60, 41.0, status=Status.CRITICAL)])
    results.record([result(2, 50.0, status=Status.CRITICAL)])
    assert values(whole(results)) == [39.0, 41.0, 50.0]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(kpi_results)) == 3


def test_a_backfilled_day_corrects_the_series_and_never_the_newest(results: Results) -> None:
    results.record([result(0, 1.0)])
    results.record([result(2 * 24 * 60, 3.0)])
    filled = result(24 * 60, 2.0)
    assert results.record([filled]) == [filled]
    results.record([replace(filled, value=2.5)])
    assert values(whole(results)) == [1.0, 2.5, 3.0]
    assert values(results.latest()) == [3.0]


def test_a_series_says_the_last_about_each_as_of_and_is_bounded(results: Results) -> None:
    for minute in range(10):
        results.record([result(minute, float(minute))])
    results.record([result(9, 99.0, computed_at=T0 + timedelta(minutes=30))])
    since, until = T0 + timedelta(minutes=2), T0 + timedelta(minutes=10)
    found = results.series(KEY, TERRITORY, PLACE, since=since, until=until)
    assert values(found) == [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 99.0]
    assert values(results.series(KEY, TERRITORY, PLACE, since=since, until=until, limit=2)) == [8.0, 99.0]
    assert results.series(KEY, TERRITORY, "27712", since=since, until=until) == []


def test_the_past_answers_as_it_was(results: Results) -> None:
    results.record([result(0, 1.0), result(0, 5.0, place="27712"), result(0, 6.0, key="services_online")])
    results.record([result(10, 2.0)])
    stale = result(10, 2.0, status=Status.STALE, computed_at=T0 + timedelta(minutes=60))
    results.record([stale])
    results.record([result(90, 3.0)])

    assert results.at(T0 - timedelta(minutes=1)) == []
    everything = results.at(T0 + timedelta(minutes=9))
    assert [(r.key, r.place, r.value) for r in everything] == [
        ("services_on_time", "27694", 1.0),
        ("services_on_time", "27712", 5.0),
        ("services_online", "27694", 6.0),
    ]

    def status_at(minutes: int) -> tuple[float | None, Status]:
        (found,) = results.at(T0 + timedelta(minutes=minutes), key=KEY, place=PLACE)
        return found.value, found.status

    assert status_at(30) == (2.0, Status.NORMAL)
    assert status_at(61) == (2.0, Status.STALE)
    assert status_at(91) == (3.0, Status.NORMAL)


def test_what_arrived_late_still_counts_for_its_own_time(results: Results) -> None:
    late = result(0, 4.0, computed_at=T0 + timedelta(days=20))
    results.record([late])
    assert results.at(T0 + timedelta(days=1)) == [late]


def test_an_unknown_result_does_not_become_the_past(results: Results) -> None:
    results.record([result(value=None, as_of=None, status=Status.NO_DATA)])
    assert results.at(T0 + timedelta(days=1)) == []
    assert whole(results) == []


def test_status_machines_go_on_after_a_restart(engine: Engine, results: Results) -> None:
    waiting = KeptState(Status.NORMAL, T0, Status.CRITICAL, T0 + timedelta(minutes=1))
    recalled = KeptState(Status.NORMAL, T0, Status.WARNING, None)
    other = result(place="27712")
    results.record([result(), other], states={(KEY, PLACE): waiting, (KEY, "27712"): recalled})
    assert Results(engine).states([KEY]) == {(KEY, PLACE): waiting, (KEY, "27712"): recalled}
    assert results.states(["services_online"]) == {}


def test_a_pending_status_alone_is_kept_without_a_new_result(results: Results) -> None:
    results.record([result()])
    waiting = KeptState(Status.NORMAL, T0, Status.CRITICAL, T0 + timedelta(minutes=1))
    assert results.record([result()], states={(KEY, PLACE): waiting}) == []
    assert results.states([KEY]) == {(KEY, PLACE): waiting}
    assert whole(results) == [result()]
    results.record([result()], states={(KEY, PLACE): replace(waiting, pending=None, pending_since=None)})
    assert results.states([KEY])[KEY, PLACE].pending is None


def test_events_are_kept_with_their_results_newest_first(results: Results) -> None:
    results.record([result()], events=[event(0), event(1, value=None, after=Status.NO_DATA)])
    results.record([], events=[event(2)])
    assert results.events() == [event(2), event(1, value=None, after=Status.NO_DATA), event(0)]
    assert results.events(limit=1) == [event(2)]
