"""Measures matchers in the same way: ours, and fastmm (Fast Map Matching, C++), on the same street graph."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from fastmm import FastMapMatch, MatchErrorCode, Network, Trajectory, TransitionMode

from bench.rig.driven_truth import Stretch, Track, served
from streets.graph import Floats, StreetGraph
from streets.matching import Match, match, match_all, thinned
from streets.ways import Ways

Method = Callable[[Floats, Floats], list[Stretch]]
"""From times and places of fixes to driven stretches."""

Together = Callable[[Sequence[tuple[Floats, Floats]]], list[list[Stretch]]]
"""The same for many tracks."""

ERRORS_M = (6.0, 10.0, 20.0, 40.0)
CANDIDATES, RADIUS_M, FARTHEST_M = 8, 50.0, 3_000.0


@dataclass(frozen=True, kw_only=True)
class Score:
    """Accuracy (weighted by length) and speed (fixes per second of this process's CPU time, and by the clock)."""

    precision: float
    recall: float
    fixes_per_s: float
    fixes_per_clock_s: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    def __str__(self) -> str:
        return (
            f"{self.precision:.4f}/{self.recall:.4f} F1 {self.f1:.4f}, {self.fixes_per_s:.0f}/s CPU, "
            f"{self.fixes_per_clock_s:.0f}/s wall"
        )


def scored(graph: StreetGraph, tracks: Sequence[Track], method: Method) -> Score:
    """Match every track once, one track a call."""
    return scored_together(graph, tracks, lambda each: [method(at_s, places) for at_s, places in each])


def scored_together(graph: StreetGraph, tracks: Sequence[Track], method: Together) -> Score:
    """Match every track once, in one call; compute the served segments after the clock has stopped."""
    right = claimed = true = 0.0
    given = [(track.at_s, track.places) for track in tracks]
    cpu, clock = process_time(), perf_counter()
    answers = method(given)
    cpu, clock = process_time() - cpu, perf_counter() - clock
    for stretches, track in zip(answers, tracks, strict=True):
        found = served(graph.length_m, stretches)
        right += graph.length_m[list(found & track.truth)].sum()
        claimed += graph.length_m[list(found)].sum()
        true += graph.length_m[list(track.truth)].sum()
    fixes = sum(len(track.at_s) for track in tracks)
    return Score(
        precision=right / claimed, recall=right / true, fixes_per_s=fixes / cpu, fixes_per_clock_s=fixes / clock
    )


def ours(ways: Ways) -> Method:
    """Our matcher with the ways already in ``ways``."""
    return lambda at_s, places: _stretches(match(ways, at_s, places))


def ours_together(ways: Ways) -> Together:
    """Our matcher with all tracks in one call, as the assessor matches new fixes of up to a hundred vehicles."""
    return lambda tracks: [_stretches(found) for found in match_all(ways, tracks)]


def _stretches(found: Match) -> list[Stretch]:
    return [(p.segment, p.from_m, p.to_m) for p in found.passages]


class Fastmm:
    """fastmm with all ways found beforehand. It gets the fixes that ours keeps: with all fixes it does worse."""

    def __init__(self, graph: StreetGraph) -> None:
        self._graph = graph
        with _quiet(), tempfile.TemporaryDirectory(prefix="ioc-bench-") as cache:
            # The matcher does not keep its network alive.
            self._network = Network()
            for edge in range(2 * graph.segments):
                if not graph.against[edge]:
                    points = [tuple(point) for point in graph.metres(graph.edge_points(edge)).tolist()]
                    self._network.add_edge(edge, int(graph.edge_from[edge]), int(graph.edge_to[edge]), points)
            self._network.finalize()
            self._matcher = FastMapMatch(
                self._network,
                TransitionMode.SHORTEST,
                max_distance_between_candidates=FARTHEST_M,
                cache_dir=Path(cache),
            )

    def method(self, error_m: float) -> Method:
        """Its matching with ``error_m`` as the fixes' error."""
        return lambda at_s, places: self._matched(at_s, places, error_m)

    def best(self, tracks: Sequence[Track]) -> tuple[float, Score]:
        """The error with the best F1, and its score."""
        scores = {error_m: scored(self._graph, tracks, self.method(error_m)) for error_m in ERRORS_M}
        return max(scores.items(), key=lambda item: item[1].f1)

    def _matched(self, at_s: Floats, places: Floats, error_m: float) -> list[Stretch]:
        metres = self._graph.metres(places)
        kept = thinned(at_s, metres)
        fixes = [(x, y, t) for (x, y), t in zip(metres[kept].tolist(), at_s[kept].tolist(), strict=True)]
        found = self._matcher.match(
            Trajectory.from_xyt_tuples(fixes),
            max_candidates=CANDIDATES,
            candidate_search_radius=RADIUS_M,
            gps_error=error_m,
        )
        stretches = []
        for part in found.subtrajectories:
            if part.error_code != MatchErrorCode.SUCCESS:
                continue
            for leg in part.segments:
                # Offsets restart with each leg; on its first edge, at the place where the leg begins.
                begin_m = leg.p0.offset_from_start_of_edge
                for edge in leg.edges:
                    offsets = [point.edge_offset + begin_m for point in edge.points]
                    begin_m = 0.0
                    stretches.append(self._along(edge.edge_id, min(offsets), max(offsets)))
        return stretches

    def _along(self, edge: int, from_m: float, to_m: float) -> Stretch:
        length_m = float(self._graph.length_m[edge // 2])
        return (edge // 2, length_m - from_m, length_m - to_m) if edge % 2 else (edge // 2, from_m, to_m)


@contextmanager
def _quiet() -> Iterator[None]:
    """Hide fastmm's log on the standard output, where the figures go."""
    kept = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
