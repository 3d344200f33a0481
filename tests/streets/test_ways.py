"""Shortest ways and the table that remembers them: right on any net, bounded in memory, for one net only."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from street_fixtures import graph, places, town

from streets.graph import StreetGraph
from streets.path_table import PathTable
from streets.ways import AGAINST_COSTS, Ways

CORNERS = [(x * 130.0, y * 70.0) for x in range(3) for y in range(3)]


def shortest(net: StreetGraph) -> np.ndarray:
    """Metres between all nodes (Floyd and Warshall), against one-way streets at their price."""
    metres = np.full((net.nodes, net.nodes), np.inf)
    np.fill_diagonal(metres, 0.0)
    for edge in range(2 * net.segments):
        cost = net.length_m[edge // 2] * (AGAINST_COSTS if net.against[edge] else 1.0)
        a, b = net.edge_from[edge], net.edge_to[edge]
        metres[a, b] = min(metres[a, b], cost)
    for k in range(net.nodes):
        metres = np.minimum(metres, metres[:, k, None] + metres[None, k])
    return metres


def cost(ways: Ways, start: int, end: int, most_m: float) -> float:
    return float(ways.costs(np.array([start]), np.array([end]), np.array([most_m]))[0])


@st.composite
def nets(draw: st.DrawFn) -> StreetGraph:
    """Streets between any two of nine corners, some of them one-way, not always connected."""
    pairs = st.tuples(st.sampled_from(CORNERS), st.sampled_from(CORNERS)).filter(lambda pair: pair[0] != pair[1])
    streets = draw(st.lists(pairs, min_size=1, max_size=16))
    return graph(streets, frozenset(draw(st.sets(st.integers(0, len(streets) - 1)))))


asked = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.floats(0, 900)), min_size=1, max_size=12)


@settings(max_examples=examples(150))
@given(nets(), st.lists(asked, min_size=1, max_size=5), st.sampled_from([1, 20, 10_000]))
def test_the_table_knows_the_shortest_ways_of_any_net_whatever_was_asked_before(
    net: StreetGraph, batches: list[list[tuple[int, int, float]]], entries_kept: int
):
    ways, true = Ways(net, entries_kept=entries_kept), shortest(net)
    for batch in batches:
        starts, ends, most_m = (np.array(each) for each in zip(*batch, strict=True))
        starts, ends = starts % net.nodes, ends % net.nodes
        found = ways.costs(starts, ends, most_m)
        expected = true[starts, ends]
        within = expected <= most_m
        assert found[within] == pytest.approx(expected[within])
        assert all(f == np.inf or f == pytest.approx(e) for f, e in zip(found[~within], expected[~within], strict=True))


@settings(max_examples=examples(100))
@given(nets(), st.integers(0, 8), st.integers(0, 8), st.sampled_from([1, 10_000]))
def test_the_edges_of_a_way_join_and_add_up_to_its_cost(net: StreetGraph, start: int, end: int, entries_kept: int):
    start, end = start % net.nodes, end % net.nodes
    ways, metres = Ways(net, entries_kept=entries_kept), shortest(net)[start, end]
    if metres == np.inf:
        with pytest.raises(KeyError):
            ways.edges(start, end, 5_000.0)
        return
    edges = ways.edges(start, end, metres + 1e-6)
    stations = [start, *(int(net.edge_to[edge]) for edge in edges)]
    assert stations[-1] == end
    assert [int(net.edge_from[edge]) for edge in edges] == stations[:-1]
    spent = sum(net.length_m[edge // 2] * (AGAINST_COSTS if net.against[edge] else 1.0) for edge in edges)
    assert spent == pytest.approx(metres)


def test_a_one_way_street_is_left_for_a_way_round_up_to_three_times_as_long():
    corners = [(0.0, 0.0), (400.0, 0.0), (400.0, 50.0), (0.0, 50.0)]
    block = [(corners[0], corners[1]), (corners[1], corners[2]), (corners[3], corners[2]), (corners[0], corners[3])]
    ways = Ways(graph(block, frozenset({0})))
    start, end = int(ways.graph.start[0]), int(ways.graph.end[0])
    assert cost(ways, end, start, 2_000) == pytest.approx(50 + 400 + 50)
    assert cost(ways, start, end, 2_000) == pytest.approx(400)
    alone = Ways(graph(block[:1], frozenset({0})))
    assert cost(alone, 1, 0, 2_000) == pytest.approx(3 * 400), "crews do drive against it: never impossible"


def test_the_table_is_bounded_and_answers_the_same_after_beginning_anew():
    kept = 40
    ways, free = Ways(town(), entries_kept=kept), Ways(town())
    nodes, most = np.arange(ways.graph.nodes), 0
    for start in nodes:
        starts = np.full(len(nodes), start)
        far = np.full(len(nodes), 400.0)
        assert ways.costs(starts, nodes, far).tolist() == free.costs(starts, nodes, far).tolist()
        most = max(most, len(ways.table))
        # Forgotten ways are found again.
        assert ways.edges(0, 1, 400.0) == free.edges(0, 1, 400.0)
    assert len(free.table) > 10 * kept
    assert most < kept + len(nodes), "more than one search beyond what is kept"


def test_what_is_known_is_not_searched_again():
    ways = Ways(town())
    far = np.full(36, 600.0)
    ways.costs(np.zeros(36, int), np.arange(36), far)
    size = len(ways.table)
    ways.search = None  # type: ignore[assignment, method-assign]
    assert cost(ways, 0, 35, 600.0) == np.inf
    assert cost(ways, 0, 5, 600.0) == pytest.approx(500)
    assert len(ways.table) == size


def test_another_net_has_ways_of_its_own():
    corners = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
    round_ = [(corners[0], corners[3]), (corners[3], corners[2]), (corners[2], corners[1])]
    before, after = Ways(graph(round_)), Ways(graph([*round_, (corners[0], corners[1])]))
    ends = places(corners[0], corners[1])
    assert before.between(ends[0], ends[1], 1_000) == pytest.approx(300)
    assert after.between(ends[0], ends[1], 1_000) == pytest.approx(100)
    a, b = 0, 2
    assert cost(before, a, b, 1_000) == pytest.approx(300)
    assert cost(after, a, b, 1_000) == pytest.approx(100)


def test_a_table_holds_what_was_put_in_while_it_grows_and_nothing_else():
    chance = np.random.default_rng(4)
    table, nodes = PathTable(1_000), 1_000
    keys = chance.choice(nodes * nodes, 30_000, replace=False)
    for some in np.array_split(keys, 7):
        table.add(some // nodes, some % nodes, some * 0.5, some % 911)
    table.add(keys[:100] // nodes, keys[:100] % nodes, keys[:100] * 0.25, keys[:100] % 7)
    assert len(table) == len(keys)
    assert table.costs(keys // nodes, keys % nodes).tolist() == [*(keys[:100] * 0.25), *(keys[100:] * 0.5)]
    assert table.edge(int(keys[5]) // nodes, int(keys[5]) % nodes) == keys[5] % 7
    absent = np.setdiff1d(chance.integers(0, nodes * nodes, 5_000), keys)
    assert np.isinf(table.costs(absent // nodes, absent % nodes)).all()
    assert table.edge(int(absent[0]) // nodes, int(absent[0]) % nodes) is None


def test_a_net_of_more_nodes_than_pairs_of_them_have_32_bits_keeps_its_ways_apart():
    """The streets a province imports number their nodes in 32 bits; pairs of 50,000 nodes need more."""
    count = 50_000
    chain = [(10.0 * i, 0.0) for i in range(count)]
    net = graph(list(pairwise(chain)))
    net = replace(net, start=net.start.astype(np.int32), end=net.end.astype(np.int32))
    ways = Ways(net)
    assert cost(ways, count - 9, count - 5, 100.0) == pytest.approx(40)
    assert ways.edges(count - 9, count - 5, 100.0) == [2 * (count - 9 + i) for i in range(4)]
    table, many = PathTable(100_000), np.array([99_990, 57_041], np.int32)
    # Two pairs alike in their lower 32 bits.
    starts, ends = many, np.array([67_296, 0], np.int32)
    table.add(starts, ends, np.array([1.0, 2.0]), np.array([3, 4]))
    assert table.costs(starts, ends).tolist() == [1.0, 2.0]
    assert [table.edge(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)] == [3, 4]
