"""The start of the live map: pydeck's JSON of an empty map, the first views, and the box that limits panning."""

import json

import pydeck as pdk

from domain.places.map_layer import PROVINCE_BOX, Box
from present.map.ground import Ground


def map_spec(ground: Ground) -> str:
    """Minified JSON: ``deck`` for pydeck's createDeck, ``fleet`` and ``province`` as west, south, east, north.

    ``within`` is all the map may show: the province and what was imported around it, never the country.
    """
    (west, south, east, north), streets = ground.province, ground.streets
    view = pdk.ViewState(longitude=(west + east) / 2, latitude=(south + north) / 2, zoom=8)
    deck = json.loads(pdk.Deck(map_provider="maplibre", map_style="/map/style.json", initial_view_state=view).to_json())
    spec = {
        "deck": deck,
        "fleet": ground.fleet,
        "province": ground.province,
        "within": _around(PROVINCE_BOX, ground.province, streets.box if streets else PROVINCE_BOX),
    }
    return json.dumps(spec, separators=(",", ":"), ensure_ascii=False)


def _around(*boxes: Box) -> Box:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)
