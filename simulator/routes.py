"""Routes through the synthetic streets: the network as a graph, the shortest way, and a collection walk."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise

from simulator.chance import unit
from simulator.streets import SEED, Point, distance_m, streets

Network = Mapping[Point, Mapping[Point, float]]
"""Neighbours of each junction and the metres to them."""


@cache
def network(seed: int = SEED, place: str | None = None) -> Network:
    """The streets as a graph; only those of ``place`` when a ward's code is given."""
    graph: dict[Point, dict[Point, float]] = {}
    for street in streets(seed):
        if place is None or street.place == place:
            for a, b in pairwise(street.line):
                metres = distance_m(a, b)
                graph.setdefault(a, {})[b] = metres
                graph.setdefault(b, {})[a] = metres
    return graph


@cache
def shortest(start: Point, end: Point, seed: int = SEED) -> tuple[Point, ...]:
    """Junctions from ``start`` to ``end`` along the shortest way (Dijkstra); raises KeyError off the network."""
    graph = network(seed)
    best: dict[Point, tuple[float, Point]] = {start: (0.0, start)}
    queue = [(0.0, start)]
    while queue:
        metres, here = heapq.heappop(queue)
        if here == end:
            break
        for there, step in graph[here].items():
            if metres + step < best.get(there, (float("inf"), there))[0]:
                best[there] = (metres + step, here)
                heapq.heappush(queue, (metres + step, there))
    way = [end]
    while way[-1] != start:
        way.append(best[way[-1]][1])
    return tuple(reversed(way))


def walk(graph: Network, start: Point, length_m: float, driven: Counter[frozenset[Point]], *key: object) -> list[Point]:
    """Junctions of a collection walk of at least ``length_m`` through ``graph``, which begins at ``start``.

    At each junction it takes the block driven least so far (``driven`` is updated), never straight back unless it
    must; ``key`` breaks ties.
    """
    way, metres, before = [start], 0.0, start
    while metres < length_m:
        here = way[-1]
        onward = [there for there in graph[here] if there != before] or [before]
        there = min(onward, key=lambda p: (driven[frozenset((here, p))], unit(*key, len(way), p)))
        driven[frozenset((here, there))] += 1
        metres += graph[here][there]
        before = here
        way.append(there)
    return way


def nearest(point: Point, junctions: Iterable[Point]) -> Point:
    """The junction closest to ``point``."""
    return min(junctions, key=lambda junction: distance_m(point, junction))
