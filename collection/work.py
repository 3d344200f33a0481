"""What one vehicle did on a service day, put together: distance, stops, idling, speeding, detours, stays, loads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import numpy as np
import shapely

from collection.arrivals import Fence
from collection.assigning import Span
from collection.drive import GAP_S, Drive
from collection.off_plan import away
from collection.standing import Stand, idling, speeding, stops
from collection.visits import visits, weighed
from domain.facility import FacilityKind, Ticket
from domain.instant import from_s
from domain.observation import Kind
from domain.work import Cause, EventKind, VehicleDay, Visit, WorkEvent
from streets.graph import Flags, Floats, Ints, StreetGraph
from streets.matching import thinned

UNPLANNED_LEAST_S = 300.0
# Crews walk into alleys: a stop this near a planned street is part of collecting it.
ON_STREET_M = 60.0
LOADS_A_DAY = 6
_UNLOADS = frozenset({FacilityKind.PLANT, FacilityKind.TRANSFER})


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a vehicle's day beside its drive: ward ("" unknown), kind and source of its fixes, what seems
    wrong with its tracker, the moment of judging; whether the roster wanted it (None = it does not say), and whether
    the plan asked for any run.
    """  # fmt: skip

    day: date
    place: str
    kind: Kind
    source: str
    cause: Cause | None
    now: datetime
    on_duty: bool | None = None
    planned: bool = True


def vehicle_day(
    drive: Drive,
    about: About,
    *,
    graph: StreetGraph,
    lines: Sequence[Floats],
    spans: Sequence[Span],
    fences: Sequence[Fence],
    tickets: Iterable[Ticket],
) -> VehicleDay:
    """The vehicle's day so far.

    Args:
        drive: its fixes and passages of the day, at least one fix.
        about: what else is known of it.
        graph: the streets it was matched to.
        lines: the planned streets and stops (rows of longitude, latitude) of the runs in ``spans``.
        spans: when it was on which run.
        fences: the facilities.
        tickets: weighings of its plate on that day.
    """
    metres = graph.metres(drive.places)
    planned = shapely.geometrycollections([_shape(graph.metres(line)) for line in lines])
    inside, working = _inside(drive, fences), _working(drive, spans)
    detours = away(drive, metres, planned, inside, working)
    stays = weighed(visits(drive, fences), given := list(tickets))
    idle = [one for one in idling(drive) if not _collecting(one, metres, planned, working)]
    stood = stops(drive, metres)
    matched_m, chord_m = distance(drive, metres, stood)
    stopped = EventKind.UNPLANNED_STOP if about.planned else EventKind.STOP
    events = _events(stopped, _unplanned(stood, metres, planned, inside), drive)
    events += _events(EventKind.IDLE, idle, drive) + _events(EventKind.SPEEDING, speeding(drive, graph), drive)
    events += _events(EventKind.OFF_ROUTE, [Stand(a.first, a.last, a.farthest_m) for a in detours], drive)
    events += _load_events(drive, spans, stays.visits)
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
        visits=stays.visits,
        loads=len(given),
        net_kg=sum(ticket.net_kg for ticket in given) if given else None,
        tickets_without_visit=tuple(ticket.id for ticket in stays.alone),
        cause=about.cause,
        on_duty=about.on_duty,
        planned=about.planned,
    )


def unheard_day(vehicle: str, about: About, tickets: Sequence[Ticket]) -> VehicleDay:
    """The day of a vehicle without one valid fix: what was weighed under its plate, and of its drive nothing."""
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
        loads=len(tickets),
        net_kg=sum(ticket.net_kg for ticket in tickets) if tickets else None,
        tickets_without_visit=tuple(ticket.id for ticket in tickets),
        cause=about.cause,
        on_duty=about.on_duty,
        planned=about.planned,
    )


def _shape(line: Floats) -> shapely.Geometry:
    return shapely.LineString(line) if len(line) > 1 else shapely.Point(line[0])


def _working(drive: Drive, spans: Sequence[Span]) -> Flags:
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
    """Metres on the matched path, and of the straight lines between fixes where no street explains them.

    A standing receiver wanders, onto streets too: of what lies within a stop only the way from its first to its last
    fix counts, and of that no more than was matched.
    """
    passages, at_s = drive.passages, drive.at_s
    lengths_m = np.abs(passages["to_m"] - passages["from_m"]).astype(np.float64)
    # Passages begin and end at fixes; columns round their times by less than this.
    stop = _stop_of(passages["from_s"] + 1e-3, at_s, stood)
    within = (stop >= 0) & (stop == _stop_of(passages["to_s"] - 1e-3, at_s, stood))
    wandered_m = np.bincount(stop[within], lengths_m[within], len(stood))
    shifted_m = [float(np.hypot(*(metres[one.last] - metres[one.first]))) for one in stood]
    matched_m = float(lengths_m[~within].sum() + np.minimum(wandered_m, shifted_m).sum())
    # As matching does, so that slow driving told every second adds up.
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
    """Seconds between fixes that are neither within a stop nor a silence."""
    waits = np.diff(drive.at_s)
    return float(waits[(waits <= GAP_S) & ~_stands(drive.at_s, drive, stood)].sum())


def _stands(at_s: Floats, drive: Drive, stood: Sequence[Stand]) -> Flags:
    """Per step between instants, whether both its ends lie in the same stop."""
    stop = _stop_of(at_s, drive.at_s, stood)
    same: Flags = (stop[1:] >= 0) & (stop[1:] == stop[:-1])
    return same


def _stop_of(instants: Floats, at_s: Floats, stood: Sequence[Stand]) -> Ints:
    """Per instant, which stop it lies in; -1 in none."""
    if not stood:
        return np.full(len(instants), -1)
    begins, ends = at_s[[one.first for one in stood]], at_s[[one.last for one in stood]]
    stop = np.searchsorted(begins, instants, side="right") - 1
    return np.where((stop >= 0) & (instants <= ends[stop]), stop, -1)


def _near(one: Stand, metres: Floats, planned: shapely.Geometry) -> bool:
    return not planned.is_empty and bool(shapely.distance(shapely.Point(metres[one.first]), planned) <= ON_STREET_M)


def _collecting(one: Stand, metres: Floats, planned: shapely.Geometry, working: Flags) -> bool:
    """Whether an engine that runs compacts what is collected: standing on a planned street during a run."""
    return bool(working[one.first]) and _near(one, metres, planned)


def _unplanned(stood: Sequence[Stand], metres: Floats, planned: shapely.Geometry, inside: Flags) -> list[Stand]:
    return [
        one
        for one in stood
        if one.value >= UNPLANNED_LEAST_S
        and not inside[one.first : one.last + 1].any()
        and not _near(one, metres, planned)
    ]


def _load_events(drive: Drive, spans: Sequence[Span], stays: Sequence[Visit]) -> list[WorkEvent]:
    """What the order of collecting, unloading and parking should not be (as opentrash names it)."""
    unloaded_s = [stay.entered_at.timestamp() for stay in stays if stay.kind in _UNLOADS]

    def loaded_at(at_s: float) -> bool:
        """Whether it has collected since it last unloaded."""
        last = max((done for done in unloaded_s if done < at_s), default=-np.inf)
        return any(max(span.since_s, last) + 60 < min(span.until_s, at_s) for span in spans)

    found = []
    for stay in stays:
        if stay.kind is FacilityKind.DEPOT:
            if loaded_at(stay.entered_at.timestamp()):
                found.append(_at(EventKind.LOADED_RETURN, stay.entered_at.timestamp(), drive))
            if stay.left_at is not None and loaded_at(stay.left_at.timestamp()):
                found.append(_at(EventKind.LOADED_DEPARTURE, stay.left_at.timestamp(), drive))
    for before, after in pairwise(spans):
        if before.key != after.key and not any(before.since_s < done <= after.since_s for done in unloaded_s):
            found.append(_at(EventKind.ROUTE_SWITCH, after.since_s, drive))
    if len(unloaded_s) > LOADS_A_DAY:
        found.append(_at(EventKind.OVERRUN_LOADS, unloaded_s[LOADS_A_DAY], drive))
    return found


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
    """Something that happened at one instant."""
    i = int(np.clip(np.searchsorted(drive.at_s, at_s), 0, len(drive.at_s) - 1))
    longitude, latitude = drive.places[i].tolist()
    at = from_s(at_s)
    return WorkEvent(kind=kind, since=at, until=at, at=(longitude, latitude), value=0.0, fixes=1)
