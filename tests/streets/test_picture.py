"""Lines of streets for a drawing without tiles."""

import pytest
from street_fixtures import graph, places

from streets.picture import lines_in

SIDE, MAIN, FAR = ((0.0, 0.0), (100.0, 0.0)), ((0.0, 50.0), (900.0, 50.0)), ((5_000.0, 0.0), (5_100.0, 0.0))
BOX = tuple(places((-10, -10), (200, 200)).ravel().tolist())


def test_what_touches_the_box_is_drawn_main_streets_first():
    found = lines_in(graph([SIDE, MAIN, FAR], kind=(1, 0, 0)), BOX, 10)
    assert [line.kind for line in found] == ["primary", "residential"]
    assert found[0].points.ravel() == pytest.approx(places(*MAIN).ravel(), abs=1e-7)


def test_when_there_is_no_room_side_streets_are_left_out_first():
    assert [line.kind for line in lines_in(graph([SIDE, MAIN], kind=(1, 0)), BOX, 1)] == ["primary"]


def test_a_graph_without_streets_draws_nothing():
    assert lines_in(graph([]), BOX, 10) == []
