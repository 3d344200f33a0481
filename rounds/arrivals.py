"""Outlines of facilities: which places lie inside one, and when a drive arrived there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from domain.waste.facility import Facility, FacilityKind
from rounds.drive import Drive
from streets.graph import EARTH_M, Flags, Floats

ENDS_A_RUN = frozenset({FacilityKind.DEPOT, FacilityKind.PLANT, FacilityKind.TRANSFER})


@dataclass(frozen=True)
class Fence:
    """A facility with its outline in degrees, prepared for fast point tests."""

    facility: Facility
    outline: shapely.Geometry

    def holds(self, places: Floats) -> Flags:
        """Per place (rows of longitude, latitude), whether it lies inside."""
        inside: Flags = shapely.contains_xy(self.outline, places)
        return inside


def fences(given: Iterable[Facility]) -> list[Fence]:
    """Facilities with outlines; a point with a radius becomes a circle."""
    return [Fence(one, _outline(one)) for one in given]


def arrivals(drive: Drive, given: Sequence[Fence]) -> Floats:
    """When the vehicle arrived at a depot, plant or transfer point, epoch s ascending. Its first fix never counts."""
    found = []
    for fence in given:
        if fence.facility.kind in ENDS_A_RUN and len(drive.at_s):
            inside = fence.holds(drive.places)
            found.append(drive.at_s[1:][inside[1:] & ~inside[:-1]])
    return np.sort(np.concatenate(found)) if found else np.empty(0)


def _outline(facility: Facility) -> shapely.Geometry:
    if len(facility.points) > 1:
        outline = shapely.make_valid(shapely.Polygon(facility.points))
    else:
        (longitude, latitude) = facility.points[0]
        # A degree of longitude is shorter than one of latitude.
        per_degree = np.radians(EARTH_M) * np.array([np.cos(np.radians(latitude)), 1.0])
        ring = shapely.get_coordinates(shapely.Point(0, 0).buffer(facility.radius_m)) / per_degree
        outline = shapely.Polygon(ring + np.array([longitude, latitude]))
    shapely.prepare(outline)
    return outline
