"""Times of placing 4,000 base stations in communes, and of intersecting 300 coverage polygons with them."""

import math
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import numpy as np
import orjson
import shapely
from shapely.geometry import mapping

from bench.rig.figure import Figure, compared
from data_sources.places.signal_area import communes_of, drawn, read_signal_area, shares
from data_sources.registers.stations import read_stations
from domain.places.map_layer import PROVINCE_BOX
from domain.places.place import IN_FORCE, PROVINCE
from store import territories

STATIONS, POLYGONS, VERTICES = 4_000, 300, 400
REQUIRED_S = 30.0
# Degrees: cells that reach so far from their seats have the province's area together.
REACH = 0.055


def network_figures() -> Iterator[Figure]:
    """Make a list and an area of the province's size, and read each from its file to its figures."""
    chance = random.Random(18)  # noqa: S311 - the same files every time
    known = communes()
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as folder:
        listed, covered = Path(folder, "tram.csv"), Path(folder, "area.geojson")
        listed.write_text(station_list(chance), encoding="utf-8")
        covered.write_bytes(area(chance))
        begun = monotonic()
        stations, _ = read_stations(listed.read_bytes(), listed.name)
        placed = communes_of(((one.longitude, one.latitude) for one in stations), known)
        took = monotonic() - begun
        note = f"{len(stations)} stations, {sum(map(bool, placed))} in a commune; baseline: the required time"
        yield compared("network_stations_s", "s", took, REQUIRED_S, note)
        begun = monotonic()
        read = read_signal_area(covered)
        found, pictures = shares(read, known), drawn(read, known)
        took = monotonic() - begun
        kb = len(orjson.dumps(pictures)) / 1024
        note = f"{POLYGONS} polygons of {VERTICES} vertices, {len(found)} communes, drawn in {kb:.0f} KB; required time"
        yield compared("network_area_s", "s", took, REQUIRED_S, note)


def communes() -> dict[str, shapely.Geometry]:
    """One wiggly cell for each commune around its seat, as fine as imported boundaries, as large as the province."""
    seats = {
        place.code: (place.longitude, place.latitude)
        for place in territories.places(IN_FORCE)
        if place.code != PROVINCE and place.longitude is not None
    }
    box = shapely.box(*PROVINCE_BOX)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(list(seats.values())), extend_to=box, ordered=True)
    )
    fine = shapely.segmentize(
        shapely.intersection(cells, shapely.buffer(shapely.points(list(seats.values())), REACH)), 0.0005
    )
    wiggly = shapely.transform(fine, lambda p: p + 1e-4 * np.sin(p[:, ::-1] * 7e3))
    return dict(zip(seats, wiggly, strict=True))


def station_list(chance: random.Random) -> str:
    """4,000 stations of three carriers anywhere in the province's box, as CSV with decimal commas."""
    west, south, east, north = PROVINCE_BOX
    rows = ["Mã trạm;Nhà mạng;Công nghệ;Vĩ độ;Kinh độ"]
    for n in range(STATIONS):
        latitude, longitude = chance.uniform(south, north), chance.uniform(west, east)
        carrier = ("Viettel", "VNPT", "MobiFone")[n % 3]
        rows.append(f"T{n:05};{carrier};4G/5G;{latitude:.6f};{longitude:.6f}".replace(".", ","))
    return "\n".join(rows)


def area(chance: random.Random) -> bytes:
    """GeoJSON of ragged rings of about 3 km around points of the province; many overlap."""
    west, south, east, north = PROVINCE_BOX
    features = []
    for _ in range(POLYGONS):
        x, y, size = chance.uniform(west, east), chance.uniform(south, north), chance.uniform(0.01, 0.05)
        turns = [2 * math.pi * n / VERTICES for n in range(VERTICES)]
        ring = [(x + size * chance.uniform(0.8, 1) * math.cos(t), y + size * math.sin(t)) for t in turns]
        shape = shapely.make_valid(shapely.Polygon(ring))
        features.append({"type": "Feature", "properties": {}, "geometry": mapping(shape)})
    return orjson.dumps({"type": "FeatureCollection", "features": features})
