"""The demonstration plan goes through the same import as any other and comes out valid and marked simulated."""

import json

import pytest

from data_sources.plan.facilities import read_facilities
from data_sources.plan.readers import read_plan
from domain.observation import Kind
from domain.places.map_layer import PROVINCE_BOX
from domain.waste.plan import VehicleClass
from domain.waste.plan_check import check, inside_box
from simulator.plan import facilities_geojson, plan_geojson
from simulator.streets import streets
from simulator.trucks import fleet, round_way, usual


@pytest.mark.long
def test_every_demonstration_route_is_valid_and_simulated():
    draft = read_plan(json.dumps(plan_geojson()).encode(), "plan.geojson", "Mô phỏng")
    assert draft.findings == ()
    rounds = sum(len(usual(truck)) for truck in fleet())
    assert len(draft.routes) == rounds > 60
    assert [finding for route in draft.routes for finding in check(route, inside_box(PROVINCE_BOX))] == []
    assert {route.kind for route in draft.routes} == {Kind.SIMULATED}
    assert all(street.name.startswith("Đường mẫu") for route in draft.routes for street in route.streets)


def test_the_handcart_has_a_route_of_its_own_class():
    draft = read_plan(json.dumps(plan_geojson()).encode(), "plan.geojson", "Mô phỏng")
    carts = [route for route in draft.routes if route.vehicle_class is VehicleClass.HANDCART]
    assert [route.plates for route in carts] == [("XG001",)]
    assert {route.vehicle_class for route in draft.routes} == {VehicleClass.HANDCART, VehicleClass.COMPACTOR}


@pytest.mark.long
def test_the_plan_takes_in_most_streets_and_is_the_same_each_time():
    named = {feature["properties"]["street"] for feature in plan_geojson()["features"]}
    assert len(named) >= 0.95 * len(streets())
    assert plan_geojson() == plan_geojson()
    assert plan_geojson(2) != plan_geojson()


def test_the_plan_is_what_the_trucks_usually_drive():
    truck = fleet()[3]
    planned = [point for point, _ in usual(truck)[1]]
    assert planned == list(round_way(truck, 1))[: len(planned)]
    times = [at_s for _, at_s in usual(truck)[0]]
    assert times == sorted(times)


def test_the_facilities_are_read_by_the_importer():
    draft = read_facilities(json.dumps(facilities_geojson()).encode(), "f.geojson", "Mô phỏng")
    assert draft.findings == ()
    assert sorted(one.kind for one in draft.facilities) == ["depot", "depot", "depot", "transfer"]
