"""The area a plan must lie in: a box as four numbers, or the polygons of a GeoJSON file."""

import orjson
import shapely

from domain.map_import import box_of
from domain.plan_check import Inside, inside_box


def area_of(said: str | bytes) -> Inside:
    """The area of "W,S,E,N" (degrees) or of GeoJSON; ValueError when it is neither."""
    if isinstance(said, str):
        return inside_box(box_of(said))
    try:
        shape = shapely.union_all(shapely.get_parts(shapely.from_geojson(said)))
        orjson.loads(said)
    except (shapely.errors.GEOSException, orjson.JSONDecodeError) as error:
        raise ValueError(str(error)) from error
    if shape.is_empty or shape.area == 0 or not shape.is_valid:
        raise ValueError("no polygon")
    shapely.prepare(shape)
    return lambda at: bool(shapely.intersects_xy(shape, *at))
