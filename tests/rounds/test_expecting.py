"""Expected times of streets still due, and the forecast errors of closed runs."""

from dataclasses import replace
from datetime import timedelta

from collection_world import BEGINS, ROUND, drive, fleet, judged, planned, street, trace

from domain.waste.run import StreetState
from rounds.expecting import errors, foretold, passings, timetable
from rounds.lessons import Lessons
from rounds.runs import judge


def open_run(minutes: float = 9.0, *, start_min: float = 0.0):
    plan, now = planned(), BEGINS + timedelta(minutes=minutes)
    fixes = [fix for fix in trace(ROUND, kmh=4, start_min=start_min) if fix[0] <= now.timestamp()]
    return judge(plan, fleet(drive(fixes), runs=[plan]), now), now


def test_streets_ahead_are_expected_and_streets_behind_are_not():
    result, now = open_run()
    told = foretold(result, Lessons(), now)
    assert told.streets[0].expected is None
    assert told.streets[0].passed_at is not None
    ahead = told.streets[2].expected
    assert ahead is not None
    assert ahead.low <= ahead.at <= ahead.high
    assert abs(ahead.at - (BEGINS + timedelta(minutes=10))) < timedelta(minutes=3)
    assert [s.state for s in told.streets] == [s.state for s in result.streets]


def test_a_street_of_later_that_was_crossed_at_once_does_not_make_the_run_nearly_over():
    plan = planned([street(order, (order * 500, 0), (order * 500 + 500, 0), at_min=20 * order) for order in range(9)])
    now = BEGINS + timedelta(minutes=5)
    begun = replace(judge(plan, fleet(runs=[plan]), now), as_of=now)
    due = [replace(one, state=StreetState.DUE) for one in begun.streets]
    crossed = [replace(one, passed_at=now) if one.order == 7 else one for one in due]
    told = foretold(replace(begun, streets=tuple(crossed)), Lessons(), now)
    expected = {one.order: one.expected.at for one in told.streets if one.expected}
    assert expected[8] >= BEGINS + timedelta(minutes=150), "planned at 160, not three minutes from now"
    assert expected[1] >= BEGINS + timedelta(minutes=15), "streets before it are not behind the truck"


def test_a_corner_where_a_street_ends_as_it_began_makes_the_run_not_early():
    plan = planned([street(order, (order * 500, 0), (order * 500 + 500, 0), at_min=40 * order) for order in range(5)])
    for began_min, by_then in ((40, 115), (15, 75)):
        at = BEGINS + timedelta(minutes=began_min)
        now = at + timedelta(minutes=5)
        begun = replace(judge(plan, fleet(runs=[plan]), now), as_of=now)
        passed = {0: at - timedelta(minutes=40), 1: at, 2: at}
        streets = [replace(one, state=StreetState.DUE, passed_at=passed.get(one.order)) for one in begun.streets]
        told = foretold(replace(begun, streets=tuple(streets)), Lessons(), now)
        expected = {one.order: one.expected.at for one in told.streets if one.expected}
        assert expected[3] >= BEGINS + timedelta(minutes=by_then), "planned at 120, and it began on time or early"


def test_a_late_truck_is_expected_late_and_never_in_the_past():
    result, now = open_run(34, start_min=25)
    told = foretold(result, Lessons(), now)
    expected = [s.expected for s in told.streets if s.expected is not None]
    assert expected
    assert all(e.at >= now - timedelta(seconds=1) for e in expected)
    assert told.streets[2].expected is not None
    assert told.streets[2].expected.at > BEGINS + timedelta(minutes=30)


def test_nothing_is_foretold_of_a_silent_truck_or_a_plan_without_times():
    result, now = open_run()
    later = now + timedelta(minutes=11)
    assert all(s.expected is None for s in foretold(result, Lessons(), later).streets)
    timeless = replace(result, streets=tuple(replace(one, begins=None) for one in result.streets))
    assert timetable(timeless) is None
    assert foretold(timeless, Lessons(), now) == timeless
    assert errors(timeless, Lessons()) == ()


def test_times_the_plan_does_not_say_lie_between_those_it_does():
    plan = planned([street(1, (0, 0), (500, 0), at_min=0), street(2, (500, 0), (500, 100)),
                    street(3, (500, 100), (500, 300), at_min=6)])  # fmt: skip
    found = timetable(judged(run=plan))
    assert found is not None
    first, second, third = (found.planned_s - BEGINS.timestamp()).tolist()
    assert first == 0
    assert 200 < second < 360
    assert third == 360


def test_a_closed_run_tells_how_well_it_was_foretold():
    result = judged(drive(trace(ROUND)))
    assert all(s.state is StreetState.SERVED for s in result.streets)
    assert [e.stop for e in passings(result)] == [0, 1, 2]
    told = errors(result, Lessons())
    assert told
    assert all(e.count > 0 and e.error_s == e.baseline_error_s for e in told), "without lessons it is the baseline"
    assert sum(e.within_300s for e in told) == sum(e.count for e in told)
