"""Cuts pieces of a planned line by metres along it, for drawing."""

from functools import lru_cache
from math import cos, radians
from statistics import fmean

import shapely
from shapely.affinity import scale
from shapely.ops import substring

from domain.waste.plan import Position

_DEGREE_M = radians(6_371_008.8)
_DIGITS = 6


# The pieces of two days' plans: their lines stay the same through every judging.
@lru_cache(maxsize=1 << 14)
def piece(points: tuple[Position, ...], from_m: float, to_m: float) -> tuple[Position, ...]:
    """The piece between two distances in metres, on the local plane that `rounds.due` measures lines on.

    One point for a stop, or where nothing is left; the line's ends where the distances reach beyond it.
    """
    if len(points) < 2:
        return points
    across = cos(radians(fmean(latitude for _, latitude in points))) * _DEGREE_M
    plane = scale(shapely.LineString(points), across, _DEGREE_M, origin=(0, 0))
    cut = scale(substring(plane, from_m, to_m), 1 / across, 1 / _DEGREE_M, origin=(0, 0))
    return tuple((round(x, _DIGITS), round(y, _DIGITS)) for x, y in cut.coords)
