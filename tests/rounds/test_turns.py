"""A street that a run's plan has twice: each entry waits for its own pass, and one pass may have been for both."""

from datetime import timedelta

import pytest
from collection_world import BEGINS, ROUND, STREETS, drive, end_min, judged, planned, stand, street, trace

from domain.waste.run import Punctuality, RunResult, RunState, StreetState

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
