"""The demonstration as the centre judges it: each staged incident is found on its truck's run."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from data_sources.plan.facilities import read_facilities
from data_sources.plan.readers import read_plan
from domain.fleets.vehicle import plate_key
from domain.instant import day_start
from domain.observation import Kind
from domain.waste.plan import due
from domain.waste.run import Punctuality, RunResult, StreetState
from domain.waste.work import EventKind, VehicleDay
from rounds.arrivals import Fence, fences
from rounds.assigning import assigned
from rounds.drive import Drive, GrowingDrive
from rounds.driven import driven
from rounds.due import DueStreet, RunPlan, due_streets, lines_of
from rounds.judging import drives_along
from rounds.runs import Fleet, judge
from rounds.work import About, vehicle_day
from simulator import trucks
from simulator.plan import facilities_geojson, plan_geojson
from simulator.staged import Staged, staged
from simulator.streets import SEED
from simulator.trackers import messages
from streets.lines import graph_of_lines
from streets.ways import Ways

pytestmark = pytest.mark.long  # whole days are told and judged
DAY = date(2026, 11, 26)
NOW = day_start(DAY) + timedelta(hours=27)


@dataclass(frozen=True)
class World:
    ways: Ways
    plans: list[RunPlan]
    fences: list[Fence]


@cache
def world() -> World:
    routes = read_plan(json.dumps(plan_geojson()).encode(), "p.geojson", "Mô phỏng").routes
    there = read_facilities(json.dumps(facilities_geojson()).encode(), "f.geojson", "Mô phỏng").facilities
    ways = Ways(graph_of_lines(lines_of(routes)))
    laid = {route.id: {s.planned.order: s for s in due_streets(ways, route)} for route in routes}
    plans = []
    for run in due(routes, (), DAY):
        entries = ((planned, laid[run.route.id][planned.order]) for planned in run.streets)
        plans.append(RunPlan(run, tuple(DueStreet(planned, s.stretches, s.length_m) for planned, s in entries)))
    return World(ways, plans, fences(there))


def told(truck: trucks.Truck) -> Drive:
    begins = day_start(DAY)
    spots = {m.at.timestamp(): m.spot for m in messages(truck, begins, begins + timedelta(days=1))}
    at_s = sorted(spots)
    driver = GrowingDrive(truck.id, world().ways)
    driver.extend(at_s, [(spots[t].longitude, spots[t].latitude) for t in at_s], [spots[t].speed_kmh for t in at_s])
    return driver.drive()


@cache
def judged(truck: trucks.Truck) -> tuple[VehicleDay, list[RunResult]]:
    """Its day, and the runs that the plan means for it."""
    known, drive = world(), told(truck)
    spans = assigned(drive, [plan.candidate for plan in known.plans])
    lines = {plan.key: [np.array(s.planned.points) for s in plan.streets] for plan in known.plans}
    about = About(day=DAY, place="", kind=Kind.SIMULATED, source="", cause=None, now=NOW)
    worked = vehicle_day(
        drive, about, ways=known.ways, lines=lines, spans=spans,
        fences=known.fences, tickets=(),
    )  # fmt: skip
    along = drives_along(truck.id, driven(drive, known.fences, known.ways.graph))
    fleet = Fleet(
        drives={truck.id: drive}, along={truck.id: along},
        spans={truck.id: spans}, arrivals={truck.id: np.empty(0)}, heard=lambda _since, _until: True,
        parked=lambda _place: False, metres=known.ways.graph.metres, kinds={truck.id: (Kind.SIMULATED, "")},
    )  # fmt: skip
    own = [plan for plan in known.plans if plate_key(truck.id) in plan.due.route.plates]
    return worked, [judge(plan, fleet, NOW) for plan in own]


def of_the_day(what: Staged) -> trucks.Truck:
    return next(t for t in trucks.fleet() if what in staged(t.number, DAY, SEED))


def test_staged_trucks_are_found_on_their_own_runs_and_nothing_is_switched():
    for what in Staged:
        worked, runs = judged(of_the_day(what))
        heard = runs[:2] if what is Staged.SILENT else runs
        assert all(run.vehicles == (worked.vehicle,) for run in heard)
        assert worked.count(EventKind.ROUTE_SWITCH) == 0


def test_a_detour_is_off_route_and_other_trucks_are_not():
    worked, _ = judged(of_the_day(Staged.DETOUR))
    assert worked.count(EventKind.OFF_ROUTE) == 1
    assert worked.off_plan_m is not None
    assert worked.off_plan_m > 2_000
    assert judged(of_the_day(Staged.SPEEDING))[0].off_plan_m == 0


def test_speeding_is_told_once_and_of_nobody_else():
    assert judged(of_the_day(Staged.SPEEDING))[0].count(EventKind.SPEEDING) == 1
    assert judged(of_the_day(Staged.DETOUR))[0].count(EventKind.SPEEDING) == 0


def test_an_early_run_is_early_and_the_next_is_not():
    _, runs = judged(of_the_day(Staged.EARLY))
    early = [sum(s.punctuality is Punctuality.EARLY for s in run.streets) / len(run.streets) for run in runs]
    assert early[0] > 0.6
    assert early[1] < 0.3


def test_a_late_run_is_late_and_catches_up():
    _, runs = judged(of_the_day(Staged.LATE))
    late = [sum(s.punctuality is Punctuality.LATE for s in run.streets) / len(run.streets) for run in runs]
    assert late[0] > 0.6
    assert late[-1] < 0.3


def test_skipped_streets_are_missed_on_one_run():
    _, runs = judged(of_the_day(Staged.SKIPPED))
    assert runs[0].count(StreetState.MISSED) >= 2
    assert runs[0].count(StreetState.SERVED) >= 8
    assert all(run.count(StreetState.MISSED) <= 1 for run in runs[1:])


def test_a_silent_tracker_leaves_the_rest_of_its_run_unknown():
    _, runs = judged(of_the_day(Staged.SILENT))
    assert runs[0].count(StreetState.UNKNOWN) <= 1
    assert runs[1].count(StreetState.SERVED) >= 3
    assert runs[1].count(StreetState.UNKNOWN) >= 3
    gap = max(until - since for since, until in runs[1].gaps)
    assert gap > timedelta(hours=1)


def test_the_handcart_serves_its_alleys_on_foot():
    cart = next(t for t in trucks.fleet() if t.on_foot)
    worked, (run,) = judged(cart)
    assert run.count(StreetState.SERVED) >= 0.8 * len(run.streets)
    assert run.vehicles == (cart.id,)
    assert worked.count(EventKind.UNPLANNED_STOP) == 0
