"""The map in a page's first response: the server draws into `#map` what the scripts would draw."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.fleets.vehicle import Vehicle, VehicleState, state_of
from domain.places.map_layer import Box
from domain.places.signal_map import SignalMap
from domain.text import Language
from present.choropleth import unpacked
from present.map.ground import Ground
from present.map.svg import DESK, NAME_SIZES, Drawing, Marker, Moving, Point, province_svg, streets_svg
from present.text import words
from present.wire import FLEET_MARKERS

LEAST_DEG, AROUND = 0.004, 0.1
"""A run's picture spans four hundred metres at least, and a tenth more than its streets on each side.

It is at least as wide as high, as its maps are, and no flatter than a desk's."""
LIVE_NAMES = 14.0
"""Size of names where borders fill the wall and a live map takes over: 15 of the page's units, as there."""
SMALL_PICTURE, SMALL_NAMES = (440.0, 133.0), 15.0
"""Room of the streets beside the province, and the size of names in it, in the page's units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What lies on a map beside figures.

    ``marks`` are the open alarms as (place in degrees, tone), ``judged`` the day's streets as (state, line in degrees),
    ``signal`` is a carrier's area.
    """

    vehicles: Sequence[Vehicle] = ()
    marks: Sequence[tuple[Point, str]] = ()
    judged: Iterable[tuple[str, Sequence[Point]]] = ()
    signal: SignalMap | None = None


def first_map(attributes: Mapping[str, str], ground: Ground, seen: Seen, now: datetime, language: Language) -> str:
    """HTML inside the map element with ``attributes`` (layouts/map/maps.py).

    A map that starts close up (`data-close`) is the vehicles' picture with the coloured province small beside it;
    every other is the province, where `data-beside` names a second picture with vehicles on it.
    """
    kpi = attributes["data-shown"]
    told = json.loads(attributes["data-layers"])
    layers = told.get("kpis", {})
    classes = unpacked(layers[kpi]["classes"], told["places"]) if kpi in layers else None
    title = words(language)("Bản đồ xã, phường")
    if "data-close" not in attributes:
        moving = _moving(attributes, seen, now) if "data-beside" in attributes else None
        largest = NAME_SIZES[0] if moving is None or not ground.units else LIVE_NAMES
        sizes = (largest, *NAME_SIZES[1:])
        picture = province_svg(ground, language, title, sizes=sizes, classes=classes, moving=moving, signal=seen.signal)
        return f'<div class="ioc-map__province">{picture}</div>'
    streets = first_streets(attributes, ground, seen, now, language)
    hidden = "" if layers and kpi else " hidden"
    province = province_svg(ground, language, title, sizes=(), classes=classes)
    return f'{streets}<div class="ioc-map__inset"{hidden}>{province}</div>' if layers else streets


def first_streets(attributes: Mapping[str, str], ground: Ground, seen: Seen, now: datetime, language: Language) -> str:
    """The picture of the streets where vehicles work, with what became of them today."""
    title = words(language)("Vị trí xe")
    moving = _moving(attributes, seen, now)
    judged = list(seen.judged)
    box = _around(judged) if "data-only" in attributes else None
    _, _, wide, high = Drawing(ground.fleet).view
    small = SMALL_NAMES * max(wide / SMALL_PICTURE[0], high / SMALL_PICTURE[1])
    sizes = NAME_SIZES if "data-close" in attributes else (small,)
    return streets_svg(ground, language, title, sizes=sizes, moving=moving, judged=judged, box=box)


def _around(judged: Iterable[tuple[str, Sequence[Point]]]) -> Box | None:
    """The box of these streets with room around them; None for no streets."""
    points = [point for _state, line in judged for point in line]
    if not points:
        return None
    longitudes, latitudes = zip(*points, strict=True)
    middle = (min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2
    high = max(max(latitudes) - min(latitudes), LEAST_DEG / DESK) * (0.5 + AROUND)
    wide = max(max(longitudes) - min(longitudes), LEAST_DEG) * (0.5 + AROUND)
    wide, high = max(wide, high), max(high, wide / DESK)
    return middle[0] - wide, middle[1] - high, middle[0] + wide, middle[1] + high


def _moving(attributes: Mapping[str, str], seen: Seen, now: datetime) -> Moving:
    fleets = json.loads(attributes.get("data-fleets", "[]"))
    marks = seen.marks if "data-marks" in attributes else ()
    return Moving([_marker(one, fleets, now) for one in seen.vehicles], marks)


def _marker(vehicle: Vehicle, fleets: Sequence[str], now: datetime) -> Marker:
    """As assets/scripts/45-fleet.js chooses it."""
    at = vehicle.longitude, vehicle.latitude
    state = state_of(vehicle.at, vehicle.speed_kmh, now)
    if state is VehicleState.SILENT:
        return Marker(at, "ring", 0, "silent")
    alive = "ageing" if state is VehicleState.AGEING else "live"
    number = fleets.index(vehicle.feed) if vehicle.feed in fleets else 0
    if number:
        return Marker(at, FLEET_MARKERS[(number - 1) % len(FLEET_MARKERS)], 0, alive)
    if vehicle.course_deg is None:
        return Marker(at, "dot", 0, alive)
    return Marker(at, "arrow", vehicle.course_deg % 360, alive)
