"""Ways and relations of an .osm.pbf file with their points, in bounded memory: the places of nodes lie on disk."""

import math
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, TypeVar

import osmium
from osmium.osm import NODE, RELATION, WAY, osm_entity_bits
from osmium.osm.types import Node, OSMEntity, Relation, Way

from data_sources.places._cut import Point, Window, touches
from data_sources.places._osm_tags import Tags
from data_sources.places._pbf import broken, pieces
from domain.map_layer import Box

Taken = TypeVar("Taken")

BYTES_A_NODE = 16
Told = Callable[[float], None]
"""Hears the share of one reading done, 0..1; what it raises ends the reading."""


class Line(NamedTuple):
    """A way: its id, tags and points, those without a known place included."""

    id: int
    tags: Tags
    points: list[Point]


class Group(NamedTuple):
    """A relation: its tags and the ids of the ways it is made of."""

    tags: Tags
    ways: tuple[int, ...]


class OsmFile:
    """One file, read as often as needed; ``index`` is where the places of nodes are kept meanwhile (16 bytes each).

    A file on disk and not memory: a country has a hundred times the nodes of a province, and an area that reaches
    into the province needs the places of its nodes outside. Users, versions and times are never looked at.
    """

    def __init__(self, path: Path, index: Path) -> None:
        self._path = path
        self._places = osmium.index.create_map(f"sparse_file_array,{index}")
        self._locate = osmium.NodeLocationsForWays(self._places)
        self._locate.ignore_errors()

    @property
    def nodes_read(self) -> int:
        """How many nodes the file has, once ``ways`` was read."""
        return self._places.used_memory() // BYTES_A_NODE

    def groups(self, keys: Collection[str], told: Told) -> Iterator[Group]:
        """Multipolygon relations that have a tag of ``keys``."""

        def group(thing: OSMEntity) -> Group | None:
            if not isinstance(thing, Relation) or thing.tags.get("type") != "multipolygon":
                return None
            return Group(dict(thing.tags), tuple(m.ref for m in thing.members if m.type == "w"))

        yield from self._read(RELATION, group, told, osmium.filter.KeyFilter(*keys))

    def ways(self, keys: Collection[str], inside: Window, told: Told) -> Iterator[Line]:
        """Ways near the window that have a tag of ``keys``. The first reading that learns where nodes are."""
        ways_only, wanted = osmium.filter.EntityFilter(WAY), osmium.filter.KeyFilter(*keys)
        yield from self._read(NODE | WAY, _line_near(inside), told, self._locate, ways_only, wanted)

    def ways_of(self, ids: Collection[int], inside: Window, told: Told) -> Iterator[Line]:
        """Ways near the window by their ids, after ``ways``."""
        if ids:
            yield from self._read(WAY, _line_near(inside), told, self._locate, osmium.filter.IdFilter(ids))

    def box(self) -> Box | None:
        """What the file's header says it covers, else the box of its nodes; None for a file without nodes."""
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
        """What ``take`` makes of each thing that passes the handlers; the thing itself is valid only meanwhile."""
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
    """Makes lines of ways; tags, which cost most, are looked at only where the line is near the window."""

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
