"""Lines drawn by hand become streets that can be driven and matched."""

import numpy as np
import pytest
from street_fixtures import places

from streets.lines import graph_of_lines
from streets.matching import match
from streets.ways import Ways


def length_m(graph: object) -> float:
    return float(graph.length_m.sum())  # type: ignore[attr-defined]


def test_lines_that_cross_or_touch_are_joined():
    graph = graph_of_lines([places((0, 0), (400, 0)), places((200, -100), (200, 100)), places((400, 0), (400, 300))])
    assert graph.segments == 4, "the crossing cuts two lines; the corner is no junction"
    assert length_m(graph) == pytest.approx(400 + 200 + 300, abs=2)
    assert set(graph.node_part.tolist()) == {0}


def test_a_street_drawn_twice_is_one_street():
    once = graph_of_lines([places((0, 0), (300, 0)), places((300, 0), (300, 200))])
    twice = graph_of_lines(
        [places((0, 0), (300, 0)), places((300, 0), (300, 200)), places((2, 5), (305, 6)), places((302, 4), (303, 190))]
    )
    assert length_m(twice) == pytest.approx(length_m(once), abs=1)
    assert set(twice.node_part.tolist()) == {0}


def test_an_end_drawn_short_of_the_street_it_meets_is_tied_to_it():
    graph = graph_of_lines([places((0, 0), (300, 0)), places((150, 9), (150, 200))])
    found = match(Ways(graph), np.arange(4) * 30.0, places((10, 0), (120, 2), (151, 60), (150, 190)))
    assert sum(p.length_m for p in found.passages) == pytest.approx(140 + 190, abs=3)


def test_ends_that_rounding_leaves_apart_are_one_junction():
    graph = graph_of_lines([places((0, 0), (300, 18)), places((156, 9), (168, 200)), places((157, -150), (156, 3))])
    assert set(graph.node_part.tolist()) == {0}, "nobody could drive on"
    assert float(graph.length_m.min()) > 100, "no crumb is a street"


def test_two_streets_beside_each_other_stay_two():
    graph = graph_of_lines([places((0, 0), (300, 0)), places((0, 40), (300, 40))])
    assert graph.segments == 2
    assert len(set(graph.node_part.tolist())) == 2


@pytest.mark.parametrize("lines", [[], [places((0, 0))], [places((5, 5), (5, 5))]])
def test_nothing_drawn_is_a_graph_without_streets(lines: list[np.ndarray]):
    graph = graph_of_lines(lines)
    assert graph.segments == graph.nodes == 0
    assert match(Ways(graph), np.arange(2.0), places((0, 0), (50, 0))).passages == []


def test_a_round_is_a_street():
    graph = graph_of_lines([places((0, 0), (200, 0), (200, 200), (0, 200), (0, 0))])
    assert length_m(graph) == pytest.approx(800, abs=1)


def test_a_street_drawn_again_by_other_rounds_adds_nothing():
    once = [places((0, 0), (0, 300), (0, 600)), places((0, 300), (400, 300))]
    again = [places((0, 600), (0, 300), (400, 300)), places((400, 300), (0, 300), (0, 0))]
    first, both = graph_of_lines(once), graph_of_lines([*once, *again])
    assert both.segments == first.segments == 3
    assert length_m(both) == pytest.approx(length_m(first), abs=0.5)
