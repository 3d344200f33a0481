"""Simulated rounds of trucks over a real net with one-way streets, and their trackers' fixes.

A truck drives the shortest permitted way from way point to way point; at each it stops, then continues or turns back.
Every other truck collects: it also stops between way points as crews do. The seed determines everything.
"""

import heapq
import os
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.rig.centre import ROOT
from bench.rig.driven_truth import Track, served
from data_sources.places.streets import read_streets
from streets.graph import Floats, StreetGraph

NET = "geo/osm_hcmc_centre/hcmc_centre.osm.pbf"
BOX = (106.68, 10.77, 106.71, 10.80)
WAY_POINTS, LEG_M = 9, (100.0, 600.0)
TURNS_BACK = 0.3
COLLECTING_MPS, HAULING_MPS, HAULS = (2.0, 4.5), (5.0, 9.0), 0.3
# Mean distance between stops: a collecting truck stops often between way points, another hardly ever.
COLLECTING_STOPS_M, OTHER_STOPS_M = 80.0, 1e6
STOP_S, WAY_POINT_STOP_S = (5.0, 40.0), (20.0, 60.0)


@dataclass(frozen=True, kw_only=True)
class Drive:
    """A truck's true drive: edges in order with the metres along them, and the time over the metres driven."""

    stretches: Sequence[tuple[int, float, float]]
    clock_s: Floats
    driven_m: Floats


def net() -> StreetGraph | None:
    """The street net, None when its file is missing."""
    path = Path(os.environ.get("IOC_REALDATA") or ROOT.parent / "shared" / "realdata") / NET
    if not path.is_file():
        return None
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as work:
        return StreetGraph.load(read_streets(path, box=BOX, work=Path(work), progress=lambda *_: None).graph)


def drives(graph: StreetGraph, seed: int, count: int) -> list[Drive]:
    """``count`` rounds, each of nine way points."""
    chance = random.Random(seed)  # noqa: S311 - the same rounds every time
    return [_drive(graph, chance, collects=number % 2 == 0) for number in range(count)]


def sampled(graph: StreetGraph, drive: Drive, *, every_s: float, noise_m: float, seed: int) -> Track:
    """A fix every ``every_s`` and the last one, each with a normal error; the truth is the drive's segments."""
    at_s = np.append(np.arange(0.0, drive.clock_s[-1], every_s), drive.clock_s[-1])
    at_m = np.interp(at_s, drive.clock_s, drive.driven_m)
    line = _line(graph, drive)
    steps_m = np.hypot(*np.diff(graph.metres(line), axis=0).T)
    # Measure along the line on the plane, so that the drive's metres (on the sphere) end where the line ends.
    along_m = np.concatenate(([0.0], np.cumsum(steps_m)))
    at_m *= along_m[-1] / drive.driven_m[-1]
    places = np.column_stack([np.interp(at_m, along_m, line[:, axis]) for axis in (0, 1)])
    degrees = np.diff(graph.metres(np.array([[0.0, 0.0], [1.0, 1.0]])), axis=0)
    noise = np.random.default_rng(seed).normal(0.0, noise_m, places.shape)
    segments = [(edge // 2, *_along(graph, edge, a, b)) for edge, a, b in drive.stretches]
    return Track(at_s=at_s, places=places + noise / degrees, truth=served(graph.length_m, segments))


def _drive(graph: StreetGraph, chance: random.Random, *, collects: bool) -> Drive:
    edges = np.flatnonzero((graph.node_part[graph.edge_from] == 0) & (graph.node_part[graph.edge_to] == 0))
    allowed = [int(edge) for edge in edges if not graph.against[edge]]
    at = chance.choice(allowed)
    at_m = chance.uniform(0, graph.length_m[at // 2])
    stretches: list[tuple[int, float, float]] = []
    clock, driven = [0.0], [0.0]
    for _ in range(WAY_POINTS):
        leg = _leg(graph, chance, allowed, at, at_m)
        stretches += leg
        _timed(chance, sum(b - a for _, a, b in leg), COLLECTING_STOPS_M if collects else OTHER_STOPS_M, clock, driven)
        at, _, at_m = leg[-1]
        if not graph.one_way[at // 2] and chance.random() < TURNS_BACK:
            at, at_m = at ^ 1, float(graph.length_m[at // 2]) - at_m
    return Drive(stretches=stretches, clock_s=np.array(clock), driven_m=np.array(driven))


def _leg(
    graph: StreetGraph, chance: random.Random, allowed: Sequence[int], at: int, at_m: float
) -> list[tuple[int, float, float]]:
    """The way from a place on an edge to a way point within the metres of a leg."""
    rest_m = float(graph.length_m[at // 2]) - at_m
    costs, entered = _shortest(graph, int(graph.edge_to[at]), LEG_M[1] - rest_m)
    within = [e for e in allowed if LEG_M[0] <= rest_m + costs.get(int(graph.edge_from[e]), np.inf) <= LEG_M[1]]
    to = chance.choice(within or [int(graph.successors(int(graph.edge_to[at]))[0])])
    edges = [to]
    while (node := int(graph.edge_from[edges[-1]])) in entered:
        edges.append(entered[node])
    whole = [(edge, 0.0, float(graph.length_m[edge // 2])) for edge in edges[:0:-1]]
    return [(at, at_m, at_m + rest_m), *whole, (to, 0.0, chance.uniform(0, graph.length_m[to // 2]))]


def _shortest(graph: StreetGraph, start: int, most_m: float) -> tuple[dict[int, float], dict[int, int]]:
    """Metres to each node within reach in permitted directions, and the edge that reaches it (not for the start)."""
    costs, entered, queue = {start: 0.0}, dict[int, int](), [(0.0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        for edge in graph.successors(node).tolist() if cost <= costs[node] else ():
            there, total = int(graph.edge_to[edge]), cost + float(graph.length_m[edge // 2])
            if total <= most_m and total < costs.get(there, np.inf):
                costs[there], entered[there] = total, edge
                heapq.heappush(queue, (total, there))
    return costs, entered


def _timed(
    chance: random.Random, length_m: float, stop_every_m: float, clock_s: list[float], driven_m: list[float]
) -> None:
    """Drive ``length_m``, stop about every ``stop_every_m``, and stop at the way point."""
    mps = chance.uniform(*(HAULING_MPS if chance.random() < HAULS else COLLECTING_MPS))
    end_m = driven_m[-1] + length_m
    while driven_m[-1] < end_m:
        step_m = min(chance.expovariate(1 / stop_every_m), end_m - driven_m[-1])
        moved_s = clock_s[-1] + step_m / mps
        stopped_s = moved_s + chance.uniform(*(STOP_S if driven_m[-1] + step_m < end_m else WAY_POINT_STOP_S))
        clock_s += [moved_s, stopped_s]
        driven_m += [driven_m[-1] + step_m] * 2


def _line(graph: StreetGraph, drive: Drive) -> Floats:
    """The points of the drive, longitude and latitude."""
    return np.concatenate([_cut(graph.edge_points(edge), a, b, graph) for edge, a, b in drive.stretches])


def _cut(points: Floats, from_m: float, to_m: float, graph: StreetGraph) -> Floats:
    along_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(graph.metres(points), axis=0).T))))
    at_m = np.concatenate(([from_m], along_m[(along_m > from_m) & (along_m < to_m)], [min(to_m, along_m[-1])]))
    return np.column_stack([np.interp(at_m, along_m, points[:, axis]) for axis in (0, 1)])


def _along(graph: StreetGraph, edge: int, from_m: float, to_m: float) -> tuple[float, float]:
    """Convert metres along an edge to metres along its segment."""
    length_m = float(graph.length_m[edge // 2])
    return (length_m - from_m, length_m - to_m) if edge % 2 else (from_m, to_m)
