"""A fleet for measuring: it collects along planned routes for a whole day, each truck with a fix every ten seconds."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np

from domain.instant import day_start
from domain.observation import Kind
from domain.waste.plan import EVERY_DAY, Kerb, PlannedStreet, Route
from simulator.chance import between, pick
from simulator.routes import network, walk
from simulator.streets import SEED, WARDS, Point, distance_m

CADENCE_S = 10
ROUTE_M, STREET_M = 9_000.0, 900.0
KMH = 9.0
DAY_S = 86_400


@dataclass(frozen=True)
class World:
    """Routes, and per route the line that trucks drive to and fro all day (metres along; degrees)."""

    routes: list[Route]
    along_m: list[np.ndarray]
    lines: list[np.ndarray]
    trucks: int


def world(trucks: int, routes: int) -> World:
    """``routes`` routes in the synthetic wards with windows round the clock, and trucks that share them in turn."""
    made: list[Route] = []
    lines, along = [], []
    driven: Counter[frozenset[Point]] = Counter()
    for number in range(routes):
        ward = WARDS[number % len(WARDS)]
        blocks = network(SEED, ward.code)
        start = sorted(blocks)[pick(len(blocks), "bench", number)]
        way = walk(blocks, start, ROUTE_M, driven, "bench", number)
        begins_s = int(number * (DAY_S - 7_200) / routes)
        made.append(_route(number, ward.code, way, begins_s))
        lines.append(np.array(way))
        along.append(np.concatenate(([0.0], np.cumsum([distance_m(a, b) for a, b in pairwise(way)]))))
    return World(made, along, lines, trucks)


def positions(given: World, day: date, rounds: int) -> Iterator[list[dict[str, object]]]:
    """All trucks' fixes of the day by time, in batches of ``rounds`` fixes a truck."""
    midnight, count = day_start(day), DAY_S // CADENCE_S
    for first in range(0, count, rounds):
        seconds = np.arange(first, min(first + rounds, count)) * CADENCE_S
        yield [
            {
                "feed": "waste_trucks", "measure": "position", "entity": f"B-{truck:03d}",
                "at": (midnight + timedelta(seconds=int(second))).astimezone(UTC).isoformat(),
                "longitude": round(float(lon), 6), "latitude": round(float(lat), 6), "speed_kmh": KMH,
                "kind": Kind.SIMULATED.value, "source": "bench",
            }
            for second, row in zip(seconds, _places(given, seconds), strict=True)
            for truck, (lon, lat) in enumerate(row)
        ]  # fmt: skip


def _places(given: World, seconds: np.ndarray) -> Sequence[Sequence[tuple[float, float]]]:
    found = np.empty((len(seconds), given.trucks, 2))
    for truck in range(given.trucks):
        route = truck % len(given.lines)
        along_m, line = given.along_m[route], given.lines[route]
        begins_s = given.routes[route].streets[0].begins_s or 0
        # Drive to the end and back all day; begin the route when its window opens, plus the truck's own delay.
        driven = (seconds - begins_s - between(0, 600, "bench", truck)) * KMH / 3.6
        at_m = along_m[-1] - np.abs(driven % (2 * along_m[-1]) - along_m[-1])
        noise = np.random.default_rng(truck * 100_003 + int(seconds[0])).normal(0, 4e-5, (len(seconds), 2))
        found[:, truck] = np.column_stack([np.interp(at_m, along_m, line[:, axis]) for axis in (0, 1)]) + noise
    return [[(lon, lat) for lon, lat in row] for row in found.tolist()]


def _route(number: int, place: str, way: Sequence[Point], begins_s: int) -> Route:
    streets: list[PlannedStreet] = []
    part, metres, done_m = [way[0]], 0.0, 0.0
    for a, b in pairwise(way):
        part.append(b)
        metres += distance_m(a, b)
        if metres >= STREET_M or b is way[-1]:
            streets.append(
                PlannedStreet(
                    order=len(streets) + 1, name=f"Đường {len(streets) + 1}", kerb=Kerb.BOTH,
                    begins_s=begins_s + int(done_m / (KMH / 3.6)), points=tuple(part),
                )
            )  # fmt: skip
            done_m, part, metres = done_m + metres, [b], 0.0
    return Route(
        id=f"bench-{number:03d}", name=f"Tuyến {number:03d}", streets=tuple(streets), weekdays=EVERY_DAY,
        places=(place,), ends_s=begins_s + int(ROUTE_M / (KMH / 3.6)) + 900, source="bench", kind=Kind.SIMULATED,
    )  # fmt: skip


def instant(day: date) -> datetime:
    """The end of a service day."""
    return day_start(day + timedelta(days=1))
