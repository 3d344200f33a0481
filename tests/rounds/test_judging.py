"""What drives along a stretch prove: who comes again later changes no time of its service."""

from dataclasses import replace

import pytest

from domain.waste.plan import Kerb
from domain.waste.run import Because, StreetState
from rounds.due import DueStretch
from rounds.judging import Along, find

STRETCH = DueStretch(segment=1, from_m=0.0, to_m=100.0, line_from_m=0.0, line_to_m=100.0)


def along(low: float, high: float, at_s: float, vehicle: str = "LA-001", kmh: float = 6.0) -> Along:
    return Along(vehicle, low, high, True, at_s, at_s + (high - low) * 3.6 / kmh, high - low)


@pytest.mark.parametrize("vehicle", ["LA-001", "LA-009"])
def test_a_second_collection_leaves_the_times_of_the_first(vehicle: str) -> None:
    first, again = along(0, 100, 1_000), along(0, 100, 9_000, vehicle)
    for drives in ([first], [first, again], [again, first]):
        found = find(STRETCH, None, drives)
        assert (found.state, found.first_s, found.last_s) == (StreetState.SERVED, 1_000, 1_060)


def test_of_two_drives_that_serve_it_together_that_in_its_turn_is_told() -> None:
    first, rest, again = along(0, 50, 1_000), along(50, 100, 5_000), along(0, 100, 9_000)
    found = find(STRETCH, None, [first, rest, again])
    assert (found.state, found.first_s, found.last_s) == (StreetState.SERVED, 1_000, 1_030)
    assert find(STRETCH, None, [first, rest], near_s=4_900).first_s == 5_000
    after_a_wait = along(50, 100, 1_100)
    assert find(STRETCH, None, [first, after_a_wait]).last_s == 1_130, "the same visit"


def test_who_touched_its_end_at_a_crossing_did_not_begin_its_service() -> None:
    found = find(STRETCH, None, [along(0, 3, 1_000), along(0, 60, 5_000), along(60, 100, 5_100)])
    assert (found.first_s, found.last_s) == (5_000, 5_124)


def test_a_fast_drive_before_is_no_service() -> None:
    found = find(STRETCH, None, [along(0, 100, 1_000, kmh=36), along(0, 100, 5_000)])
    assert (found.state, found.first_s, found.last_s) == (StreetState.SERVED, 5_000, 5_060)


def test_the_evidence_of_a_fast_drive_is_a_fast_drive() -> None:
    crawl, fast = along(0, 40, 1_000, kmh=4), along(0, 100, 5_000, kmh=36)
    found = find(STRETCH, None, [crawl, fast])
    assert (found.state, found.because, found.by) == (StreetState.PASSED, Because.TOO_FAST, fast)
    other_way = replace(crawl, high_m=100.0, forward=False, driven_m=100.0)
    found = find(STRETCH, Kerb.RIGHT, [along(0, 40, 9_000, kmh=36), other_way])
    assert (found.state, found.because, found.by) == (StreetState.PASSED, Because.WRONG_KERB, other_way)


def test_of_several_services_that_in_its_turn_is_told_with_its_own_vehicle() -> None:
    crossed, own, after = (
        along(0, 100, at_s, name) for at_s, name in ((1_000, "LA-002"), (9_000, "LA-001"), (20_000, "LA-003"))
    )
    found = find(STRETCH, None, [crossed, after, own], near_s=9_300)
    assert (found.first_s, found.last_s, found.by) == (9_000, 9_060, own)
    fast = [along(0, 100, at_s, kmh=kmh) for at_s, kmh in ((9_000, 36), (20_000, 30))]
    assert find(STRETCH, None, fast, near_s=9_300).by == fast[0], "the other was after the run, and slower"


def test_who_stood_at_the_corner_and_drove_through_collected_nothing() -> None:
    stood = ((0.0, 5.0, 1_000.0, 1_060.0), (5.0, 100.0, 1_060.0, 1_069.0))
    waited = Along("LA-001", 0.0, 100.0, True, 1_000.0, 1_069.0, 100.0, stood)
    assert waited.speed_kmh == pytest.approx(38), "5 km/h with the stand"
    assert find(STRETCH, None, [waited]).state is StreetState.PASSED
    heaps = tuple((20.0 * i, 20.0 * i + 20, 1_000.0 + 30 * i, 1_000.0 + 30 * i + 30) for i in range(5))
    assert (
        find(STRETCH, None, [Along("LA-001", 0.0, 100.0, True, 1_000.0, 1_150.0, 100.0, heaps)]).state
        is StreetState.SERVED
    )
