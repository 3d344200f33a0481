"""Cuts pieces of a planned line by metres along it, for drawing."""

from functools import lru_cache
from math import cos, radians
from statistics import fmean

from shapely import LineString
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
    line, across = _on_plane(points)
    cut = substring(line, from_m, to_m).coords
    return tuple((round(x / across, _DIGITS), round(y / _DEGREE_M, _DIGITS)) for x, y in cut)


@lru_cache(maxsize=1 << 12)
def _on_plane(points: tuple[Position, ...]) -> tuple[LineString, float]:
    """The line in metres, and how many a degree of longitude has: a street has several pieces."""
    across = cos(radians(fmean(latitude for _, latitude in points))) * _DEGREE_M
    return LineString([(longitude * across, latitude * _DEGREE_M) for longitude, latitude in points]), across
