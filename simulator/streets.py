"""Sixty synthetic streets around the three wards of the former Tân An city; no real street is drawn or named."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import cos, hypot, pi, radians, sin
from typing import Any

from simulator.chance import between, pick

SEED = 1
Point = tuple[float, float]
"""Longitude, latitude in degrees (WGS 84), rounded to 6 decimals so that shared junctions are equal."""

_METRES_A_DEGREE = 111_195.0
_ROWS, _COLUMNS = 10, 9


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward's code, its seat (degrees) and the rotation of its street lattice (degrees)."""

    code: str
    longitude: float
    latitude: float
    turn_deg: float


WARDS = (
    Ward("27694", 106.410, 10.543, -18.0),
    Ward("27712", 106.437, 10.525, 12.0),
    Ward("27715", 106.379, 10.518, 34.0),
)
TRANSFER_POINT: Point = (106.335, 10.532)
"""A made-up transfer point west of Khánh Hậu, where full trucks unload."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street as a line through its junctions; ``place`` is the ward it belongs to."""

    name: str
    place: str
    line: tuple[Point, ...]

    @property
    def length_m(self) -> float:
        """Length along the line."""
        return sum(distance_m(a, b) for a, b in pairwise(self.line))


def distance_m(a: Point, b: Point) -> float:
    """Distance in metres on a local plane; off by less than 1 m across the three wards."""
    return hypot(
        (b[0] - a[0]) * _METRES_A_DEGREE * cos(radians((a[1] + b[1]) / 2)),
        (b[1] - a[1]) * _METRES_A_DEGREE,
    )


@cache
def streets(seed: int = SEED) -> tuple[Street, ...]:
    """All streets, "Đường mẫu 01" to "Đường mẫu 60": one connected network, the same for the same seed."""
    grids = {ward.code: _lattice(ward, seed) for ward in WARDS}
    lines = [(ward.code, line) for ward in WARDS for line in _ward_lines(grids[ward.code], ward.code, seed)]
    junctions = {code: [p for c, line in lines if c == code for p in line] for code in grids}
    centre, east, west = (junctions[ward.code] for ward in WARDS)
    lines.append(("27694", _arterial(centre, east, 220.0)))
    lines.append(("27715", _arterial(west, centre, -260.0)))
    lines.append(("27715", _arterial([TRANSFER_POINT], west, 180.0)))
    return tuple(Street(f"Đường mẫu {i:02d}", code, line) for i, (code, line) in enumerate(lines, start=1))


def streets_geojson(seed: int = SEED) -> dict[str, Any]:
    """The streets as a GeoJSON FeatureCollection; properties name, place, length_m, simulated (always true)."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": number,
                "geometry": {"type": "LineString", "coordinates": [list(point) for point in street.line]},
                "properties": {
                    "name": street.name,
                    "place": street.place,
                    "length_m": round(street.length_m),
                    "simulated": True,
                },
            }
            for number, street in enumerate(streets(seed), start=1)
        ],
    }


def _lattice(ward: Ward, seed: int) -> list[list[Point]]:
    """Junctions of a ward by row and column: uneven blocks, gently bent, turned about the seat."""
    ys = _offsets(_ROWS, seed, ward.code, "row")
    xs = _offsets(_COLUMNS, seed, ward.code, "column")
    bend = between(0, 2 * pi, seed, ward.code, "bend")
    return [
        [
            _place(ward, x + 70 * sin(y / 420 + bend) + between(-12, 12, seed, ward.code, "x", r, c),
                   y + 55 * sin(x / 510 - bend) + between(-12, 12, seed, ward.code, "y", r, c))
            for c, x in enumerate(xs)
        ]
        for r, y in enumerate(ys)
    ]  # fmt: skip


def _offsets(count: int, *key: object) -> list[float]:
    """Distances (m) of parallel streets from the seat, which lies in their middle."""
    at = [0.0]
    for i in range(count - 1):
        at.append(at[-1] + between(130, 290, *key, i))
    return [x - at[-1] / 2 for x in at]


def _place(ward: Ward, x_m: float, y_m: float) -> Point:
    turn = radians(ward.turn_deg)
    east, north = x_m * cos(turn) - y_m * sin(turn), x_m * sin(turn) + y_m * cos(turn)
    scale = _METRES_A_DEGREE * cos(radians(ward.latitude))
    return round(ward.longitude + east / scale, 6), round(ward.latitude + north / _METRES_A_DEGREE, 6)


def _ward_lines(grid: list[list[Point]], code: str, seed: int) -> list[tuple[Point, ...]]:
    """Rows, then columns; their ends are cut unevenly, except the middle row and column, which join all others."""
    columns = [list(column) for column in zip(*grid, strict=True)]
    lines = []
    for kind, full in (("row", grid), ("column", columns)):
        for i, line in enumerate(full):
            most = 1 if i == len(full) // 2 else 3
            first, last = pick(most, seed, code, kind, i, "first"), pick(most, seed, code, kind, i, "last")
            lines.append(tuple(line[first : len(line) - last]))
    return lines


def _arterial(start: list[Point], end: list[Point], sway_m: float) -> tuple[Point, ...]:
    """A swaying road between the two nearest junctions of two networks."""
    a, b = min(((p, q) for p in start for q in end), key=lambda pair: distance_m(*pair))
    length, steps = distance_m(a, b), 12
    sway = sway_m / length
    inner = []
    for i in range(1, steps):
        t = i / steps
        aside = sway * sin(pi * t)
        inner.append((round(a[0] + (b[0] - a[0]) * t - (b[1] - a[1]) * aside, 6),
                      round(a[1] + (b[1] - a[1]) * t + (b[0] - a[0]) * aside, 6)))  # fmt: skip
    return (a, *inner, b)
