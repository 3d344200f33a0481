"""The map in a page's first response: the server draws into `#map` what the scripts would draw."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.fleets.vehicle import Vehicle, VehicleState, state_of
from domain.text import Language
from present.map.ground import Ground
from present.map.svg import province_svg, streets_svg
from present.text import words


def first_map(
    attributes: Mapping[str, str], ground: Ground, vehicles: Iterable[Vehicle], now: datetime, language: Language
) -> str:
    """HTML inside the map element with ``attributes`` (layouts/map/maps.py): a picture, at times a small one beside it.

    With `data-close` the picture shows vehicles and the small one the coloured province, as in the live map.
    """
    _ = words(language)
    kpi = attributes["data-shown"]
    layers = json.loads(attributes["data-layers"])
    classes = layers[kpi]["classes"] if kpi in layers else None
    province = province_svg(ground, language, _("Bản đồ xã, phường"), classes=classes)
    if "data-close" not in attributes:
        return f'<div class="ioc-map__province">{province}</div>'
    circles = [((v.longitude, v.latitude), _look(v, now)) for v in vehicles]
    picture = streets_svg(ground, language, _("Vị trí xe"), vehicles=circles)
    hidden = "" if layers and kpi else " hidden"
    return f'{picture}<div class="ioc-map__inset"{hidden}>{province}</div>' if layers else picture


def _look(vehicle: Vehicle, now: datetime) -> str:
    """Live, ageing or silent, as assets/scripts/55-map-svg.js tells them apart."""
    state = state_of(vehicle.at, vehicle.speed_kmh, now)
    if state is VehicleState.SILENT:
        return "silent"
    return "ageing" if state is VehicleState.AGEING else "live"
