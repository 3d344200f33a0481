"""Which run a vehicle is on, when several runs lead along the same streets."""

from dataclasses import replace

import pytest
from collection_world import ROUND, STREETS, drive, end_min, fleet, planned, street, trace

from rounds.due import RunPlan

ALSO = street(4, (0, 300), (0, 500), at_min=14)


def _named(run: RunPlan, *plates: str) -> RunPlan:
    return RunPlan(replace(run.due, route=replace(run.due.route, plates=plates)), run.streets)


def test_a_run_keeps_its_vehicle_while_another_has_as_many_of_its_streets():
    beside = planned(STREETS[1:], route="00")
    back_and_forth = trace([*ROUND, *ROUND[2:0:-1], *ROUND[2:]], kmh=5)
    spans = fleet(drive(back_and_forth), runs=[beside, planned()]).spans["LA-001"]
    assert [span.key for span in spans] == [planned().key], "it began where only this run leads"


@pytest.mark.parametrize(("off_m", "changes"), [(100, False), (140, False), (200, True)])
def test_a_truck_on_a_corner_that_only_anothers_run_has_too_has_not_changed_route(off_m: float, changes: bool):
    other = _named(planned([*STREETS, ALSO], route="02"), "LA-009")
    left = drive(trace([*ROUND, (0, 300 + off_m), *ROUND[::-1]], kmh=5, every_s=10))
    spans = fleet(left, runs=[other, _named(planned(), "LA-001")]).spans["LA-001"]
    assert ("02#1" in [span.key for span in spans]) == changes


def test_a_run_of_which_a_vehicle_leaves_the_streets_gives_it_up():
    next_streets = [street(1, (100, 500), (500, 500), at_min=20), street(2, (500, 500), (100, 500), at_min=28)]
    first = trace(ROUND, kmh=6)
    second = trace([(100, 500), (500, 500)] * 3, kmh=5, start_min=end_min(first))
    spans = fleet(drive([*first, *second]), runs=[planned(), planned(next_streets, route="02")]).spans["LA-001"]
    assert [span.key for span in spans] == ["01#1", "02#1"]


def test_the_way_through_a_silence_that_nobody_saw_takes_no_truck_to_another_run():
    other = planned([street(1, (300, 0), (300, 500), at_min=0)], route="02", ends_min=60)
    seen = trace([(0, 0), (300, 0)], kmh=2)
    after = trace([(300, 500), (400, 500)], kmh=0.8, start_min=end_min(seen) + 8)
    spans = fleet(drive([*seen, *after]), runs=[planned(STREETS[:1], ends_min=60), other]).spans["LA-001"]
    assert [span.key for span in spans] == ["01#1"]
