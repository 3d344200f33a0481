"""KPI results: only changes are kept, the newest never moves back, and past instants keep their answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from said import at_place, columns_of, kpi_result, record, status_event
from sqlalchemy import Engine, func, select

from domain.instant import to_ms
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import KpiResult, Stated, Status
from domain.kpis.result_columns import CODE, NEVER
from domain.observation import Kind
from domain.subject import Subject, SubjectKind
from store.results import LostTurn, Results
from store.tables.results import kpi_results

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
KEY, TERRITORY, PLACE = "services_on_time", "2025-07", "27694"


def result(minutes: float = 0, value: float | None = 90.0, **other: object) -> KpiResult:
    at = T0 + timedelta(minutes=minutes)
    base = kpi_result(
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
    place, territory = other.pop("place", None), other.pop("territory", None)
    return at_place(base, place, territory, **other)  # type: ignore[arg-type]


def event(minutes: float = 0, **other: object) -> StatusEvent:
    base = status_event(
        at=T0 + timedelta(minutes=minutes),
        key=KEY,
        territory=TERRITORY,
        place=PLACE,
        before=Status.NORMAL,
        after=Status.CRITICAL,
        value=12.5,
    )
    place, territory = other.pop("place", None), other.pop("territory", None)
    return at_place(base, place, territory, **other)  # type: ignore[arg-type]


def values(found: list[KpiResult]) -> list[float | None]:
    return [item.value for item in found]


@pytest.fixture
def results(engine: Engine) -> Results:
    return Results(engine)


def whole(results: Results) -> list[KpiResult]:
    return results.series(KEY, TERRITORY, PLACE, since=T0 - timedelta(days=99), until=T0 + timedelta(days=99))


def test_a_result_comes_back_as_it_was_given(engine: Engine, results: Results) -> None:
    unknown = result(place="27712", value=None, numerator=None, denominator=None, as_of=None, kinds={}, sources=())
    record(engine, [result(), unknown])
    assert results.latest() == [result(), unknown]
    assert results.latest("2024-01") == []


def test_what_the_province_states_comes_back_from_the_newest_and_from_the_history(
    engine: Engine, results: Results
) -> None:
    said = Stated(value=88.9, numerator=889, denominator=1000, as_of=T0, kinds={Kind.DECLARED: 1}, sources=("Sở",))
    record(engine, [result(place="80", stated=said), result()])
    assert [r.stated for r in results.latest()] == [said, None]
    later = result(5, place="80", stated=replace(said, value=90.0))
    record(engine, [later])
    assert [
        r.stated.value for r in results.series(KEY, TERRITORY, "80", since=T0, until=T0 + timedelta(days=1)) if r.stated
    ] == [88.9, 90.0]


def test_an_organisation_has_a_history_of_its_own(engine: Engine, results: Results) -> None:
    desk = replace(result(), of=Subject(SubjectKind.ORGANISATION, "H53.12"))
    record(engine, [desk, result(place="80", value=1.0)])
    assert [(r.of, r.value) for r in results.latest()] == [(desk.of, 90.0), (result(place="80").of, 1.0)]
    assert results.at(T0, key=KEY, place="H53.12") == [desk]


def test_the_newest_counts_before_it_is_in_the_history(engine: Engine, results: Results) -> None:
    record(engine, [result()])
    (columns,) = columns_of([result(1, 91.0)])
    results.keep(results.last_tick(), T0, [columns])
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(kpi_results)) == 1
    assert values(whole(results)) == [90.0, 91.0]
    assert values(results.latest()) == [91.0]
    assert values(results.at(T0)) == [90.0]
    assert values(results.at(T0 + timedelta(minutes=2))) == [91.0]
    results.add_history([result(1, 91.0)])
    results.add_history([result(1, 91.0)])
    assert values(whole(results)) == [90.0, 91.0], "once, wherever it is"


def test_a_tick_that_is_not_the_next_writes_nothing(engine: Engine, results: Results) -> None:
    record(engine, [result()])
    with pytest.raises(LostTurn):
        results.keep(results.last_tick() - 1, T0, columns_of([result(1, 91.0)]), events=[event()])
    assert values(results.latest()) == [90.0]
    assert results.events() == []


def test_a_backfilled_day_corrects_the_series_and_never_the_newest(engine: Engine, results: Results) -> None:
    record(engine, [result(0, 1.0)])
    record(engine, [result(2 * 24 * 60, 3.0)])
    filled = result(24 * 60, 2.0)
    results.add_history([filled])
    results.add_history([replace(filled, value=2.5)])
    assert values(whole(results)) == [1.0, 2.5, 3.0]
    assert values(results.latest()) == [3.0]


def test_a_series_says_the_last_about_each_as_of_and_is_bounded(engine: Engine, results: Results) -> None:
    for minute in range(10):
        record(engine, [result(minute, float(minute))])
    record(engine, [result(9, 99.0, computed_at=T0 + timedelta(minutes=30))])
    since, until = T0 + timedelta(minutes=2), T0 + timedelta(minutes=10)
    found = results.series(KEY, TERRITORY, PLACE, since=since, until=until)
    assert values(found) == [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 99.0]
    assert values(results.series(KEY, TERRITORY, PLACE, since=since, until=until, limit=2)) == [8.0, 99.0]
    assert results.series(KEY, TERRITORY, "27712", since=since, until=until) == []


def test_a_course_is_the_last_of_each_span(engine: Engine, results: Results) -> None:
    results.add_history([result(minute, float(minute)) for minute in range(60)])
    results.add_history([result(30, 99.0, place="27712"), result(30, 98.0, key="services_online")])
    since, until = T0, T0 + timedelta(minutes=60)
    assert values(course(results, since, until, 6)) == [9.0, 19.0, 29.0, 39.0, 49.0, 59.0]
    assert values(course(results, since, T0 + timedelta(minutes=59), 1)) == [58.0], "the end is not within"
    assert course(results, T0 - timedelta(hours=2), T0, 6) == []


def test_a_course_has_no_span_where_nothing_is_and_tells_corrections(engine: Engine, results: Results) -> None:
    results.add_history([result(1, 1.0), result(2, 2.0), result(45, 5.0)])
    results.add_history([result(2, 2.5, computed_at=T0 + timedelta(minutes=50))])
    assert values(course(results, T0, T0 + timedelta(minutes=60), 6)) == [2.5, 5.0]


def test_a_course_ends_with_the_newest_before_it_is_in_the_history(engine: Engine, results: Results) -> None:
    record(engine, [result(1, 90.0)])
    (columns,) = columns_of([result(2, 91.0)])
    results.keep(results.last_tick(), T0, [columns])
    assert values(course(results, T0, T0 + timedelta(minutes=60), 6)) == [91.0], "the last of its span"
    assert values(course(results, T0, T0 + timedelta(minutes=60), 60)) == [90.0, 91.0]


def test_a_course_finds_organisations_too(engine: Engine, results: Results) -> None:
    desk = replace(result(5, 70.0), of=Subject(SubjectKind.ORGANISATION, "H53.12"))
    results.add_history([desk])
    found = results.course(KEY, TERRITORY, "H53.12", since=T0, until=T0 + timedelta(hours=1), spans=6)
    assert found == [desk]


def course(results: Results, since: datetime, until: datetime, spans: int) -> list[KpiResult]:
    return results.course(KEY, TERRITORY, PLACE, since=since, until=until, spans=spans)


def test_the_past_answers_as_it_was(engine: Engine, results: Results) -> None:
    record(engine, [result(0, 1.0), result(0, 5.0, place="27712"), result(0, 6.0, key="services_online")])
    record(engine, [result(10, 2.0)])
    stale = result(10, 2.0, status=Status.STALE, computed_at=T0 + timedelta(minutes=60))
    record(engine, [stale])
    record(engine, [result(90, 3.0)])

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


def test_what_arrived_late_still_counts_for_its_own_time(engine: Engine, results: Results) -> None:
    late = result(0, 4.0, computed_at=T0 + timedelta(days=20))
    record(engine, [late])
    assert results.at(T0 + timedelta(days=1)) == [late]


def test_an_unknown_result_does_not_become_the_past(engine: Engine, results: Results) -> None:
    record(engine, [result(value=None, as_of=None, status=Status.NO_DATA)])
    assert results.at(T0 + timedelta(days=1)) == []
    assert whole(results) == []


def test_what_a_status_machine_remembers_comes_back(engine: Engine, results: Results) -> None:
    (columns,) = columns_of([result(), result(place="27712")])
    columns.pending[0], columns.pending_since_ms[0] = CODE[Status.CRITICAL], to_ms(T0)
    results.keep(results.last_tick(), T0, [columns])
    (found,) = Results(engine).documents()
    assert (found.codes, found.pending.tolist()) == ((PLACE, "27712"), [CODE[Status.CRITICAL], -1])
    assert found.pending_since_ms.tolist() == [to_ms(T0), NEVER]


def test_events_are_kept_with_their_results_newest_first(engine: Engine, results: Results) -> None:
    record(engine, [result()], events=[event(0), event(1, value=None, after=Status.NO_DATA)])
    record(engine, [], events=[event(2)])
    assert results.events() == [event(2), event(1, value=None, after=Status.NO_DATA), event(0)]
    assert results.events(limit=1) == [event(2)]


def test_only_documents_that_changed_are_read_anew(results: Results) -> None:
    tick = results.last_tick()
    results.keep(tick, T0, [*columns_of([result()]), *columns_of([result(key="other")])])
    before = {one.key: one for one in results.documents(TERRITORY)}
    results.keep(tick + 1, T0, columns_of([result(1, 60)]))
    after = {one.key: one for one in results.documents(TERRITORY)}
    assert after["other"] is before["other"]
    assert values(list(after[KEY].results())) == [60]
