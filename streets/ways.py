"""Shortest ways through the street graph, bounded in length and remembered: trucks drive the same streets every day."""

import heapq
from collections import OrderedDict
from functools import cached_property
from math import ceil, inf, nextafter

import numpy as np

from streets.graph import Floats, Ints, StreetGraph
from streets.path_table import ENTRIES_KEPT, PathTable

# Going against a one-way street costs as much as a detour of this many times its length; crews do it at night.
AGAINST_COSTS = 3.0
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
        absent = (found == inf).nonzero()[0]
        absent = absent[self.table.known_m[starts[absent]] < most_m[absent]]
        if len(absent):
            self._learn(starts[absent], most_m[absent])
            found[absent] = self.table.costs(starts[absent], ends[absent])
        return found

    def edges(self, start: int, end: int, metres: float) -> list[int]:
        """The edges of the shortest way between two nodes; KeyError when it is longer than ``metres``."""
        edges: list[int] = []
        while end != start:
            edge = self.table.edge(start, end)
            if edge is None and not edges:
                self.table.make_room()
                self._learn(np.array([start]), np.array([metres]))
                edge = self.table.edge(start, end)
            if edge is None:
                raise KeyError((start, end))
            edges.append(edge)
            end = self.graph.edge_from.item(edge)
        return edges[::-1]

    def _learn(self, starts: Ints, most_m: Floats) -> None:
        """Search from each start as far as is asked for it; all that is found goes into the table in one go."""
        order = starts.argsort()
        starts = starts[order]
        first = np.concatenate(([True], starts[1:] != starts[:-1])).nonzero()[0]
        nodes, farthest_m = starts[first], np.maximum.reduceat(most_m[order], first)
        reached: list[int] = []
        costs: list[float] = []
        edges: list[int] = []
        counts: list[int] = []
        for start, farthest in zip(nodes.tolist(), farthest_m.tolist(), strict=True):
            cost_of, by = self.search(start, farthest)
            reached += cost_of
            costs += cost_of.values()
            edges += by.values()
            counts.append(len(cost_of))
        self.table.known_m[nodes] = farthest_m
        self.table.add(nodes.repeat(counts), np.array(reached), np.array(costs), np.array(edges))

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
        rest_m, begun_m = (each.ravel() for each in self.rest(near.segment[first], near.along_m[first]))
        nodes, begins = self.graph.edge_to[edges[:2]].tolist(), self.graph.edge_from[edges[2:]].tolist()
        costs = [float(b - a) for a, b in zip(begun_m[:2], begun_m[2:], strict=True) if edges[0] == edges[2] and b >= a]
        for node, left_m in zip(nodes, rest_m[:2].tolist(), strict=True):
            reached, _ = self.search(node, limit_m)
            costs += [
                left_m + reached[n] + m for n, m in zip(begins, begun_m[2:].tolist(), strict=True) if n in reached
            ]
        return min(costs, default=inf)

    def rest(self, segment: Ints, along_m: Floats) -> tuple[Floats, Floats]:
        """Cost of the rest of an edge and of what lies before, for places along segments; each forward, then back."""
        before_m = np.empty((*segment.shape, 2))
        before_m[..., 0], before_m[..., 1] = along_m, self.graph.length_m[segment] - along_m
        factor = self._factor.reshape(-1, 2)[segment]
        return before_m[..., ::-1] * factor, before_m * factor

    def search(self, start: int, most_m: float) -> tuple[dict[int, float], dict[int, int]]:
        """The nodes that cost at most so many metres: the cost, and the edge by which (-1 at the start)."""
        costs, edges, queue = {start: 0.0}, {start: -1}, [(0.0, start)]
        leaving, best, pop, push = self._leaving, costs.get, heapq.heappop, heapq.heappush
        too_far = nextafter(most_m, inf)
        while queue:
            cost, node = pop(queue)
            if cost > costs[node]:
                continue
            for there, step_m, edge in leaving.get(node) or self._next(node):
                total = cost + step_m
                if total < best(there, too_far):
                    costs[there], edges[there] = total, edge
                    push(queue, (total, there))
        return costs, edges

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
