"""Forty-two simulated trucks and a handcart: their day, the place of each at any instant, and the loads they empty."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from math import atan2, cos, degrees, radians

from domain.instant import day_start, service_day
from simulator.chance import between, pick, unit
from simulator.routes import nearest, network, shortest, walk
from simulator.staged import DETOUR_STANDS_S, EARLY_S, LATE_S, SKIPPED_BLOCKS, SPEEDING_KMH, Staged, staged
from simulator.streets import SEED, TRANSFER_POINT, WARDS, Point, distance_m

DAY_S = 86_400
_HOUR_S, _HALF_HOUR_S, _QUARTER_S = 3_600, 1_800, 900
_ALLEYS = (5 * _HOUR_S, 9 * _HOUR_S)
# Two crews drive a truck by day, from half past four on and a quarter of an hour apart: few empty at once.
_BY_DAY_FROM_S, _BY_DAY_S, _BEGINNINGS = 9 * _HALF_HOUR_S, 29 * _HALF_HOUR_S, 6
# Markets are cleared before they open, and the streets of shops after they close.
_MARKETS, _MARKET_TRUCKS = (5 * _HALF_HOUR_S, 17 * _HOUR_S), (12, 13, 14)
_SHOPS, _SHOP_TRUCKS = (10 * _HOUR_S, DAY_S), (24, 25)
_AROUND_THE_CLOCK, _DEAD, _UNFITTED, _TRUCKS = 5, 8, 30, 42
_TO_EMPTY_AND_HOME_S = _HOUR_S
# Worst case of the last unloading and the way home, which must end before midnight for a duty until midnight.
_AT_WORST_KMH, _AT_WORST_TIP_S, _ACROSS_WARD_M = 30.0, 840.0, 2_500.0
_SHORTEST_ROUND_S = 1.2 * _HOUR_S
_FIRST_AT_LEAST, _FIRST_STEP = 0.3, 0.382
_HAULING_KMH, _AHEAD_S, _BEHIND_S, _HURRY = 35.0, 120.0, 60.0, 1.15
# Two loaders walk beside the truck and throw bags in; at a heap (a corner, an alley's mouth) it stands for a moment.
# Metres between heaps, seconds at each, speed between them; a truck's, then a handcart's.
_TRUCK_HEAPS = (60, 120), (6, 14), (3.5, 5.2)
_CART_HEAPS = (40, 90), (6, 32), (2.5, 4.5)
# Metres collected in an hour, stops included, by truck and on foot.
_COLLECTING_M_AN_HOUR, _WALKING_M_AN_HOUR = 3_800.0, 2_000.0


@dataclass(frozen=True, slots=True)
class Truck:
    """A truck's roster line. Duty is in seconds after local midnight; ``cadence_s`` is its tracker's interval on duty.

    ``on_foot``: a handcart that feeds the trucks from the alleys; its tracker is its pusher's telephone.
    """

    id: str
    number: int
    place: str
    duty_from_s: int
    duty_to_s: int
    cadence_s: int
    tracker_fitted: bool
    tracker_works: bool
    on_foot: bool = False

    @property
    def around_the_clock(self) -> bool:
        """Whether its duty lasts 24 hours."""
        return self.duty_to_s - self.duty_from_s == DAY_S


@dataclass(frozen=True, slots=True)
class Spot:
    """A truck's position (degrees), speed, course (None while it stands) and whether it is parked at base."""

    longitude: float
    latitude: float
    speed_kmh: float
    course_deg: float | None
    parked: bool


@dataclass(frozen=True, slots=True)
class Weighing:
    """One load emptied at the transfer point."""

    truck: str
    place: str
    at: datetime
    kilograms: int


def base(place: str, seed: int = SEED) -> Point:
    """The place where a ward's trucks park."""
    ward = next(ward for ward in WARDS if ward.code == place)
    return nearest((ward.longitude + 0.006, ward.latitude + 0.006), network(seed, place))


@dataclass(frozen=True, slots=True)
class Plan:
    """A truck's day: instants (seconds after local midnight, ascending), the point at each, and the loads emptied."""

    times_s: tuple[float, ...]
    points: tuple[Point, ...]
    leaves_s: float
    returns_s: float
    loads: tuple[tuple[float, int], ...]
    silent_from_s: float = DAY_S
    """When its tracker falls silent for the rest of the day."""


@cache
def fleet(seed: int = SEED) -> tuple[Truck, ...]:
    """LA-001 to LA-042: five around the clock, the others by day, so that 20 and more move from six to six;
    LA-008 has a dead tracker, LA-030 never got one. XG-001 is a handcart, followed by a telephone with Traccar Client.
    """  # fmt: skip
    trucks = []
    for number in range(1, _TRUCKS + 1):
        start, end = _duty(number)
        trucks.append(
            Truck(
                id=f"LA-{number:03d}",
                number=number,
                place=WARDS[number % len(WARDS)].code,
                duty_from_s=start,
                duty_to_s=end,
                cadence_s=10 + pick(21, seed, number, "cadence"),
                tracker_fitted=number != _UNFITTED,
                tracker_works=number not in (_DEAD, _UNFITTED),
            )
        )
    trucks.append(
        Truck(
            id="XG-001",
            number=_TRUCKS + 1,
            place=WARDS[(_TRUCKS + 1) % len(WARDS)].code,
            duty_from_s=_ALLEYS[0],
            duty_to_s=_ALLEYS[1],
            cadence_s=15,
            tracker_fitted=True,
            tracker_works=True,
            on_foot=True,
        )
    )
    return tuple(trucks)


def _duty(number: int) -> tuple[int, int]:
    if number <= _AROUND_THE_CLOCK:
        return 0, DAY_S
    if number in _MARKET_TRUCKS:
        return _MARKETS
    if number in _SHOP_TRUCKS:
        return _SHOPS
    start = _BY_DAY_FROM_S + number % _BEGINNINGS * _QUARTER_S
    return start, start + _BY_DAY_S


def spot(truck: Truck, at: datetime, seed: int = SEED) -> Spot:
    """The place of ``truck`` at ``at`` (aware UTC). Pure, so that a restarted simulator continues the same day."""
    day = service_day(at)
    plan = day_plan(truck, day, seed)
    second = (at - day_start(day)).total_seconds()
    i = min(max(bisect_right(plan.times_s, second) - 1, 0), len(plan.times_s) - 2)
    (t0, t1), (a, b) = plan.times_s[i : i + 2], plan.points[i : i + 2]
    part = (second - t0) / (t1 - t0)
    metres = distance_m(a, b)
    return Spot(
        longitude=a[0] + (b[0] - a[0]) * part,
        latitude=a[1] + (b[1] - a[1]) * part,
        speed_kmh=metres / (t1 - t0) * 3.6,
        course_deg=_course(a, b) if metres > 0 else None,
        parked=not plan.leaves_s <= second < plan.returns_s,
    )


def weighings(truck: Truck, since: datetime, until: datetime, seed: int = SEED) -> Iterator[Weighing]:
    """Loads emptied in [since, until), oldest first."""
    day = service_day(since)
    while (start := day_start(day)) < until:
        for second, kilograms in day_plan(truck, day, seed).loads:
            at = start + timedelta(seconds=int(second))
            if since <= at < until:
                yield Weighing(truck.id, truck.place, at, kilograms)
        day += timedelta(days=1)


@cache
def round_way(truck: Truck, round_no: int, seed: int = SEED) -> tuple[Point, ...]:
    """The junctions of one of a truck's rounds, the same every day; each round begins where the one before ended."""
    streets = network(seed, truck.place)
    driven: Counter[frozenset[Point]] = Counter()
    way: list[Point] = [sorted(streets)[pick(len(streets), seed, truck.id, "start")]]
    for number in range(round_no + 1):
        hours = between(3.4, 4.2, seed, truck.id, number, "hours")
        if number == 0 and not truck.on_foot:
            # Crews that set out together would also queue to empty together, each time.
            hours *= _FIRST_AT_LEAST + (1 - _FIRST_AT_LEAST) * (truck.number * _FIRST_STEP % 1)
        pace = _WALKING_M_AN_HOUR if truck.on_foot else _COLLECTING_M_AN_HOUR
        way = walk(streets, way[-1], hours * pace, driven, seed, truck.id, number)
    return tuple(way)


@cache
def usual(truck: Truck, seed: int = SEED) -> tuple[tuple[tuple[Point, float], ...], ...]:
    """The truck's rounds on a day without chance events: each as (junction, seconds after midnight there)."""
    trip = _Trip(truck, None, seed)
    _work(truck, trip, seed)
    # At the end of a duty a round may begin that has no time left for a block.
    return tuple(tuple(left) for left in trip.rounds if len(left) > 1)


@lru_cache(maxsize=128)
def day_plan(truck: Truck, day: date, seed: int = SEED) -> Plan:
    """The truck's day from base to base: collection rounds, each unloaded at the transfer point, and rests."""
    trip = _Trip(truck, day, seed)
    leaves, returns = _work(truck, trip, seed)
    return Plan(tuple(trip.times_s), tuple(trip.points), leaves, returns, tuple(trip.loads), trip.silent_from_s)


def _work(truck: Truck, trip: "_Trip", seed: int) -> tuple[float, float]:
    """Drive the trip's day; returns when the truck leaves its base and when it is back."""
    day = trip.day
    home_by = truck.duty_to_s - 300.0
    trip.stand(truck.duty_from_s + between(120, 900, seed, truck.id, day, "leaves") - trip.early_s(0))
    trip.wait_for(0)
    leaves = trip.now_s
    if truck.on_foot:
        trip.collect(0, home_by - _SHORTEST_ROUND_S)
    else:
        _rounds(truck, trip, home_by, seed)
    trip.go_home()
    returns = trip.now_s
    trip.stand(float(max(DAY_S, returns + 1)))
    return leaves, returns


def _rounds(truck: Truck, trip: "_Trip", home_by: float, seed: int) -> None:
    """Collect and unload until another round would end after ``home_by``."""
    to_empty_s = _late_s(trip.base, seed) if truck.duty_to_s == DAY_S else _TO_EMPTY_AND_HOME_S
    round_no = 0
    while trip.now_s + to_empty_s + _SHORTEST_ROUND_S < home_by:
        trip.collect(round_no, home_by - to_empty_s)
        trip.empty(round_no)
        if truck.around_the_clock:
            trip.go_home()
            rest_s = between(0.25, 0.5, seed, truck.id, trip.day, round_no, "rest") * _HOUR_S
            trip.stand(min(trip.now_s + rest_s, home_by))
        round_no += 1
        trip.wait_for(round_no)


def _late_s(at: Point, seed: int) -> float:
    """Longest time (s) for unloading the last load and driving home to ``at``."""
    way_m = sum(distance_m(a, b) for a, b in pairwise(shortest(TRANSFER_POINT, at, seed)))
    return (2 * way_m + _ACROSS_WARD_M) / (_AT_WORST_KMH / 3.6) + _AT_WORST_TIP_S


@cache
def _far_from_its_rounds(truck: Truck, seed: int) -> Point:
    """The junction of another ward that lies farthest from all its rounds: some streets of that ward may be theirs."""
    other = next(ward.code for ward in WARDS if ward.code != truck.place)
    own = {at for left in usual(truck, seed) for at, _ in left}
    return max(network(seed, other), key=lambda there: (min(distance_m(there, at) for at in own), there))


class _Trip:
    """Builds a plan step by step: the clock and the point only move forward."""

    def __init__(self, truck: Truck, day: date | None, seed: int) -> None:
        self.key = (seed, truck.id, day)
        self.day = day
        self.truck, self.seed = truck, seed
        self.staged = staged(truck.number, day, seed)
        self.base = round_way(truck, 0, seed)[0] if truck.on_foot else base(truck.place, seed)
        self.rounds: list[list[tuple[Point, float]]] = []
        self.times_s = [0.0]
        self.points: list[Point] = [self.base]
        self.loads: list[tuple[float, int]] = []
        self.silent_from_s: float = DAY_S

    @property
    def now_s(self) -> float:
        return self.times_s[-1]

    def early_s(self, round_no: int) -> float:
        """Seconds by which the round begins before its planned time."""
        return EARLY_S if round_no == 0 and Staged.EARLY in self.staged else 0.0

    def wait_for(self, round_no: int) -> None:
        """Stand until it is time to drive to the round's beginning; crews keep to their plan."""
        planned = () if self.day is None else usual(self.truck, self.seed)
        if round_no < len(planned):
            start, begins_s = planned[round_no][0]
            way_m = sum(distance_m(a, b) for a, b in pairwise(shortest(self.points[-1], start, self.seed)))
            pace_kmh = 3.7 if self.truck.on_foot else _HAULING_KMH
            self.stand(max(self.now_s, begins_s - self.early_s(round_no) - way_m / (pace_kmh / 3.6)))

    def stand(self, until_s: float) -> None:
        self._add(until_s, self.points[-1])

    def haul(self, to: Point, speed_kmh: float | None = None) -> None:
        """Drive there at 25 to 45 km/h unless a speed is given; a handcart walks."""
        slow, fast = (3.0, 4.5) if self.truck.on_foot else (25, 45)
        for a, b in pairwise(shortest(self.points[-1], to, self.seed)):
            self._drive(a, b, speed_kmh or between(slow, fast, *self.key, "haul", len(self.times_s)))

    def detour(self) -> None:
        """Drive to a street of another ward, stand there, and drive back."""
        here = self.points[-1]
        self.haul(_far_from_its_rounds(self.truck, self.seed))
        self.stand(self.now_s + DETOUR_STANDS_S)
        self.haul(here)

    def go_home(self) -> None:
        self.haul(self.base)

    def collect(self, round_no: int, until_s: float) -> None:
        """Collect along the round's way, from heap to heap by the plan's pace, with some chance events."""
        way = round_way(self.truck, round_no, self.seed)
        self.haul(way[0])
        if Staged.LATE in self.staged and round_no == 0:
            self.stand(self.now_s + LATE_S)
        elif self._happens(1 / 15, round_no, "late"):
            self.stand(self.now_s + 1_500)
        planned = () if self.day is None else usual(self.truck, self.seed)[round_no : round_no + 1]
        times_s = [at_s - self.early_s(round_no) for _, at_s in planned[0]] if planned else []
        self.rounds.append([])
        # One round in twelve leaves its last streets for another day.
        skipped = SKIPPED_BLOCKS if Staged.SKIPPED in self.staged and round_no == 0 else 0
        last = len(way) - 1 - (skipped or 6 * self._happens(1 / 12, round_no, "short"))
        for i, (a, b) in enumerate(pairwise(way)):
            if self.now_s >= until_s or i >= last:
                break
            if i == len(way) // 3 and round_no == 1 and Staged.DETOUR in self.staged:
                self.detour()
            if i == len(way) // 2 and round_no == 1 and Staged.SILENT in self.staged:
                self.silent_from_s = self.now_s
            planned_s = times_s[i] if i < len(times_s) else self.now_s
            # Now and then drive through four blocks without stopping.
            through = not self.truck.on_foot and self._happens(1 / 160, round_no, "fast", i // 4)
            # People carry their bags out by the plan: a crew that is ahead of it waits, but not in anybody's gate.
            if not through and a not in (self.base, TRANSFER_POINT):
                self.stand(max(self.now_s, planned_s - _AHEAD_S))
            self.rounds[-1].append((a, self.now_s))
            if through:
                self._drive(a, b, 35)
            else:
                self._collect_block(a, b, hurries=self.now_s > planned_s + _BEHIND_S)
        if left := self.rounds[-1]:
            # The last block is on the round's list too.
            left.append((self.points[-1], self.now_s))

    def _happens(self, share: float, *what: object) -> bool:
        """Whether a chance event happens; never on the usual day."""
        return self.day is not None and unit(*self.key, *what) < share

    def empty(self, round_no: int) -> None:
        """Haul the load to the transfer point and tip it there in 5 to 10 minutes."""
        self.haul(TRANSFER_POINT, SPEEDING_KMH if round_no == 0 and Staged.SPEEDING in self.staged else None)
        self.stand(self.now_s + between(300, 600, *self.key, round_no, "tip"))
        self.loads.append((self.now_s, round(between(700, 1_100, *self.key, round_no, "load"))))

    def _collect_block(self, a: Point, b: Point, *, hurries: bool) -> None:
        """Crawl from heap to heap; a crew that is behind its plan ``hurries`` between them."""
        every_m, stands_s, at_kmh = _CART_HEAPS if self.truck.on_foot else _TRUCK_HEAPS
        heaps = max(1, round(distance_m(a, b) / between(*every_m, *self.key, "stops", len(self.times_s))))
        speed_kmh = between(*at_kmh, *self.key, "collect", len(self.times_s)) * (_HURRY if hurries else 1)
        here = a
        for i in range(1, heaps + 1):
            there = (a[0] + (b[0] - a[0]) * i / heaps, a[1] + (b[1] - a[1]) * i / heaps) if i < heaps else b
            self._drive(here, there, speed_kmh)
            self.stand(self.now_s + between(*stands_s, *self.key, "stop", len(self.times_s)))
            here = there

    def _drive(self, a: Point, b: Point, speed_kmh: float) -> None:
        self._add(self.now_s + distance_m(a, b) / (speed_kmh / 3.6), b)

    def _add(self, at_s: float, point: Point) -> None:
        if at_s > self.now_s:
            self.times_s.append(at_s)
            self.points.append(point)


def _course(a: Point, b: Point) -> float:
    east = (b[0] - a[0]) * cos(radians((a[1] + b[1]) / 2))
    return degrees(atan2(east, b[1] - a[1])) % 360
