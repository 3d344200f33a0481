"""Rows of waste collection. Judged days and the residents' page have tests of their own."""

from tests.areas.proofs import Proof

TRUCK = {"feed": "waste_trucks", "entity": "LA-001", "source": "proof"}
ROSTER = tuple(
    {**TRUCK, "measure": measure, "place": "27694", "value": value}
    for measure, value in (("in_service", 1), ("tracker_fitted", 1), ("duty_from_s", 0), ("duty_to_s", 86_400))
)
FIX = {**TRUCK, "measure": "position", "latitude": 10.54, "longitude": 106.41, "speed_kmh": 10}
LOAD = {**TRUCK, "measure": "weighed_kg", "place": "27694", "value": 12_340}

ROWS = (
    Proof(row=1, beside="tests/evaluation/test_rounds.py"),
    Proof(
        row=2, screen="/waste", sends=(*ROSTER, FIX),
        shows={"waste_fitted": "100,0", "waste_vehicles_supplying": "100"},
    ),
    Proof(row=3, beside="tests/simulator/test_judged.py"),
    Proof(row=4, beside="tests/pages/test_lookup_counting.py"),
    Proof(row=5, screen="/waste", sends=(*ROSTER, LOAD), shows={"waste_tonnage": "12,3"}),
)  # fmt: skip
