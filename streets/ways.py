"""Shortest ways through the street graph, bounded in length and remembered: trucks drive the same streets every day."""

import heapq
from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from math import ceil, inf

import numpy as np

from streets.graph import Floats, Ints, StreetGraph
from streets.path_table import ENTRIES_KEPT, PathTable

# Going against a one-way street costs as much as a detour of this many times its length; crews do it at night.
AGAINST_COSTS = 3.0
# A search from where one began before goes so many times as far at least, so that few have to begin again.
_FARTHER = 2.0
# Known of a node from which nobody searched: not even itself.
_NONE_M = -1e-9
# Between two places: looked for on streets so near, in steps of this many metres, so many answers remembered.
_AT_STREET_M, _STEP_M, _BETWEEN_KEPT = 100.0, 5_000.0, 5_000


class Ways:
    """Bounded shortest ways (Dijkstra) from any node of one graph; not for several threads at once."""

    def __init__(self, graph: StreetGraph, *, entries_kept: int = ENTRIES_KEPT) -> None:
        self.graph = graph
        self._factor = np.where(graph.against, AGAINST_COSTS, 1.0)
        self._leaving: dict[int, list[tuple[int, float, int]]] = {}
        self.table = PathTable(graph.nodes, entries_kept=entries_kept)
        self._between: OrderedDict[tuple[float, ...], float] = OrderedDict()

    def costs(self, starts: Ints, ends: Ints, most_m: Floats) -> Floats:
        """Metres from each start to its end; inf where there is no way, or perhaps a longer one than ``most_m``."""
        self.table.make_room()
        found = self.table.costs(starts, ends)
        absent = np.flatnonzero(found == inf)
        absent = absent[np.maximum(self.table.known_m[starts[absent]], _NONE_M) < most_m[absent]]
        if len(absent):
            self._learn(starts[absent], ends[absent], most_m[absent])
            found[absent] = self.table.costs(starts[absent], ends[absent])
        return found

    def edges(self, start: int, end: int, metres: float) -> list[int]:
        """The edges of the shortest way between two nodes; KeyError when it is longer than ``metres``."""
        if start == end:
            return []
        if self.table.edge(start, end) is None:
            self.table.make_room()
            self._learn(np.array([start]), np.array([end]), np.array([metres]))
        edges: list[int] = []
        while end != start:
            edge = self.table.edge(start, end)
            if edge is None:
                raise KeyError((start, end))
            edges.append(edge)
            end = self.graph.edge_from.item(edge)
        return edges[::-1]

    def _learn(self, starts: Ints, ends: Ints, most_m: Floats) -> None:
        """Search from each start until its ends are reached, or so many metres are."""
        order = np.argsort(starts, kind="stable")
        nodes, first = np.unique(starts[order], return_index=True)
        farthest_m = np.maximum.reduceat(most_m[order], first).tolist()
        bounds, sought = [*first.tolist(), len(order)], ends[order].tolist()
        known_m = self.table.known_m[nodes].tolist()
        reached: list[int] = []
        costs: list[float] = []
        edges: list[int] = []
        counts: list[int] = []
        for i, start in enumerate(nodes.tolist()):
            until, most = sought[bounds[i] : bounds[i + 1]], farthest_m[i]
            cost_of, by, known_m[i] = self.search(start, most, until, min(_FARTHER * known_m[i], most))
            reached += cost_of
            costs += cost_of.values()
            edges += by.values()
            counts.append(len(cost_of))
        cost_m, keys = np.array(costs), np.repeat(nodes * self.graph.nodes, counts) + np.array(reached)
        sure = cost_m <= np.repeat(known_m, counts)
        self.table.known_m[nodes] = known_m
        self.table.add(keys[sure], cost_m[sure], np.array(edges)[sure])

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
        if not all((near.row == row).any() for row in (0, 1)):
            return inf
        first = np.array([int(np.argmax(near.row == row)) for row in (0, 1)])
        # Each place forward, then back.
        edges = (2 * near.segment[first, None] + (0, 1)).ravel()
        rest_m, begun_m = self.rest(edges, np.repeat(near.along_m[first], 2))
        nodes, begins = self.graph.edge_to[edges[:2]].tolist(), self.graph.edge_from[edges[2:]].tolist()
        costs = [float(b - a) for a, b in zip(begun_m[:2], begun_m[2:], strict=True) if edges[0] == edges[2] and b >= a]
        for node, left_m in zip(nodes, rest_m[:2].tolist(), strict=True):
            reached, _, _ = self.search(node, limit_m, begins)
            costs += [
                left_m + reached[n] + m for n, m in zip(begins, begun_m[2:].tolist(), strict=True) if n in reached
            ]
        return min(costs, default=inf)

    def rest(self, edge: Ints, along_m: Floats) -> tuple[Floats, Floats]:
        """Cost of the rest of an edge, and of what lies before, for places so many metres along its segment."""
        ahead_m, back, factor = self.graph.length_m[edge // 2] - along_m, edge % 2 == 1, self._factor[edge]
        return np.where(back, along_m, ahead_m) * factor, np.where(back, ahead_m, along_m) * factor

    def search(
        self, start: int, most_m: float, until: Iterable[int], least_m: float = 0.0
    ) -> tuple[dict[int, float], dict[int, int], float]:
        """Nodes reached: the cost, the edge by which (-1 at the start), and up to which cost all is known.

        The two have the same order. Ends when all of ``until`` are reached and what costs ``least_m`` is known, or all
        that costs ``most_m``.
        """
        costs, edges, queue, missing = {start: 0.0}, {start: -1}, [(0.0, start)], set(until)
        leaving, best, pop, push = self._leaving, costs.get, heapq.heappop, heapq.heappush
        while queue:
            cost, node = pop(queue)
            if cost > costs[node]:
                continue
            missing.discard(node)
            if not missing and cost >= least_m:
                return costs, edges, cost
            for there, step_m, edge in leaving.get(node) or self._next(node):
                total = cost + step_m
                if total <= most_m and total < best(there, inf):
                    costs[there], edges[there] = total, edge
                    push(queue, (total, there))
        return costs, edges, most_m

    def _next(self, node: int) -> list[tuple[int, float, int]]:
        first = self.graph.leaving[1]
        some = slice(first.item(node), first.item(node + 1))
        found = self._leaving[node] = list(zip(*(each[some].tolist() for each in self._onward), strict=True))
        return found

    @cached_property
    def _onward(self) -> tuple[Ints, Floats, Ints]:
        """Per edge, in the order of the node it leaves: the node it leads to, its cost in metres, itself."""
        order, graph = self.graph.leaving[0], self.graph
        return graph.edge_to[order], (np.repeat(graph.length_m, 2) * self._factor)[order], order
