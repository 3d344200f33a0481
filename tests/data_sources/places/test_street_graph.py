"""The graph of the streets: where they meet, how long they are, which way they are open."""

import random
from pathlib import Path

import numpy as np
import pytest
from osm_file import ROAD, File, Tags, graph_of, read, town

from streets.graph import StreetGraph, strong_parts


def test_streets_meet_where_they_share_a_node_and_nowhere_else(work: Path):
    file = File()
    west, middle, east = file.node(106.1, 10.6), file.node(106.2, 10.6), file.node(106.3, 10.6)
    file.way([west, middle, east])
    file.way([middle, file.node(106.2, 10.7)])
    file.line((106.25, 10.55), (106.25, 10.65))  # a bridge over the first street
    graph = graph_of(file, work)
    assert (graph.nodes, graph.segments) == (6, 4)
    assert sorted(np.bincount(graph.edge_from)) == [1, 1, 1, 1, 1, 3]


def test_lengths_are_metres_on_the_sphere(work: Path):
    file = File()
    file.line((106.1, 10.6), (106.1, 10.65), (106.1, 10.7))
    graph = graph_of(file, work)
    assert graph.length_m == pytest.approx([11_119.5], abs=0.1)  # a tenth of a degree of a meridian
    assert graph.edge_points(1).tolist() == [[106.1, 10.7], [106.1, 10.65], [106.1, 10.6]]


@pytest.mark.parametrize(
    ("tags", "open_forward", "open_back"),
    [
        ({}, True, True),
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "roundabout", "oneway": "no"}, True, True),
        ({"highway": "motorway"}, True, False),
        ({"highway": "motorway_link", "oneway": "no"}, True, True),
        ({"oneway": "<script>"}, True, True),
    ],
)
def test_one_way_streets_are_open_one_way_and_the_other_way_is_soft(
    tags: Tags, open_forward: bool, open_back: bool, work: Path
):
    file = File()
    file.line((106.1, 10.6), (106.2, 10.6), tags={**ROAD, **tags})
    graph = graph_of(file, work)
    west, east = np.argsort(graph.node_lon)
    assert [len(graph.successors(int(node))) for node in (west, east)] == [open_forward, open_back]
    assert [len(graph.successors(int(node), against=True)) for node in (west, east)] == [1, 1]
    assert (graph.node_part.max() == 0) == (open_forward and open_back), "a way against traffic joins no parts"


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "service", "access": "private"},
        {"highway": "construction"},
        {"highway": ""},
    ],
)
def test_what_a_truck_may_not_drive_is_not_in_the_graph(tags: Tags, work: Path):
    file = File()
    file.line((106.1, 10.6), (106.2, 10.6))
    file.line((106.1, 10.7), (106.2, 10.7), tags=tags)
    assert graph_of(file, work).segments == 1


def test_only_footpaths_give_tiles_and_an_empty_graph(work: Path):
    file = File()
    file.line((106.1, 10.6), (106.2, 10.6), tags={"highway": "footway"})
    streets = read(file, work)
    graph = StreetGraph.load(streets.graph)
    assert (graph.nodes, graph.segments) == (0, 0)
    assert len(graph.near(np.array([[106.1, 10.6]]), 1_000).row) == 0
    assert streets.report.counts["graph_km"] == 0


def test_loops_repeated_nodes_and_single_points_do_no_harm(work: Path):
    file = File()
    a, b, c = file.node(106.1, 10.6), file.node(106.2, 10.6), file.node(106.2, 10.7)
    file.way([a, a, b, b, c, a])
    file.way([a, a])
    file.way([a])
    file.node(106.3, 10.6, number=b)  # the same node a second time
    graph = graph_of(file, work)
    assert (graph.nodes, graph.segments) == (1, 1)
    assert graph.start == graph.end


def test_a_street_is_cut_at_the_edge_of_the_box(work: Path):
    file = File()
    file.line((105.9, 10.6), (106.1, 10.6), (106.1, 10.95))
    file.line((105.9, 10.7), (106.6, 10.7))  # crosses the whole box between two points outside
    file.line((105.9, 10.4), (106.6, 10.4))  # passes by
    streets = read(file, work)
    graph = StreetGraph.load(streets.graph)
    ends = {(float(lon), float(lat)) for lon, lat in zip(graph.node_lon, graph.node_lat, strict=True)}
    assert ends == {(106.0, 10.6), (106.1, 10.9), (106.0, 10.7), (106.5, 10.7)}
    assert streets.box == (106.0, 10.6, 106.5, 10.9)


def test_streets_that_leave_the_box_at_one_point_meet_there(work: Path):
    file = File()
    outside = file.node(106.6, 10.7)
    file.way([file.node(106.4, 10.7), outside])
    file.way([outside, file.node(106.3, 10.7)])
    assert graph_of(file, work).nodes == 3


def test_a_street_is_broken_where_the_file_lacks_a_point(work: Path):
    file = File()
    known = [file.node(106.1 + 0.01 * step, 10.6) for step in range(4)]
    file.way([known[0], known[1], 777, known[2], known[3]])
    streets = read(file, work)
    graph = StreetGraph.load(streets.graph)
    assert graph.segments == 2
    assert graph.length_m.sum() == pytest.approx(2 * 1_093, rel=0.01), "the unknown stretch is not guessed"
    (remark,) = streets.report.remarks
    assert remark.words.vi.startswith("1 đường")


def test_nodes_in_any_order_are_found(work: Path):
    file = File()
    file.line((106.1, 10.6), (106.2, 10.6), (106.2, 10.7))
    file.nodes.reverse()
    graph = graph_of(file, work)
    assert graph.edge_points(0).tolist() == [[106.1, 10.6], [106.2, 10.6], [106.2, 10.7]]


def test_the_nearest_streets_come_nearest_first(work: Path):
    file = File()
    file.line((106.1, 10.6), (106.2, 10.6))
    file.line((106.1, 10.601), (106.2, 10.601))
    graph = graph_of(file, work)
    near = graph.near(np.array([[106.125, 10.6003], [107.0, 10.6], [106.125, 10.6003]]), 100)
    assert near.row.tolist() == [0, 0, 2, 2]
    assert graph.way[near.segment].tolist() == [1, 2, 1, 2]
    assert near.away_m[:2].round().tolist() == [33, 78]
    assert near.along_m[:2] == pytest.approx(graph.length_m[near.segment[:2]] / 4, rel=1e-3)
    assert len(graph.near(np.array([[106.125, 10.6003]]), 30).row) == 0


def test_a_graph_is_read_back_as_it_was_written(work: Path):
    graph = graph_of(town(), work)
    graph.save(work / "again.npz")
    again = StreetGraph.load(work / "again.npz")
    assert all(np.array_equal(getattr(graph, name), getattr(again, name)) for name in graph.__dataclass_fields__)


def test_strong_parts_are_what_reaches_each_other():
    chance = random.Random(5)
    for _ in range(60):
        nodes = chance.randrange(1, 9)
        edges = np.array([[chance.randrange(nodes) for _ in range(2)] for _ in range(chance.randrange(14))], np.int64)
        reach = np.eye(nodes, dtype=bool)
        for start, end in edges.reshape(-1, 2):
            reach[start, end] = True
        for middle in range(nodes):
            reach |= np.outer(reach[:, middle], reach[middle])
        part = strong_parts(nodes, *edges.reshape(-1, 2).T)
        assert np.array_equal(part[:, None] == part, reach & reach.T)
        assert (np.diff(np.bincount(part)) <= 0).all()
