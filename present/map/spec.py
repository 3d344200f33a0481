"""What the live map starts from: pydeck's JSON of an empty map, and the boxes it looks at and stays in."""

import json

import pydeck as pdk

from domain.places.map_layer import PROVINCE_BOX, Box
from present.map.ground import Ground


def map_spec(ground: Ground) -> str:
    """Minified JSON: ``deck`` for pydeck's createDeck, ``fleet`` and ``province`` as west, south, east, north.

    ``within`` is what the map may show at all: never the country, only the province and what was imported around it.
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
