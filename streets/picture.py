"""The streets of a small box as plain lines, for a map drawn without tiles."""

from typing import NamedTuple

import numpy as np

from domain.places.map_layer import Box
from streets.graph import E7, Floats, StreetGraph


class Line(NamedTuple):
    """One street segment: its class (motorway … residential) and its points (rows of longitude, latitude)."""

    kind: str
    points: Floats


def lines_in(graph: StreetGraph, box: Box, most: int) -> list[Line]:
    """Segments with a point inside ``box`` (west, south, east, north), the main streets first, at most ``most``."""
    if not graph.segments:
        return []
    west, south, east, north = (round(degrees * E7) for degrees in box)
    lon, lat = graph.points[:, 0], graph.points[:, 1]
    inside = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    touching = np.flatnonzero(np.logical_or.reduceat(inside, graph.offset[:-1]))
    # Kinds are listed from the largest street to the smallest.
    chosen = touching[np.argsort(graph.kind[touching], kind="stable")][:most]
    return [Line(str(graph.kinds[graph.kind[segment]]), graph.edge_points(2 * int(segment))) for segment in chosen]
