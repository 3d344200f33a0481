"""Accuracy and speed of matching tracks sampled every 30 s: real drives against their hand-corrected paths."""

import sys
from collections.abc import Iterator
from statistics import median

import numpy as np
import shapely

from bench.rig.driven_truth import SET, Stretch, Track, folder, read
from bench.rig.figure import Figure, compared
from bench.rig.matchers import Fastmm, Method, Score, ours, ours_together, scored, scored_together
from streets.graph import Floats, StreetGraph
from streets.ways import Ways

FIGURES = (
    "map_matching_precision",
    "map_matching_recall",
    "map_matching_fixes_per_s",
    "map_matching_cold_fixes_per_s",
    "map_matching_together_fixes_per_s",
    "map_matching_together_cold_fixes_per_s",
)
SAMPLED_S = 30.0
ROUNDS = 5
BUFFERS_M = (15.0, 25.0)


def measure() -> Iterator[Figure]:
    """Length-weighted precision and recall of served segments, beside fastmm and two buffers around the fixes' line."""
    base = folder()
    if base is None:
        print(f"skipped: {SET} is not at hand (IOC_REALDATA)", file=sys.stderr)
        return
    graph, tracks = read(base)
    sampled = [_sampled(track) for track in tracks]
    peer = Fastmm(graph)
    error_m, best = peer.best(sampled)
    cold, warm, together_cold, together, theirs = (list[Score]() for _ in range(5))
    for _ in range(ROUNDS):
        ways = Ways(graph)
        cold.append(scored(graph, sampled, ours(ways)))
        warm.append(scored(graph, sampled, ours(ways)))
        ways = Ways(graph)
        together_cold.append(scored_together(graph, sampled, ours_together(ways)))
        together.append(scored_together(graph, sampled, ours_together(ways)))
        theirs.append(scored(graph, sampled, peer.method(error_m)))
    buffers = [scored(graph, sampled, _buffered(graph, metres)) for metres in BUFFERS_M]
    drives = f"{len(tracks)} drives at 30 s with their last fix"
    beside = f"{drives}; baseline: fastmm's best setting, error {error_m:.0f} m; buffers of 15 and 25 m " + ", ".join(
        f"{b.precision:.3f}/{b.recall:.3f}" for b in buffers
    )
    yield compared(FIGURES[0], "", warm[0].precision, best.precision, beside)
    yield compared(FIGURES[1], "", warm[0].recall, best.recall, beside)
    for name, runs, known in (
        (FIGURES[2], warm, "one drive a call, ways known"),
        (FIGURES[3], cold, "one drive a call, no way known beforehand"),
        (FIGURES[4], together, "all drives in one call, fastmm one a call, ways known"),
        (FIGURES[5], together_cold, "all drives in one call, fastmm one a call, no way known beforehand"),
    ):
        yield compared(name, "1/s", _rate(runs), _rate(theirs), f"{known}; median of {ROUNDS}; {_clock(runs, theirs)}")


def _rate(runs: list[Score]) -> float:
    return median(run.fixes_per_s for run in runs)


def _clock(runs: list[Score], theirs: list[Score]) -> str:
    here, there = (median(run.fixes_per_clock_s for run in each) for each in (runs, theirs))
    return f"of a core's time; by the clock {here:.0f}, fastmm {there:.0f}"


def _sampled(track: Track) -> Track:
    """The fixes of a tracker with one fix in 30 s; it also sends the drive's last fix."""
    kept = [0]
    for i in range(1, len(track.at_s)):
        if track.at_s[i] - track.at_s[kept[-1]] >= SAMPLED_S or i == len(track.at_s) - 1:
            kept.append(i)
    return Track(at_s=track.at_s[kept], places=track.places[kept], truth=track.truth)


def _buffered(graph: StreetGraph, metres: float) -> Method:
    """A method that takes the part of each segment within ``metres`` of the line through the fixes."""
    lines = np.array(
        [shapely.LineString(graph.metres(graph.edge_points(2 * s))) for s in range(graph.segments)], object
    )

    def method(_: Floats, places: Floats) -> list[Stretch]:
        if len(places) < 2:
            return []
        near = shapely.buffer(shapely.LineString(graph.metres(places)), metres)
        inside = shapely.length(shapely.intersection(lines, near))
        return [(s, 0.0, float(m)) for s, m in enumerate(inside) if m > 0]

    return method
