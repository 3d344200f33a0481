"""Stops passed by a run: nearest approach, in the order of the plan, none invented."""

from itertools import pairwise

import numpy as np
import pytest

from rounds.progress import LONGEST_GAP_S, WITHIN_M, StopEvent, beginnings, stop_events

METRE = 1 / 111_195.0
"""A degree of latitude; at the equator of longitude too."""


def metres(*points: tuple[float, float]) -> np.ndarray:
    """Places near the equator by metres east and north."""
    return np.array(points, np.float64) * METRE


def events(at_s: list[float], track: np.ndarray, stops: np.ndarray) -> list[StopEvent]:
    return stop_events(np.array(at_s, np.float64), track, stops)


def test_time_is_interpolated_where_the_line_comes_nearest() -> None:
    (event,) = events([0, 100], metres((0, 0), (1000, 0)), metres((250, 30)))
    assert event.stop == 0
    assert event.passed_s == pytest.approx(25, abs=0.01)
    assert event.away_m == pytest.approx(30, abs=0.01)
    assert event.known_s == 100


def test_a_stop_out_of_reach_was_not_passed() -> None:
    found = events([0, 100], metres((0, 0), (1000, 0)), metres((250, WITHIN_M + 1), (500, WITHIN_M - 1)))
    assert [event.stop for event in found] == [1]


@pytest.mark.parametrize("count", [0, 1])
def test_no_line_no_event(count: int) -> None:
    assert events([0.0][:count], metres((0, 0))[:count], metres((0, 0))) == []


def test_no_stops_no_events() -> None:
    assert events([0, 1], metres((0, 0), (1, 0)), np.empty((0, 2))) == []


def test_nothing_is_known_between_fixes_far_apart_in_time() -> None:
    track, stop = metres((0, 0), (1000, 0)), metres((500, 0))
    assert events([0, LONGEST_GAP_S], track, stop)
    assert not events([0, LONGEST_GAP_S + 1], track, stop)


def test_a_street_driven_twice_is_passed_when_the_plan_has_it() -> None:
    # Out and back; on the way back the line runs nearer to the first stop, on the way out nearer to the last.
    track = metres((0, 10), (1000, 10), (1000, -10), (0, -10))
    there, end, back = (300, -5), (1000, 0), (300, 5)
    found = events([0, 100, 110, 210], track, metres(there, end, back))
    assert [event.stop for event in found] == [0, 1, 2]
    assert [event.passed_s for event in found] == pytest.approx([30, 105, 180], abs=0.1)


def test_a_round_begun_twice_counts_from_where_most_stops_follow() -> None:
    # The truck comes by the first stop at the very end too, nearer than at the beginning.
    track = metres((0, 20), (500, 20), (500, 500), (0, 500), (0, 0))
    found = events([0, 50, 100, 150, 200], track, metres((0, 0), (500, 0), (500, 500), (0, 500)))
    assert [event.stop for event in found] == [0, 1, 2, 3]


def test_neighbours_seen_the_wrong_way_round_in_a_cut_corner_are_passed_together() -> None:
    # On the chord the second stop seems nearest 2 s before the first; it is still in reach when the first is nearest.
    found = events([0, 100], metres((0, 0), (1000, 0)), metres((520, 20), (500, 20)))
    assert [event.stop for event in found] == [0, 1]
    assert found[0].passed_s == found[1].passed_s == pytest.approx(52, abs=0.01)


def test_a_stop_passed_well_before_the_one_ahead_of_it_is_not_claimed() -> None:
    found = events([0, 100], metres((0, 0), (1000, 0)), metres((200, 0), (700, 0), (400, 0), (900, 0)))
    assert len(found) == 3
    assert [event.stop for event in found] in ([0, 1, 3], [0, 2, 3])


def test_standing_still_and_fixes_of_one_second_do_no_harm() -> None:
    track = metres((0, 0), (500, 0), (500, 0), (500, 0), (1000, 0))
    found = events([0, 50, 50, 400, 450], track, metres((500, 0)))
    assert [event.stop for event in found] == [0]
    assert 50 <= found[0].passed_s <= 400


LOOP = metres((0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0))


def test_a_street_that_ends_where_it_began_was_begun_when_its_middle_followed() -> None:
    track = metres((0, 30), (1000, 30), (1000, 1000), (0, 1000), (0, 0), (0, -1000))
    (event,) = beginnings(np.arange(0, 600, 100.0), track, [LOOP])
    assert (event.stop, event.passed_s) == (0, pytest.approx(0, abs=1)), "nearer to the corner at 400 s"


def test_a_corner_crossed_on_the_way_elsewhere_begins_no_street() -> None:
    track = metres((0, -500), (0, 0), (0, 250), (0, 500), (0, 250), (0, 0), (500, 0), (1000, 0))
    ahead, street = metres((0, -500), (0, -300)), metres((0, 0), (1000, 0))
    found = beginnings(np.arange(0, 800, 100.0), track, [ahead, street])
    assert [(event.stop, round(event.passed_s)) for event in found] == [(0, 0), (1, 500)]


def test_who_hauls_along_the_last_street_on_the_way_has_begun_the_first() -> None:
    first, last = metres((0, 0), (2000, 0)), metres((2000, 0), (1000, 0))
    hauls, works = metres((3000, 0), (2000, 0), (1000, 0), (0, 0)), metres((100, 0), (200, 0), (300, 0))
    at_s = np.array([0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0])
    found = beginnings(at_s, np.concatenate((hauls, works)), [first, last])
    assert [(event.stop, round(event.passed_s)) for event in found] == [(0, 300)]


def test_who_hauls_along_a_street_again_and_slows_down_at_its_end_began_it_before() -> None:
    there_and_back = metres((0, 0), (900, 0), (0, 0))
    works = metres((0, 9), *((x, 9) for x in range(50, 901, 50)), *((x, 9) for x in range(850, -1, -50)))
    # Nearer to all its places than while it worked, and as slow as a crew while it turns at the end.
    hauls = metres((300, 0), (600, 0), (880, 0), (905, 0), (600, 0))
    at_s = np.concatenate((np.arange(len(works)) * 60.0, len(works) * 60.0 + np.array([0.0, 31, 61, 69, 100])))
    (event,) = beginnings(at_s, np.concatenate((works, hauls)), [there_and_back])
    assert event.passed_s < 60


def test_who_drives_along_a_street_again_in_a_jam_began_it_before() -> None:
    there_and_back = metres((0, 0), (900, 0), (0, 0))
    ways_m = [*range(0, 901, 50), *range(850, -1, -50), *range(50, 901, 50)]
    # A crew's pace, then 16 km/h: as slow as a crew may be, at each place.
    at_s = np.cumsum([0.0, *[60.0] * 36, *[11.0] * 18])
    (event,) = beginnings(at_s, metres(*((x, 0) for x in ways_m)), [there_and_back])
    assert event.passed_s == 0


def test_of_two_times_at_a_corner_that_are_as_near_the_last_begins_the_street() -> None:
    # The loop before leads over the corner at 100 s, as near as the fixes are exact; the street is not driven yet.
    track = metres((-500, 0), (0, 2), (0, 400), (20, 400), (0, 9))
    (event,) = beginnings(np.arange(0, 500, 100.0), track, [metres((0, 0), (1000, 0))])
    assert event.passed_s == pytest.approx(400, abs=2)


def test_a_street_driven_the_other_way_was_still_come_to() -> None:
    found = beginnings(np.array([0.0, 100.0]), metres((1000, 0), (0, 0)), [metres((0, 0), (1000, 0))])
    assert [(event.stop, round(event.passed_s)) for event in found] == [(0, 100)]


@pytest.mark.parametrize("seed", range(20))
def test_times_never_decrease_and_each_stop_is_passed_once(seed: int) -> None:
    random = np.random.default_rng(seed)
    at_s = np.cumsum(random.integers(0, 120, 60)).astype(float)
    track = np.cumsum(random.normal(0, 80, (60, 2)), axis=0) * METRE
    stops = track[random.integers(0, 60, 25)] + random.normal(0, 30, (25, 2)) * METRE
    lines = [track[first : first + 6] for first in random.integers(0, 55, 12)]
    found = stop_events(at_s, track, stops)
    begun = beginnings(at_s, track, lines)
    assert found
    for events in (found, begun):
        assert all(a.stop < b.stop and a.passed_s <= b.passed_s for a, b in pairwise(events))
    assert all(event.away_m <= WITHIN_M and at_s[0] <= event.passed_s <= event.known_s <= at_s[-1] for event in found)
