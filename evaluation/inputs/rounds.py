"""Computes the inputs of the collection KPIs from judged runs and vehicle days; routes and vehicles contribute."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from domain.fleets.device_columns import KIND_CODE
from domain.instant import to_ms
from domain.observation import Kind, least_factual
from domain.waste.run import CLOSES_AFTER, Punctuality, RunResult, RunState, StreetState
from domain.waste.work import EventKind, VehicleDay
from evaluation.columns import Block, Cell
from evaluation.inputs.made_good import NOTHING_MISSED, made_good

# With a larger unknown share, the known part does not represent the route.
MOST = 0.5
_BREACHES = (
    EventKind.LOADED_DEPARTURE,
    EventKind.LOADED_RETURN,
    EventKind.ROUTE_SWITCH,
    EventKind.OVERRUN_LOADS,
)
WORK_MEASURES = (
    "distance_km", "off_plan_m", "on_run_m", "unplanned_stops", "idle_s", "idle_vehicles", "speeding_events",
    "plant_s", "plant_visits", "load_breaches",
)  # fmt: skip
WEIGHED_MEASURES = ("net_t", "net_kg", "loads", "residents", "loaded_km")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRoute:
    """A route of the official list: its places, whether it is valid (KPI 1), and the kind of the list."""

    id: str
    places: tuple[str, ...]
    valid: bool
    kind: Kind = Kind.DECLARED

    @property
    def place(self) -> str:
        """The ward where it counts; a route of several wards counts only in the province."""
        return self.places[0] if len(self.places) == 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionDay:
    """The data of a service day: planned routes, its runs, the previous day's runs, vehicle days."""

    routes: Sequence[PlanRoute] = ()
    runs: Sequence[RunResult] = ()
    before: Sequence[RunResult] = ()
    vehicles: Sequence[VehicleDay] = ()


def route_inputs(day: CollectionDay, now: datetime) -> list[Cell]:
    """Inputs of the route KPIs, summed over a route's runs of the day.

    Every row is as old as the newest fix of any run, so an ended run counts while others still send. A route without a
    run only has the inputs "digitised", as of now, and of what it missed the day before. A route with more than MOST
    unknown gives no served or missed inputs, because a 0 would be a claim without evidence; nor does one
    of which nothing is judged, or no run finished: the coverage beside a figure counts the routes that it is of.
    """
    newest = max((run.as_of or run.computed_at for run in day.runs), default=now)
    runs: dict[str, list[RunResult]] = {}
    for run in day.runs:
        runs.setdefault(run.route, []).append(run)
    missed = made_good(day.before, [*day.before, *day.runs], now)
    rows = []
    for route in day.routes:
        found = runs.get(route.id, [])
        by = found or [run for run in day.before if run.route == route.id]
        kind = least_factual([run.kind for run in by]) if by else route.kind
        source = by[0].source if by else "Kế hoạch"
        values = {"digitised": float(route.valid)}
        if found:
            values |= _values(found, now) | NOTHING_MISSED
        values |= missed.get(route.id, {})
        at_ms = to_ms(min(newest, now))
        rows += [Cell(key, route.id, route.place, at_ms, value, kind, source) for key, value in values.items()]
    return rows


def expected_routes(routes: Iterable[PlanRoute]) -> dict[str, str]:
    """Expected contributors: every route of the plan, with its ward."""
    return {route.id: route.place for route in routes}


def work_inputs(days: Sequence[VehicleDay]) -> Block | None:
    """Inputs of the KPIs of vehicles' drives; unknown values are NaN, never zero. None before any fix.

    Every row is as old as the newest fix of the whole fleet, so a vehicle's day counts after its shift.
    """
    newest = max((day.as_of for day in days if day.as_of), default=None)
    driven = [day for day in days if day.distance_m is not None]
    if newest is None:
        return None
    told = [(day.kind, day.source) for day in driven]
    return _block(WORK_MEASURES, driven, list(map(_work, driven)), newest, told)


def weighing_inputs(days: Sequence[VehicleDay], residents: Mapping[str, int]) -> Block | None:
    """Inputs of the KPIs of weighings; None before any. Whether a vehicle has a tracker takes no part.

    Every row is as old as the newest weighing of the whole fleet, so a load counts until the day is over.
    ``residents`` by ward are divided among the vehicles weighed there, so that they sum to the ward.
    """
    weighed = [day for day in days if day.net_kg is not None]
    newest = max((at for day in weighed if (at := day.weighed_at or day.as_of)), default=None)
    if newest is None:
        return None
    sharing = Counter(day.place for day in weighed)
    values = [_weighed(day, residents.get(day.place, 0) / sharing[day.place] or None) for day in weighed]
    told = [(day.weighed_kind or day.kind, day.source if day.weighed_by is None else day.weighed_by) for day in weighed]
    return _block(WEIGHED_MEASURES, weighed, values, newest, told)


def _block(
    measures: tuple[str, ...], days: Sequence[VehicleDay], values: Sequence[Mapping[str, float | None]],
    newest: datetime, told: Sequence[tuple[Kind, str]],
) -> Block:  # fmt: skip
    """A column for each day, a row for each measure."""
    rows = [[np.nan if (value := one.get(name)) is None else value for one in values] for name in measures]
    return Block(
        measures=measures,
        contributors=[day.vehicle for day in days],
        places=[day.place for day in days],
        at_ms=to_ms(newest),
        value=np.array(rows, np.float64),
        kind=np.array([KIND_CODE[kind] for kind, _ in told], np.int64),
        sources=[source for _, source in told],
    )


def _values(runs: Sequence[RunResult], now: datetime) -> dict[str, float]:
    closed = [run for run in runs if run.state is RunState.CLOSED]
    timed = [s.punctuality for run in runs for s in run.streets if s.punctuality is not Punctuality.UNKNOWN]
    errors = [error for run in closed for error in run.eta_errors]
    judged_m = sum(run.due_m - run.metres(StreetState.DUE) for run in runs)
    unknown_m = sum(run.metres(StreetState.UNKNOWN) for run in runs)
    entries = sum(len(run.streets) for run in closed)
    unknown_entries = sum(run.count(StreetState.UNKNOWN) for run in closed)
    overdue_m = sum(_overdue_m(run, now) for run in runs)
    late = [run for run in runs if run.state is not RunState.CLOSED and run.ends and now > run.ends + CLOSES_AFTER]
    told: dict[str, float] = {}
    if judged_m:
        told["unknown_m"] = unknown_m
    if timed:
        told["on_time_entries"] = float(timed.count(Punctuality.ON_TIME))
        told["early_entries"] = float(timed.count(Punctuality.EARLY))
    if judged_m and unknown_m <= MOST * judged_m:
        told["served_m"] = sum(run.metres(StreetState.SERVED) for run in runs)
    if entries and unknown_entries <= MOST * entries:
        told["served_entries"] = float(sum(run.count(StreetState.SERVED) for run in closed))
        told["missed_entries"] = float(sum(run.count(StreetState.MISSED) for run in closed))
    return told | {
        "judged_m": judged_m,
        "known_m": judged_m - unknown_m,
        "expected_m": judged_m + overdue_m,
        "known_entries": float(entries - unknown_entries),
        "expected_entries": float(entries + sum(len(run.streets) for run in late)),
        "closed_entries": float(entries),
        "timed_entries": float(len(timed)),
        "eta_count": float(sum(error.count for error in errors)),
        "eta_error_s": sum(error.error_s for error in errors),
        "eta_within_300s": float(sum(error.within_300s for error in errors)),
        "eta_baseline_s": sum(error.baseline_error_s for error in errors),
    }


def _overdue_m(run: RunResult, now: datetime) -> float:
    """Metres still due although their window is over: by now somebody should know."""
    return sum(street.metres(StreetState.DUE) for street in run.streets if (over := run.over_at(street)) and over < now)


def _work(day: VehicleDay) -> dict[str, float | None]:
    stays = [visit.lasted_s for visit in day.visits if visit.kind in ("plant", "transfer")]
    turns = [lasted_s for lasted_s in stays if lasted_s is not None]
    return {
        "distance_km": _km(day),
        "off_plan_m": day.off_plan_m,
        "on_run_m": None if day.off_plan_m is None else day.distance_m,
        "unplanned_stops": float(day.count(EventKind.UNPLANNED_STOP)) if day.planned else None,
        "idle_s": day.idle_s if day.ignition_known else None,
        "idle_vehicles": 1.0 if day.ignition_known else None,
        "speeding_events": float(day.count(EventKind.SPEEDING)),
        "plant_s": sum(turns) if turns else None,
        "plant_visits": float(len(turns)) if turns else None,
        "load_breaches": float(sum(day.count(kind) for kind in _BREACHES)) if day.planned else None,
    }


def _weighed(day: VehicleDay, residents: float | None) -> dict[str, float | None]:
    return {
        "net_t": None if day.net_kg is None else day.net_kg / 1000,
        "net_kg": day.net_kg,
        "loads": float(day.loads),
        "residents": residents,
        # What was weighed of a silent vehicle was carried over kilometres that nobody knows.
        "loaded_km": None if day.tickets_unheard else _km(day),
    }


def _km(day: VehicleDay) -> float | None:
    return None if day.distance_m is None else day.distance_m / 1000
