"""Tracks matched to streets: the driven segments, their times, and passages that must not be claimed."""

from itertools import pairwise

import numpy as np
import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from street_fixtures import graph, places, town

from streets.matching import THIN_M, Match, Matcher, extend_all, match, match_all, thinned
from streets.steps import Error
from streets.ways import Ways


def driven(found: Match) -> list[tuple[int, bool]]:
    """Segments in the order driven, repeats in a row put together, and whether forward."""
    steps = [(p.segment, p.to_m >= p.from_m) for p in found.passages if abs(p.to_m - p.from_m) > 1]
    return [step for before, step in pairwise([None, *steps]) if step != before]


def track(*stations: tuple[float, float], every_s: float = 30.0) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(len(stations)) * every_s, places(*stations)


def test_a_drive_round_a_corner_is_found_between_sparse_fixes():
    found = match(Ways(town()), *track((20, 3), (180, -4), (300, 4), (303, 90), (296, 240)))
    assert driven(found) == [(0, True), (1, True), (2, True), (45, True), (46, True), (47, True)]
    assert found.piece.tolist() == [0] * 5


def test_passages_join_end_to_start_in_place_and_time():
    ways = Ways(town())
    found = match(ways, *track((20, 3), (250, -4), (300, 150), (410, 203)))
    g = ways.graph
    for before, after in pairwise(found.passages):
        assert before.to_s == pytest.approx(after.from_s)
        if before.segment == after.segment:
            assert before.to_m == pytest.approx(after.from_m)
            continue
        node_left = (g.end if before.to_m > before.from_m else g.start)[before.segment]
        node_entered = (g.start if after.to_m > after.from_m else g.end)[after.segment]
        assert node_left == node_entered
    assert found.passages[0].from_s == 0
    assert found.passages[-1].to_s == 90


def test_driving_back_is_told_from_driving_on():
    found = match(Ways(town()), *track((20, 0), (90, 0), (10, 0)))
    assert [(p.segment, round(p.from_m), round(p.to_m)) for p in found.passages] == [(0, 20, 90), (0, 90, 10)]


def test_nothing_is_claimed_across_a_long_silence():
    at_s, there = track((20, 0), (90, 0), (420, 500), (480, 500))
    at_s[2:] += 3_600
    found = match(Ways(town()), at_s, there)
    assert found.piece.tolist() == [0, 0, 1, 1]
    assert {p.segment for p in found.passages} == {0, 29}


def test_nothing_is_claimed_faster_than_any_truck():
    at_s, there = track((10, 0), (490, 500), every_s=10.0)
    assert match(Ways(town()), at_s, there).passages == []


def test_fixes_away_from_every_street_are_left_out():
    found = match(Ways(town()), *track((20, 0), (50, 450_000), (90, 0)))
    assert found.used.tolist() == [0, 2]
    assert match(Ways(town()), *track((0, 9_000), (0, 9_500))).passages == []


def test_a_drive_against_a_one_way_street_is_found_where_there_is_no_other_way():
    alone = Ways(graph([((0.0, 0.0), (400.0, 0.0))], frozenset({0})))
    assert driven(match(alone, *track((380, 2), (20, -2), every_s=60))) == [(0, False)]


def test_a_long_drive_round_a_loop_does_not_turn_back_at_a_fix():
    corners = [(0.0, 0.0), (0.0, 400.0), (300.0, 400.0), (300.0, 0.0)]
    loop = [*pairwise(corners), (corners[3], corners[0]), ((-500.0, 0.0), corners[0])]
    fixes = ((-300, 0), (0, 150), (180, 400), (150, 0), (-300, 0))
    found = driven(match(Ways(graph(loop)), *track(*fixes, every_s=40.0)))
    assert found == [(4, True), (0, True), (1, True), (2, True), (3, True), (4, False)]


def test_fixes_that_lie_far_off_are_believed_less():
    """Two parallel streets 60 m apart: a vehicle whose fixes scatter does not change over for one of them."""
    streets = [((0.0, 0.0), (300.0, 0.0)), ((300.0, 0.0), (600.0, 0.0)), ((600.0, 0.0), (1_200.0, 0.0))]
    streets += [((300.0, 0.0), (300.0, 60.0)), ((300.0, 60.0), (600.0, 60.0)), ((600.0, 60.0), (600.0, 0.0))]
    exact = [(x, 0.0) for x in (20, 80, 140, 200, 260)]
    noisy = [(x, y) for (x, _), y in zip(exact, (24, -22, 25, -23, 24), strict=True)]
    last = [(400.0, 45.0), (500.0, 45.0), (700.0, 0.0), (800.0, 0.0)]
    assert (4, True) in driven(match(Ways(graph(streets)), *track(*exact, *last)))
    assert (4, True) not in driven(match(Ways(graph(streets)), *track(*noisy, *last)))


def test_the_error_is_learnt_from_earlier_fixes_only_and_stays_within_bounds():
    learnt = Error().before([20.0] * 200)
    assert learnt[0] == Error.FIRST_M
    assert learnt[-1] == pytest.approx(20.0, rel=0.02)
    assert learnt == sorted(learnt)
    assert Error().before([0.0] * 500)[-1] == Error.LEAST_M
    assert Error().before([50.0] * 500)[-1] == Error.MOST_M
    parts = Error()
    assert [*parts.before([3.0, 9.0]), *parts.before([27.0, 1.0])] == Error().before([3.0, 9.0, 27.0, 1.0])


def test_standing_fixes_are_thinned_but_the_last_one_counts():
    at_s = np.arange(0.0, 100.0, 5.0)
    metres = np.zeros((20, 2))
    metres[10:, 0] = np.arange(10) * 15.0
    kept = thinned(at_s, metres)
    assert kept[0] == 0
    assert kept[-1] == 19
    assert all(at_s[b] - at_s[a] >= 10 for a, b in pairwise(kept[:-1]))
    assert not set(range(1, 11)) & set(kept.tolist())


@pytest.mark.parametrize("minutes", [6, 25])
def test_who_stood_at_a_corner_drove_along_the_street_when_it_left(minutes: int):
    stands_s = np.arange(0.0, 60.0 * minutes, 20.0)
    drives_s, there = track((20, 0), (180, 0), every_s=20.0)
    at_s = np.concatenate((stands_s, 60.0 * minutes + drives_s))
    stood = places(*[(20.0 + 3 * (i % 2), 0.0) for i in range(len(stands_s))])
    found = [p for p in match(Ways(town()), at_s, np.concatenate((stood, there))).passages if p.to_m - p.from_m > 10]
    assert sum(p.length_m for p in found) > 150
    assert min(p.from_s for p in found) >= 60.0 * minutes - 30, "it did not creep meanwhile"


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_fixes_make_no_passage(count: int):
    found = match(Ways(town()), np.zeros(count), places(*[(20.0, 0.0)] * count))
    assert list(found.passages) == []
    assert len(found.used) == min(count, 1)


def test_a_graph_without_streets_matches_nothing():
    assert match(Ways(graph([])), *track((0, 0), (50, 0))).passages == []


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(st.floats(-80, 580), st.floats(-80, 580)), max_size=12), st.floats(1, 400))
def test_any_track_gives_passages_within_their_segments_and_times(stations: list[tuple[float, float]], every_s: float):
    at_s, there = track(*stations, every_s=every_s)
    ways = Ways(town())
    found = match(ways, at_s, there)
    lengths = ways.graph.length_m
    for p in found.passages:
        assert min(p.from_m, p.to_m) >= -1e-6
        assert max(p.from_m, p.to_m) <= lengths[p.segment] + 1e-6
        assert at_s[0] - 1e-6 <= p.from_s <= p.to_s + 1e-6 <= at_s[-1] + 1e-3
    assert np.all(np.diff(found.used) > 0)


@settings(max_examples=examples(60))
@given(
    st.lists(st.tuples(st.floats(-80, 580), st.floats(-80, 580)), min_size=1, max_size=14),
    st.floats(1, 400),
    st.lists(st.integers(0, 14), max_size=4),
)
def test_a_track_matched_as_it_comes_is_matched_as_all_at_once(
    stations: list[tuple[float, float]], every_s: float, cuts: list[int]
):
    at_s, there = track(*stations, every_s=every_s)
    ways = Ways(town())
    # Without a last fix that counts only because the track ends with it, or because the vehicle moved on from there.
    metres = ways.graph.metres(there)
    kept = [i for i in thinned(at_s, metres).tolist() if i < len(at_s) - 1]
    moved = [b for a, b in pairwise(kept) if np.hypot(*(metres[b] - metres[a])) >= THIN_M]
    end = max(moved, default=0) + 1
    at_s, there = at_s[:end], there[:end]
    matcher, begin = Matcher(ways), 0
    settled: list[object] = []
    for end in [*sorted(min(cut, len(at_s)) for cut in cuts), len(at_s)]:
        matcher.extend(at_s[begin:end], there[begin:end])
        assert matcher.settled[: len(settled)] == settled, "what was settled must not change"
        settled, begin = list(matcher.settled), end
    assert [*matcher.settled, *matcher.open()] == list(match(ways, at_s, there).passages)


track_of_any_length = st.lists(st.tuples(st.floats(-80, 580), st.floats(-80, 580)), max_size=14)


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(track_of_any_length, st.floats(1, 400)), min_size=1, max_size=5), st.integers(1, 14))
def test_tracks_matched_together_are_matched_as_each_alone(
    drawn: list[tuple[list[tuple[float, float]], float]], few: int
):
    tracks = [track(*stations, every_s=every_s) for stations, every_s in drawn]
    ways = Ways(town())
    together = match_all(ways, tracks)
    assert [list(found.passages) for found in together] == [list(match(ways, *one).passages) for one in tracks]
    side_by_side, alone = [Matcher(ways) for _ in tracks], [Matcher(ways) for _ in tracks]
    for begin in range(0, 14, few):
        some = slice(begin, begin + few)
        extend_all([(m, at_s[some], there[some]) for m, (at_s, there) in zip(side_by_side, tracks, strict=True)])
        for matcher, (at_s, there) in zip(alone, tracks, strict=True):
            matcher.extend(at_s[some], there[some])
        assert [m.settled for m in side_by_side] == [m.settled for m in alone]
        assert [m.open() for m in side_by_side] == [m.open() for m in alone]


def test_more_tracks_than_are_weighed_at_once_of_any_length_keep_their_order():
    """Tracks that break, that are too long for one go, and that have no street near, beside 200 others."""
    long = [(20.0 + 25 * (i % 18), 2.0) for i in range(700)]
    broken = [(20.0, 0.0), (90.0, 0.0), (420.0, 500.0), (480.0, 500.0)]
    drawn = [long, broken, [(0.0, 9_000.0)], [], *([(20.0 + i, 0.0), (120.0 + i, 0.0)] for i in range(200))]
    tracks = [track(*stations) for stations in drawn]
    tracks[1][0][2:] += 3_600
    ways = Ways(town())
    found = match_all(ways, tracks)
    assert [list(one.passages) for one in found] == [list(match(ways, *each).passages) for each in tracks]
    assert found[1].piece.tolist() == [0, 0, 1, 1]
    assert [round(one.passages[0].from_m) for one in found[4:84]] == list(range(20, 100))


def test_a_passage_tells_the_longest_silence_of_its_drive():
    at_s, there = track((20, 0), (40, 0), (60, 0), (80, 0), (190, 0), (290, 0))
    at_s[4:] += 400
    found = match(Ways(town()), at_s, there)
    assert {p.silent_s for p in found.passages if p.to_s <= 90} == {30}
    assert {p.silent_s for p in found.passages if 90 < p.to_s <= 520} == {430}
    # A fix without any street near was heard of all the same.
    beside = np.insert(there, 4, places((85.0, 9_000.0)), axis=0)
    times = np.insert(at_s, 4, 300.0)
    assert {p.silent_s for p in match(Ways(town()), times, beside).passages if 90 < p.to_s <= 520} == {220}


def test_a_long_quiet_drive_is_settled_as_it_goes():
    x = np.arange(20.0, 480.0, 25.0)
    at_s, there = track(*((each, 2.0) for each in x))
    matcher = Matcher(Ways(town()))
    matcher.extend(at_s, there)
    assert sum(p.length_m for p in matcher.settled) > 300
    assert sum(p.length_m for p in [*matcher.settled, *matcher.open()]) == pytest.approx(x[-1] - x[0], abs=1)
