"""Rows of waste collection. Judged days have a test of their own."""

import json
from datetime import datetime
from functools import cache

from simulator.plan import plan_geojson
from tests.areas.proofs import Proof, of_province

TRUCK = {"feed": "waste_trucks", "entity": "LA-001", "source": "proof"}
ROSTER = tuple(
    {**TRUCK, "measure": measure, "place": "27694", "value": value}
    for measure, value in (("in_service", 1), ("tracker_fitted", 1), ("duty_from_s", 0), ("duty_to_s", 86_400))
)
FIX = {**TRUCK, "measure": "position", "latitude": 10.54, "longitude": 106.41, "speed_kmh": 10}
LOAD = {**TRUCK, "measure": "weighed_kg", "place": "27694", "value": 12_340}


@cache
def plan(_now: datetime) -> bytes:
    """The simulator's; reading the list of proofs makes none."""
    return json.dumps(plan_geojson()).encode()


ROWS = (
    Proof(
        row=1, screen="/waste", files={"/ingest/plan?name=tuyen.geojson&source=proof": plan},
        shows={"waste_routes_digitised": "100,0"},
    ),
    Proof(
        row=2, screen="/waste", sends=(*ROSTER, FIX),
        shows={"waste_fitted": "100,0", "waste_vehicles_supplying": "100"},
    ),
    # A judged day needs an assessor: that test drives one from the door to the screen.
    Proof(row=3, beside="tests/areas/test_row_3.py"),
    Proof(
        row=4, screen="/data", sends=of_province("schedule_lookups", lookups=40, lookups_one=39),
        shows={"lookups_success": "97,5"},
    ),
    Proof(row=5, screen="/waste", sends=(*ROSTER, LOAD), shows={"waste_tonnage": "12,3"}),
)  # fmt: skip
