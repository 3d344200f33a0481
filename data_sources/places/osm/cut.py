"""Cuts lines at the edge of the imported box, and breaks them where the file lacks a point's position."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.places.map_layer import Box
from streets.graph import E7

FARTHEST_X, FARTHEST_Y = 180 * E7, 90 * E7

Point = tuple[int, int, int]
"""OpenStreetMap node id, longitude and latitude in 1e-7 degrees; a negative id is a point on the box's edge."""

Window = tuple[int, int, int, int]
"""West, south, east, north in 1e-7 degrees."""

EVERYWHERE: Window = (-FARTHEST_X, -FARTHEST_Y, FARTHEST_X, FARTHEST_Y)


def window(box: Box) -> Window:
    """The box in the units of points."""
    west, south, east, north = (round(degrees * E7) for degrees in box)
    return west, south, east, north


def touches(points: Sequence[Point], inside: Window) -> bool:
    """Whether the line's bounding box meets the window."""
    west, south, east, north = inside
    xs, ys = [p[1] for p in points], [p[2] for p in points]
    return bool(xs) and min(xs) <= east and max(xs) >= west and min(ys) <= north and max(ys) >= south


def runs(points: Sequence[Point], inside: Window) -> list[list[Point]]:
    """The parts of a line in the window; each has two points or more and no node twice in a row."""
    line = [p for p, before in zip(points, [None, *points], strict=False) if before is None or p[0] != before[0]]
    west, south, east, north = inside
    if all(west <= x <= east and south <= y <= north for _, x, y in line):
        return [line] if len(line) > 1 else []
    return list(_parts(line, inside)) if touches(line, inside) else []


def known(point: Point) -> bool:
    """Whether the file gives this node a position."""
    return abs(point[1]) <= FARTHEST_X and abs(point[2]) <= FARTHEST_Y


def degrees(line: Sequence[Point]) -> list[tuple[float, float]]:
    """Longitude and latitude of each point."""
    return [(x / E7, y / E7) for _, x, y in line]


def _parts(line: Sequence[Point], inside: Window) -> Iterator[list[Point]]:
    part: list[Point] = []
    for a, b in pairwise(line):
        span = _within(a, b, inside) if known(a) and known(b) else None
        if part and (span is None or span[0] > 0):
            yield part
            part = []
        if span is not None:
            part = part or [_at(a, b, span[0])]
            part.append(_at(a, b, span[1]))
            if span[1] < 1:
                yield part
                part = []
    if part:
        yield part


def _within(a: Point, b: Point, inside: Window) -> tuple[float, float] | None:
    """The part of a to b in the window, as two fractions of it (Liang and Barsky 1984); None when there is none."""
    west, south, east, north = inside
    first, last = 0.0, 1.0
    for start, step, low, high in ((a[1], b[1] - a[1], west, east), (a[2], b[2] - a[2], south, north)):
        if step == 0:
            if not low <= start <= high:
                return None
            continue
        enter, leave = sorted(((low - start) / step, (high - start) / step))
        first, last = max(first, enter), min(last, leave)
    return (first, last) if first < last else None


def _at(a: Point, b: Point, share: float) -> Point:
    """The point at the fraction ``share`` from a to b; on the edge its id depends only on its position."""
    if share in (0, 1):
        return b if share else a
    x, y = round(a[1] + share * (b[1] - a[1])), round(a[2] + share * (b[2] - a[2]))
    return -1 - (x + FARTHEST_X) * (2 * FARTHEST_Y + 1) - (y + FARTHEST_Y), x, y
