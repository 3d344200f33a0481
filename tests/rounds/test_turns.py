"""A street that a run's plan has twice: each entry waits for its own pass, and one pass may have been for both."""

from dataclasses import replace
from datetime import timedelta

import pytest
from collection_world import BEGINS, ROUND, STREETS, drive, end_min, fleet, judged, planned, stand, street, trace

from domain.waste.run import Punctuality, RunResult, RunState, StreetState
from rounds.assigning import OnRun
from rounds.runs import judge

AGAIN = street(4, (0, 300), (500, 300), at_min=20)
SERVED, DUE = StreetState.SERVED, StreetState.DUE
ONCE = trace(ROUND)
WAITS = [*ONCE, *stand((0, 300), start_min=end_min(ONCE), minutes=40)]


def told(fixes: list[tuple[float, float, float]], at_min: float) -> RunResult:
    return judged(drive(fixes), run=planned([*STREETS, AGAIN], ends_min=60), now=BEGINS + timedelta(minutes=at_min))


@pytest.mark.parametrize(("at_min", "state"), [(14, DUE), (34, DUE), (36, SERVED)])
def test_one_pass_serves_both_entries_only_when_the_second_ones_hour_is_over(at_min: float, state: StreetState) -> None:
    run = told(WAITS, at_min)
    assert [one.state for one in run.streets] == [SERVED, SERVED, SERVED, state]
    assert (run.state is RunState.RUNNING) == (state is DUE), "its truck comes again"


def test_the_second_pass_is_told_with_its_own_time() -> None:
    third, again = told([*ONCE, *trace([(0, 300), (500, 300)], start_min=20)], 30).streets[2:]
    assert (third.state, again.state) == (SERVED, SERVED)
    assert third.first_at is not None
    assert again.first_at is not None
    assert (third.first_at - BEGINS) // timedelta(minutes=1) == 6
    assert (again.first_at - BEGINS) // timedelta(minutes=1) == 20


def test_a_street_planned_twice_is_judged_by_the_pass_of_its_order() -> None:
    again = (street(4, (0, 300), (500, 300), at_min=16), street(5, (500, 300), (0, 300), at_min=22))
    twice = planned((*STREETS, *again))
    result = judged(drive(trace([*ROUND, (500, 300), (0, 300)], kmh=5)), run=twice)
    assert [s.state for s in result.streets] == [StreetState.SERVED] * 5
    assert [s.punctuality for s in result.streets] == [Punctuality.ON_TIME] * 5, "the second pass is not early"


def test_a_late_truck_on_its_way_out_has_not_come_back_yet() -> None:
    there_and_back = planned([street(1, (0, 0), (500, 0), (0, 0), at_min=0)], ends_min=60)
    fixes = trace([(0, 0), (500, 0), (0, 0)], kmh=4, start_min=35)
    out, back = 35 + 8.5, end_min(fixes)
    for at_min, state in ((out, DUE), (back, SERVED)):
        known = drive([fix for fix in fixes if fix[0] <= (BEGINS + timedelta(minutes=at_min)).timestamp()])
        told_of = judged(known, run=there_and_back, now=BEGINS + timedelta(minutes=at_min))
        assert [one.state for one in told_of.streets] == [state], "its hour is over, its truck is there"


def test_who_is_on_another_run_is_not_on_its_last_street_still() -> None:
    # Its only pass may count for the way back, too: the haul along it is no second one.
    plan = planned([street(1, (0, 0), (500, 0), (0, 0), at_min=0)], ends_min=16)
    work = trace([(0, 0), (500, 0)], kmh=4)
    haul = trace([(500, 0), (0, 0), (0, 300)], kmh=40, start_min=end_min(work))
    of = drive([*work, *haul])
    spans = {of.vehicle: [OnRun(plan.key, BEGINS.timestamp(), work[-1][0], 1.0)]}
    seen = replace(fleet(of, runs=[plan]), spans=spans)
    told_of = judge(plan, seen, BEGINS + timedelta(minutes=18)).streets[0]
    assert (told_of.state, told_of.metres(StreetState.PASSED)) == (SERVED, 0)


def test_a_haul_after_the_run_proves_nothing_of_what_a_short_silence_hid() -> None:
    blind = street(1, (0, 0), (500, 0), (0, 0), at_min=0)
    plan = planned([blind, street(2, (0, 0), (0, 300), at_min=12)], ends_min=30)
    work = trace([(0, 0), (500, 0), (0, 0), (0, 300)], kmh=5)
    waits = stand((0, 300), start_min=end_min(work), minutes=60)
    haul = trace([(0, 300), (0, 0), (500, 0)], kmh=40, start_min=end_min(waits))
    rests = stand((500, 0), start_min=end_min(haul), minutes=60)
    seen = [fix for fix in work if fix[1] < 350]
    of = drive([*seen, *waits, *haul, *rests])
    spans = {of.vehicle: [OnRun(plan.key, BEGINS.timestamp(), BEGINS.timestamp() + 9_000, 1.0)]}
    first = judge(plan, replace(fleet(of, runs=[plan]), spans=spans), BEGINS + timedelta(hours=5)).streets[0]
    assert first.metres(StreetState.PASSED) == 0
    assert first.metres(StreetState.MISSED) == 0, "four minutes were lost on it"
