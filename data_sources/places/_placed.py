"""Places layers on the province and finds their features inside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from data_sources.places._features import Layer, Polygonal
from data_sources.places._project import Way, way_to_wgs84
from domain.places.map_layer import PROVINCE_BOX, ImportRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLayer:
    """A layer with its ``shapes`` in degrees WGS 84, row by row; ``here`` are the rows in the province's box."""

    layer: Layer
    way: Way
    shapes: Sequence[Polygonal]
    here: Sequence[int]


def place_layers(layers: Sequence[Layer], crs: str) -> list[PlacedLayer]:
    """The layers with features in the province; ``crs`` is the operator's override of the file's, or "".

    Raises ImportRefusedError as `way_to_wgs84`, or "crs_elsewhere" when no layer has any.
    """
    placed, refusals = [], []
    for layer in layers:
        try:
            placed.append(_place(layer, crs))
        except ImportRefusedError as refusal:
            refusals.append(refusal)
    if not placed:
        raise refusals[0]
    return placed


def _place(layer: Layer, crs: str) -> PlacedLayer:
    way = way_to_wgs84(crs or layer.crs, layer.polygons)
    shapes = way.place(layer.polygons)
    west, south, east, north = shapely.bounds(np.asarray(shapes, dtype=object)).T
    box_west, box_south, box_east, box_north = PROVINCE_BOX
    here = (west < box_east) & (east > box_west) & (south < box_north) & (north > box_south)
    if not here.any():
        way.check(layer.polygons)
    return PlacedLayer(layer=layer, way=way, shapes=shapes, here=tuple(int(row) for row in np.flatnonzero(here)))
