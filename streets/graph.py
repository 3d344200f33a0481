"""The drivable streets as a graph in arrays: what routing and matching of tracks to streets work on."""

from array import array
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from domain.places.map_layer import PROVINCE_BOX

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]

EARTH_M = 6_371_008.8
"""Mean radius of the earth (IUGG), metres."""

E7 = 10_000_000
"""Stored points are whole numbers of 1e-7 degrees, as in OpenStreetMap: half the memory, nothing lost."""

AT_ONCE = 1_000_000


class Near(NamedTuple):
    """Segments near places, row by row: which place, which segment, metres away from it and metres along it."""

    row: Ints
    segment: Ints
    away_m: Floats
    along_m: Floats


@dataclass(frozen=True, kw_only=True)
class StreetGraph:
    """Streets cut into segments at their junctions (nodes). Segment s is two edges: 2s along its points, 2s + 1 back.

    ``one_way`` is soft: edge 2s + 1 of a one-way segment exists, is ``against`` and is left out unless asked for.
    Arrays per node: longitude and latitude in degrees, and the strongly connected part it belongs to (0 is the
    largest). Per segment: its end nodes, length in metres, OpenStreetMap way, index into ``names`` (0 is no name) and
    into ``kinds``. The points of segment s are rows ``offset[s]:offset[s + 1]`` of ``points`` (longitude, latitude in
    1e-7 degrees).
    """

    node_lon: Floats
    node_lat: Floats
    node_part: Ints
    start: Ints
    end: Ints
    length_m: Floats
    one_way: Flags
    way: Ints
    name: Ints
    kind: Ints
    offset: Ints
    points: Ints
    names: NDArray[np.str_]
    kinds: NDArray[np.str_]

    @property
    def nodes(self) -> int:
        """How many junctions and ends of streets there are."""
        return len(self.node_lon)

    @property
    def segments(self) -> int:
        """How many pieces of street there are."""
        return len(self.start)

    @cached_property
    def edge_from(self) -> Ints:
        """Per edge, the node it leaves."""
        return np.column_stack((self.start, self.end)).ravel().astype(np.int64)

    @cached_property
    def edge_to(self) -> Ints:
        """Per edge, the node it reaches."""
        return np.column_stack((self.end, self.start)).ravel().astype(np.int64)

    @cached_property
    def against(self) -> Flags:
        """Per edge, whether it goes against a one-way street."""
        return np.column_stack((np.zeros(self.segments, bool), self.one_way)).ravel()

    def edge_points(self, edge: int) -> Floats:
        """Longitude and latitude of the edge's points, in the direction of travel."""
        segment, back = divmod(edge, 2)
        points: Floats = self.points[self.offset[segment] : self.offset[segment + 1]] / E7
        return points[::-1] if back else points

    def successors(self, node: int, *, against: bool = False) -> Ints:
        """The edges that leave a node; those against one-way streets only when asked for."""
        order, first = self.leaving
        edges = order[first[node] : first[node + 1]]
        return edges if against else edges[~self.against[edges]]

    def near(self, places: Floats, within_m: float) -> Near:
        """Segments within some metres of each of ``places`` (rows of longitude, latitude); by place, nearest first."""
        return self.near_metres(self.metres(places), within_m)

    def near_metres(self, metres: Floats, within_m: float) -> Near:
        """The same for places in metres, as ``metres`` gives them."""
        points, lines = shapely.points(metres), self._lines
        row, segment = self._boxes(within_m).query(points)
        away = shapely.distance(lines[segment], points[row])
        close = (away <= within_m).nonzero()[0]
        row, segment, away = row[close], segment[close], away[close]
        order = np.lexsort((segment, away, row))
        row, segment, away = row[order], segment[order], away[order]
        along_m = shapely.line_locate_point(lines[segment], points[row]) * self._drawn[segment]
        return Near(row=row, segment=segment, away_m=away, along_m=along_m)

    def metres(self, places: Floats) -> Floats:
        """Longitude and latitude to metres east and north of the graph's middle.

        Equirectangular: within a province distances err by 0.2 % at most. Without a street, of the province's middle.
        """
        middle, scale = self._plane
        metres: Floats = (places - middle) * scale
        return metres

    def save(self, path: Path) -> None:
        """Write all arrays, uncompressed, as .npz."""
        with path.open("wb") as file:
            np.savez(file, allow_pickle=False, **{f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def load(cls, path: Path) -> "StreetGraph":
        """Read what ``save`` wrote; ValueError or KeyError when it is something else."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(**{f.name: arrays[f.name] for f in fields(cls)})

    @cached_property
    def _plane(self) -> tuple[Floats, Floats]:
        """The middle (longitude, latitude) and the metres of a degree there."""
        west, south, east, north = PROVINCE_BOX
        middle = np.array([(west + east) / 2, (south + north) / 2])
        if self.nodes:
            middle = np.array([np.mean(self.node_lon), np.mean(self.node_lat)])
        return middle, np.radians([EARTH_M * np.cos(np.radians(middle[1])), EARTH_M])

    @cached_property
    def leaving(self) -> tuple[Ints, Ints]:
        """(edges in the order of the node they leave, where each node's edges begin); also those against one-ways."""
        begins = np.zeros(self.nodes + 1, np.int64)
        np.cumsum(np.bincount(self.edge_from, minlength=self.nodes), out=begins[1:])
        return np.argsort(self.edge_from, kind="stable"), begins

    @cached_property
    def _lines(self) -> NDArray[np.object_]:
        """The segments as lines in local metres."""
        row = np.repeat(np.arange(self.segments), np.diff(self.offset))
        lines: NDArray[np.object_] = shapely.linestrings(self.metres(self.points / E7), indices=row)
        return lines

    @cached_property
    def _drawn(self) -> Floats:
        """Metres of a segment per metre of its line in the plane."""
        plane_m = shapely.length(self._lines)
        drawn: Floats = np.divide(self.length_m, plane_m, out=np.zeros(self.segments), where=plane_m > 0)
        return drawn

    @cached_property
    def _trees(self) -> dict[float, shapely.STRtree]:
        return {}

    def _boxes(self, within_m: float) -> shapely.STRtree:
        """An index of the lines' boxes, so much wider all round: which of them a point lies in is quickly told."""
        if within_m not in self._trees:
            corners = shapely.bounds(self._lines) + within_m * np.array([-1, -1, 1, 1])
            self._trees[within_m] = shapely.STRtree(shapely.linestrings(corners.reshape(-1, 2, 2)))
        return self._trees[within_m]


def strong_parts(nodes: int, edge_from: Ints, edge_to: Ints) -> Ints:
    """Per node, its strongly connected part; 0 is the largest (Tarjan 1972, without recursion)."""
    order = np.argsort(edge_from, kind="stable")
    targets = array("q", edge_to[order].astype(np.int64).tobytes())
    begins = array("q", np.searchsorted(edge_from[order], np.arange(nodes + 1)).astype(np.int64).tobytes())
    part, low, seen = (array("q", [start]) * nodes for start in (-1, 0, 0))
    at, waiting, clock, parts = begins[:], array("q"), 0, 0
    for root in range(nodes):
        path = [] if seen[root] else [root]
        while path:
            node = path[-1]
            if not seen[node]:
                clock += 1
                seen[node] = low[node] = clock
                waiting.append(node)
            if at[node] < begins[node + 1]:
                target = targets[at[node]]
                at[node] += 1
                if not seen[target]:
                    path.append(target)
                elif part[target] < 0:
                    low[node] = min(low[node], seen[target])
                continue
            path.pop()
            if path:
                low[path[-1]] = min(low[path[-1]], low[node])
            if low[node] == seen[node]:
                while part[node] < 0:
                    part[waiting.pop()] = parts
                parts += 1
    return _largest_first(np.array(part, np.int64), parts)


def _largest_first(part: Ints, parts: int) -> Ints:
    rank = np.empty(parts, np.int32)
    rank[np.argsort(-np.bincount(part, minlength=parts), kind="stable")] = np.arange(parts)
    ranked: Ints = rank[part]
    return ranked


def lengths_m(points: Ints, offset: Ints) -> Floats:
    """Metres of each line on the sphere (haversine); line s has the rows ``offset[s]:offset[s + 1]`` of ``points``."""
    travelled = np.zeros(len(points))
    for begin in range(0, len(points) - 1, AT_ONCE):
        lon, lat = np.radians(points[begin : begin + AT_ONCE + 1].T / E7)
        half = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[:-1]) * np.cos(lat[1:]) * np.sin(np.diff(lon) / 2) ** 2
        travelled[begin + 1 : begin + len(lon)] = 2 * EARTH_M * np.arcsin(np.sqrt(half))
    np.cumsum(travelled, out=travelled)
    lengths: Floats = travelled[offset[1:] - 1] - travelled[offset[:-1]]
    return lengths
