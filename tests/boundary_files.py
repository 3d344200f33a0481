"""Synthetic boundary files: cells around the real seats, of about the province's size and box, in every format."""

import json
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from pyproj import Transformer

from domain.place import Place
from domain.territory import Level
from store.territories import places

DRIVERS = {
    ".geojson": "GeoJSON",
    ".shp": "ESRI Shapefile",
    ".gpkg": "GPKG",
    ".kml": "KML",
    ".kmz": "LIBKML",
    ".fgb": "FlatGeobuf",
}
Cells = dict[str, shapely.Polygon]


def units(territory: str, level: Level) -> list[Place]:
    return [place for place in places(territory) if place.level is level]


def cells(territory: str, level: Level) -> Cells:
    """One cell for each unit, with wiggly edges that neighbours share: invented borders, for tests only."""
    wanted = units(territory, level)
    seats = [(p.longitude, p.latitude) for p in units("2025-07", Level.COMMUNE)]
    land = shapely.concave_hull(shapely.MultiPoint(seats), 0.2).buffer(0.04)
    points = seats if len(wanted) == len(seats) else _spread(land, len(wanted))
    around = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=land, ordered=True))
    fine = shapely.segmentize(shapely.set_precision(shapely.intersection(around, land), 1e-6), 0.002)
    return dict(zip((p.code for p in wanted), shapely.coverage_clean(_wiggle(fine)), strict=True))


def _spread(land: shapely.Polygon, count: int) -> list[tuple[float, float]]:
    random = np.random.default_rng(7940)
    west, south, east, north = land.bounds
    drawn = random.uniform((west, south), (east, north), size=(count * 4, 2))
    return [(float(x), float(y)) for x, y in drawn if land.covers(shapely.Point(x, y))][:count]


def _wiggle(shapes: np.ndarray) -> np.ndarray:
    """The same shift for the same point, so that shared edges stay shared."""
    return shapely.transform(shapes, lambda p: p + 1e-4 * np.sin(p[:, ::-1] * 7e3))


def rows(shapes: Mapping[str, shapely.Geometry], territory: str) -> list[dict[str, object]]:
    """What a file says of each shape: code, full name, shape."""
    names = {place.code: place.name for place in places(territory)}
    return [{"ma": code, "ten": names.get(code, code), "shape": shape} for code, shape in shapes.items()]


def write(
    path: Path,
    features: Sequence[Mapping[str, object]],
    *,
    crs: str | None = "EPSG:4326",
    encoding: str | None = None,
    layer: str | None = None,
    append: bool = False,
) -> Path:
    """A file of these features (WGS 84 shapes, brought to ``crs`` first) in the format of its suffix."""
    fields = [key for key in features[0] if key != "shape"]
    shapes = np.array([feature["shape"] for feature in features], dtype=object)
    kinds = {shape.geom_type for shape in shapes if shape is not None}
    with warnings.catch_warnings():
        # Layer names made fit for XML, no system declared: wanted here.
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            path,
            shapely.to_wkb(moved(shapes, crs) if crs else shapes),
            [np.array([feature[key] for feature in features], dtype=object) for key in fields],
            fields,
            driver=DRIVERS[path.suffix],
            crs=crs,
            geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
            encoding=encoding,
            layer=layer,
            append=append,
        )
    return path


def moved(shapes: np.ndarray, crs: str) -> np.ndarray:
    """WGS 84 shapes in another system, with its datum shift."""
    to = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return shapely.transform(shapes, lambda p: np.column_stack(to.transform(p[:, 0], p[:, 1])))


def topojson(path: Path, features: Sequence[Mapping[str, object]]) -> Path:
    """A TopoJSON file, every ring an arc of its own."""
    rings: list[list[list[float]]] = []
    geometries = []
    for feature in features:
        arcs = []
        for part in shapely.get_parts(feature["shape"]):
            arcs.append([[len(rings)]])
            rings.append([list(point) for point in part.exterior.coords])
        told = {"ma": feature["ma"], "ten": feature["ten"]}
        geometries.append({"type": "MultiPolygon", "arcs": arcs, "properties": told})
    objects = {"huyen": {"type": "GeometryCollection", "geometries": geometries}}
    path.write_text(json.dumps({"type": "Topology", "objects": objects, "arcs": rings}), "utf-8")
    return path


def zipped(path: Path, files: Sequence[Path], name: Callable[[str], str] = str) -> Path:
    """A .zip of these files, each under ``name`` of its own name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, name(file.name))
    return path


def shapefile_parts(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.stem}.*"))
