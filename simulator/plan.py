"""A demonstration plan for the synthetic streets, as a file for the importer; every route is marked simulated."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

from simulator.chance import pick
from simulator.routes import network, walk
from simulator.streets import SEED, WARDS, Point, Ward, distance_m, streets

ROUTES_A_WARD = 5
_SPARE = 1.15
_COLLECTING_KMH = 6.0
_BEGINS_S = (int(4.5 * 3600), int(16.5 * 3600))


def plan_geojson(seed: int = SEED) -> dict[str, Any]:
    """Routes "Tuyến mẫu 01" to "15" as GeoJSON with the headings of data_sources/plan: walks through each ward.

    Each is connected and takes the blocks that the routes before it took least, in the morning or the evening.
    """
    features: list[dict[str, Any]] = []
    number = 0
    for ward in WARDS:
        driven: Counter[frozenset[Point]] = Counter()
        for _ in range(ROUTES_A_WARD):
            number += 1
            features += _route(number, ward, driven, seed)
    return {"type": "FeatureCollection", "features": features}


def _route(number: int, ward: Ward, driven: Counter[frozenset[Point]], seed: int) -> Iterator[dict[str, Any]]:
    blocks = network(seed, ward.code)
    enough_m = sum(sum(onward.values()) for onward in blocks.values()) / 2 * _SPARE / ROUTES_A_WARD
    start = sorted(blocks)[pick(len(blocks), seed, "plan", number)]
    way = walk(blocks, start, enough_m, driven, seed, "plan", number)
    named = {frozenset(block): street.name for street in streets(seed) for block in pairwise(street.line)}
    metres = 0.0
    stretches = groupby(pairwise(way), key=lambda block: named[frozenset(block)])
    for order, (name, stretch) in enumerate(stretches, start=1):
        line = list(stretch)
        begins_s = _BEGINS_S[number % 2] + int(metres / (_COLLECTING_KMH / 3.6))
        metres += sum(distance_m(a, b) for a, b in line)
        yield {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [list(line[0][0]), *(list(b) for _, b in line)]},
            "properties": {
                "route": f"mau-{number:02d}",
                "route_name": f"Tuyến mẫu {number:02d}",
                "places": ward.code,
                "vehicle_class": "compactor",
                "weekdays": "hàng ngày",
                "order": order,
                "street": name,
                "kerb": "both",
                "begins": f"{begins_s // 3600:02d}:{begins_s % 3600 // 60:02d}:{begins_s % 60:02d}",
                "kind": "simulated",
            },
        }
