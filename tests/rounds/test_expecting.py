"""Expected times of streets still due, and the forecast errors of closed runs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from collection_world import BEGINS, ROUND, drive, end_min, fleet, judged, planned, stand, street, trace

from domain.waste.run import AssignedBy, Assignment, StreetState
from rounds.expecting import errors, foretold, learn, passings, timetable
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


def long_run(*came_min: float | None, now_min: float, every_min: float = 20):
    """A run of nine streets, one each ``every_min`` minutes, of which the first were passed at these minutes."""
    line = [street(i, (i * 500, 0), (i * 500 + 500, 0), at_min=every_min * i) for i in range(9)]
    plan, now = planned(line), BEGINS + timedelta(minutes=now_min)
    begun = replace(judge(plan, fleet(runs=[plan]), now), as_of=now)
    streets = [replace(one, state=StreetState.DUE) for one in begun.streets]
    for number, at_min in enumerate(came_min):
        at = None if at_min is None else BEGINS + timedelta(minutes=at_min)
        done = tuple(replace(one, state=StreetState.SERVED) for one in streets[number].stretches)
        streets[number] = replace(streets[number], passed_at=at, state=StreetState.SERVED, stretches=done)
    return replace(begun, streets=tuple(streets)), now


def expected_min(run, now, lessons: Lessons | None = None) -> dict[int, float]:
    told = foretold(run, lessons or Lessons(), now)
    return {s.order: (s.expected.at - BEGINS).total_seconds() / 60 for s in told.streets if s.expected}


def test_a_truck_that_is_early_all_along_is_expected_early_though_nobody_saw_one_street():
    run, now = long_run(-10, None, 15, 35, now_min=36)
    assert expected_min(run, now)[5] == pytest.approx(75, abs=2), "planned at 100"


def test_a_street_that_leads_back_to_its_beginning_makes_no_run_late():
    run, now = long_run(0, 20, 55, now_min=56)
    began = BEGINS + timedelta(minutes=40)
    piece = replace(run.streets[2].stretches[0], state=StreetState.SERVED, vehicle="LA-001", first_at=began)
    loop = replace(run.streets[2], stretches=(piece,))
    on_it = Assignment(vehicle="LA-001", since=BEGINS, until=now, confidence=1, by=AssignedBy.MATCHED)
    run = replace(run, streets=(*run.streets[:2], loop, *run.streets[3:]), assignments=(on_it,))
    assert expected_min(run, now)[3] == pytest.approx(60, abs=2), "it passed the corner again at 55"


def test_what_was_only_crossed_teaches_nothing():
    lessons = Lessons()
    for _ in range(30):
        crossed, _now = long_run(0, 20, 28, 60, 80, 100, 120, 140, 160, now_min=300)
        learn(lessons, crossed)
    run, now = long_run(-25, -5, 15, 35, now_min=36)
    assert expected_min(run, now, lessons)[4] == pytest.approx(55, abs=3), "an early run stays early"


def test_a_large_delay_lasts_although_small_ones_go():
    lessons = Lessons()
    for late_min in (2, 1, 3, 2, 1) * 6:
        soon_gone, _now = long_run(late_min, 20, 40, 60, 80, 100, 120, 140, 160, now_min=300)
        learn(lessons, soon_gone)
    lasting, _now = long_run(*(20 * i + 36 - 3 * i for i in range(9)), now_min=300)
    learn(lessons, lasting)
    run, now = long_run(36, now_min=45)
    told = expected_min(run, now, lessons)
    assert told[1] == pytest.approx(20 + 33, abs=3)
    assert told[2] == pytest.approx(40 + 30, abs=3), "one late run is enough to see that it makes up three minutes each"


@pytest.mark.parametrize("learnt", [1, 8, 40])
@pytest.mark.parametrize("late_min", [23, -25])
def test_what_goes_of_a_chance_delay_says_nothing_about_a_large_one(learnt: int, late_min: int):
    lessons = Lessons()
    for n in range(learnt):
        chance_min = [(1.5, -2, 0.5, 2, -1, 1, -1.5, 0, 0.5)[(i + n) % 9] for i in range(9)]
        run, _now = long_run(*(20 * i + late for i, late in enumerate(chance_min)), now_min=300)
        learn(lessons, run)
    run, now = long_run(*(20 * i + late_min for i in range(3)), now_min=40 + late_min + 1)
    told = expected_min(run, now, lessons)
    assert told[3] - 60 == pytest.approx(late_min, abs=6)
    assert told[5] - 100 == pytest.approx(late_min, abs=7)


def test_a_street_round_the_corner_of_the_next_one_makes_no_run_early():
    done, now = long_run(0, 40, 66, now_min=70, every_min=40)
    whole = done.streets[1]
    for state, share, next_min in (
        (StreetState.DUE, 0.69, 120),
        (StreetState.SERVED, 1.0, 106),
        (StreetState.DUE, 1.0, 106),
    ):
        pieces = tuple(replace(piece, state=state, share=share) for piece in whole.stretches)
        street_1 = replace(whole, stretches=pieces)
        run = replace(done, streets=(done.streets[0], street_1, *done.streets[2:]))
        assert expected_min(run, now)[3] == pytest.approx(next_min, abs=3), "still collected, done, driven through"
    borne_out, now = long_run(0, 40, 66, 106, now_min=110, every_min=40)
    assert expected_min(borne_out, now)[4] == pytest.approx(146, abs=3), "it was as early at the next one"


def test_what_is_left_of_a_long_street_comes_before_the_next_one():
    begun, now = long_run(0, now_min=30, every_min=40)
    for share, next_min in ((0.1, 66), (0.75, 40)):
        pieces = tuple(replace(piece, state=StreetState.DUE, share=share) for piece in begun.streets[0].stretches)
        long = replace(begun.streets[0], state=StreetState.DUE, stretches=pieces)
        told = expected_min(replace(begun, streets=(long, *begun.streets[1:])), now)
        assert (told[1], told[2]) == (pytest.approx(next_min, abs=2), pytest.approx(next_min + 40, abs=5))


def test_the_rest_of_a_street_that_is_collected_for_the_most_part_comes_before_the_next_one():
    begun, now = long_run(0, now_min=38, every_min=40)
    (piece, *_more) = begun.streets[0].stretches
    most = replace(piece, state=StreetState.SERVED, share=1.0, to_m=piece.from_m + 380)
    rest = replace(piece, state=StreetState.DUE, share=0.0, from_m=most.to_m, to_m=most.to_m + 120)
    for later, next_min in ((rest, 48), (replace(rest, state=StreetState.MISSED), 40)):
        street_0 = replace(begun.streets[0], state=StreetState.SERVED, stretches=(most, later))
        told = expected_min(replace(begun, streets=(street_0, *begun.streets[1:])), now)
        assert told[1] == pytest.approx(next_min, abs=2), "a quarter of forty minutes is left, or nothing"


@pytest.mark.parametrize(("collected_m", "next_min"), [(200, 15), (50, 40)])
def test_who_collected_a_good_part_of_the_first_street_has_begun_early(collected_m: float, next_min: float):
    begun, now = long_run(-25, now_min=-10, every_min=40)
    (piece, *_more) = begun.streets[0].stretches
    done = replace(piece, state=StreetState.SERVED, share=1.0, to_m=piece.from_m + collected_m)
    street_0 = replace(begun.streets[0], state=StreetState.DUE, stretches=(done,))
    told = expected_min(replace(begun, streets=(street_0, *begun.streets[1:])), now)
    assert told[1] == pytest.approx(next_min, abs=4), "a corner crossed early begins no run"


def test_nothing_is_foretold_of_a_truck_that_left_its_streets():
    plan = planned()
    fixes = trace(ROUND[:3], kmh=5)
    away = trace([(500, 300), (500, 1_800)], kmh=30, start_min=end_min(fixes))
    now = BEGINS + timedelta(minutes=end_min(away))
    run = judge(plan, fleet(drive([*fixes, *away]), runs=[plan]), now)
    assert run.away_since is None, "the way to another street may take a few minutes"
    waits = stand((500, 1_800), start_min=end_min(away), minutes=5)
    now = BEGINS + timedelta(minutes=end_min(waits))
    run = judge(plan, fleet(drive([*fixes, *away, *waits]), runs=[plan]), now)
    assert run.away_since is not None
    assert abs(run.away_since - (BEGINS + timedelta(minutes=end_min(fixes)))) < timedelta(minutes=1)
    assert not any(one.expected for one in foretold(run, Lessons(), now).streets)
    longer = [*waits, *stand((500, 1_800), start_min=end_min(waits), minutes=58)]
    hour_later = judge(
        plan, fleet(drive([*fixes, *away, *longer]), runs=[plan]), BEGINS + timedelta(minutes=end_min(longer))
    )
    assert hour_later.away_since == run.away_since, "it left when it left"
    back = trace([(500, 300), (400, 300)], kmh=5, start_min=end_min(waits) + 5)
    now = BEGINS + timedelta(minutes=end_min(back))
    run = judge(plan, fleet(drive([*fixes, *away, *waits, *back]), runs=[plan]), now)
    assert run.away_since is None


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
