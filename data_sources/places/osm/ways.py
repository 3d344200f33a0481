"""Reads ways and relations of an .osm.pbf file with their points; node positions are on disk to bound memory."""

import math
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, TypeVar

import osmium
from osmium.osm import NODE, RELATION, WAY, osm_entity_bits
from osmium.osm.types import Node, OSMEntity, Relation, Way

from data_sources.places.osm.cut import Point, Window, touches
from data_sources.places.osm.pbf import broken, pieces
from data_sources.places.osm.tags import Tags
from domain.places.map_layer import Box

Taken = TypeVar("Taken")

BYTES_A_NODE = 16
Told = Callable[[float], None]
"""Called with the progress of one pass, 0..1; an exception from it ends the pass."""


class Line(NamedTuple):
    """A way: its id, tags and points, including points without a known position."""

    id: int
    tags: Tags
    points: list[Point]


class Group(NamedTuple):
    """A relation: its tags and the ids of its ways."""

    tags: Tags
    ways: tuple[int, ...]


class OsmFile:
    """One file, read in as many passes as needed; ``index`` is the file of node positions (16 bytes each).

    Positions are on disk, because a country has a hundred times the nodes of a province, and an area that reaches into
    the province needs its outside nodes too. It never reads users, versions or times.
    """

    def __init__(self, path: Path, index: Path) -> None:
        self._path = path
        self._places = osmium.index.create_map(f"sparse_file_array,{index}")
        self._locate = osmium.NodeLocationsForWays(self._places)
        self._locate.ignore_errors()

    @property
    def nodes_read(self) -> int:
        """Number of nodes in the file; known after ``ways``."""
        return self._places.used_memory() // BYTES_A_NODE

    def groups(self, keys: Collection[str], told: Told) -> Iterator[Group]:
        """Multipolygon relations with a tag of ``keys``."""

        def group(thing: OSMEntity) -> Group | None:
            if not isinstance(thing, Relation) or thing.tags.get("type") != "multipolygon":
                return None
            return Group(dict(thing.tags), tuple(m.ref for m in thing.members if m.type == "w"))

        yield from self._read(RELATION, group, told, osmium.filter.KeyFilter(*keys))

    def ways(self, keys: Collection[str], inside: Window, told: Told) -> Iterator[Line]:
        """Ways near the window with a tag of ``keys``. Call it first: this pass stores the node positions."""
        ways_only, wanted = osmium.filter.EntityFilter(WAY), osmium.filter.KeyFilter(*keys)
        yield from self._read(NODE | WAY, _line_near(inside), told, self._locate, ways_only, wanted)

    def ways_of(self, ids: Collection[int], inside: Window, told: Told) -> Iterator[Line]:
        """Ways near the window by their ids, after ``ways``."""
        if ids:
            yield from self._read(WAY, _line_near(inside), told, self._locate, osmium.filter.IdFilter(ids))

    def box(self) -> Box | None:
        """The box in the file's header, else the box of its nodes; None for a file without nodes."""
        for piece, _ in pieces(self._path):
            with osmium.io.Reader(osmium.io.FileBuffer(piece, "pbf"), osmium.osm.NOTHING) as reader:
                box = reader.header().box()
            if box.valid():
                return box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat
            break
        west, south, east, north = math.inf, math.inf, -math.inf, -math.inf
        for lon, lat in self._read(NODE, _place, lambda share: None):
            west, east = min(west, lon), max(east, lon)
            south, north = min(south, lat), max(north, lat)
        return (west, south, east, north) if west <= east else None

    def _read(
        self,
        kinds: osm_entity_bits,
        take: Callable[[OSMEntity], Taken | None],
        told: Told,
        *handlers: osmium.BaseHandler,
    ) -> Iterator[Taken]:
        """Yield ``take`` of each object that passes the handlers; the object itself is valid only during the call."""
        pool = osmium.io.ThreadPool(2)
        at = 0.0
        with closing(pieces(self._path)) as parts:
            for piece, share in parts:
                content = osmium.io.FileBuffer(piece, "pbf")
                try:
                    with osmium.io.Reader(content, kinds, thread_pool=pool) as reader:
                        for thing in osmium.OsmFileIterator(reader, *handlers):
                            if (taken := take(thing)) is not None:
                                yield taken
                except (RuntimeError, UnicodeDecodeError) as error:
                    raise broken(at) from error
                at = share
                told(at)


def _line_near(inside: Window) -> Callable[[OSMEntity], Line | None]:
    """Converts ways to lines; reads tags, the most expensive part, only for lines near the window."""

    def line(thing: OSMEntity) -> Line | None:
        if not isinstance(thing, Way):
            return None
        points = [(n.ref, n.x, n.y) for n in thing.nodes]
        return Line(thing.id, dict(thing.tags), points) if touches(points, inside) else None

    return line


def _place(thing: OSMEntity) -> tuple[float, float] | None:
    if not isinstance(thing, Node) or not thing.location.valid():
        return None
    return thing.lon, thing.lat
