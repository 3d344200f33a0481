"""States of a run's streets: served, passed, missed, unknown; and states that must not be claimed."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from collection_world import (
    BEGINS,
    DAY,
    ROUND,
    STREETS,
    WAYS,
    drive,
    end_min,
    fleet,
    judged,
    planned,
    stand,
    stop,
    street,
    trace,
)

from domain.waste.plan import DueRun, Kerb, Route, VehicleClass
from domain.waste.run import AssignedBy, Because, ClosedBy, Punctuality, RunResult, RunState, StreetState
from rounds.assigning import OnRun
from rounds.drive import Drive
from rounds.due import RunPlan, due_streets
from rounds.runs import judge


def states(result: RunResult) -> list[StreetState]:
    return [s.state for s in result.streets]


def test_a_planned_line_is_cut_at_the_junctions_and_keeps_its_length():
    one, _, back = planned().streets
    assert [s.segment for s in one.stretches] == [0, 1, 2, 3, 4]
    assert one.length_m == pytest.approx(500, abs=1)
    assert sum(s.length_m for s in one.stretches) == pytest.approx(one.length_m)
    assert all(s.to_m > s.from_m for s in one.stretches)
    assert [s.segment for s in back.stretches] == [19, 18, 17, 16, 15]
    assert all(s.to_m < s.from_m for s in back.stretches)


def test_a_line_away_from_every_street_is_due_and_not_placed():
    route = Route(id="x", name="x", streets=(street(1, (0, 9_000), (300, 9_000)), street(2, (0, 0), (100, 900))))
    away, half = due_streets(WAYS, route)
    assert [(s.segment, round(s.length_m)) for s in away.stretches] == [(-1, 300)]
    assert sum(s.length_m for s in half.stretches) == pytest.approx(half.length_m)


def test_a_few_metres_of_another_street_are_no_piece_of_their_own():
    crumb = [street(1, (195, 0), (195, 0.5), (200, 0.5), (200, 300)), street(2, (0, 0), (6, 0))]
    bent, short = due_streets(WAYS, Route(id="x", name="x", streets=tuple(crumb)))
    assert all(s.length_m > 90 for s in bent.stretches), "nobody can tell whether these few metres were driven"
    assert sum(s.length_m for s in bent.stretches) == pytest.approx(bent.length_m)
    assert [s.segment >= 0 for s in short.stretches] == [True], "all there is of it"


def test_a_round_driven_slowly_serves_every_street_and_closes_the_run():
    result = judged(drive(trace(ROUND)))
    assert states(result) == [StreetState.SERVED] * 3
    assert (result.state, result.closed_by) == (RunState.CLOSED, ClosedBy.COMPLETE)
    assert result.vehicles == ("LA-001",)
    assert result.metres(StreetState.SERVED) == pytest.approx(result.due_m, abs=2)
    assert result.distance_m == pytest.approx(1_300, abs=15)
    assert [s.punctuality for s in result.streets] == [Punctuality.ON_TIME] * 3
    assert all(stretch.fixes > 2 and stretch.confidence > 0.8 for s in result.streets for stretch in s.stretches)
    assert result.started_at is not None
    assert abs(result.started_at - BEGINS) < timedelta(minutes=1)
    assert [one.until for one in result.assignments] == [result.closed_at], "nobody works on what is over"


def test_a_plan_without_hours_gives_a_run_no_window():
    given = Route(id="01", name="Tuyến 01", streets=tuple(replace(one, begins_s=None) for one in STREETS))
    run = RunPlan(DueRun(route=given, day=DAY, number=1, streets=given.streets), due_streets(WAYS, given))
    result = judged(drive(trace(ROUND)), run=run)
    assert (result.begins, result.ends) == (None, None), "midnight would be a claim"
    assert states(result) == [StreetState.SERVED] * 3
    timed = replace(given, begins_s=17 * 3_600)
    dated = judged(run=RunPlan(DueRun(route=timed, day=DAY, number=1, streets=given.streets), run.streets))
    assert dated.begins == BEGINS


def _heard_on(fixes: list[tuple[float, float, float]]) -> Drive:
    """A drive after which the truck stands far away and is heard."""
    return drive([*fixes, *stand((0, 900), start_min=end_min(fixes), minutes=100)])


def _at(minutes: float) -> datetime:
    return BEGINS + timedelta(minutes=minutes)


def test_a_truck_of_another_run_that_drives_by_passes_no_street_of_this_one():
    by = drive(trace(ROUND, kmh=40, start_min=-30, every_s=5), vehicle="LA-009")
    for now in (-20, 5, 240):
        result = judged(by, now=_at(now))
        assert StreetState.PASSED not in states(result), now
        assert result.state is (RunState.CLOSED if now == 240 else RunState.PLANNED)
    assert states(judged(by, heard=False)) == [StreetState.UNKNOWN] * 3, "its own truck may have been there unheard"


def test_a_street_is_passed_only_when_its_hour_is_over():
    slow = trace(ROUND[:2])
    fast = trace(ROUND[1:3], kmh=40, start_min=end_min(slow), every_s=10)
    own = _heard_on([*slow, *fast, *trace(ROUND[2:], start_min=end_min(fast))])
    assert states(judged(own, now=_at(14)))[1] is StreetState.DUE, "it may come again in its turn"
    assert states(judged(own, now=_at(24)))[1] is StreetState.PASSED
    assert states(judged(own))[1] is StreetState.PASSED


def test_a_street_along_which_its_truck_came_is_not_passed_while_it_collects_there():
    came = trace([(500, 0), (0, 0)], kmh=40, start_min=-1, every_s=5)
    slow = [fix for fix in trace(ROUND[:2], kmh=1.2) if fix[0] <= _at(16).timestamp()]
    run, on = planned(), OnRun("01#1", _at(-2).timestamp(), _at(16).timestamp(), 1.0)
    seen = replace(fleet(drive([*came, *slow]), runs=[run]), spans={"LA-001": [on]})
    there = judge(run, seen, _at(16)).streets[0]
    assert there.state is StreetState.DUE, "its hour is over, but the truck is still there"
    assert [one.state for one in there.stretches] == [StreetState.SERVED] * 3 + [StreetState.DUE] * 2


def test_a_run_whose_street_another_truck_crossed_long_before_has_not_begun():
    crossing = drive(trace([(500, 0), (500, 300)], kmh=8, start_min=-60), vehicle="LA-009")
    before = judged(crossing, now=_at(-50))
    assert (before.state, before.started_at, before.vehicles) == (RunState.PLANNED, None, ())
    collecting = drive(trace(ROUND[:2]), vehicle="LA-001")
    lately = judged(replace(collecting, vehicle="LA-001"), now=_at(4))
    assert lately.state is RunState.RUNNING, "too lately to be assigned"


def test_a_run_begins_when_its_truck_is_on_it_and_not_when_that_crossed_a_street_of_it_before():
    crossed = trace([(500, 0), (500, 300)], kmh=8, start_min=-60)
    run, on = planned(), OnRun("01#1", BEGINS.timestamp() - 30, BEGINS.timestamp() + 7_200, 1.0)
    seen = replace(fleet(_heard_on([*crossed, *trace(ROUND)]), runs=[run]), spans={"LA-001": [on]})
    result = judge(run, seen, BEGINS + timedelta(hours=4))
    assert all(one.first_at is None or one.first_at >= _at(-1) for one in result.streets), "of two, that in its turn"
    assert result.started_at is not None
    assert abs(result.started_at - BEGINS) < timedelta(minutes=1)


def test_a_truck_that_is_meant_for_another_run_begins_none_of_this_one():
    own = _given_to(planned(), None, "LA-001")
    other = _given_to(planned([street(1, (0, 0), (500, 0), at_min=0)], route="02"), None, "LA-009")
    for vehicle, state in (("LA-001", RunState.RUNNING), ("LA-009", RunState.PLANNED), ("LA-005", RunState.RUNNING)):
        seen = fleet(drive(trace(ROUND[:2]), vehicle=vehicle), runs=[own, other])
        assert seen.spans[vehicle] == [], "too lately to be assigned"
        result = judge(own, seen, _at(4))
        assert (result.state, result.started_at is None) == (state, state is RunState.PLANNED), vehicle
        assert states(result)[0] is StreetState.SERVED, "who collects serves"


def test_a_vehicle_is_on_a_run_as_long_as_it_is_heard():
    part = drive(trace(ROUND[:3]))
    result = judged(part, now=_at(60))
    assert result.state is RunState.RUNNING
    (one,) = result.assignments
    assert one.until.timestamp() == pytest.approx(part.at_s[-1])


def test_many_runs_on_the_same_streets_leave_one_rival():
    runs = [planned(route=f"{number:02d}") for number in range(1, 11)]
    own = _given_to(runs[3], None, "LA-001")
    everyone = fleet(drive(trace(ROUND)), runs=[*runs[:3], own, *runs[4:]])
    (span,) = everyone.spans["LA-001"]
    assert span.key == own.key
    assert 0.5 < span.confidence < 0.6, "a tenth would read as surely wrong"
    assert judged(drive(trace(ROUND))).assignments[0].confidence == 1.0


def test_of_two_runs_on_the_same_streets_the_one_whose_hour_it_is_has_the_vehicle():
    later_streets = [replace(one, begins_s=(one.begins_s or 0) + 5_400) for one in STREETS]
    now, later = planned(route="02", ends_min=60), planned(later_streets, route="01", ends_min=150)
    twice = [*trace(ROUND), *trace(ROUND[::-1], start_min=end_min(trace(ROUND)))]
    evening = [(at_s + 5_400, x, y) for at_s, x, y in twice]
    spans = fleet(drive([*twice, *evening]), runs=[later, now]).spans["LA-001"]
    assert [span.key for span in spans] == [now.key, later.key]
    assert all(span.until_s - span.since_s >= 120 for span in spans)


def _given_to(run: RunPlan, what: VehicleClass | None, *plates: str) -> RunPlan:
    route = replace(run.due.route, vehicle_class=what, plates=plates)
    return RunPlan(replace(run.due, route=route), run.streets)


@pytest.mark.parametrize("what", [VehicleClass.COMPACTOR, None])
def test_a_handcart_on_its_way_home_drives_no_trucks_run_and_collects_for_none(what: VehicleClass | None):
    alley = _given_to(planned([street(1, (0, 600), (500, 600), at_min=0)], route="02"), VehicleClass.HANDCART, "XG-001")
    truck = _given_to(planned(), what, "LA-001")
    home = drive(trace(ROUND, kmh=4), vehicle="XG-001")
    everyone = fleet(home, runs=[truck, alley])
    result = judge(truck, everyone, BEGINS + timedelta(hours=4))
    if what is None:
        assert result.vehicles == ("XG-001",), "nobody knows what the plan wants"
    else:
        assert (result.vehicles, result.fixes) == ((), 0)
        assert StreetState.SERVED not in states(result)
        by_truck = drive(trace(ROUND), vehicle="LA-009")
        assert judge(truck, fleet(by_truck, runs=[truck, alley]), BEGINS + timedelta(hours=4)).vehicles == ("LA-009",)
    said = {"XG-001": [OnRun(truck.key, BEGINS.timestamp(), BEGINS.timestamp() + 1_800, 1.0, overridden=True)]}
    told = judge(truck, fleet(home, runs=[truck, alley], said=said), BEGINS + timedelta(hours=4))
    assert told.vehicles == ("XG-001",), "a dispatcher knows better"


def test_a_street_driven_through_fast_is_passed_and_not_collected():
    slow = trace(ROUND[:2])
    fast = trace(ROUND[1:3], kmh=40, start_min=end_min(slow), every_s=10)
    rest = trace(ROUND[2:], start_min=end_min(fast))
    result = judged(_heard_on([*slow, *fast, *rest]))
    assert states(result) == [StreetState.SERVED, StreetState.PASSED, StreetState.SERVED]
    told = result.streets[1].stretches[1]
    assert told.because is Because.TOO_FAST
    assert told.speed_kmh == pytest.approx(40, abs=8)
    assert result.closed_by is ClosedBy.WINDOW, "what was not collected keeps the run open to its end"


def test_a_street_nobody_drove_is_missed_when_the_tracker_sent_throughout():
    standing = stand((500, 300), start_min=end_min(trace(ROUND[:3])), minutes=100)
    result = judged(drive([*trace(ROUND[:3]), *standing]))
    assert states(result) == [StreetState.SERVED, StreetState.SERVED, StreetState.MISSED]
    # It stands at the far end of the street, near enough to the last junction to count for nothing of it.
    assert {s.because for s in result.streets[2].stretches} == {Because.NOT_DRIVEN}
    assert result.gaps == ()


def test_the_same_street_is_unknown_when_a_silence_was_long_enough_to_drive_it():
    standing = stand((500, 300), start_min=end_min(trace(ROUND[:3])) + 12, minutes=100)
    result = judged(drive([*trace(ROUND[:3]), *standing]))
    assert states(result) == [StreetState.SERVED, StreetState.SERVED, StreetState.UNKNOWN]
    hidden = result.streets[2].stretches[2]
    assert hidden.because is Because.TRACKER_GAP
    assert hidden.gap is not None
    assert hidden.gap[1] - hidden.gap[0] > timedelta(minutes=11)
    assert result.count(StreetState.MISSED) == 0


def test_a_street_driven_through_and_perhaps_collected_unheard_is_unknown():
    slow = trace(ROUND[:2])
    around = trace([(500, 0), (400, 0), (400, 300), (500, 300)], kmh=8, start_min=end_min(slow))
    rest = trace(ROUND[2:], start_min=end_min(slow) + 8)
    through = trace([(0, 300), (500, 300), (500, 0)], kmh=40, start_min=end_min(rest), every_s=10)
    # It hauled along it when it was done, which tells nothing of its turn.
    assert states(judged(_heard_on([*slow, *around, *rest, *through])))[1] is StreetState.MISSED
    unheard = judged(_heard_on([*slow, *rest, *through])).streets[1]
    assert unheard.state is StreetState.UNKNOWN, "eight minutes unheard beside it: it may have collected there"
    assert {one.because for one in unheard.stretches} == {Because.TRACKER_GAP}


def test_a_first_street_driven_through_is_passed_and_not_said_to_be_unseen():
    fast = trace(ROUND[:2], kmh=40, every_s=10)
    result = judged(_heard_on([*fast, *trace(ROUND[1:], start_min=end_min(fast))]))
    assert states(result) == [StreetState.PASSED, StreetState.SERVED, StreetState.SERVED]
    assert {one.because for one in result.streets[0].stretches} == {Because.TOO_FAST}


def test_a_silence_before_the_truck_came_to_the_street_before_hides_nothing():
    waits = stand((20, 0), start_min=0, minutes=2)
    works = trace(ROUND[:3], kmh=5, start_min=12)
    off = trace([(500, 300), (500, 0)], kmh=25, start_min=end_min(works))
    rests = stand((500, 0), start_min=end_min(off), minutes=120)
    result = judged(drive([*waits, *works, *off, *rests]), run=planned(ends_min=45))
    assert result.gaps, "ten minutes at its first street"
    assert [one.state for one in result.streets] == [StreetState.SERVED, StreetState.SERVED, StreetState.MISSED]


def test_a_silence_too_short_to_get_there_hides_nothing():
    began = end_min(trace(ROUND[:3]))
    far_off = stand((40_000, 300), start_min=began + 3, minutes=20)
    # Six minutes unheard, 39 km from the street and back: nobody was there.
    later = stand((40_000, 300), start_min=began + 29, minutes=80)
    result = judged(drive([*trace(ROUND[:3]), *far_off, *later]))
    assert result.gaps != ()
    assert result.streets[2].state is StreetState.MISSED


def test_polling_every_ten_minutes_is_unknown_and_never_missed():
    all_day = [fix for n in range(8) for fix in trace(ROUND, start_min=n * 12)]
    result = judged(drive(all_day[::40]))
    assert result.count(StreetState.MISSED) == 0
    assert result.count(StreetState.SERVED) == 0
    assert set(states(result)) == {StreetState.UNKNOWN}


def test_while_the_run_is_open_nothing_is_missed():
    half = trace(ROUND[:2])
    result = judged(drive(half), now=BEGINS + timedelta(minutes=8))
    assert states(result) == [StreetState.SERVED, StreetState.DUE, StreetState.DUE]
    assert result.state is RunState.RUNNING
    assert result.closed_at is None
    assert judged(now=BEGINS - timedelta(hours=1)).state is RunState.PLANNED


def test_a_silence_that_may_hide_an_overdue_street_is_told_while_the_run_is_open():
    slow = trace(ROUND[:2])
    silent = drive([*slow, *trace(ROUND[2:], start_min=end_min(slow) + 8)])
    hidden = judged(silent, now=_at(24)).streets[1]
    assert (hidden.state, hidden.hidden) == (StreetState.DUE, True)
    assert {one.gap for one in hidden.stretches} == {judged(silent, now=_at(24)).gaps[0]}
    assert not judged(silent, now=_at(20)).streets[1].hidden, "its window is not over"
    heard = drive([*slow, *stand((500, 0), start_min=end_min(slow), minutes=30)])
    assert not judged(heard, now=_at(24)).streets[1].hidden


@pytest.mark.parametrize(("start_min", "open_min", "over_min"), [(0, 29, 31), (25, 42, 46)])
def test_a_run_of_which_every_street_counts_as_served_is_over(start_min: float, open_min: float, over_min: float):
    lacking = drive(trace([(110, 0), *ROUND[1:]], start_min=start_min))
    result = judged(lacking, now=_at(over_min))
    assert states(result) == [StreetState.SERVED] * 3
    assert result.metres(StreetState.SERVED) < result.due_m - 90
    assert (result.state, result.closed_by) == (RunState.CLOSED, ClosedBy.COMPLETE), "nobody is late there"
    assert judged(lacking, now=_at(open_min)).state is RunState.RUNNING, "the truck may still come"


def test_a_run_nobody_is_known_to_have_driven():
    unheard = judged(heard=False)
    assert set(states(unheard)) == {StreetState.UNKNOWN}
    assert unheard.streets[0].stretches[0].because is Because.NO_VEHICLE
    assert set(states(judged(heard=True))) == {StreetState.MISSED}, "every vehicle was heard, and none came"


@pytest.mark.parametrize(
    ("kerb", "state"),
    [(Kerb.RIGHT, StreetState.PASSED), (Kerb.LEFT, StreetState.SERVED), (Kerb.BOTH, StreetState.SERVED)],
)
def test_the_right_kerb_asks_for_the_direction(kerb: Kerb, state: StreetState):
    run = planned([street(1, (500, 0), (0, 0), kerb=kerb, at_min=0), *planned().due.streets[1:]])
    result = judged(_heard_on(trace(ROUND)), run=run)
    assert result.streets[0].state is state
    assert (result.streets[0].stretches[0].because is Because.WRONG_KERB) == (state is StreetState.PASSED)


def test_an_early_truck_is_early_and_no_miss():
    result = judged(drive(trace(ROUND, start_min=-40)))
    assert states(result) == [StreetState.SERVED] * 3
    assert {s.punctuality for s in result.streets} == {Punctuality.EARLY}
    late = judged(drive(trace(ROUND, start_min=40)))
    assert {s.punctuality for s in late.streets} == {Punctuality.LATE}


def test_stops_are_visited_in_the_order_of_the_plan():
    run = planned([stop(1, (100, 0), 1), stop(2, (500, 200), 8), stop(3, (300, 500), 15)])
    said = {"LA-001": [OnRun("01#1", BEGINS.timestamp(), BEGINS.timestamp() + 3_600, 1.0, overridden=True)]}
    standing = stand((0, 300), start_min=end_min(trace(ROUND)), minutes=100)
    seen = fleet(drive([*trace(ROUND), *standing]), runs=[run], said=said)
    result = judge(run, seen, BEGINS + timedelta(hours=4))
    assert states(result) == [StreetState.SERVED, StreetState.SERVED, StreetState.MISSED]
    assert result.streets[0].passed_at is not None
    assert result.assignments[0].by is AssignedBy.OVERRIDE
    assert result.due_m == 0


def test_two_routes_are_told_apart_by_where_the_truck_drove():
    other = planned(
        [street(1, (0, 500), (500, 500), at_min=0), street(2, (500, 500), (500, 400), at_min=6)], route="02"
    )
    first, second = drive(trace(ROUND)), drive(trace([(0, 500), (500, 500), (500, 400)]), "LA-002")
    seen = fleet(first, second, runs=[planned(), other])
    now = BEGINS + timedelta(hours=4)
    assert judge(planned(), seen, now).vehicles == ("LA-001",)
    assert judge(other, seen, now).vehicles == ("LA-002",)


def test_a_drive_past_is_no_assignment():
    crossing = drive(trace([(300, -0.0), (300, 500)], kmh=30, every_s=10))
    assert fleet(crossing, runs=[planned()]).spans["LA-001"] == []


def test_a_dispatchers_word_outweighs_where_the_vehicle_drove():
    other = planned([street(1, (0, 500), (500, 500), at_min=0)], route="02")
    word = OnRun("02#1", BEGINS.timestamp() - 60, BEGINS.timestamp() + 7_200, 1.0, overridden=True)
    seen = fleet(drive(trace(ROUND)), runs=[planned(), other], said={"LA-001": [word]})
    now = BEGINS + timedelta(hours=4)
    assert judge(planned(), seen, now).vehicles == ()
    assert judge(other, seen, now).assignments[0].by is AssignedBy.OVERRIDE


def test_a_place_that_is_not_on_the_map_is_unknown_and_counts_no_metres():
    run = planned([*planned().due.streets, street(4)])
    result = judged(drive(trace(ROUND)), run=run)
    assert result.streets[3].state is StreetState.UNKNOWN
    assert result.streets[3].stretches[0].because is Because.NOT_PLACED
    assert result.streets[3].due_m == 0


def test_a_night_run_is_judged_past_midnight():
    night = [street(1, (0, 0), (500, 0), at_min=6.8 * 60), street(2, (500, 0), (500, 300), at_min=7.1 * 60)]
    run = planned(night, ends_min=8 * 60)
    result = judged(drive(trace(ROUND[:3], start_min=6.9 * 60)), run=run, now=BEGINS + timedelta(hours=12))
    assert states(result) == [StreetState.SERVED] * 2
    assert result.day == DAY
    assert result.ends is not None
    assert result.ends.date() == DAY, "01:00 of the next day in Viet Nam is 18:00 UTC"


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_fixes_never_break_judging(count: int):
    result = judged(drive(trace(ROUND)[:count]))
    assert set(states(result)) <= {StreetState.UNKNOWN, StreetState.MISSED}


def test_a_drive_in_parts_is_the_drive_at_once():
    rows = np.array(trace(ROUND))
    assert judged(drive(rows)) == judged(drive([*rows[:20], *rows[20:]]))


def test_a_vehicle_its_plan_names_wins_a_tie_and_nothing_more():
    plans = [planned(route=route) for route in ("01", "02", "03")]
    named = replace(plans[1].due.route, plates=("la 001",))
    plans[1] = replace(plans[1], due=replace(plans[1].due, route=named))
    seen = fleet(drive(trace(ROUND)), runs=plans)
    now = BEGINS + timedelta(hours=4)
    assert [judge(plan, seen, now).vehicles for plan in plans] == [(), ("LA-001",), ()]
    away = planned([street(1, (0, 500), (500, 500), at_min=0)], route="09")
    far = replace(away, due=replace(away.due, route=replace(away.due.route, plates=("LA-001",))))
    only = fleet(drive(trace(ROUND)), runs=[planned(), far])
    assert judge(far, only, now).vehicles == ()


def test_a_haul_to_the_first_street_keeps_nobody_from_the_run_that_is_meant_for_it():
    haul = trace([*[(0, 500), (500, 500)] * 9, (0, 500), (0, 0)], kmh=35, start_min=-18, every_s=10)
    slow = trace(ROUND, start_min=end_min(haul))
    own = _given_to(planned(), None, "LA-001")
    for run, taken in ((own, True), (planned(), False)):
        seen = fleet(drive([*haul, *slow]), runs=[run])
        assert bool(seen.spans["LA-001"]) == taken, "an eighth of what it drove lies on the run"


def test_an_early_collection_of_one_long_street_that_lasts_into_its_window_is_early():
    long = street(1, (0, 0), (500, 0), at_min=12)
    ten_minutes = drive(trace([(0, 0), (500, 0)], kmh=3))
    later = [street(2, (500, 0), (500, 300), at_min=25), street(3, (500, 300), (0, 300), at_min=28)]
    result = judged(ten_minutes, run=planned([long, *later]))
    assert result.streets[0].punctuality is Punctuality.EARLY


def test_a_load_hauled_through_a_routes_streets_drives_no_run():
    hauled = judged(drive(trace([*ROUND, *ROUND[::-1], *ROUND, *ROUND[::-1]], kmh=35, every_s=5)))
    assert hauled.vehicles == ()
    slow = judged(drive(trace([*ROUND], kmh=6, every_s=5)))
    assert slow.vehicles == ("LA-001",)


def test_a_round_that_comes_by_its_first_corner_again_passed_it_at_the_beginning():
    around = street(1, *ROUND, (0, 0), at_min=0)
    driven = drive(trace([(30, 0), *ROUND[1:], (0, 0), (0, 500)], kmh=6))
    (only,) = judged(driven, run=planned([around])).streets
    assert only.passed_at is not None
    assert only.passed_at - BEGINS < timedelta(minutes=2), "it was nearer to the corner when it came back"
