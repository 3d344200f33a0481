"""The demonstration plan goes through the same import as any other and comes out valid and marked simulated."""

import json

from data_sources.plan.readers import read_plan
from domain.map_layer import PROVINCE_BOX
from domain.observation import Kind
from domain.plan_check import check, inside_box
from simulator.plan import plan_geojson
from simulator.streets import streets


def test_every_demonstration_route_is_valid_and_simulated():
    draft = read_plan(json.dumps(plan_geojson()).encode(), "plan.geojson", "Mô phỏng")
    assert draft.findings == ()
    assert len(draft.routes) == 15
    assert [finding for route in draft.routes for finding in check(route, inside_box(PROVINCE_BOX))] == []
    assert {route.kind for route in draft.routes} == {Kind.SIMULATED}
    assert all(street.name.startswith("Đường mẫu") for route in draft.routes for street in route.streets)


def test_the_plan_takes_in_most_streets_and_is_the_same_each_time():
    named = {feature["properties"]["street"] for feature in plan_geojson()["features"]}
    assert len(named) >= 0.95 * len(streets())
    assert plan_geojson() == plan_geojson()
    assert plan_geojson(2) != plan_geojson()
