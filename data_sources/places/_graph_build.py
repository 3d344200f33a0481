"""Lines of drivable streets become a graph: cut where a point is an end or is used twice."""

from array import array
from collections.abc import Sequence

import numpy as np

from data_sources.places._cut import E7, Point
from data_sources.places._osm_tags import KINDS, Street
from data_sources.places.street_graph import Ints, StreetGraph, lengths_m, strong_parts


class GraphBuilder:
    """Takes drivable lines one after another, compactly (24 bytes a point), and makes the graph of all of them."""

    def __init__(self) -> None:
        self._ids, self._xs, self._ys = array("q"), array("q"), array("q")
        self._sizes, self._ways = array("q"), array("q")
        self._names, self._kinds, self._one_way = array("q"), array("q"), array("b")
        self._known: dict[str, int] = {"": 0}

    def add(self, way: int, street: Street, line: Sequence[Point]) -> None:
        """One line of two points or more, along the direction of travel."""
        ids, xs, ys = zip(*line, strict=True)
        self._ids.extend(ids)
        self._xs.extend(xs)
        self._ys.extend(ys)
        self._sizes.append(len(line))
        self._ways.append(way)
        self._names.append(self._known.setdefault(street.name, len(self._known)))
        self._kinds.append(KINDS.index(street.kind))
        self._one_way.append(street.oneway != 0)

    def graph(self) -> StreetGraph:
        """The graph of what was added."""
        sizes = np.array(self._sizes, np.int64)
        _, where, node, uses = np.unique(
            np.array(self._ids, np.int64), return_index=True, return_inverse=True, return_counts=True
        )
        first, last, line = _segments(sizes, node, uses)
        kept, ends = np.unique(np.concatenate((node[first], node[last])), return_inverse=True)
        start, end = np.split(ends, 2)
        places = np.column_stack((np.array(self._xs, np.int64), np.array(self._ys, np.int64))) / E7
        points = last - first + 1
        offset = np.concatenate(([0], np.cumsum(points)))
        geometry = places[np.repeat(first - offset[:-1], points) + np.arange(offset[-1])]
        one_way = np.array(self._one_way, bool)[line]
        return StreetGraph(
            node_lon=places[where[kept], 0],
            node_lat=places[where[kept], 1],
            node_part=_parts(len(kept), start, end, ~one_way),
            start=start,
            end=end,
            length_m=_lengths(geometry, offset),
            one_way=one_way,
            way=np.array(self._ways, np.int64)[line],
            name=np.array(self._names, np.int64)[line],
            kind=np.array(self._kinds, np.int64)[line],
            offset=offset,
            points=geometry,
            names=np.array(list(self._known), dtype=np.str_),
            kinds=np.array(KINDS, dtype=np.str_),
        )


def _segments(sizes: Ints, node: Ints, uses: Ints) -> tuple[Ints, Ints, Ints]:
    """Per segment: the positions of its first and last point, and its line. A point used twice is a junction."""
    line_of = np.repeat(np.arange(len(sizes)), sizes)
    junction = uses[node] > 1
    after = np.cumsum(sizes)
    junction[after - 1] = junction[after - sizes] = True
    stops = np.flatnonzero(junction)
    together = line_of[stops[:-1]] == line_of[stops[1:]]
    first, last = stops[:-1][together], stops[1:][together]
    return first, last, line_of[first]


def _lengths(geometry: np.ndarray, offset: Ints) -> np.ndarray:
    """Metres of each segment."""
    travelled = np.concatenate(([0.0], np.cumsum(lengths_m(geometry))))
    lengths: np.ndarray = travelled[offset[1:] - 1] - travelled[offset[:-1]]
    return lengths


def _parts(nodes: int, start: Ints, end: Ints, both_ways: np.ndarray) -> Ints:
    """Strongly connected parts by the edges that go with the traffic."""
    return strong_parts(nodes, np.concatenate((start, end[both_ways])), np.concatenate((end, start[both_ways])))
