"""The area of a plan: a box of four numbers, the polygons of a GeoJSON file, or the borders of units."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import shapely

from data_sources.messages.parse import unmarked
from domain.places.map_order import box_of
from domain.waste.plan_check import Inside, inside_box

BORDER_DEG = 0.0005
"""About 50 m: a border street belongs to both sides, and drawn borders and streets differ."""


def area_of(said: str | bytes) -> Inside:
    """The area of "W,S,E,N" (degrees) or of GeoJSON; ValueError when it is neither."""
    if isinstance(said, str):
        return inside_box(box_of(said))
    try:
        text = unmarked(said)
        shape = shapely.union_all(shapely.get_parts(shapely.from_geojson(text)))
        orjson.loads(text)
    except (shapely.errors.GEOSException, UnicodeDecodeError, orjson.JSONDecodeError) as error:
        raise ValueError(str(error)) from error
    if shape.is_empty or shape.area == 0 or not shape.is_valid:
        raise ValueError("no polygon")
    return _inside(shape)


def area_of_units(borders: Iterable[Mapping[str, Any]]) -> Inside:
    """The area of units from GeoJSON borders, including streets along them; ValueError for an invalid border."""
    try:
        shapes = [shapely.from_geojson(orjson.dumps(border)) for border in borders]
    except shapely.errors.GEOSException as error:
        raise ValueError(str(error)) from error
    return _inside(shapely.buffer(shapely.union_all(shapes), BORDER_DEG))


def _inside(shape: shapely.Geometry) -> Inside:
    shapely.prepare(shape)
    return lambda at: bool(shapely.intersects_xy(shape, *at))
