"""Shortest ways through the street graph, bounded in length and remembered: trucks drive the same streets every day."""

import heapq
from collections import OrderedDict
from collections.abc import Mapping
from math import ceil, inf
from typing import NamedTuple

import numpy as np

from streets.graph import Floats, StreetGraph

# Going against a one-way street costs as much as a detour of this many times its length; crews do it at night.
AGAINST_COSTS = 3.0
# About 60 MB of remembered ways.
_NODES_KEPT = 500_000
# Between two places: looked for on streets so near, in steps of this many metres, so many answers remembered.
_AT_STREET_M, _STEP_M, _BETWEEN_KEPT = 100.0, 5_000.0, 5_000


class Exit(NamedTuple):
    """One of the two ways off (or onto) a spot on a segment: the node, the cost between, the edge taken."""

    node: int
    cost_m: float
    edge: int


Reached = Mapping[int, tuple[float, int]]
"""Node to (cost in metres, edge by which it is reached; -1 at the start)."""


class Ways:
    """Bounded shortest ways (Dijkstra) from any node of one graph; not for several threads at once."""

    def __init__(self, graph: StreetGraph) -> None:
        self.graph = graph
        self._leaving: dict[int, list[tuple[int, float, int]]] = {}
        self._known: OrderedDict[int, tuple[float, Reached]] = OrderedDict()
        self._nodes = 0
        self._between: OrderedDict[tuple[float, ...], float] = OrderedDict()

    def within(self, node: int, metres: float) -> Reached:
        """Every node reached from ``node`` at a cost of at most ``metres``, perhaps some beyond."""
        known = self._known.get(node)
        if known is not None and known[0] >= metres:
            self._known.move_to_end(node)
            return known[1]
        if known is not None:
            self._nodes -= len(known[1])
        reached = self._search(node, metres)
        self._known[node] = (metres, reached)
        self._known.move_to_end(node)
        self._nodes += len(reached)
        while self._nodes > _NODES_KEPT and len(self._known) > 1:
            self._nodes -= len(self._known.popitem(last=False)[1][1])
        return reached

    def between(self, start: Floats, end: Floats, most_m: float) -> float:
        """Cost in metres of the shortest way between two places (longitude, latitude), each within 100 m of a street.

        ``inf`` when a place lies off the streets, or no way costs at most about ``most_m``.
        """
        limit_m = _STEP_M * ceil(most_m / _STEP_M)
        key = (*start.round(5).tolist(), *end.round(5).tolist(), limit_m)
        if key not in self._between:
            self._between[key] = self._cost(np.array([start, end]), limit_m)
            if len(self._between) > _BETWEEN_KEPT:
                self._between.popitem(last=False)
        return self._between[key]

    def _cost(self, places: Floats, limit_m: float) -> float:
        near = self.graph.near(places, _AT_STREET_M)
        rows = [int(np.argmax(near.row == row)) for row in (0, 1)]
        if not all((near.row == row).any() for row in (0, 1)):
            return inf
        (s, along_m), (e, until_m) = ((int(near.segment[i]), float(near.along_m[i])) for i in rows)
        costs = [self.along(s, along_m, until_m)] if s == e else []
        for leave in self.off(s, along_m):
            reached = self.within(leave.node, limit_m)
            costs += [
                leave.cost_m + reached[enter.node][0] + enter.cost_m
                for enter in self.onto(e, until_m)
                if enter.node in reached
            ]
        return min(costs, default=inf)

    def off(self, segment: int, along_m: float) -> tuple[Exit, Exit]:
        """How to leave a spot: on to the segment's end, or back to its start."""
        graph, length_m = self.graph, float(self.graph.length_m[segment])
        return (
            Exit(int(graph.end[segment]), length_m - along_m, 2 * segment),
            Exit(int(graph.start[segment]), along_m * self._back(segment), 2 * segment + 1),
        )

    def onto(self, segment: int, along_m: float) -> tuple[Exit, Exit]:
        """How to reach a spot: from the segment's start, or back from its end."""
        graph, length_m = self.graph, float(self.graph.length_m[segment])
        return (
            Exit(int(graph.start[segment]), along_m, 2 * segment),
            Exit(int(graph.end[segment]), (length_m - along_m) * self._back(segment), 2 * segment + 1),
        )

    def along(self, segment: int, from_m: float, to_m: float) -> float:
        """Cost of a drive within one segment."""
        return to_m - from_m if to_m >= from_m else (from_m - to_m) * self._back(segment)

    def _back(self, segment: int) -> float:
        return AGAINST_COSTS if self.graph.one_way[segment] else 1.0

    def edges(self, reached: Reached, end: int) -> list[int]:
        """The edges to ``end``, in order, of a search that reached it."""
        edges: list[int] = []
        while (edge := reached[end][1]) >= 0:
            edges.append(edge)
            end = int(self.graph.edge_from[edge])
        return edges[::-1]

    def _search(self, start: int, metres: float) -> Reached:
        reached: dict[int, tuple[float, int]] = {start: (0.0, -1)}
        queue = [(0.0, start)]
        done: set[int] = set()
        while queue:
            cost, node = heapq.heappop(queue)
            if node in done:
                continue
            done.add(node)
            for there, step, edge in self._next(node):
                total = cost + step
                if total <= metres and (there not in reached or total < reached[there][0]):
                    reached[there] = (total, edge)
                    heapq.heappush(queue, (total, there))
        return reached

    def _next(self, node: int) -> list[tuple[int, float, int]]:
        found = self._leaving.get(node)
        if found is None:
            graph = self.graph
            found = self._leaving[node] = [
                (
                    int(graph.edge_to[edge]),
                    float(graph.length_m[edge // 2]) * (self._back(edge // 2) if edge % 2 else 1.0),
                    int(edge),
                )
                for edge in graph.successors(node, against=True)
            ]
        return found
