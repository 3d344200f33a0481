"""The waste collection plan: routes as ordered streets with kerb, weekdays and time windows; the runs due on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from statistics import median

from domain.instant import day_start
from domain.observation import Kind

Position = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""

DAY_S = 86_400
_EARTH_M = 6_371_008.8
# Where the plan gives no hour to learn a crew's speed from, it is this; a street takes at least so long.
_COLLECTING_MPS = 6 / 3.6
# Another pace between two beginnings is a rest or a haul, or streets are missing between them.
_SLOWEST_MPS, _FASTEST_MPS = 1.5 / 3.6, 15 / 3.6
EVERY_DAY = frozenset(range(1, 8))
"""Weekdays as in ISO 8601: 1 is Monday, 7 is Sunday."""


class Kerb(StrEnum):
    """The side of the street to serve, in the direction of travel; ``any`` = the plan says that it does not matter."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    ANY = "any"


class VehicleClass(StrEnum):
    """Kind of vehicle that can serve a route; a plan names no plates."""

    COMPACTOR = "compactor"
    TRUCK = "truck"
    THREE_WHEELER = "three_wheeler"
    HANDCART = "handcart"


class Unit(StrEnum):
    """Kind of a route's entry: a stretch of street, or a stop."""

    STREET = "street"
    STOP = "stop"


class Action(StrEnum):
    """How an exception changes a route on its day."""

    CANCEL = "cancel"
    EXTRA = "extra"
    MOVE = "move"
    WINDOW = "window"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStreet:
    """One entry of a route, as written and as placed.

    ``start`` and ``end`` are landmarks in words. ``begins_s`` and ``ends_s`` are seconds after the local midnight that
    starts the service day, above 86,400 after the next midnight; None = not given. ``points`` is the line in the
    direction of travel, one point for a stop, () when not placed. ``weekdays`` None = those of the route; ``kerb`` None
    = not given.
    """

    order: int
    name: str
    unit: Unit = Unit.STREET
    kerb: Kerb | None = None
    start: str = ""
    end: str = ""
    begins_s: int | None = None
    ends_s: int | None = None
    weekdays: frozenset[int] | None = None
    points: tuple[Position, ...] = ()

    @property
    def length_m(self) -> float:
        """Metres of its line, 0 for a stop and for what is not placed."""
        return sum(distance_m(a, b) for a, b in pairwise(self.points))

    @property
    def placed(self) -> bool:
        """Whether its position is known: a line of two points or more, or the point of a stop."""
        return len(self.points) >= (2 if self.unit is Unit.STREET else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route of the plan, bound to no vehicle; ``plates`` are those the source mentions, for information only.

    ``places`` are codes of communes or keys of place sets. ``begins_s`` and ``ends_s`` are the window of the whole
    route as the source gives it. ``valid_from`` and ``valid_to`` are its first and last day, None = open.
    """

    id: str
    name: str
    streets: tuple[PlannedStreet, ...]
    weekdays: frozenset[int] = frozenset()
    places: tuple[str, ...] = ()
    vehicle_class: VehicleClass | None = None
    begins_s: int | None = None
    ends_s: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    plates: tuple[str, ...] = ()
    source: str = ""
    kind: Kind = Kind.DECLARED
    revision: int = 1

    def in_force(self, day: date) -> bool:
        """Whether the route is valid on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def streets_on(self, weekday: int) -> tuple[PlannedStreet, ...]:
        """The streets to serve on an ISO weekday, in order."""
        own = self.weekdays
        return tuple(s for s in self.streets if weekday in (own if s.weekdays is None else s.weekdays))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanException:
    """A day on which the plan differs. ``route`` "" = every route; a route's own exception replaces general ones.

    ``cancel``: no regular or moved run. ``extra``: one more run, with its times shifted by ``shift_s``. ``move``: the
    run of ``day`` takes place on ``moved_to``. ``window``: every time of that day shifts by ``shift_s``.
    """

    day: date
    action: Action
    route: str = ""
    moved_to: date | None = None
    shift_s: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        if (self.action is Action.MOVE) != (self.moved_to is not None):
            raise ValueError("moved_to is required for a move and forbidden otherwise")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRun:
    """One due run: its streets with that day's time windows, and the exceptions that changed it."""

    route: Route
    day: date
    number: int
    streets: tuple[PlannedStreet, ...]
    because: tuple[PlanException, ...] = ()

    def window(self, street: PlannedStreet) -> tuple[datetime | None, datetime | None]:
        """First and last planned instant (UTC) of one of its streets; None = not given.

        A plan may give beginnings only: then a street is collected until that of the next, and the last as long as its
        length takes. A truck may be two hours on a long one, and comes to its far end last.
        """
        return _instant(self.day, street.begins_s), _instant(self.day, self._ends_s(street))

    def takes_s(self, street: PlannedStreet) -> float:
        """Seconds for a street after which none follows: at the pace that the plan gives to those before it."""
        legs = [
            (street.length_m, after.begins_s - street.begins_s)
            for street, after in pairwise(self.streets)
            if street.begins_s is not None and after.begins_s is not None and after.begins_s > street.begins_s
        ]
        paces = [metres / seconds for metres, seconds in legs if _SLOWEST_MPS <= metres / seconds <= _FASTEST_MPS]
        return street.length_m / (median(paces) if paces else _COLLECTING_MPS)

    def _ends_s(self, street: PlannedStreet) -> float | None:
        if street.ends_s is not None or street.begins_s is None or street.unit is Unit.STOP:
            return street.ends_s
        after = (one.begins_s for one in self.streets if one.order > street.order and one.begins_s is not None)
        following = next(after, None)
        takes_s = self.takes_s(street) if following is None else 0.0
        return max(street.begins_s + takes_s, following or 0)


def due(routes: Iterable[Route], exceptions: Iterable[PlanException], day: date) -> tuple[DueRun, ...]:
    """The runs whose service day is ``day``, by route and number; a night shift belongs to the day it starts on."""
    known = tuple(exceptions)
    return tuple(run for route in sorted(routes, key=lambda r: r.id) for run in _runs(route, known, day))


def _runs(route: Route, exceptions: tuple[PlanException, ...], day: date) -> list[DueRun]:
    concerned = _concerning(route, exceptions)
    today = [e for e in concerned if e.day == day]
    cancels = [e for e in today if e.action is Action.CANCEL]
    windows = [e for e in today if e.action is Action.WINDOW]
    away = [e for e in today if e.action is Action.MOVE]
    found: list[tuple[tuple[PlannedStreet, ...], tuple[PlanException, ...]]] = []
    if not cancels:
        if not away:
            found.append((_regular(route, day), ()))
        found += [(_regular(route, e.day), (e,)) for e in concerned if e.moved_to == day]
    for extra in (e for e in today if e.action is Action.EXTRA):
        # An extra run on a day without collection serves the whole route.
        streets = _regular(route, day) or (route.streets if route.in_force(day) else ())
        found.append((_shifted(streets, extra.shift_s), (extra,)))
    shift = sum(e.shift_s for e in windows)
    return [
        DueRun(route=route, day=day, number=number, streets=_shifted(streets, shift), because=(*because, *windows))
        for number, (streets, because) in enumerate((run for run in found if run[0]), start=1)
    ]


def _concerning(route: Route, exceptions: tuple[PlanException, ...]) -> list[PlanException]:
    """The exceptions of a route. Per day the later cancel, move and window wins; equal extra runs count once."""
    own = {_about(e): e for e in exceptions if e.route == route.id}
    replaced = {(e.day, e.action) for e in own.values()}
    general = {_about(e): e for e in exceptions if not e.route and (e.day, e.action) not in replaced}
    return [*general.values(), *own.values()]


def _about(exception: PlanException) -> tuple[date, Action, int]:
    return exception.day, exception.action, exception.shift_s if exception.action is Action.EXTRA else 0


def _regular(route: Route, day: date) -> tuple[PlannedStreet, ...]:
    return route.streets_on(day.isoweekday()) if route.in_force(day) else ()


def _shifted(streets: tuple[PlannedStreet, ...], shift_s: int) -> tuple[PlannedStreet, ...]:
    if not shift_s:
        return streets
    return tuple(
        replace(
            street,
            begins_s=None if street.begins_s is None else street.begins_s + shift_s,
            ends_s=None if street.ends_s is None else street.ends_s + shift_s,
        )
        for street in streets
    )


def distance_m(a: Position, b: Position) -> float:
    """Metres between two positions on the sphere (haversine)."""
    lon_a, lat_a, lon_b, lat_b = map(radians, (*a, *b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_M * asin(sqrt(min(1.0, half)))


def _instant(day: date, seconds: float | None) -> datetime | None:
    return None if seconds is None else day_start(day) + timedelta(seconds=seconds)
