"""The next collections of one street: days and windows after exceptions, and cancelled days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.instant import day_start
from domain.waste.plan import Action, DueRun, Kerb, PlanException, PlannedStreet, Route, VehicleClass, due
from domain.waste.run import STOP_EARLY, STOP_LATE, STREET_EARLY, STREET_LATE
from rounds.lookup.street_directory import Street

_SHIFTING = (Action.EXTRA, Action.WINDOW)
_DROPPING = (Action.CANCEL, Action.MOVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One stretch of the street on its day: from and to as landmarks, planned instants (UTC), None = not planned."""

    order: int
    start: str
    end: str
    kerb: Kerb | None
    begins: datetime | None
    ends: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """One run of a route along the street, or (``dropped``) a regular one that does not take place.

    ``begins`` and ``ends`` are the window of the street, or of the whole route when only that is known
    (``whole_route``). ``out_by`` is when bags must stand outside: a collection that early is still on time.
    ``key`` identifies it within its street and day, even when the rest of the plan changes.
    """

    day: date
    key: str
    route: str
    number: int
    begins: datetime | None
    ends: datetime | None
    out_by: datetime | None
    whole_route: bool
    vehicle_class: VehicleClass | None
    passages: tuple[Passage, ...]
    because: tuple[PlanException, ...] = ()
    dropped: bool = False

    @property
    def over_at(self) -> datetime:
        """When waiting for it ends (UTC): the end of its window, or of its day."""
        return self.ends or self.begins or day_start(self.day + timedelta(days=1))

    @property
    def kerbs(self) -> tuple[Kerb, ...]:
        """The served kerbs, each once; () when the plan names none."""
        return tuple(dict.fromkeys(passage.kerb for passage in self.passages if passage.kerb is not None))


def pickups(
    street: Street, routes: Iterable[Route], exceptions: Iterable[PlanException], first: date, days: int
) -> tuple[Pickup, ...]:
    """Collections of ``street`` on ``days`` service days from ``first`` on, dropped ones included."""
    own = {route for route, _ in street.entries}
    concerned = [route for route in routes if route.id in own]
    known = [exception for exception in exceptions if exception.route in own or not exception.route]
    found: list[Pickup] = []
    for number in range(days):
        day = first + timedelta(days=number)
        found += [p for run in due(concerned, known, day) if (p := _pickup(street, run))]
        found += _dropped(street, concerned, known, day)
    return tuple(sorted(found, key=lambda p: (p.begins or day_start(p.day), p.route, p.key)))


def _dropped(
    street: Street, routes: Sequence[Route], exceptions: Sequence[PlanException], day: date
) -> Iterable[Pickup]:
    """The regular runs of a day that exceptions cancel or move."""
    for run in due(routes, (), day):
        own = [e for e in exceptions if e.day == day and e.action in _DROPPING and e.route == run.route.id]
        taking = own or [e for e in exceptions if e.day == day and e.action in _DROPPING and not e.route]
        if taking and (planned := _pickup(street, run)):
            yield Pickup(
                day=day, key=planned.key, route=planned.route, number=0, begins=planned.begins, ends=planned.ends,
                out_by=None, whole_route=planned.whole_route, vehicle_class=planned.vehicle_class,
                passages=planned.passages, because=tuple(taking[-1:]), dropped=True,
            )  # fmt: skip


def _pickup(street: Street, run: DueRun) -> Pickup | None:
    entries = [entry for entry in run.streets if (run.route.id, entry.order) in street.entries]
    if not entries:
        return None
    passages = tuple(_passage(run, entry) for entry in entries)
    first = min((p.begins for p in passages if p.begins), default=None)
    is_stop = all(entry.unit == "stop" for entry in entries)
    early, late = (STOP_EARLY, STOP_LATE) if is_stop else (STREET_EARLY, STREET_LATE)
    begins, ends = _route_window(run)
    if first is not None:
        last = max(p.ends or p.begins + late for p in passages if p.begins)
        begins, ends = first, max(last, first + late)
    return Pickup(
        day=run.day,
        key=_key(run),
        route=run.route.id,
        number=run.number,
        begins=begins,
        ends=ends,
        out_by=begins - early if begins else None,
        whole_route=first is None,
        vehicle_class=run.route.vehicle_class,
        passages=passages,
        because=run.because,
    )


def _passage(run: DueRun, entry: PlannedStreet) -> Passage:
    begins, ends = run.window(entry)
    return Passage(order=entry.order, start=entry.start, end=entry.end, kerb=entry.kerb, begins=begins, ends=ends)


def _route_window(run: DueRun) -> tuple[datetime | None, datetime | None]:
    """The window of the whole route on this day, shifted like its streets."""
    shift = timedelta(seconds=sum(e.shift_s for e in run.because if e.action in _SHIFTING))
    begins, ends = (_instant(run.day, seconds) for seconds in (run.route.begins_s, run.route.ends_s))
    return begins and begins + shift, ends and ends + shift


def _instant(day: date, seconds: int | None) -> datetime | None:
    return None if seconds is None else day_start(day) + timedelta(seconds=seconds)


def _key(run: DueRun) -> str:
    """Names what made the run, not its number: an extra run stays the same one when the regular run is cancelled."""
    made = next((e for e in run.because if e.action in (Action.EXTRA, Action.MOVE)), None)
    if made is None:
        return run.route.id
    return f"{run.route.id}+{made.action}{made.day:%Y%m%d}{made.shift_s or ''}"
