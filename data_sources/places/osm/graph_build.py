"""Builds the street graph from drivable lines, cut at points that are an end or are used twice."""

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data_sources.places.osm.cut import Point
from data_sources.places.osm.tags import KINDS, Street
from streets.graph import E7, Ints, StreetGraph, lengths_m, strong_parts


class GraphBuilder:
    """Collects drivable lines (16 bytes per point) and builds their graph."""

    def __init__(self) -> None:
        self._ids, self._xs, self._ys = array("q"), array("i"), array("i")
        self._sizes, self._ways = array("q"), array("q")
        self._names, self._kinds, self._one_way = array("i"), array("b"), array("b")
        self._known: dict[str, int] = {"": 0}

    def add(self, way: int, street: Street, line: Sequence[Point]) -> None:
        """Add one line of two points or more, in the direction of travel."""
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
        """The graph of the added lines. Peak memory is about 50 bytes per point."""
        sizes = np.asarray(self._sizes, np.int64)
        junction = _used_twice(np.asarray(self._ids, np.int64))
        after = np.cumsum(sizes)
        junction[after - 1] = junction[after - sizes] = True
        first, last, line = _segments(np.flatnonzero(junction), after)
        ends = np.asarray(self._ids, np.int64)[np.concatenate((first, last))]
        nodes, one_end, node = np.unique(ends, return_index=True, return_inverse=True)
        where = np.concatenate((first, last))[one_end]
        start, end = np.split(node.astype(np.int32), 2)
        offset = np.concatenate(([0], np.cumsum(last - first + 1)))
        points = self._points(first, offset)
        one_way = np.asarray(self._one_way, bool)[line]
        return StreetGraph(
            node_lon=np.asarray(self._xs)[where] / E7,
            node_lat=np.asarray(self._ys)[where] / E7,
            node_part=_parts(len(nodes), start, end, ~one_way),
            start=start,
            end=end,
            length_m=lengths_m(points, offset),
            one_way=one_way,
            way=np.asarray(self._ways, np.int64)[line],
            name=np.asarray(self._names, np.int32)[line],
            kind=np.asarray(self._kinds, np.int8)[line],
            offset=offset,
            points=points,
            names=np.array(list(self._known), dtype=np.str_),
            kinds=np.array(KINDS, dtype=np.str_),
        )

    def _points(self, first: Ints, offset: Ints) -> Ints:
        """The points of all segments in sequence; neighbours in a street share one."""
        taken = np.repeat((first - offset[:-1]), np.diff(offset))
        taken += np.arange(offset[-1])
        points = np.empty((len(taken), 2), np.int32)
        points[:, 0] = np.asarray(self._xs, np.int32)[taken]
        points[:, 1] = np.asarray(self._ys, np.int32)[taken]
        return points


def _used_twice(ids: Ints) -> NDArray[np.bool_]:
    """Per point, whether its node occurs more than once."""
    order = np.argsort(ids)
    ordered = ids[order]
    again = ordered[1:] == ordered[:-1]
    twice = np.zeros(len(ids), bool)
    twice[order[1:][again]] = twice[order[:-1][again]] = True
    return twice


def _segments(stops: Ints, after: Ints) -> tuple[Ints, Ints, Ints]:
    """Per segment: the index of its first and last point, and its line; ``after`` is the end index of each line."""
    line = np.searchsorted(after, stops, side="right")
    together = line[:-1] == line[1:]
    return stops[:-1][together], stops[1:][together], line[:-1][together]


def _parts(nodes: int, start: Ints, end: Ints, both_ways: NDArray[np.bool_]) -> Ints:
    """Strongly connected components along the permitted directions."""
    return strong_parts(nodes, np.concatenate((start, end[both_ways])), np.concatenate((end, start[both_ways])))
