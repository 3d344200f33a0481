"""When a run was over, and until when its crew worked on it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import numpy as np
import pytest
from collection_world import BEGINS, ROUND, WAYS, drive, end_min, fleet, planned, stand, street, trace
from street_fixtures import DEGREE_M

from domain.waste.run import RunState, StreetState
from rounds.assigning import OnRun
from rounds.runs import judge


def test_a_run_along_one_street_and_back_is_over_when_the_truck_has_come_back():
    there_and_back = planned([street(1, (0, 0), (500, 0), (0, 0), at_min=0)])
    fixes = trace([(0, 0), (500, 0), (0, 0)], kmh=4)
    on_the_way, back = BEGINS + timedelta(minutes=9), BEGINS + timedelta(minutes=end_min(fixes) + 5)
    so_far = [fix for fix in fixes if fix[0] <= on_the_way.timestamp()]
    cases = (so_far, on_the_way, RunState.RUNNING, StreetState.DUE), (fixes, back, RunState.CLOSED, StreetState.SERVED)
    for known, now, state, street_state in cases:
        result = judge(there_and_back, fleet(drive(known), runs=[there_and_back]), now)
        assert [one.state for one in result.streets] == [street_state]
        assert result.state is state
    assert result.closed_at is not None
    assert abs(result.closed_at.timestamp() - fixes[-1][0]) < 60
    assert abs(result.assignments[0].until.timestamp() - fixes[-1][0]) < 60, "it worked until it was back"


def test_a_slow_drive_home_along_its_street_is_no_work_on_a_run_that_is_over():
    plan = planned(ends_min=25)
    work = trace(ROUND[:3], kmh=5)
    home = trace([(500, 300), (0, 300)], kmh=17, start_min=70)
    waits = stand((500, 300), start_min=end_min(work), minutes=int(70 - end_min(work)))
    spans = [OnRun(plan.key, BEGINS.timestamp(), BEGINS.timestamp() + 80 * 60, 1.0)]
    for drives, until_s in ((home, work[-1][0]), (trace([(500, 300), (0, 300)], kmh=6, start_min=70), None)):
        of = drive([*work, *waits, *drives])
        seen = replace(fleet(of, runs=[plan]), spans={of.vehicle: spans})
        (one,) = judge(plan, seen, BEGINS + timedelta(hours=4)).assignments
        assert abs(one.until.timestamp() - (until_s or drives[-1][0])) < 60, "a crew that comes back to collect works"


def test_a_vehicle_that_is_on_another_run_has_left_this_one_though_it_crosses_its_streets():
    plan = planned(ends_min=25)
    work = trace(ROUND[:3], kmh=5)
    crosses = trace([(500, 300), (500, 0)], kmh=20, start_min=20)
    of, won_s = drive([*work, *crosses]), BEGINS.timestamp() + 12 * 60
    spans = [OnRun(plan.key, BEGINS.timestamp(), won_s, 1.0), OnRun("02#1", won_s, won_s + 3_600, 1.0)]
    seen = replace(fleet(of, runs=[plan]), spans={of.vehicle: spans})
    result = judge(plan, seen, BEGINS + timedelta(minutes=end_min(crosses)))
    assert result.state is RunState.RUNNING
    assert result.away_since is not None
    assert abs(result.away_since.timestamp() - work[-1][0]) < 60


def test_a_street_that_is_driven_through_after_the_run_was_left_out_by_it():
    plan = planned(ends_min=25)
    work = trace(ROUND[:3], kmh=5)
    home = trace([(500, 300), (0, 300)], kmh=40, start_min=50)
    waits = stand((500, 300), start_min=end_min(work), minutes=int(50 - end_min(work)))
    parked = stand((0, 300), start_min=end_min(home), minutes=60)
    of = drive([*work, *waits, *home, *parked])
    for until_min, state in ((20, StreetState.MISSED), (80, StreetState.PASSED)):
        spans = [OnRun(plan.key, BEGINS.timestamp(), BEGINS.timestamp() + 60 * until_min, 0.6)]
        seen = replace(fleet(of, runs=[plan]), spans={of.vehicle: spans})
        street_3 = judge(plan, seen, BEGINS + timedelta(hours=4)).streets[2]
        assert street_3.state is state
        assert street_3.stretches[0].confidence <= 0.6, "no surer than that the vehicle was the run's"


def test_a_silence_that_began_before_the_window_is_told_from_the_last_sign_on():
    before = stand((0, 0), start_min=-20, minutes=10)
    fixes = trace([(500, 0), (500, 300), (0, 300)], kmh=5, start_min=2)
    of = drive([*before, *fixes, *stand((0, 300), start_min=end_min(fixes), minutes=60)])
    run = planned()
    spans = {of.vehicle: [OnRun(run.key, BEGINS.timestamp(), BEGINS.timestamp() + 3_600, 1.0)]}
    result = judge(run, replace(fleet(of, runs=[run]), spans=spans), BEGINS + timedelta(hours=4))
    heard = BEGINS - timedelta(minutes=11)
    assert result.gaps[0][0] == heard, "two minutes of it lie within"
    assert {piece.gap[0] for piece in result.streets[0].stretches if piece.gap} == {heard}


def test_what_a_vehicle_on_no_run_collects_before_a_streets_hour_waits_until_its_own_run_is_known():
    later = planned([street(1, (0, 0), (500, 0), at_min=60), street(2, (500, 0), (500, 300), at_min=70)], ends_min=90)
    fixes = trace(ROUND[:2], kmh=5)
    seen = replace(fleet(drive(fixes), runs=[later]), spans={"LA-001": []})
    soon = BEGINS + timedelta(minutes=end_min(fixes) + 5)
    for now, state in ((soon, StreetState.DUE), (soon + timedelta(minutes=20), StreetState.SERVED)):
        assert judge(later, seen, now).streets[0].state is state
    own = {"LA-001": [OnRun(later.key, BEGINS.timestamp(), soon.timestamp(), 1.0)]}
    assert judge(later, replace(seen, spans=own), soon).streets[0].state is StreetState.SERVED


def test_a_truck_that_rests_in_its_base_beside_a_street_is_not_there():
    plan = planned(ends_min=60)
    work = trace(ROUND[:3], kmh=5)
    home = trace([(500, 300), (250, 300)], kmh=30, start_min=end_min(work))
    rests = stand((250, 300), start_min=end_min(home), minutes=15)
    base = WAYS.graph.metres(np.array([[250 / DEGREE_M, 300 / DEGREE_M]]))[0]
    for parked in (False, True):
        of = drive([*work, *home, *rests])
        seen = fleet(of, runs=[plan])
        spans = {of.vehicle: [OnRun(plan.key, BEGINS.timestamp(), BEGINS.timestamp() + 7_200, 1.0)]}
        at_base = partial(_near, base) if parked else (lambda _place: False)
        result = judge(plan, replace(seen, spans=spans, parked=at_base), BEGINS + timedelta(minutes=end_min(rests)))
        assert (result.away_since is not None) is parked


def _near(base: np.ndarray, place: np.ndarray) -> bool:
    return bool(np.hypot(*(WAYS.graph.metres(place[None])[0] - base)) < 30)


@pytest.mark.parametrize("state", [StreetState.MISSED, StreetState.PASSED])
def test_what_another_collects_later_was_left_out_by_the_run_but_nobody_has_to_be_sent(state: StreetState):
    plan = planned(ends_min=25)
    work = trace(ROUND[:3], kmh=5)
    own = [*work, *stand((500, 300), start_min=11, minutes=120)]
    if state is StreetState.PASSED:
        work = trace(ROUND[:2], kmh=5)
        through = trace(ROUND[1:], kmh=40, start_min=end_min(work))
        own = [*work, *through, *stand(ROUND[-1], start_min=end_min(through), minutes=120)]
    again = drive(trace([(500, 300), (0, 300)], kmh=5, start_min=100), vehicle="LA-009")
    for drives, later in (((drive(own),), None), ((drive(own), again), BEGINS + timedelta(minutes=100))):
        seen = fleet(*drives, runs=[plan])
        spans = {
            "LA-001": [OnRun(plan.key, BEGINS.timestamp(), BEGINS.timestamp() + 3_600, 1.0)],
            "LA-009": [OnRun("02#1", BEGINS.timestamp() + 5_000, BEGINS.timestamp() + 9_000, 1.0)],
        }
        street_3 = judge(plan, replace(seen, spans=spans), BEGINS + timedelta(hours=4)).streets[2]
        assert street_3.state is state
        assert (street_3.later_at is None) is (later is None)
        if later is not None and street_3.later_at is not None:
            assert abs(street_3.later_at - later) < timedelta(minutes=6)


def test_a_corner_of_the_next_street_crossed_on_this_one_does_not_mean_that_a_silence_hid_nothing_here():
    plan = planned((street(1, (0, 0), (500, 0), at_min=0), street(2, (100, 0), (100, 300), at_min=8)), ends_min=15)
    seen = trace([(0, 0), (200, 0)], kmh=5)
    again = stand((500, 300), start_min=end_min(seen) + 20, minutes=120)
    of = drive([*seen, *again])
    spans = {of.vehicle: [OnRun(plan.key, BEGINS.timestamp(), BEGINS.timestamp() + 3_600, 1.0)]}
    first, second = judge(plan, replace(fleet(of, runs=[plan]), spans=spans), BEGINS + timedelta(hours=4)).streets
    assert second.passed_at is not None, "its corner was crossed"
    assert first.state is StreetState.UNKNOWN
    assert first.metres(StreetState.MISSED) == 0


def test_a_truck_goes_on_to_the_next_street_when_it_collects_there_not_at_its_corner():
    plan = planned((street(1, (0, 0), (500, 0), at_min=0), street(2, (100, 0), (100, 300), at_min=8)), ends_min=15)
    seen = trace([(0, 0), (200, 0)], kmh=3)
    on = trace([(100, 120), (100, 300)], kmh=5, start_min=end_min(seen) + 8)
    of = drive([*seen, *on, *stand((100, 300), start_min=end_min(on), minutes=60)])
    spans = {of.vehicle: [OnRun(plan.key, BEGINS.timestamp(), BEGINS.timestamp() + 3_600, 1.0)]}
    first, second = judge(plan, replace(fleet(of, runs=[plan]), spans=spans), BEGINS + timedelta(hours=4)).streets
    assert second.metres(StreetState.SERVED) > 0, "it collected there when it was heard again"
    assert first.metres(StreetState.MISSED) == 0
