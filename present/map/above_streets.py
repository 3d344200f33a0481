"""Where names of communes stand on a map of streets: north of the streets around each seat, so that none is covered."""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, hypot, radians

from present.map.ground import Named

# Degrees of latitude from a seat: a street that leads farther away links it with another town.
_TOWN_DEG = 0.025

Place = Sequence[float]
"""Longitude and latitude in degrees."""


def above_streets(seats: Sequence[Named], lines: Iterable[Sequence[Place]]) -> Mapping[str, Place]:
    """By commune, the northernmost place of the streets that lie wholly around its seat; others are left out."""
    tops: dict[str, Place] = {}
    for line in lines:
        around = {min(seats, key=lambda seat: _apart(seat.at, place)).code: place for place in line} if seats else {}
        if len(around) != 1:
            continue
        (code,) = around
        at = next(seat.at for seat in seats if seat.code == code)
        top = max(line, key=lambda place: place[1])
        far = any(_apart(at, place) > _TOWN_DEG for place in line)
        if not far and (code not in tops or top[1] > tops[code][1]):
            tops[code] = top
    return tops


def _apart(a: Place, b: Place) -> float:
    """Degrees of latitude between two places."""
    return hypot(a[1] - b[1], (a[0] - b[0]) * cos(radians(a[1])))
