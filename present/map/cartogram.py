"""A schematic map: one equal hexagon for each commune, as near to its seat as the others allow; no borders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

from domain.places.place import PROVINCE, Place

Point = tuple[float, float]

KM_A_DEGREE = 111.195
# 4,494 km² in 60 communes: a hexagon of a commune's mean area is 9.3 km across.
HEX_ACROSS_KM = 9.3
# A hair smaller than its place, so that neighbours stay apart.
FILLED = 0.97


@dataclass(frozen=True, slots=True)
class Cell:
    """A commune's seat and hexagon in degrees (longitude, latitude), and the km between seat and centre."""

    place: Place
    seat: Point
    centre: Point
    corners: tuple[Point, ...]
    moved_km: float


@dataclass(frozen=True, slots=True)
class Plane:
    """A local plane about a middle in degrees; off by less than 0.1 % across the province."""

    longitude: float
    latitude: float

    @classmethod
    def about(cls, points: Sequence[Point]) -> "Plane":
        """The plane about the middle of ``points`` (degrees), of which there is at least one."""
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        return cls((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2)

    def km(self, point: Point) -> Point:
        """Degrees → km east and north of the middle."""
        across = cos(radians(self.latitude)) * KM_A_DEGREE
        return (point[0] - self.longitude) * across, (point[1] - self.latitude) * KM_A_DEGREE

    def degrees(self, point: Point) -> Point:
        """Km east and north of the middle → degrees, to about a metre."""
        across = cos(radians(self.latitude)) * KM_A_DEGREE
        return round(self.longitude + point[0] / across, 5), round(self.latitude + point[1] / KM_A_DEGREE, 5)


def cartogram(places: Iterable[Place]) -> list[Cell]:
    """One hexagon for each commune, sorted by code.

    Assign the nearest pairs first, then swap and move while that lowers the sum of squared distances. Deterministic.
    Leave out the province and places without a seat.
    """
    seats = [
        (place, (place.longitude, place.latitude))
        for place in sorted(places, key=lambda p: p.code)
        if place.code != PROVINCE and place.longitude is not None and place.latitude is not None
    ]
    if not seats:
        return []
    plane = Plane.about([at for _, at in seats])
    points = [plane.km(at) for _, at in seats]
    free = _lattice(points)
    taken = _greedy(points, free)
    _improve(points, free, taken)
    return [
        Cell(
            place,
            seat,
            plane.degrees(free[taken[i]]),
            tuple(plane.degrees(corner) for corner in _corners(free[taken[i]])),
            _distance(points[i], free[taken[i]]),
        )
        for i, (place, seat) in enumerate(seats)
    ]


def _corners(centre: Point) -> list[Point]:
    """Six corners in km, counter-clockwise, pointed side up."""
    radius = HEX_ACROSS_KM / 3**0.5 * FILLED
    return [(centre[0] - radius * sin(pi / 3 * k), centre[1] + radius * cos(pi / 3 * k)) for k in range(6)]


def _lattice(points: Sequence[Point]) -> list[Point]:
    """Centres of a honeycomb over the points and two cells around them."""
    row_km = HEX_ACROSS_KM * 3**0.5 / 2
    width = max(abs(x) for x, _ in points) + 2 * HEX_ACROSS_KM
    height = max(abs(y) for _, y in points) + 2 * HEX_ACROSS_KM
    rows, columns = int(height / row_km) + 1, int(width / HEX_ACROSS_KM) + 1
    return [
        ((column + (row % 2) / 2) * HEX_ACROSS_KM, row * row_km)
        for row in range(-rows, rows + 1)
        for column in range(-columns, columns + 1)
    ]


def _greedy(points: Sequence[Point], free: Sequence[Point]) -> list[int]:
    pairs = sorted((_distance(p, c), i, k) for i, p in enumerate(points) for k, c in enumerate(free))
    cell_of: dict[int, int] = {}
    used: set[int] = set()
    for _, i, k in pairs:
        if i not in cell_of and k not in used:
            cell_of[i] = k
            used.add(k)
    return [cell_of[i] for i in range(len(points))]


def _improve(points: Sequence[Point], free: Sequence[Point], taken: list[int]) -> None:
    cost = [[_distance(p, c) ** 2 for c in free] for p in points]
    better = True
    while better:
        better = False
        for i in range(len(points)):
            for k in set(range(len(free))) - set(taken):
                if cost[i][k] < cost[i][taken[i]] - 1e-9:
                    taken[i], better = k, True
            for j in range(i):
                now = cost[i][taken[i]] + cost[j][taken[j]]
                if cost[i][taken[j]] + cost[j][taken[i]] < now - 1e-9:
                    taken[i], taken[j], better = taken[j], taken[i], True


def _distance(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])
