"""A street graph from lines drawn by hand: what runs are matched to before a street map is imported."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from streets.graph import E7, EARTH_M, Floats, StreetGraph, lengths_m, strong_parts

# Lines nearer than this to one drawn before are the same street, drawn again by another route.
SAME_STREET_M = 12.0
# Leftovers shorter than this are where two drawings of one street part by a little.
_CRUMB_M = 20.0
_GRID_M = 0.1
# Ends nearer than this are one junction: rounding to the grid parts streets that were drawn to meet.
_JOINED_M = 2.0

Lines = NDArray[np.object_]
Point = tuple[float, ...]


def graph_of_lines(lines: Iterable[Floats]) -> StreetGraph:
    """The graph of all lines (rows of longitude, latitude), joined where they cross, touch or end near each other.

    Streets drawn several times, a few metres apart, become one. Directions are not told by drawings: every segment is
    driven both ways. Names and kinds are unknown.
    """
    given = _unseen(np.asarray(line, np.float64) for line in lines if len(line) > 1)
    middle = np.concatenate(given).mean(axis=0) if given else np.zeros(2)
    scale = np.radians([EARTH_M * np.cos(np.radians(middle[1])), EARTH_M])
    drawn = [shapely.LineString((line - middle) * scale) for line in given]
    parts = _segments(_once(np.array([line for line in drawn if line.length > 0], dtype=object)))
    return _graph([chain / scale + middle for chain in _joined(parts)])


def _unseen(lines: Iterable[Floats]) -> list[Floats]:
    """The lines that have a step no line before them has, to the digit: rounds repeat streets, which adds nothing."""
    seen: set[tuple[Point, Point]] = set()
    found = []
    for line in lines:
        points: list[Point] = list(map(tuple, line.tolist()))
        steps = {(a, b) if a < b else (b, a) for a, b in pairwise(points)}
        if not steps <= seen:
            seen |= steps
            found.append(line)
    return found


def _once(lines: Lines) -> list[shapely.LineString]:
    """Each street once: of every line what no line before it covers, tied to what it was cut from."""
    if not len(lines):
        return []
    tree = shapely.STRtree(lines)
    kept: list[shapely.LineString] = []
    for number, line in enumerate(lines):
        near = tree.query(line, predicate="dwithin", distance=SAME_STREET_M)
        before = lines[near[near < number]]
        if not len(before):
            kept.append(line)
            continue
        known = shapely.union_all(before)
        fresh = shapely.get_parts(shapely.difference(line, shapely.buffer(known, SAME_STREET_M)))
        kept += [_tied(part, known) for part in fresh if part.length >= _CRUMB_M]
    return kept


def _tied(part: shapely.LineString, known: shapely.Geometry) -> shapely.LineString:
    """``part`` with its ends led to the nearest point of ``known`` where they were cut off from it."""
    points = list(shapely.get_coordinates(part))
    for end, at in ((0, 0), (-1, len(points))):
        foot = shapely.get_coordinates(shapely.shortest_line(shapely.Point(points[end]), known))[-1]
        if 0 < np.hypot(*(foot - points[end])) <= 1.5 * SAME_STREET_M:
            points.insert(at if at == 0 else len(points), foot)
    return shapely.LineString(points)


def _segments(lines: Sequence[shapely.LineString]) -> list[shapely.Geometry]:
    """Pieces from junction to junction."""
    if not lines:
        return []
    noded = shapely.union_all(np.array(lines, dtype=object), grid_size=_GRID_M)
    return [part for part in shapely.get_parts(shapely.line_merge(noded)) if part.length > 0]


def _joined(parts: Sequence[shapely.Geometry]) -> list[Floats]:
    """The points of each part, in metres, with ends near each other made one; without what that leaves no length."""
    if not parts:
        return []
    chains = [shapely.get_coordinates(part) for part in parts]
    ends = np.concatenate([chain[[0, -1]] for chain in chains])
    points = shapely.points(ends)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=_JOINED_M)
    _, first, junction = np.unique(strong_parts(len(ends), one, other), return_index=True, return_inverse=True)
    for chain, (start, end) in zip(chains, ends[first[junction]].reshape(-1, 2, 2), strict=True):
        chain[0], chain[-1] = start, end
    return [chain for chain in chains if np.hypot(*np.diff(chain, axis=0).T).sum() > 0]


def _graph(chains: Sequence[Floats]) -> StreetGraph:
    ends = np.rint(np.array([chain[[0, -1]] for chain in chains]).reshape(-1, 2) * E7).astype(np.int64)
    nodes, node = np.unique(ends, axis=0, return_inverse=True)
    start, end = node.reshape(-1, 2).T if len(chains) else (np.zeros(0, np.int64), np.zeros(0, np.int64))
    offset = np.concatenate(([0], np.cumsum([len(chain) for chain in chains]))).astype(np.int64)
    points = np.rint(np.concatenate(chains) * E7).astype(np.int32) if chains else np.zeros((0, 2), np.int32)
    count = len(chains)
    return StreetGraph(
        node_lon=nodes[:, 0] / E7,
        node_lat=nodes[:, 1] / E7,
        node_part=strong_parts(len(nodes), np.concatenate((start, end)), np.concatenate((end, start)))
        if count
        else np.zeros(0, np.int64),
        start=start,
        end=end,
        length_m=lengths_m(points, offset) if count else np.zeros(0),
        one_way=np.zeros(count, bool),
        way=np.arange(count),
        name=np.zeros(count, np.int32),
        kind=np.zeros(count, np.int8),
        offset=offset,
        points=points,
        names=np.array([""]),
        kinds=np.array(["street"]),
    )
