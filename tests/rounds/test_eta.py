"""States of a run's stops: passed, expected or unknown; monotone, never in the past, learnt from earlier runs only."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rounds.eta import LOST_S, SILENT_S, Arrival, Passed, State, Unknown, estimates
from rounds.lessons import FIRST_P90_S, LARGEST_DELAY_S, Lessons, PlannedRun
from rounds.progress import StopEvent

MINUTE = 60.0
PLAN = PlannedRun(route="r1", stops=tuple("abcdefgh"), planned_s=np.arange(8) * 5 * MINUTE)


def passed(*times: tuple[int, float], later_s: float = 0.0) -> list[StopEvent]:
    return [StopEvent(stop, at_s, 0.0, at_s + later_s) for stop, at_s in times]


def asked(
    events: Sequence[StopEvent], now_s: float, *, run: PlannedRun = PLAN, lessons: Lessons | None = None
) -> tuple[State, ...]:
    return estimates(run, events, now_s, fix_s=now_s, lessons=lessons or Lessons())


def times(states: Sequence[State]) -> list[float]:
    return [state.at_s for state in states if isinstance(state, Arrival)]


def driven(delay_s: Sequence[float]) -> list[StopEvent]:
    return passed(*((i, float(PLAN.planned_s[i]) + d) for i, d in enumerate(delay_s)))


def test_without_lessons_it_is_the_plan_and_the_delay_of_the_moment() -> None:
    states = asked(passed((0, 0.0), (1, 420.0)), 430)
    assert states[:2] == (Passed(0.0), Passed(420.0))
    assert times(states) == pytest.approx(list(PLAN.planned_s[2:] + 120))
    assert all(isinstance(s, Arrival) and s.low_s <= s.at_s <= s.high_s for s in states[2:])


def test_passed_stays_passed_and_is_never_expected_again() -> None:
    states = asked(passed((0, 0.0), (1, 300.0), (2, 600.0)), 10_000)
    assert states[:3] == (Passed(0.0), Passed(300.0), Passed(600.0))


def test_a_stop_behind_the_truck_that_no_fix_saw_is_unknown() -> None:
    states = asked(passed((1, 300.0), (3, 900.0)), 900)
    assert states[0] == Unknown(None)
    assert states[2] == Unknown(300.0)


def test_a_silent_truck_is_not_guessed() -> None:
    known = passed((0, 0.0))
    heard = estimates(PLAN, known, SILENT_S, fix_s=0.0, lessons=Lessons())
    silent = estimates(PLAN, known, SILENT_S + 1, fix_s=0.0, lessons=Lessons())
    assert all(isinstance(state, Arrival) for state in heard[2:])
    assert silent == (Passed(0.0), *[Unknown(0.0)] * 7)
    assert set(estimates(PLAN, [], 0, fix_s=None, lessons=Lessons())) == {Unknown(None)}


def test_a_run_that_is_heard_but_passed_nothing_yet_is_expected_as_planned() -> None:
    assert times(asked([], -100)) == list(PLAN.planned_s)


def test_a_truck_that_stands_is_expected_now_at_the_earliest_and_a_forecast_that_failed_is_none() -> None:
    states = asked(passed((0, 0.0)), 1_000)
    assert states[1:3] == (Unknown(0.0),) * 2, "it should have been there by 824 s at the latest"
    assert times(states)[0] == 1_000
    assert times(states)[1:] == list(PLAN.planned_s[4:])
    lost = asked(passed((0, 0.0)), PLAN.planned_s[1] + FIRST_P90_S[0] + LOST_S + 1)
    assert times(lost) == [], "it is late, and nobody knows by how much"


def test_a_planned_visit_to_the_plant_forgets_the_delay() -> None:
    run = replace(PLAN, tips=frozenset({4}))
    states = asked(passed((0, 600.0)), 600, run=run)
    assert times(states) == [900, 1_200, 1_500, 1_500, 1_500, 1_800, 2_100]
    behind_it = asked(passed((0, 600.0), (4, 1_300.0)), 1_300, run=run)
    assert times(behind_it) == pytest.approx(list(PLAN.planned_s[5:] + 100))


def test_while_the_truck_is_away_the_stops_it_left_are_unknown() -> None:
    known = passed((0, 0.0), (1, 300.0))
    away = estimates(PLAN, known, 500, fix_s=500, lessons=Lessons(), away_since_s=400)
    assert away[2:] == (Unknown(400),) * 6
    run = replace(PLAN, tips=frozenset({4}))
    planned = estimates(run, known, 500, fix_s=500, lessons=Lessons(), away_since_s=400)
    assert planned[2:4] == (Unknown(400),) * 2
    assert times(planned) == list(PLAN.planned_s[4:])


def test_what_is_known_only_later_changes_nothing() -> None:
    known = passed((0, 0.0), (1, 400.0))
    late = passed((2, 450.0), later_s=300.0)
    assert asked([*known, *late], 500) == asked(known, 500)
    assert asked([*known, *late], 750)[2] == Passed(450.0)


@pytest.mark.parametrize("seed", range(10))
def test_times_never_go_back_along_the_plan_and_never_lie_in_the_past(seed: int) -> None:
    random = np.random.default_rng(seed)
    lessons = Lessons()
    for _ in range(30):
        events = driven(np.cumsum(random.normal(0, 120, 8)))
        events = [event for event in events if random.random() < 0.8]
        for i, event in enumerate(events):
            now_s = event.passed_s + random.integers(0, 500)
            for state in (states := asked(events[: i + 1], now_s, lessons=lessons)):
                if isinstance(state, Arrival):
                    assert now_s <= state.low_s <= state.at_s <= state.high_s
            assert times(states) == sorted(times(states))
        lessons.learn(PLAN, events)


def test_where_runs_always_lose_time_the_next_one_is_expected_to() -> None:
    lessons = Lessons()
    for _ in range(30):
        lessons.learn(PLAN, driven([0, 0, 0, 120, 120, 120, 120, 120]))
    expected = times(asked(driven([0]), 0, lessons=lessons))
    assert expected[:2] == pytest.approx(list(PLAN.planned_s[1:3]), abs=30)
    assert expected[2:] == pytest.approx(list(PLAN.planned_s[3:] + 120), abs=30)


def test_early_trucks_that_wait_are_not_expected_early_for_long() -> None:
    lessons = Lessons()
    for start in (-240, 0, -120, 0, -180, 0) * 10:
        lessons.learn(PLAN, driven([start, start, 0, 0, 0, 0, 0, 0]))
    expected = times(asked(driven([-180]), -180, lessons=lessons))
    assert expected[4:] == pytest.approx(list(PLAN.planned_s[5:]), abs=45)


def test_intervals_narrow_when_runs_keep_to_their_plan() -> None:
    def width(lessons: Lessons) -> float:
        state = asked(driven([0]), 0, lessons=lessons)[1]
        assert isinstance(state, Arrival)
        return state.high_s - state.low_s

    taught = Lessons()
    for _ in range(30):
        taught.learn(PLAN, driven([0] * 8))
    assert width(taught) < width(Lessons()) / 2


def test_runs_that_follow_another_plan_teach_nothing() -> None:
    lessons = Lessons()
    for _ in range(3):
        lessons.learn(PLAN, [])
        lessons.learn(PLAN, driven([LARGEST_DELAY_S + 1] * 8))
    assert times(asked(driven([0]), 0, lessons=lessons)) == list(PLAN.planned_s[1:])


def test_a_loss_on_a_stretch_is_known_to_every_route_that_drives_it() -> None:
    slow, quick = PLAN, replace(PLAN, route="r2", stops=tuple("ijklmnop"))
    lessons = Lessons()
    for _ in range(30):
        lessons.learn(slow, driven([0, 0, 0, 120, 120, 120, 120, 120]))
        lessons.learn(quick, driven([0] * 8))
    on_slow, on_quick = (
        times(asked(driven([0]), 0, run=replace(r, route="new"), lessons=lessons)) for r in (slow, quick)
    )
    assert on_slow[1] == pytest.approx(on_quick[1], abs=30)
    assert on_slow[-1] > on_quick[-1] + 30


def test_asking_teaches_nothing() -> None:
    lessons = Lessons()
    lessons.learn(PLAN, driven([0, 30, 60, 90, 60, 30, 0, 0]))
    first = asked(driven([50]), 50, lessons=lessons)
    asked(driven([900, 900]), 1_200, lessons=lessons)
    assert asked(driven([50]), 50, lessons=lessons) == first


def test_plans_of_one_stop_or_one_minute_are_plans() -> None:
    one = PlannedRun(route="r", stops=("a",), planned_s=np.array([0.0]))
    together = PlannedRun(route="r", stops=("a", "b", "a"), planned_s=np.zeros(3))
    lessons = Lessons()
    for run, events in ((one, passed((0, 9.0))), (together, passed((0, 1.0), (2, 5.0)))):
        lessons.learn(run, events)
        assert asked(events, 9, run=run, lessons=lessons)[-1] == Passed(events[-1].passed_s)
    assert len(times(asked(passed((0, 1.0)), 9, run=together, lessons=lessons))) == 2
