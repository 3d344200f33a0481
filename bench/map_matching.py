"""How well tracks sampled every 30 s are matched to streets: real drives against their hand-corrected ways."""

import sys
from collections.abc import Callable, Iterator, Sequence
from time import process_time

import numpy as np
import shapely

from bench._driven_truth import SET, Track, folder, read, served
from bench._figure import Figure
from streets.graph import Floats, StreetGraph
from streets.matching import match
from streets.ways import Ways

FIGURES = ("map_matching_precision", "map_matching_recall", "map_matching_fixes_per_s")
SAMPLED_S = 30.0
REQUIRED, REQUIRED_FIXES_PER_S = 0.94, 2_500.0
BUFFER_M, BUFFER_WIDE_M = 15.0, 25.0

Method = Callable[[Floats, Floats], frozenset[int]]


def measure() -> Iterator[Figure]:
    """Length-weighted precision and recall of served segments, beside two buffers round the line of the fixes."""
    base = folder()
    if base is None:
        print(f"skipped: {SET} is not at hand (IOC_REALDATA)", file=sys.stderr)
        return
    graph, tracks = read(base)
    ways = Ways(graph)
    sampled = [_sampled(track) for track in tracks]
    begin = process_time()
    precision, recall = _scores(graph, sampled, lambda at_s, places: _matched(ways, at_s, places))
    fixes_per_s = sum(len(track.at_s) for track in sampled) / (process_time() - begin)
    lines = np.array(
        [shapely.LineString(graph.metres(graph.edge_points(2 * s))) for s in range(graph.segments)], object
    )
    narrow = _scores(graph, sampled, lambda _, places: _buffered(graph, lines, places, BUFFER_M))
    wide = _scores(graph, sampled, lambda _, places: _buffered(graph, lines, places, BUFFER_WIDE_M))
    buffers = ", ".join(f"{m:.0f} m {p:.3f}/{r:.3f}" for m, (p, r) in ((BUFFER_M, narrow), (BUFFER_WIDE_M, wide)))
    beside = f"{len(tracks)} drives at 30 s with their last fix; buffer {buffers}"
    yield Figure(name=FIGURES[0], value=precision, unit="", baseline=REQUIRED, ratio=precision / REQUIRED, note=beside)
    yield Figure(name=FIGURES[1], value=recall, unit="", baseline=REQUIRED, ratio=recall / REQUIRED, note=beside)
    yield Figure(
        name=FIGURES[2], value=fixes_per_s, unit="1/s", baseline=REQUIRED_FIXES_PER_S,
        ratio=fixes_per_s / REQUIRED_FIXES_PER_S, note="of one core, ways not known beforehand",
    )  # fmt: skip


def _sampled(track: Track) -> Track:
    """What a tracker of one fix in 30 s would have sent; it sends its last one when the drive ends."""
    kept = [0]
    for i in range(1, len(track.at_s)):
        if track.at_s[i] - track.at_s[kept[-1]] >= SAMPLED_S or i == len(track.at_s) - 1:
            kept.append(i)
    return Track(at_s=track.at_s[kept], places=track.places[kept], truth=track.truth)


def _matched(ways: Ways, at_s: Floats, places: Floats) -> frozenset[int]:
    found = match(ways, at_s, places)
    return served(ways.graph.length_m, [(p.segment, p.from_m, p.to_m) for p in found.passages])


def _buffered(graph: StreetGraph, lines: Floats, places: Floats, metres: float) -> frozenset[int]:
    """Segments that lie to 70 % within some metres of the line through the fixes."""
    if len(places) < 2:
        return frozenset()
    near = shapely.buffer(shapely.LineString(graph.metres(places)), metres)
    inside = shapely.length(shapely.intersection(lines, near))
    return served(graph.length_m, [(s, 0.0, float(m)) for s, m in enumerate(inside) if m > 0])


def _scores(graph: StreetGraph, tracks: Sequence[Track], method: Method) -> tuple[float, float]:
    """Precision and recall, weighted by length."""
    right = claimed = true = 0.0
    for track in tracks:
        found = method(track.at_s, track.places)
        right += graph.length_m[list(found & track.truth)].sum()
        claimed += graph.length_m[list(found)].sum()
        true += graph.length_m[list(track.truth)].sum()
    return right / claimed, right / true
