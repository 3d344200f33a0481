"""The map as data: a schematic of the communes, the live map's style and first view, and the same drawn as SVG."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, hypot, pi, radians, sin
from typing import Any

import pydeck as pdk

from domain.place import PROVINCE, Place

Point = tuple[float, float]
GeoJson = Mapping[str, Any]

# The wall theme's tokens (assets/00-tokens.css); a WebGL style cannot read CSS variables.
GROUND, STREET, LABEL = "#171b20", "#4a5866", "#a7b4c0"
FONT = "Be Vietnam Pro"
KM_A_DEGREE = 111.195
# 4,494 km² in 60 communes: a hexagon of a commune's mean area is 9.3 km across.
HEX_ACROSS_KM = 9.3
SVG_UNITS_A_KM = 8.0
LINE_LETTERS = 7
LINE_UNITS = 18.0
# Where the live map looks before anything is known: the three wards of the former Tân An city.
FIRST_LOOK = (106.36, 10.49, 106.46, 10.57)


@dataclass(frozen=True, slots=True)
class Cell:
    """A commune's hexagon: centre in km east and north of the map's middle, and how far it was moved from its seat."""

    place: Place
    x_km: float
    y_km: float
    moved_km: float

    def corners(self) -> list[Point]:
        """Six corners in km, pointed side up; a hair smaller than the cell so that neighbours stay apart."""
        radius = HEX_ACROSS_KM / 3**0.5 * 0.97
        return [(self.x_km + radius * sin(pi / 3 * k), self.y_km + radius * cos(pi / 3 * k)) for k in range(6)]


def cartogram(places: Iterable[Place]) -> list[Cell]:
    """One equal hexagon a commune, each as near to its seat as the others allow; no border is drawn or invented.

    Greedy by distance, then swaps and moves while they shorten the sum of squared distances. Deterministic; places
    without a seat and the province itself are left out.
    """
    seats = [p for p in sorted(places, key=lambda p: p.code) if p.code != PROVINCE and p.latitude is not None]
    if not seats:
        return []
    points = _in_km(seats)
    free = _lattice(points)
    taken = _greedy(points, free)
    _improve(points, free, taken)
    return [
        Cell(place, *free[taken[i]], moved_km=_distance(points[i], free[taken[i]])) for i, place in enumerate(seats)
    ]


def first_view(streets: GeoJson | None) -> tuple[float, float, float, float]:
    """West, south, east, north of what the live map shows first: the streets when there are some."""
    lines = [f["geometry"]["coordinates"] for f in streets["features"]] if streets else []
    points = [point for line in lines for point in line]
    if not points:
        return FIRST_LOOK
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return min(lons), min(lats), max(lons), max(lats)


def deck_spec(streets: GeoJson | None) -> str:
    """The JSON by pydeck of the empty live map, minified: MapLibre below, the animated overlay above."""
    west, south, east, north = first_view(streets)
    view = pdk.ViewState(longitude=(west + east) / 2, latitude=(south + north) / 2, zoom=12)
    spec = json.loads(pdk.Deck(map_provider="maplibre", map_style="/map/style.json", initial_view_state=view).to_json())
    return json.dumps({"deck": spec, "bounds": [west, south, east, north]}, separators=(",", ":"), ensure_ascii=False)


def style(streets: GeoJson | None, places: Iterable[Place], scale: float = 1.0) -> dict[str, Any]:
    """MapLibre style: ground, streets when the demonstration has some, names of the communes at their seats.

    ``scale`` is the page's own unit (1 on a desk, 2 on a 3840 px wall), by which lines and letters grow. Without
    "glyphs" MapLibre draws labels from the page's own font, so nothing is fetched.
    """
    seats = [_feature({"type": "Point", "coordinates": at}, name=name) for name, at in _in_view(streets, places)]
    text = {"text-color": LABEL, "text-halo-color": GROUND, "text-halo-width": 1.5 * scale}
    street_width = ["interpolate", ["linear"], ["zoom"], 9, 0.4 * scale, 12, 1.6 * scale, 16, 8 * scale]
    return {
        "version": 8,
        "sources": {
            "streets": {"type": "geojson", "data": streets or _collection([])},
            "seats": {"type": "geojson", "data": _collection(seats)},
        },
        "layers": [
            {"id": "ground", "type": "background", "paint": {"background-color": GROUND}},
            {
                "id": "streets",
                "type": "line",
                "source": "streets",
                "layout": {"line-cap": "round", "line-join": "round"},
                "paint": {"line-color": STREET, "line-width": street_width},
            },
            {
                "id": "street-names",
                "type": "symbol",
                "source": "streets",
                "minzoom": 13.5,
                "layout": {
                    "text-field": ["get", "name"],
                    "text-font": [FONT],
                    "text-size": 12 * scale,
                    "symbol-placement": "line",
                },
                "paint": text | {"text-color": "#73818f"},
            },
            {
                "id": "seats",
                "type": "symbol",
                "source": "seats",
                "layout": {
                    "text-field": ["get", "name"],
                    "text-font": [FONT],
                    "text-size": 15 * scale,
                    "text-padding": 6,
                    "symbol-avoid-edges": True,
                },
                "paint": text,
            },
        ],
    }


def province_svg(places: Iterable[Place], title: str) -> str:
    """The schematic of the province: one hexagon a commune (`data-place`), its name in one or two lines."""
    cells = cartogram(places)
    if not cells:
        return _svg((0, 0, 400, 200), "province", title, [])
    corners = [corner for cell in cells for corner in cell.corners()]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    bottom, top = min(y for _, y in corners), max(y for _, y in corners)

    def at(point: Point) -> Point:
        return (point[0] - left) * SVG_UNITS_A_KM, (top - point[1]) * SVG_UNITS_A_KM

    shapes = []
    for cell in cells:
        outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, cell.corners()))
        x, y = at((cell.x_km, cell.y_km))
        name = escape(cell.place.name)
        shapes.append(
            f'<g class="ioc-place" data-place="{escape(cell.place.code)}"><polygon points="{outline}"/>'
            f"<title>{name}</title>{_label(short_name(cell.place.name), x, y)}</g>"
        )
    size = (0.0, 0.0, (right - left) * SVG_UNITS_A_KM, (top - bottom) * SVG_UNITS_A_KM)
    return _svg(size, "province", title, shapes)


def streets_svg(streets: GeoJson | None, places: Iterable[Place], title: str) -> str:
    """The live map's first view for a screen without WebGL: x is longitude × cos(latitude), y is −latitude, × 10⁴.

    assets/50-map.js puts vehicles into the group `data-vehicles` with the same arithmetic from `data-lat0`.
    """
    west, south, east, north = first_view(streets)
    middle = (south + north) / 2
    across = cos(radians(middle))

    def at(lon: float, lat: float) -> Point:
        return lon * across * 1e4, -lat * 1e4

    lines = [f["geometry"]["coordinates"] for f in streets["features"]] if streets else []
    shapes = [
        '<polyline class="ioc-street" points="{}"/>'.format(" ".join("{:.1f},{:.1f}".format(*at(*p)) for p in line))
        for line in lines
    ]
    for name, seat in _in_view(streets, places):
        x, y = at(*seat)
        shapes.append(f'<text class="ioc-seat" x="{x:.1f}" y="{y:.1f}">{escape(name)}</text>')
    shapes.append(f'<g data-vehicles="" data-lat0="{middle:.6f}"></g>')
    (left, top), (right, bottom) = at(west, north), at(east, south)
    margin = 0.04 * (right - left)
    box = (left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin)
    return _svg(box, "streets", title, shapes)


def _in_view(streets: GeoJson | None, places: Iterable[Place]) -> list[tuple[str, Point]]:
    """Names and seats inside the first view; those outside would be cut at its edge."""
    west, south, east, north = first_view(streets)
    return [
        (p.name, (p.longitude, p.latitude))
        for p in places
        if p.code != PROVINCE
        and p.longitude is not None
        and p.latitude is not None
        and west <= p.longitude <= east
        and south <= p.latitude <= north
    ]


def short_name(name: str) -> str:
    """The name without "Phường" or "Xã", as people say it."""
    for kind in ("Phường ", "Xã "):
        if name.startswith(kind):
            return name[len(kind) :]
    return name


def _label(name: str, x: float, y: float) -> str:
    """Text centred at x, y; broken into two lines of about equal length when it is long."""
    words = name.split()
    lines = [name]
    if len(name) > LINE_LETTERS and len(words) > 1:
        cut = min(range(1, len(words)), key=lambda k: abs(len(" ".join(words[:k])) - len(" ".join(words[k:]))))
        lines = [" ".join(words[:cut]), " ".join(words[cut:])]
    first = y - LINE_UNITS / 2 * (len(lines) - 1)
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{first + LINE_UNITS * i:.1f}">{escape(t)}</tspan>' for i, t in enumerate(lines)
    )
    return f'<text dominant-baseline="central">{spans}</text>'


def _svg(box: Sequence[float], kind: str, title: str, shapes: Iterable[str]) -> str:
    numbers = " ".join(f"{n:.1f}" for n in box)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ioc-svg ioc-svg--{kind}" viewBox="{numbers}" role="img">'
        f"<title>{escape(title)}</title>{''.join(shapes)}</svg>"
    )


def _in_km(seats: Sequence[Place]) -> list[Point]:
    """Seats in km east and north of their middle, on a local plane."""
    lats = [p.latitude or 0.0 for p in seats]
    lons = [p.longitude or 0.0 for p in seats]
    lat0, lon0 = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    across = cos(radians(lat0))
    return [
        ((lon - lon0) * across * KM_A_DEGREE, (lat - lat0) * KM_A_DEGREE) for lon, lat in zip(lons, lats, strict=True)
    ]


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


def _feature(geometry: Mapping[str, object], **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _collection(features: Sequence[object]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
