"""From runs and vehicles' days to KPI inputs: which are counted, which are left out, and their age."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest
from evaluating import cells_of
from run_fixtures import BEGINS, MISSED, NOW, RUN, SERVED, UNKNOWN, minutes, run, street, vehicle_day

from domain.instant import to_ms
from domain.observation import Kind
from domain.waste.run import EtaErrors, Punctuality, RunState, StreetState
from evaluation.columns import Cell
from evaluation.inputs import rounds
from evaluation.inputs.rounds import CollectionDay, PlanRoute, expected_routes

ROUTE = PlanRoute(id="mau-01", places=("27694",), valid=True)


def route_inputs(*given) -> pd.DataFrame:
    """The cells as a table, one column a field."""
    return pd.DataFrame(rounds.route_inputs(*given), columns=list(Cell._fields))


def work_inputs(days, residents) -> pd.DataFrame:
    """Both blocks of vehicles' days as a table of cells, one column a field."""
    cells = cells_of(rounds.work_inputs(days)) + cells_of(rounds.weighing_inputs(days, residents))
    return pd.DataFrame(cells, columns=list(Cell._fields))


def values(frame: pd.DataFrame, contributor: str = "mau-01") -> dict[str, float]:
    mine = frame[frame["contributor"] == contributor]
    return dict(zip(mine["measure"], mine["value"], strict=True))


def day(*runs, before=(), routes=(ROUTE,)) -> CollectionDay:
    return CollectionDay(routes=routes, runs=runs, before=before)


def test_a_closed_run_is_counted_in_metres_and_in_entries():
    got = values(route_inputs(day(RUN), NOW))
    assert got["judged_m"] == 600
    assert got["served_m"] == 300
    assert got["unknown_m"] == 100
    assert (got["closed_entries"], got["served_entries"], got["missed_entries"]) == (3, 1, 1)
    assert (got["timed_entries"], got["on_time_entries"], got["early_entries"]) == (1, 1, 0)
    assert got["digitised"] == 1


def test_a_route_of_which_most_is_unknown_does_not_say_that_nothing_was_served_or_missed():
    unheard = run(streets=(RUN.streets[0], *(street(n, StreetState.UNKNOWN, UNKNOWN) for n in (2, 3, 4, 5))))
    got = values(route_inputs(day(unheard), NOW))
    assert got["unknown_m"] > 0.5 * got["judged_m"]
    assert not {"served_m", "served_entries", "missed_entries"} & set(got), "their 0 would be a statement"
    assert got["closed_entries"] == 5
    told = values(route_inputs(day(RUN), NOW))
    assert told["missed_entries"] == 1, "with a third unknown the route still tells"


def test_what_should_be_known_by_now_is_what_is_judged_and_what_is_overdue():
    begins = RUN.begins
    still = replace(MISSED, state=StreetState.DUE)
    late = street(4, StreetState.DUE, still, begins=begins, ends=begins + minutes(20))
    later = street(5, StreetState.DUE, still, begins=begins + minutes(300), ends=begins + minutes(320))
    opened = run(state=RunState.RUNNING, streets=(*RUN.streets, late, later), ends=begins + minutes(330))
    got = values(route_inputs(day(opened), begins + minutes(200)))
    assert got["judged_m"] == 600
    assert (got["known_m"], got["unknown_m"]) == (500, 100)
    assert got["expected_m"] == 600 + late.due_m > 600, "the street of five hours later owes nothing yet"
    assert (got["known_entries"], got["expected_entries"]) == (0, 0), "no run should be judged yet"
    unjudged = values(route_inputs(day(opened), opened.ends + minutes(61)))
    assert (unjudged["known_entries"], unjudged["expected_entries"]) == (0, 5)
    closed = values(route_inputs(day(RUN), NOW))
    assert (closed["known_entries"], closed["expected_entries"]) == (2, 3)


def test_an_open_run_counts_what_is_judged_and_closes_nothing():
    due = replace(SERVED, state=StreetState.DUE)
    half = run(
        state=RunState.RUNNING, closed_at=None, streets=(RUN.streets[0], street(2, StreetState.DUE, due))
    )  # fmt: skip
    got = values(route_inputs(day(half), NOW))
    assert got["judged_m"] == 300, "what is still due is no failure"
    assert got["closed_entries"] == 0
    assert not {"served_entries", "missed_entries"} & set(got), "finished runs' coverage must not count its route"


def test_a_route_of_which_nothing_is_judged_yet_is_not_counted_beside_the_served_length():
    due = street(1, StreetState.DUE, replace(SERVED, state=StreetState.DUE))
    got = values(route_inputs(day(run(state=RunState.PLANNED, closed_at=None, streets=(due,))), NOW))
    assert got["judged_m"] == 0
    divided = {"served_m", "unknown_m", "on_time_entries", "early_entries"}
    assert not divided & set(got), "0 of 0 would be one of the routes that report"


def test_a_route_without_a_run_today_tells_only_that_it_is_digitised():
    got = route_inputs(day(routes=(replace(ROUTE, valid=False),)), NOW)
    assert values(got) == {"digitised": 0.0}
    assert set(got["kind"]) == {"declared"}
    assert route_inputs(day(routes=()), NOW).empty


def test_a_made_up_plan_is_not_told_as_a_fact_before_its_first_run():
    got = route_inputs(day(routes=(replace(ROUTE, kind=Kind.SIMULATED),)), NOW)
    assert got["kind"].tolist() == ["simulated"]


def test_inputs_are_as_old_as_the_newest_fix_of_any_run_and_of_the_least_factual_kind():
    old = run(route="mau-02", as_of=NOW - timedelta(hours=3), kind=Kind.MEASURED)
    frame = route_inputs(day(RUN, old, routes=(ROUTE, replace(ROUTE, id="mau-02"))), NOW)
    assert set(frame["at_ms"]) == {to_ms(NOW - minutes(1))}
    assert set(frame[frame["contributor"] == "mau-02"]["kind"]) == {"measured"}
    assert set(frame[frame["contributor"] == "mau-01"]["kind"]) == {"simulated"}


def test_a_route_of_several_wards_counts_in_the_province_alone():
    expected = expected_routes([ROUTE, replace(ROUTE, id="b", places=("27694", "27712"))])
    assert list(expected.values()) == ["27694", ""]


def recovery(*runs, before=RUN, now=NOW + timedelta(hours=30)) -> tuple[float, float, float]:
    """Entries missed the day before of which it is known, those made good, and those that wait."""
    got = values(route_inputs(day(*runs, before=(before,)), now))
    return got["missed_before"], got["recovered_24h"], got["waiting_24h"]


def again(hours: float, **other):
    served = street(2, StreetState.SERVED, MISSED, first_at=BEGINS + timedelta(hours=hours))
    return run(number=2, streets=(served,), closed_at=BEGINS + timedelta(hours=hours + 1), **other)


def test_what_was_missed_is_made_good_by_a_later_run_within_a_day():
    assert recovery(again(20)) == (1, 1, 0)
    assert recovery(again(30)) == (1, 0, 0)
    assert recovery(again(20, plan_revision=2)) == (1, 0, 0)


def test_what_was_missed_and_is_not_due_again_yet_waits_until_its_day_is_over():
    assert RUN.closed_at is not None
    until = RUN.closed_at + timedelta(hours=24)
    assert recovery(run(number=2, streets=()), now=until - minutes(1)) == (0, 0, 1), "neither made good nor not"
    assert recovery(run(number=2, streets=()), now=until) == (1, 0, 0)


def test_what_another_route_collected_is_made_good():
    hour = BEGINS + timedelta(hours=4)
    fetched = run(streets=(RUN.streets[0], street(2, StreetState.MISSED, replace(MISSED, later_at=hour))))
    assert recovery(run(number=2, streets=()), before=fetched, now=hour + minutes(5)) == (1, 1, 0)
    late = run(streets=(street(2, StreetState.MISSED, replace(MISSED, later_at=hour + timedelta(hours=30))),))
    assert recovery(run(number=2, streets=()), before=late, now=hour + timedelta(hours=31)) == (1, 0, 0)


def test_what_a_route_missed_counts_on_a_day_without_a_run_of_it():
    assert recovery() == (1, 0, 0)
    assert recovery(now=NOW + timedelta(hours=10)) == (0, 0, 1)


def test_errors_of_arrivals_are_added_over_horizons():
    told = (
        EtaErrors(horizon_s=300, count=2, error_s=60.0, within_300s=2, baseline_error_s=80.0),
        EtaErrors(horizon_s=900, count=1, error_s=400.0, within_300s=0, baseline_error_s=500.0),
    )
    got = values(route_inputs(day(run(eta_errors=told)), NOW))
    assert (got["eta_count"], got["eta_error_s"], got["eta_within_300s"], got["eta_baseline_s"]) == (3, 460, 2, 580)


def test_early_streets_are_early_and_not_on_time():
    early = street(1, StreetState.SERVED, SERVED, punctuality=Punctuality.EARLY)
    got = values(route_inputs(day(run(streets=(early,))), NOW))
    assert (got["timed_entries"], got["on_time_entries"], got["early_entries"]) == (1, 0, 1)


def test_a_vehicles_work_is_told_and_what_is_not_known_is_missing():
    got = values(work_inputs([vehicle_day()], {"27694": 50_000}), "LA-001")
    assert got["distance_km"] == 42
    assert got["idle_s"] == 600
    assert got["unplanned_stops"] == 1
    assert got["net_t"] == 1.3
    assert got["residents"] == 50_000
    assert (got["plant_s"], got["plant_visits"]) == (720, 1)
    (visit,) = vehicle_day().visits
    hidden = replace(visit, left_by=visit.left_at + timedelta(minutes=9))
    assert "plant_s" not in values(work_inputs([vehicle_day(visits=(hidden,))], {}), "LA-001"), "nobody saw it leave"
    unknown = vehicle_day(ignition_known=False, idle_s=0.0, off_plan_m=None, net_kg=None, loads=0, visits=())
    told = values(work_inputs([unknown], {}), "LA-001")
    assert not {"idle_s", "off_plan_m", "on_run_m", "net_kg", "loads", "plant_s", "residents"} & set(told)


def test_of_a_vehicle_that_was_not_heard_only_its_weighings_count():
    silent = vehicle_day(vehicle="LA-009", as_of=None, fixes=0, distance_m=None, off_plan_m=None, events=(), visits=())
    frame = work_inputs([vehicle_day(), silent], {})
    assert set(values(frame, "LA-009")) == {"net_t", "net_kg", "loads"}, "no distance, and no 0 km either"


def test_kilograms_of_a_vehicle_that_was_silent_then_are_not_told_by_its_kilometres():
    silent = vehicle_day(vehicle="LA-019", tickets_unheard=("11:51:32",))
    told = values(work_inputs([silent], {}), "LA-019")
    assert told["net_t"] == 1.3
    assert "loaded_km" not in told, "nobody knows how far it went"


def test_weighings_age_by_their_tickets_and_drives_by_their_fixes():
    ticket = NOW - timedelta(hours=5)
    frame = work_inputs([vehicle_day(weighed_at=ticket), vehicle_day(vehicle="LA-002", net_kg=None, loads=0)], {})
    at_ms = frame.groupby("measure")["at_ms"].max()
    assert {name: at_ms[name] for name in ("net_t", "net_kg", "loads", "loaded_km")} == dict.fromkeys(
        ("net_t", "net_kg", "loads", "loaded_km"), to_ms(ticket)
    )
    assert at_ms["distance_km"] == to_ms(NOW - minutes(1))
    # Who weighed says so, and how factual that is: not the tracker.
    own = vehicle_day(weighed_at=ticket, weighed_by="Trạm cân", weighed_kind=Kind.MEASURED)
    told = work_inputs([own], {}).set_index("measure")
    assert (told["kind"]["net_t"], told["source"]["net_t"]) == (Kind.MEASURED, "Trạm cân")
    assert (told["kind"]["distance_km"], told["source"]["distance_km"]) == (Kind.SIMULATED, "Mô phỏng")


def test_a_fleet_without_a_fix_that_was_weighed_still_has_its_tonnage():
    silent = vehicle_day(as_of=None, fixes=0, distance_m=None, off_plan_m=None, weighed_at=NOW - minutes(90))
    frame = work_inputs([silent], {})
    assert set(frame["measure"]) == {"net_t", "net_kg", "loads"}
    assert set(frame["at_ms"]) == {to_ms(NOW - minutes(90))}


def test_without_a_plan_no_stop_is_unplanned_and_no_load_breached():
    got = values(work_inputs([vehicle_day(planned=False, off_plan_m=None)], {}), "LA-001")
    assert not {"unplanned_stops", "load_breaches", "off_plan_m", "on_run_m"} & set(got)
    assert got["distance_km"] == 42


def test_residents_of_a_ward_are_counted_once_however_many_vehicles():
    two = [vehicle_day(), vehicle_day(vehicle="LA-002"), vehicle_day(vehicle="LA-003", net_kg=None)]
    frame = work_inputs(two, {"27694": 50_000})
    assert frame[frame["measure"] == "residents"]["value"].sum() == pytest.approx(50_000)


def test_a_fleet_that_said_nothing_has_no_inputs():
    assert work_inputs([], {}).empty
