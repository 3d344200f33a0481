"""Puts together one vehicle's service day: distance, stops, idling, speeding, detours, stays, loads."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

import numpy as np
import shapely

from domain.instant import from_s
from domain.observation import Kind
from domain.waste.facility import Ticket
from domain.waste.work import Cause, EventKind, VehicleDay, WorkEvent, weighings
from rounds.arrivals import Fence
from rounds.assigning import OnRun
from rounds.astray import shape
from rounds.drive import GAP_S, Drive
from rounds.honesty import sparse
from rounds.judging import Metres
from rounds.loads import loads
from rounds.off_plan import away
from rounds.standing import Stand, idling, speeding, stops
from rounds.visits import stayed, unheard, visits, weighed
from streets.graph import Flags, Floats, Ints
from streets.matching import thinned
from streets.ways import Ways

UNPLANNED_LEAST_S = 300.0
# Crews walk into alleys: a stop this near a planned street is part of collecting it.
ON_STREET_M = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A vehicle's day beside its drive: ward ("" unknown), kind and source of its fixes, its tracker's likely fault,
    the moment of judging; whether the roster wanted it (None = unknown), whether any run was planned, its day before,
    and the runs that the plan names it for.
    """  # fmt: skip

    day: date
    place: str
    kind: Kind
    source: str
    cause: Cause | None
    now: datetime
    on_duty: bool | None = None
    planned: bool = True
    before: VehicleDay | None = None
    meant: frozenset[str] = frozenset()


def vehicle_day(
    drive: Drive,
    about: About,
    *,
    ways: Ways,
    lines: Mapping[str, Sequence[Floats]],
    spans: Sequence[OnRun],
    fences: Sequence[Fence],
    tickets: Iterable[Ticket],
) -> VehicleDay:
    """The vehicle's day so far.

    Args:
        drive: its fixes and passages of the day, at least one fix.
        about: its other facts.
        ways: the streets it was matched to.
        lines: by run, its planned streets and stops (rows of longitude, latitude).
        spans: when it was on which run.
        fences: the facilities.
        tickets: weighings of its plate on that day.
    """
    graph = ways.graph
    metres = graph.metres(drive.places)
    off_m = _off_m(drive.at_s, metres, _planned(lines, graph.metres), spans, about.meant)
    inside, working, stood = _inside(drive, fences), _working(drive, spans), stops(drive, metres)
    detours = away(drive, metres, off_m, inside, working, stood, ways)
    stays = weighed(visits(drive, fences), given := list(tickets))
    been = stayed(stays.visits, drive, stood, at_work := working & (off_m <= ON_STREET_M))
    carried = loads(drive, metres, at_work & ~inside, spans, been, about.before)
    idle = [one for one in idling(drive) if not _collecting(one, off_m, working)]
    matched_m, chord_m = distance(drive, metres, stood)
    stopped = EventKind.UNPLANNED_STOP if about.planned else EventKind.STOP
    events = _events(stopped, _unplanned(stood, off_m, inside), drive)
    events += _events(EventKind.IDLE, idle, drive) + _events(EventKind.SPEEDING, speeding(drive, graph), drive)
    events += _events(EventKind.OFF_ROUTE, [Stand(a.first, a.last, a.farthest_m) for a in detours], drive)
    events += [_at(what, at_s, drive) for what, at_s in carried.breaches]
    return VehicleDay(
        vehicle=drive.vehicle,
        day=about.day,
        place=about.place,
        kind=about.kind,
        source=about.source,
        as_of=from_s(drive.at_s[-1]),
        computed_at=about.now,
        fixes=len(drive.at_s),
        distance_m=round(matched_m + chord_m, 1),
        unmatched_m=round(chord_m, 1),
        off_plan_m=round(sum(one.beyond_m for one in detours), 1) if spans else None,
        moving_s=round(_moving_s(drive, stood), 1),
        idle_s=sum(one.value for one in idle),
        ignition_known=bool(((drive.ignition >= 0) & ~np.isnan(drive.speed_kmh)).any()),
        events=tuple(sorted(events, key=lambda event: event.since)),
        visits=been,
        **weighings(given)._asdict(),
        **_alone(stays.alone, drive, about.now)._asdict(),
        cause=about.cause or sparse(drive.at_s, metres),
        on_duty=about.on_duty,
        planned=about.planned,
        loaded=carried.loaded,
    )


class _Alone(NamedTuple):
    """Ids of the tickets that match no visit, and of those that nobody can compare."""

    tickets_without_visit: tuple[str, ...]
    tickets_unheard: tuple[str, ...]


def _alone(tickets: Sequence[Ticket], drive: Drive, now: datetime) -> _Alone:
    """Tickets without a visit, apart from those that nobody can compare."""
    hidden = unheard(tickets, drive, now)
    return _Alone(tuple(ticket.id for ticket in tickets if ticket not in hidden), tuple(ticket.id for ticket in hidden))


def unheard_day(vehicle: str, about: About, tickets: Sequence[Ticket]) -> VehicleDay:
    """The day of a vehicle without a valid fix: weighings of its plate, and nothing about a drive."""
    return VehicleDay(
        vehicle=vehicle,
        day=about.day,
        place=about.place,
        kind=about.kind,
        source=about.source,
        as_of=None,
        computed_at=about.now,
        fixes=0,
        distance_m=None,
        **weighings(tickets)._asdict(),
        tickets_unheard=tuple(ticket.id for ticket in tickets),
        cause=about.cause,
        on_duty=about.on_duty,
        planned=about.planned,
    )


def _planned(lines: Mapping[str, Sequence[Floats]], metres: Metres) -> Callable[[str], list[shapely.Geometry]]:
    """From a run to its streets and stops on the plane, each made once."""
    return cache(lambda key: [shape(metres(line)) for line in lines.get(key, ())])


def _off_m(
    at_s: Floats,
    metres: Floats,
    planned: Callable[[str], list[shapely.Geometry]],
    spans: Sequence[OnRun],
    meant: frozenset[str],
) -> Floats:
    """Per fix, metres to the nearest street or stop of the run that the vehicle was on then; inf without any.

    Between two runs either counts, and those that the plan names it for: a later run moves nothing that was told.
    """
    off_m = np.full(len(at_s), np.inf)
    for first, after, keys in _parts(at_s, spans, meant):
        shapes = [one for key in sorted(keys) for one in planned(key)]
        if shapes and after > first:
            off_m[first:after] = shapely.distance(
                shapely.points(metres[first:after]), shapely.geometrycollections(shapes)
            )
    return off_m


def _parts(
    at_s: Floats, spans: Sequence[OnRun], meant: frozenset[str]
) -> Iterator[tuple[int, int, frozenset[str] | set[str]]]:
    """First fix, fix after the last, and the runs that count there: on a run that one, between two both."""
    ordered = sorted(spans, key=lambda span: span.since_s)
    at, before = 0, meant
    for span in ordered:
        first = max(at, int(np.searchsorted(at_s, span.since_s)))
        yield at, first, before | {span.key}
        at = max(first, int(np.searchsorted(at_s, span.until_s, side="right")))
        yield first, at, {span.key}
        before = meant | {span.key}
    yield at, len(at_s), before


def _working(drive: Drive, spans: Sequence[OnRun]) -> Flags:
    """Per fix, whether the vehicle was on a run then."""
    working = np.zeros(len(drive.at_s), bool)
    for span in spans:
        working |= (drive.at_s >= span.since_s) & (drive.at_s <= span.until_s)
    return working


def _inside(drive: Drive, fences: Sequence[Fence]) -> Flags:
    inside = np.zeros(len(drive.at_s), bool)
    for fence in fences:
        inside |= fence.holds(drive.places)
    return inside


def distance(drive: Drive, metres: Floats, stood: Sequence[Stand]) -> tuple[float, float]:
    """Metres on the matched path, and metres of straight lines between fixes that match no street.

    A standing receiver wanders, onto streets too: within a stop only the distance from its first to its last fix
    counts, and no more than was matched.
    """
    passages, at_s = drive.passages, drive.at_s
    lengths_m = np.abs(passages["to_m"] - passages["from_m"]).astype(np.float64)
    # Passages begin and end at fixes; columns round their times by less than 1 ms.
    stop = _stop_of(passages["from_s"] + 1e-3, at_s, stood)
    within = (stop >= 0) & (stop == _stop_of(passages["to_s"] - 1e-3, at_s, stood))
    wandered_m = np.bincount(stop[within], lengths_m[within], len(stood))
    shifted_m = [float(np.hypot(*(metres[one.last] - metres[one.first]))) for one in stood]
    matched_m = float(lengths_m[~within].sum() + np.minimum(wandered_m, shifted_m).sum())
    # Thin fixes as matching does, so that slow driving with a fix a second adds up.
    kept = thinned(at_s, metres)
    steps = np.hypot(*np.diff(metres[kept], axis=0).T)
    middle_s = (at_s[kept][1:] + at_s[kept][:-1]) / 2
    covered = np.zeros(len(steps), bool)
    if len(passages):
        on = np.minimum(np.searchsorted(passages["to_s"], middle_s), len(passages) - 1)
        covered = (passages["from_s"][on] <= middle_s) & (middle_s <= passages["to_s"][on])
    stands = _stands(at_s[kept], drive, stood)
    return matched_m, float(steps[~covered & ~stands].sum())


def _moving_s(drive: Drive, stood: Sequence[Stand]) -> float:
    """Seconds on the way: between fixes, without stops and silences."""
    waits = np.diff(drive.at_s)
    return float(waits[(waits <= GAP_S) & ~_stands(drive.at_s, drive, stood)].sum())


def _stands(at_s: Floats, drive: Drive, stood: Sequence[Stand]) -> Flags:
    """Per step between instants, whether both its ends lie in the same stop."""
    stop = _stop_of(at_s, drive.at_s, stood)
    same: Flags = (stop[1:] >= 0) & (stop[1:] == stop[:-1])
    return same


def _stop_of(instants: Floats, at_s: Floats, stood: Sequence[Stand]) -> Ints:
    """Per instant, the number of the stop it lies in; -1 outside stops."""
    if not stood:
        return np.full(len(instants), -1)
    begins, ends = at_s[[one.first for one in stood]], at_s[[one.last for one in stood]]
    stop = np.searchsorted(begins, instants, side="right") - 1
    return np.where((stop >= 0) & (instants <= ends[stop]), stop, -1)


def _collecting(one: Stand, off_m: Floats, working: Flags) -> bool:
    """Whether an idling engine is compacting: the vehicle stands on a planned street during a run."""
    return bool(working[one.first] and off_m[one.first] <= ON_STREET_M)


def _unplanned(stood: Sequence[Stand], off_m: Floats, inside: Flags) -> list[Stand]:
    return [
        one
        for one in stood
        if one.value >= UNPLANNED_LEAST_S
        and not inside[one.first : one.last + 1].any()
        and off_m[one.first] > ON_STREET_M
    ]


def _events(kind: EventKind, stands: Iterable[Stand], drive: Drive) -> list[WorkEvent]:
    return [
        WorkEvent(
            kind=kind,
            since=from_s(drive.at_s[one.first]),
            until=from_s(drive.at_s[one.last]),
            at=(float(drive.places[one.first][0]), float(drive.places[one.first][1])),
            value=round(one.value, 1),
            fixes=one.last - one.first + 1,
        )
        for one in stands
    ]


def _at(kind: EventKind, at_s: float, drive: Drive) -> WorkEvent:
    """An event at one instant."""
    i = int(np.clip(np.searchsorted(drive.at_s, at_s), 0, len(drive.at_s) - 1))
    longitude, latitude = drive.places[i].tolist()
    at = from_s(at_s)
    return WorkEvent(kind=kind, since=at, until=at, at=(longitude, latitude), value=0.0, fixes=1)
