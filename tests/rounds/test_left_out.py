"""When a drive through means that a street was left out, and when its truck may still collect there."""

from datetime import timedelta

from collection_world import BEGINS

from domain.waste.run import Because, StreetState
from rounds.judging import Silence, Verdict, nearest_first
from rounds.turns import Came, as_of_now

DUE_S = BEGINS.timestamp()


def _through(minutes: float) -> Verdict:
    at_s = DUE_S + 60 * minutes
    return Verdict(StreetState.PASSED, Because.TOO_FAST, 1.0, 0.9, None, at_s - 30, at_s)


def _states(minutes: float, came: dict[int, float], now: float, *, over: bool = True, length_m: float = 300.0):
    at = Came({number: DUE_S + 60 * minute for number, minute in came.items()})
    now_s = DUE_S + 60 * now
    found = as_of_now([_through(minutes)], 3, begins=BEGINS, length_m=length_m, over=over, came=at, now_s=now_s)
    assert found[0].share == 1.0, "how much of it was driven is known all the same"
    return found[0].state


def test_who_drove_through_and_went_on_left_the_street_out():
    assert _states(1, {3: 0, 4: 2}, 20) is StreetState.PASSED
    assert _states(1, {3: 0, 4: 2}, 10, over=False) is None, "within its hours the truck may come again"
    assert _states(-25, {3: -26, 4: -24}, 20) is StreetState.PASSED, "a truck that is early all along"
    assert _states(19, {3: 0, 4: 2}, 20) is StreetState.PASSED, "it drove by once more on the way home"


def test_who_came_along_the_street_and_collects_there_has_not_left_it_out():
    assert _states(-6, {2: -20, 3: 0}, 40, length_m=3_000) is None
    assert _states(-6, {2: -20, 3: 0}, 70, length_m=3_000) is StreetState.PASSED, "no crew needs longer"
    assert _states(-6, {2: -20, 3: 0, 4: 45}, 46, length_m=3_000) is StreetState.PASSED


def test_who_only_crossed_it_before_its_hour_is_still_to_come():
    assert _states(-30, {1: -28, 2: 10, 4: -29}, 20) is None
    assert _states(-1, {1: -28, 2: -10}, 20) is StreetState.PASSED


def test_the_silence_nearest_to_the_hour_of_a_street_is_told():
    early, near = (Silence(DUE_S + since, DUE_S + since + 400, None, None) for since in (-3_600, 200))
    assert nearest_first([early, near], DUE_S) == [near, early]
    assert nearest_first([early, near], (BEGINS - timedelta(hours=1)).timestamp()) == [early, near]
    assert nearest_first([early, near], None) == [early, near], "without hours as they came"
