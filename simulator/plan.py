"""A demonstration plan: the simulated trucks' rounds on a usual day, as files for the importer."""

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

from simulator import trucks
from simulator.streets import SEED, TRANSFER_POINT, WARDS, Point, streets
from simulator.trucks import Truck

# Join a street with fewer blocks to the one before: a crew's list does not name every corner.
_SHORTEST_BLOCKS = 2
_DEPOT_RADIUS_M, _TRANSFER_RADIUS_M = 60.0, 150.0


def plan_geojson(seed: int = SEED) -> dict[str, Any]:
    """Routes "Tuyến mẫu 01" onwards as GeoJSON with the headings of data_sources/plan; all are marked simulated."""
    rounds = [(truck, left) for truck in trucks.fleet(seed) for left in trucks.usual(truck, seed)]
    features = [
        feature for number, (truck, left) in enumerate(rounds, start=1) for feature in _route(number, truck, left, seed)
    ]
    return {"type": "FeatureCollection", "features": features}


def facilities_geojson(seed: int = SEED) -> dict[str, Any]:
    """The wards' depots and the transfer point."""
    places = [
        (f"BAI-{ward.code}", "Bãi xe mẫu", "depot", trucks.base(ward.code, seed), _DEPOT_RADIUS_M) for ward in WARDS
    ]
    places.append(("TRUNG-CHUYEN", "Điểm trung chuyển mẫu", "transfer", TRANSFER_POINT, _TRANSFER_RADIUS_M))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": list(at)},
                "properties": {"id": id_, "name": name, "kind": kind, "radius_m": radius_m},
            }
            for id_, name, kind, at, radius_m in places
        ],
    }


def _route(number: int, truck: Truck, left: tuple[tuple[Point, float], ...], seed: int) -> Iterator[dict[str, Any]]:
    named = {frozenset(block): street.name for street in streets(seed) for block in pairwise(street.line)}
    blocks = [(named[frozenset((a, b))], a, b, at_s) for (a, at_s), (b, _) in pairwise(left)]
    for order, (name, line, begins_s) in enumerate(_entries(blocks), start=1):
        yield {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [list(point) for point in line]},
            "properties": {
                "route": f"mau-{number:02d}",
                "route_name": f"Tuyến mẫu {number:02d}",
                "places": truck.place,
                "vehicle_class": "handcart" if truck.on_foot else "compactor",
                "plates": truck.id,
                "weekdays": "hàng ngày",
                "order": order,
                "street": name,
                "kerb": "both",
                "begins": f"{begins_s // 3600:02d}:{begins_s % 3600 // 60:02d}:{begins_s % 60:02d}",
                "kind": "simulated",
            },
        }


def _entries(blocks: list[tuple[str, Point, Point, float]]) -> list[tuple[str, list[Point], int]]:
    """(street, line, begins) of each stretch along one street."""
    entries: list[tuple[str, list[Point], int]] = []
    for name, stretch in groupby(blocks, key=lambda block: block[0]):
        driven = list(stretch)
        line = [driven[0][1], *(b for _, _, b, _ in driven)]
        if entries and len(driven) < _SHORTEST_BLOCKS:
            entries[-1][1].extend(line[1:])
        else:
            entries.append((name, line, int(driven[0][3])))
    return entries
