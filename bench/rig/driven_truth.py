"""Real tracks with hand-corrected paths: the street network of these paths, and the segments each track drove."""

import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.rig.centre import ROOT
from streets.graph import E7, EARTH_M, Floats, StreetGraph

SET = "waste/fcd_oberfranken_mapmatching"
SERVED_SHARE = 0.7
# Ends of tracks lie this far from the streets' lines at most, about.
_ON_LINE_M = 0.3

Place = tuple[float, float]
Stretch = tuple[int, float, float]
"""A segment, and start and end along it in metres."""


@dataclass(frozen=True, kw_only=True)
class Track:
    """Fixes of one drive (epoch s; rows of longitude, latitude) and the segments that its true path covers to 70 %."""

    at_s: Floats
    places: Floats
    truth: frozenset[int]


def folder() -> Path | None:
    """Folder of the data set, None when it is missing."""
    base = Path(os.environ.get("IOC_REALDATA") or ROOT.parent / "shared" / "realdata") / SET
    return base if base.is_dir() else None


def read(base: Path) -> tuple[StreetGraph, list[Track]]:
    """The union of all true paths as a graph, and the tracks."""
    csv.field_size_limit(sys.maxsize)
    ways = {row["id"]: shapely.from_wkt(row["WKT"]) for row in _rows(base / "ground_truth.csv")}
    plane = _Plane(np.concatenate([shapely.get_coordinates(way) for way in ways.values()]).mean(axis=0))
    ways = {key: shapely.transform(way, plane.metres) for key, way in ways.items()}
    chains = _chains(_edges(list(ways.values())))
    lines = np.array([shapely.LineString(chain) for chain in chains], dtype=object)
    tree = shapely.STRtree(lines)
    fixes: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for row in _rows(base / "points.csv"):
        x, y = row["geometry"].removeprefix("POINT (").removesuffix(")").split()
        fixes[row["id"]].append((datetime.fromisoformat(row["time"]).timestamp(), float(x), float(y)))
    tracks = []
    for key, given in fixes.items():
        ordered = np.array(sorted(given))
        _, first = np.unique(ordered[:, 0], return_index=True)
        truth = _driven(ways[key], lines, tree)
        tracks.append(Track(at_s=ordered[first, 0], places=ordered[first, 1:], truth=truth))
    return _graph(chains, shapely.length(lines), plane), tracks


def served(lengths_m: Floats, stretches: Iterable[Stretch]) -> frozenset[int]:
    """Segments that the stretches (segment, from and to in metres) together cover to 70 % or more."""
    by_segment: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for segment, a, b in stretches:
        by_segment[segment].append((min(a, b), max(a, b)))
    found = set()
    for segment, parts in by_segment.items():
        covered = end = 0.0
        for a, b in sorted(parts):
            covered += max(0.0, b - max(a, end))
            end = max(end, b)
        if covered >= SERVED_SHARE * lengths_m[segment]:
            found.add(segment)
    return frozenset(found)


class _Plane:
    """Converts degrees to metres east and north of a middle and back; the network is built in metres."""

    def __init__(self, middle: Floats) -> None:
        self._middle = middle
        self._scale = np.radians([EARTH_M * np.cos(np.radians(middle[1])), EARTH_M])

    def metres(self, places: Floats) -> Floats:
        return (places - self._middle) * self._scale

    def places(self, metres: Floats) -> Floats:
        return metres / self._scale + self._middle


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _edges(ways: Sequence[shapely.Geometry]) -> set[tuple[Place, Place]]:
    """Straight pieces between way points, cut where a point of another way lies on them."""
    pieces: set[tuple[Place, Place]] = set()
    for part in shapely.get_parts(ways):
        points = [tuple(np.round(point, 1)) for point in shapely.get_coordinates(part)]
        pieces |= {(min(a, b), max(a, b)) for a, b in pairwise(points) if a != b}
    ends = sorted({end for piece in pieces for end in piece})
    ordered = sorted(pieces)
    tree = shapely.STRtree(shapely.points(ends))
    on_line: dict[int, list[Place]] = defaultdict(list)
    for line, point in zip(*tree.query(shapely.linestrings(ordered), "dwithin", distance=_ON_LINE_M), strict=True):
        if ends[point] not in ordered[line]:
            on_line[line].append(ends[point])
    cut: set[tuple[Place, Place]] = set()
    for i, (a, b) in enumerate(ordered):
        between = sorted(on_line[i], key=lambda p: (p[0] - a[0]) ** 2 + (p[1] - a[1]) ** 2)
        cut |= {(min(p, q), max(p, q)) for p, q in pairwise([a, *between, b]) if p != q}
    return cut


def _chains(edges: set[tuple[Place, Place]]) -> list[Floats]:
    """Edges joined from junction to junction."""
    beside: dict[Place, set[Place]] = defaultdict(set)
    for a, b in edges:
        beside[a].add(b)
        beside[b].add(a)
    seen: set[tuple[Place, Place]] = set()
    chains = []
    for junction in sorted(place for place in beside if len(beside[place]) != 2):
        for onward in sorted(beside[junction]):
            if (junction, onward) in seen:
                continue
            chain = [junction, onward]
            while len(beside[chain[-1]]) == 2:
                chain.append(next(place for place in beside[chain[-1]] if place != chain[-2]))
            seen |= {(chain[0], chain[1]), (chain[-1], chain[-2])}
            chains.append(np.array(chain))
    return chains


def _driven(way: shapely.Geometry, lines: NDArray[np.object_], tree: shapely.STRtree) -> frozenset[int]:
    near = shapely.buffer(way, 2 * _ON_LINE_M)
    rows = tree.query(near)
    share = shapely.length(shapely.intersection(lines[rows], near)) / shapely.length(lines[rows])
    return frozenset(rows[share >= SERVED_SHARE].tolist())


def _graph(chains: Sequence[Floats], lengths_m: Floats, plane: _Plane) -> StreetGraph:
    ends = np.concatenate([chain[[0, -1]] for chain in chains])
    nodes, row = np.unique(ends, axis=0, return_inverse=True)
    there = plane.places(nodes)
    count = len(chains)
    return StreetGraph(
        node_lon=there[:, 0],
        node_lat=there[:, 1],
        node_part=np.zeros(len(nodes), np.int64),
        start=row[0::2],
        end=row[1::2],
        length_m=lengths_m,
        one_way=np.zeros(count, bool),
        way=np.arange(count),
        name=np.zeros(count, np.int64),
        kind=np.zeros(count, np.int64),
        offset=np.concatenate(([0], np.cumsum([len(chain) for chain in chains]))),
        points=np.rint(plane.places(np.concatenate(chains)) * E7).astype(np.int32),
        names=np.array([""]),
        kinds=np.array(["street"]),
    )
