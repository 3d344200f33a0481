"""A long road without a junction is judged in parts: what a crew did of it is told while it works, and afterwards."""

from datetime import timedelta

import pytest
from collection_world import BEGINS, drive, end_min, fleet, planned, stand, street, trace
from street_fixtures import graph

from domain.waste.run import RunResult, StreetState
from rounds.runs import judge
from streets.ways import Ways

ROAD = Ways(graph([((0, 0), (1_200, 0)), ((1_200, 0), (1_200, 100))]))
RUN = planned((street(1, (0, 0), (1_200, 0), at_min=0),), ends_min=60, ways=ROAD)


def told(*fixes: tuple[float, float, float], at_min: float) -> RunResult:
    of = drive(fixes, ways=ROAD)
    return judge(RUN, fleet(of, runs=[RUN], ways=ROAD), BEGINS + timedelta(minutes=at_min))


def test_a_long_stretch_has_equal_parts_that_add_up_to_it():
    (road,) = RUN.streets
    assert [stretch.segment for stretch in road.stretches] == [0] * 4
    assert [stretch.length_m for stretch in road.stretches] == pytest.approx([300] * 4, abs=1)
    assert [stretch.to_m - stretch.from_m for stretch in road.stretches] == pytest.approx([300] * 4, abs=1)
    assert road.stretches[0].line_from_m == 0
    assert road.stretches[-1].line_to_m == pytest.approx(road.length_m)


def test_what_is_collected_of_it_counts_while_the_crew_is_still_there():
    half = trace([(0, 0), (640, 0)], kmh=4)
    run = told(*half, at_min=end_min(half))
    assert run.metres(StreetState.SERVED) == pytest.approx(600, abs=5)
    assert run.streets[0].state is StreetState.DUE, "the rest is still to come"
    assert run.started_at is not None


def test_who_collects_half_of_it_and_hauls_along_the_rest_has_not_collected_the_rest():
    half = trace([(0, 0), (600, 0)], kmh=5)
    haul = trace([(600, 0), (1_200, 0), (1_200, 100)], kmh=45, start_min=end_min(half))
    waits = stand((1_200, 100), start_min=end_min(haul), minutes=120)
    run = told(*half, *haul, *waits, at_min=120)
    assert run.streets[0].state is not StreetState.SERVED, "9 km/h in the mean"
    assert run.metres(StreetState.SERVED) == pytest.approx(600, abs=5)
    assert run.metres(StreetState.PASSED) == pytest.approx(600, abs=5)
