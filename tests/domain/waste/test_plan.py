"""The runs due on a day: weekdays, night shifts, Tết, moved and added days; and conditions of a valid route."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from plan_fixtures import HUNG_VUONG, MARKET, ROUTE, H

from domain.finding import Problem, Severity
from domain.places.map_layer import PROVINCE_BOX
from domain.waste.plan import DAY_S, EVERY_DAY, Action, PlanException, PlannedStreet, Route, Unit, due
from domain.waste.plan_check import check, inside_box, is_valid

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
DAILY = replace(ROUTE, weekdays=EVERY_DAY)
TET_29, MUNG_1, MUNG_2 = date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7)
INSIDE = inside_box(PROVINCE_BOX)


def on(day: date, *exceptions: PlanException, routes: tuple[Route, ...] = (ROUTE,)) -> list[tuple[str, int]]:
    return [(run.route.id, run.number) for run in due(routes, exceptions, day)]


def test_a_route_is_due_on_its_weekdays_and_while_it_holds():
    assert on(MONDAY) == [("01", 1)]
    assert on(TUESDAY) == []
    assert on(date(2025, 12, 29)) == []
    assert on(MONDAY, routes=(replace(ROUTE, valid_to=date(2026, 11, 22)),)) == []
    assert on(MONDAY, routes=()) == []


def test_only_the_streets_of_the_weekday_are_due():
    mixed = replace(ROUTE, streets=(HUNG_VUONG, replace(MARKET, weekdays=frozenset({2}))))
    assert [s.name for s in due([mixed], [], MONDAY)[0].streets] == ["đường Hùng Vương"]
    assert [s.name for s in due([mixed], [], TUESDAY)[0].streets] == ["chợ Tân An"]


def test_a_night_shift_belongs_to_the_day_it_begins_on():
    night = replace(HUNG_VUONG, begins_s=23 * H, ends_s=DAY_S + 2 * H)
    (run,) = due([replace(ROUTE, streets=(night,))], [], MONDAY)
    assert run.window(night) == (datetime(2026, 11, 23, 16, tzinfo=UTC), datetime(2026, 11, 23, 19, tzinfo=UTC))
    assert due([replace(ROUTE, streets=(night,))], [], TUESDAY) == ()


def test_a_plan_of_beginnings_collects_each_street_until_the_next_and_the_last_as_long_as_it_is():
    line = ((106.41, 10.53), (106.41, 10.557))
    long, short, last = (
        replace(HUNG_VUONG, order=order, begins_s=begins_s, ends_s=None, points=line)
        for order, begins_s in ((1, 8 * H), (2, 10 * H), (4, 10 * H + 60))
    )
    unplanned = replace(short, order=3, begins_s=None)
    (run,) = due([replace(ROUTE, streets=(long, short, unplanned, last))], [], MONDAY)

    def ends(street: PlannedStreet) -> float | None:
        begins, ends = run.window(street)
        return (ends - begins).total_seconds() / 60 if begins and ends else None

    assert (ends(long), ends(short), ends(unplanned)) == (120, 1, None)
    assert ends(last) == pytest.approx(120, abs=0.1), "as slow as the plan is before"
    rested = replace(run, streets=(replace(long, begins_s=4 * H), short, last))
    begins, until = rested.window(last)
    assert begins is not None
    assert until is not None
    assert (until - begins).total_seconds() / 60 == pytest.approx(30, abs=0.1), "6 km/h where the plan tells no pace"
    short_last = replace(last, points=line[:1])
    alone = replace(run, streets=(short_last, replace(MARKET, order=5, begins_s=None)))
    assert alone.window(short_last)[1] == datetime(2026, 11, 23, 3, 1, tzinfo=UTC), "a tolerance is no time of work"
    stop = replace(MARKET, order=1, begins_s=8 * H)
    assert replace(run, streets=(stop, last)).window(stop)[1] is None


def test_tet_is_a_surge_before_and_a_gap_after():
    tet = (
        PlanException(day=TET_29, action=Action.EXTRA, shift_s=-6 * H, note="29 Tết"),
        PlanException(day=MUNG_1, action=Action.CANCEL, note="Mùng 1"),
        PlanException(day=MUNG_2, action=Action.CANCEL, note="Mùng 2"),
        PlanException(day=MUNG_2, action=Action.EXTRA, route="02", note="chợ vẫn gom"),
    )
    routes = (DAILY, replace(DAILY, id="02"))
    surge = due(routes, tet, TET_29)
    assert [(r.route.id, r.number, r.streets[0].begins_s) for r in surge] == [
        ("01", 1, 18 * H), ("01", 2, 12 * H), ("02", 1, 18 * H), ("02", 2, 12 * H),
    ]  # fmt: skip
    assert due(routes, tet, MUNG_1) == ()
    assert on(MUNG_2, *tet, routes=routes) == [("02", 1)]
    assert on(date(2027, 2, 8), *tet, routes=routes) == [("01", 1), ("02", 1)]


def test_a_moved_day_is_served_on_the_other_day_and_only_there():
    moved = PlanException(day=MONDAY, action=Action.MOVE, moved_to=TUESDAY, route="01")
    assert on(MONDAY, moved) == []
    (run,) = due([ROUTE], [moved], TUESDAY)
    assert run.because == (moved,)
    assert on(TUESDAY, moved, PlanException(day=TUESDAY, action=Action.CANCEL)) == []


def test_moving_a_day_that_is_not_due_adds_nothing():
    assert on(MONDAY, PlanException(day=TUESDAY, action=Action.MOVE, moved_to=date(2026, 11, 26))) == [("01", 1)]
    assert on(date(2026, 11, 26), PlanException(day=TUESDAY, action=Action.MOVE, moved_to=date(2026, 11, 26))) == []


def test_a_window_shifts_every_time_of_the_day_and_unknown_times_stay_unknown():
    early = PlanException(day=MONDAY, action=Action.WINDOW, shift_s=-2 * H)
    (run,) = due([ROUTE], [early], MONDAY)
    assert [(s.begins_s, s.ends_s) for s in run.streets] == [(16 * H, 17 * H), (17 * H, None)]
    assert due([ROUTE], [], MONDAY)[0].streets[0].begins_s == 18 * H


def test_what_is_said_of_a_route_replaces_what_is_said_of_all_and_the_later_word_counts():
    general = PlanException(day=MONDAY, action=Action.WINDOW, shift_s=-2 * H)
    own = PlanException(day=MONDAY, action=Action.WINDOW, shift_s=-1 * H, route="01")
    corrected = replace(own, shift_s=H)
    assert due([ROUTE], [own, general], MONDAY)[0].streets[0].begins_s == 17 * H
    assert due([ROUTE], [general, own, corrected], MONDAY)[0].streets[0].begins_s == 19 * H


def test_the_same_extra_run_told_twice_is_one():
    extra = PlanException(day=TUESDAY, action=Action.EXTRA, note="a")
    assert on(TUESDAY, extra, replace(extra, note="b")) == [("01", 1)]


def test_an_exception_contradicting_itself_is_refused():
    with pytest.raises(ValueError):
        PlanException(day=MONDAY, action=Action.MOVE)
    with pytest.raises(ValueError):
        PlanException(day=MONDAY, action=Action.CANCEL, moved_to=TUESDAY)


def problems(route: Route) -> list[tuple[Problem, int | None]]:
    return [(finding.problem, finding.order) for finding in check(route, INSIDE)]


def test_a_whole_route_is_valid():
    assert check(ROUTE, INSIDE) == []
    assert is_valid(check(ROUTE, INSIDE))


@pytest.mark.parametrize(
    ("changed", "problem", "order"),
    [
        ({"points": ()}, Problem.NOT_PLACED, 1),
        ({"points": ((106.41, 10.53),)}, Problem.NOT_PLACED, 1),
        ({"points": ((0.1, 10.53), (106.412, 10.531))}, Problem.OUTSIDE_AREA, 1),
        ({"kerb": None}, Problem.MISSING, 1),
        ({"ends_s": 18 * H}, Problem.EMPTY_WINDOW, 1),
        ({"begins_s": 20 * H, "ends_s": 21 * H}, Problem.BACKWARD_TIME, 2),
    ],
)
def test_each_fault_is_told_at_its_entry(changed: dict[str, object], problem: Problem, order: int):
    route = replace(ROUTE, streets=(replace(HUNG_VUONG, **changed), MARKET))  # type: ignore[arg-type]
    assert problems(route) == [(problem, order)]
    assert not is_valid(check(route, INSIDE))


@pytest.mark.parametrize(("east", "told"), [(0.0004, False), (0.0005, True)])  # 44 m and 55 m at this latitude
def test_streets_connect_within_fifty_metres_and_stops_may_lie_apart(east: float, told: bool):
    lon, lat = HUNG_VUONG.points[-1]
    second = replace(HUNG_VUONG, order=2, begins_s=20 * H, ends_s=None, points=((lon + east, lat), (lon + 0.01, lat)))
    route = replace(ROUTE, streets=(HUNG_VUONG, second))
    assert ((Problem.DISCONNECTED, 2) in problems(route)) is told
    far = replace(second, unit=Unit.STOP, points=((lon + 0.05, lat),))
    assert problems(replace(ROUTE, streets=(HUNG_VUONG, far))) == []


def test_an_empty_or_timeless_route_is_not_valid():
    assert problems(replace(ROUTE, streets=())) == [(Problem.MISSING, None)]
    assert problems(replace(ROUTE, weekdays=frozenset())) == [(Problem.MISSING, None)]
    timeless = tuple(replace(s, begins_s=None, ends_s=None) for s in ROUTE.streets)
    assert problems(replace(ROUTE, begins_s=None, streets=timeless)) == [(Problem.MISSING, None)]


def test_a_window_its_own_text_contradicts_is_told():
    empty = replace(ROUTE, begins_s=int(18.5 * H), ends_s=int(18.5 * H))
    assert problems(empty) == [
        (Problem.EMPTY_WINDOW, None),
        (Problem.CONTRADICTION, 1),
        (Problem.CONTRADICTION, 2),
    ]


def test_a_street_that_names_a_plate_or_a_phone_is_told_without_it_and_the_route_stays_valid():
    named = replace(HUNG_VUONG, name="Hùng Vương, gọi 0912 345 678", end="xe 62C—01234")
    route = replace(ROUTE, streets=(named,))
    (found,) = check(route, INSIDE)
    assert (found.problem, found.severity, found.order) == (Problem.PRIVATE, Severity.WARNING, named.order)
    assert is_valid([found])
    assert not [secret for secret in ("0912", "345", "62C", "01234") if secret in str(found.words)]
