"""Imports streets and water of an .osm.pbf file: vector tiles for the basemap, a graph of the drivable streets.

Layers of the tiles, zoom 7 to 14:

- ``streets``: lines along the direction of travel, with ``name`` (absent when there is none), ``class`` (motorway,
  trunk, primary: from zoom 7; secondary 9; tertiary 11; residential, service 13; path 14; slip roads from 11) and
  ``oneway`` (true or false).
- ``water``: lines (``class`` river from zoom 7, canal 10, stream and ditch 13) and areas (river, lake, pond; from 7
  when at least 1 km², from 10 when at least 0.05 km², else 13), with ``name`` when there is one.

It takes only features in the box and cuts lines and areas at its edge. It reads nothing about the people who drew the
map. OpenStreetMap's licence (ODbL 1.0) demands ATTRIBUTION on every map that shows this.
"""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import shapely

from data_sources.places._words import filled, refused
from data_sources.places.osm.cut import Point, known, runs, window
from data_sources.places.osm.graph_build import GraphBuilder
from data_sources.places.osm.tags import Street, Water, street, water_area, water_line
from data_sources.places.osm.tiles import Features, build_tiles
from data_sources.places.osm.water import surface, surfaces
from data_sources.places.osm.ways import Line, OsmFile, Told
from domain.places.map_layer import Box, ImportRefusedError, ImportReport, Note, Progress
from domain.text import Text
from streets.graph import E7, EARTH_M, StreetGraph

ATTRIBUTION = "© OpenStreetMap contributors"
PROVINCE_BOX: Box = (105.44, 10.34, 106.80, 11.09)
"""The province and five kilometres around it."""

AREA_KEYS = ("natural", "waterway", "landuse")
KEYS = ("highway", *AREA_KEYS)
FROM_ZOOM = {
    "motorway": 7, "trunk": 7, "primary": 7, "secondary": 9, "tertiary": 11,
    "residential": 13, "service": 13, "path": 14,
    "river": 7, "canal": 10, "stream": 13, "ditch": 13,
}  # fmt: skip
LINK_FROM_ZOOM = 11
AREA_FROM_ZOOM = ((1.0, 7), (0.05, 10), (0.0, 13))
"""(km² at least, first zoom)"""

READING = Text("Đọc tệp", "Reading the file")
WATERS = Text("Ghép mặt nước", "Assembling water surfaces")
GRAPH = Text("Dựng mạng đường", "Building the street graph")
TILES = Text("Dựng ô bản đồ", "Building map tiles")
READY = Text("Xong", "Done")

BAD_BOX = Text(
    "Khung bản đồ {box} không hợp lệ: cần Tây,Nam,Đông,Bắc theo độ",
    "The box {box} is not West,South,East,North in degrees",
)
OUTSIDE = Text("Tệp nằm ngoài khung {box}: tệp phủ {own}", "The file lies outside the box {box}: it covers {own}")
NO_STREETS = Text(
    "Không có đường nào trong khung {box} (tệp phủ {own})",
    "There is no street in the box {box} (the file covers {own})",
)
MISSING = Text(
    "{count} đường có điểm không có vị trí trong tệp; đường được ngắt ở đó",
    "{count} streets have points without a position in the file; the streets are broken there",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Streets:
    """The files of a street import in its work directory; ``box`` surrounds the imported features."""

    tiles: Path
    graph: Path
    box: Box
    report: ImportReport


def read_streets(path: Path, *, box: Box | None, work: Path, progress: Progress) -> Streets:
    """Import the streets and waters of ``path`` in ``box`` (None: the province) into ``work``.

    Memory depends on the box, not on the file; node positions are temporarily in ``work`` (16 bytes each). Raises
    ImportRefusedError and leaves nothing in ``work`` when the file is not .osm.pbf, is cut off or damaged, or has no
    street in the box, or when the box is invalid.
    """
    wanted = _checked(PROVINCE_BOX if box is None else box)
    with TemporaryDirectory(dir=work, prefix="streets-") as name:
        scratch = Path(name)
        features = scratch / "features.geojsonl"
        with Features(features) as drawn:
            taken = _Taken(wanted, drawn)
            _read(OsmFile(path, scratch / "nodes"), taken, progress)
        progress(GRAPH, 0.7)
        counts = _save_graph(taken.graph.graph(), scratch / "streets.npz")
        build_tiles(features, scratch / "streets.pmtiles", ATTRIBUTION, _told(progress, TILES, 0.75, 0.99))
        for made in ("streets.npz", "streets.pmtiles"):
            os.replace(scratch / made, work / made)
    progress(READY, 1.0)
    return Streets(
        tiles=work / "streets.pmtiles", graph=work / "streets.npz", box=taken.box(), report=_report(taken, counts)
    )


class _Taken:
    """The features imported so far: for the tiles, for the graph, and counts."""

    def __init__(self, box: Box, drawn: Features) -> None:
        self.wanted = box
        self.graph = GraphBuilder()
        self.counts: Counter[str] = Counter()
        self.names: set[str] = set()
        self.window = window(box)
        self._drawn = drawn
        self._west, self._south, self._east, self._north = 180 * E7, 90 * E7, -180 * E7, -90 * E7

    def way(self, way: Line) -> None:
        """Import a way as a street, a water surface or a water line, or skip it."""
        if found := street(way.tags):
            self._street(way, found)
        elif (water := water_area(way.tags)) and way.points[0][0] == way.points[-1][0]:
            self.surface(water, surface([way.points], self.wanted))
        elif (water := water_line(way.tags)) and (parts := runs(way.points, self.window)):
            self._drawn.lines("water", FROM_ZOOM[water.kind], _properties(water), parts)
            self.counts["waters"] += 1

    def surface(self, water: Water, parts: list[shapely.Polygon]) -> None:
        """Import a water surface."""
        for part in parts:
            self._drawn.area("water", _area_from_zoom(part), _properties(water), part)
        self.counts["waters"] += bool(parts)

    def box(self) -> Box:
        """The box around all imported streets."""
        return self._west / E7, self._south / E7, self._east / E7, self._north / E7

    def _street(self, way: Line, found: Street) -> None:
        parts = runs(way.points, self.window)
        if not parts:
            return
        along = [part[::-1] for part in parts] if found.oneway < 0 else parts
        from_zoom = max(FROM_ZOOM[found.kind], LINK_FROM_ZOOM if found.link else 0)
        self._drawn.lines("streets", from_zoom, _properties(found) | {"oneway": found.oneway != 0}, along)
        if found.drivable:
            for part in along:
                self.graph.add(way.id, found, part)
        self.counts["streets"] += 1
        self.counts["one_way"] += found.oneway != 0
        self.counts["without_place"] += not all(known(point) for point in way.points)
        if found.name:
            self.names.add(found.name)
        self._widen(parts)

    def _widen(self, parts: list[list[Point]]) -> None:
        xs, ys = [p[1] for part in parts for p in part], [p[2] for part in parts for p in part]
        self._west, self._east = min(self._west, *xs), max(self._east, *xs)
        self._south, self._north = min(self._south, *ys), max(self._north, *ys)


def _read(file: OsmFile, taken: _Taken, progress: Progress) -> None:
    """Reads groups first, because they name the untagged ways that the import needs."""
    groups = [g for g in file.groups(AREA_KEYS, _told(progress, READING, 0.0, 0.05)) if water_area(g.tags)]
    for way in file.ways(KEYS, taken.window, _told(progress, READING, 0.05, 0.6)):
        taken.way(way)
    for group, parts in surfaces(file, groups, taken.wanted, _told(progress, WATERS, 0.6, 0.7)):
        if water := water_area(group.tags):
            taken.surface(water, parts)
    taken.counts["nodes"] = file.nodes_read
    if not taken.counts["streets"]:
        raise _nothing(file, taken.wanted)


def _told(progress: Progress, stage: Text, start: float, end: float) -> Told:
    """Reports one stage's progress as part of the whole."""
    return lambda share: progress(stage, start + share * (end - start))


def _properties(drawn: Street | Water) -> dict[str, object]:
    properties: dict[str, object] = {"class": drawn.kind}
    return properties | {"name": drawn.name} if drawn.name else properties


def _area_from_zoom(area: shapely.Polygon) -> int:
    """The first zoom that shows a water surface, by its area in km² on the sphere."""
    km_a_degree = np.radians(EARTH_M / 1000)
    km2 = area.area * km_a_degree**2 * np.cos(np.radians(area.centroid.y))
    return next(zoom for least, zoom in AREA_FROM_ZOOM if km2 >= least)


def _checked(box: Box) -> Box:
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise refused("bad_box", BAD_BOX, box=_shown(box))
    return box


def _nothing(file: OsmFile, box: Box) -> ImportRefusedError:
    """The refusal of a file without a street in the box."""
    own = file.box()
    if own is None:
        return refused("no_streets", NO_STREETS, box=_shown(box), own="–")
    apart = own[0] > box[2] or own[2] < box[0] or own[1] > box[3] or own[3] < box[1]
    reason, words = ("outside", OUTSIDE) if apart else ("no_streets", NO_STREETS)
    return refused(reason, words, box=_shown(box), own=_shown(own))


def _shown(box: Box) -> str:
    return ",".join(f"{degrees:.4f}" for degrees in box)


def _save_graph(graph: StreetGraph, path: Path) -> dict[str, float]:
    """Write the graph; returns its counts: ``km`` of streets, ``graph_km`` of edges in permitted directions."""
    graph.save(path)
    length_m, back_m = float(graph.length_m.sum()), float(graph.length_m[~graph.one_way].sum())
    return {
        "km": length_m / 1000,
        "graph_nodes": graph.nodes,
        "graph_edges": int((~graph.against).sum()),
        "graph_km": (length_m + back_m) / 1000,
        "largest_part": int((graph.node_part == 0).sum()),
    }


def _report(taken: _Taken, graph: Mapping[str, float]) -> ImportReport:
    broken = taken.counts["without_place"]
    counts = {key: taken.counts[key] for key in ("nodes", "streets", "one_way", "waters")}
    return ImportReport(
        remarks=(Note(name="", code="", words=filled(MISSING, count=broken)),) if broken else (),
        counts={**counts, "names": len(taken.names), **graph},
    )
