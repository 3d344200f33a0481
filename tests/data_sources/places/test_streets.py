"""Streets from .osm.pbf files: tiles, graph and refusals, on files written here and on a real extract."""

import json
import os
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pyogrio
import pytest
import shapely
from osmium.osm.mutable import Node, Relation, Way
from pmtiles.reader import MmapSource, Reader

from data_sources.places.osm.tags import clean, name, street
from data_sources.places.streets import ATTRIBUTION, Streets, read_streets
from domain.places.map_layer import Box, ImportRefusedError
from domain.text import Text
from streets.graph import StreetGraph, strong_parts

REALDATA = Path(os.environ.get("IOC_REALDATA", Path(__file__).parents[4] / "shared" / "realdata"))
BOX: Box = (106.0, 10.5, 106.5, 10.9)
ROAD = {"highway": "residential"}
Tags = Mapping[str, str]


class File:
    """An OSM file in the making: nodes by (lon, lat), ways by node numbers, relations by way numbers."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.ways: list[Way] = []
        self.relations: list[Relation] = []

    def node(self, lon: float, lat: float, number: int | None = None) -> int:
        number = number or len(self.nodes) + 1
        self.nodes.append(Node(id=number, location=(lon, lat), user="ten-nguoi-ve", uid=7, changeset=9, version=3))
        return number

    def way(self, nodes: Sequence[int], tags: Tags = ROAD) -> int:
        self.ways.append(Way(id=len(self.ways) + 1, nodes=nodes, tags=dict(tags), user="ten-nguoi-ve", uid=7))
        return len(self.ways)

    def line(self, *places: tuple[float, float], tags: Tags = ROAD) -> int:
        return self.way([self.node(*place) for place in places], tags)

    def ring(self, west: float, south: float, east: float, north: float, tags: Tags) -> int:
        corners = [self.node(*c) for c in ((west, south), (east, south), (east, north), (west, north))]
        return self.way([*corners, corners[0]], tags)

    def relation(self, ways: Sequence[int], tags: Tags) -> None:
        members = [("w", way, "outer") for way in ways]
        self.relations.append(
            Relation(id=len(self.relations) + 1, members=members, tags={"type": "multipolygon", **tags})
        )

    def write(self, path: Path, options: str = "pbf") -> Path:
        with osmium.SimpleWriter(osmium.io.File(str(path), options)) as writer:
            for thing in (*self.nodes, *self.ways, *self.relations):
                writer.add(thing)
        return path


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def silent(stage: Text, share: float) -> None:
    """Nobody listens to the progress."""


def read(file: File, work: Path, box: Box | None = BOX) -> Streets:
    path = file.write(work.parent / "streets.osm.pbf")
    try:
        return read_streets(path, box=box, work=work, progress=silent)
    finally:
        path.unlink()


def graph_of(file: File, work: Path, box: Box = BOX) -> StreetGraph:
    return StreetGraph.load(read(file, work, box).graph)


def drawn(streets: Streets, layer: str = "streets", zoom: int = 14) -> list[dict[str, Any]]:
    """Properties and geometry of what a zoom's tiles hold, read by GDAL."""
    if layer not in pyogrio.list_layers(streets.tiles)[:, 0]:
        return []
    meta, _, shapes, columns = pyogrio.raw.read(streets.tiles, layer=layer, ZOOM_LEVEL=zoom)
    fields = [str(field) for field in meta["fields"]]
    rows = [dict(zip(fields, values, strict=True)) for values in zip(*columns, strict=True)]
    for row, shape in zip(rows, shapes, strict=True):
        row["shape"] = shapely.from_wkb(shape)
        row.pop("mvt_id", None)
    return rows


# --- the real extract -------------------------------------------------------------------------------------------------


@pytest.fixture
def saigon() -> Path:
    path = REALDATA / "geo" / "osm_hcmc_centre" / "hcmc_centre.osm.pbf"
    if not path.exists():
        pytest.skip(f"BỎ QUA: không có {path} / the real extract is absent: set IOC_REALDATA")
    return path


@pytest.mark.realdata
def test_the_real_extract_gives_the_graph_that_was_counted_independently(saigon: Path, work: Path):
    streets = read_streets(saigon, box=None, work=work, progress=silent)
    counts = streets.report.counts
    assert (counts["nodes"], counts["streets"], counts["one_way"]) == (5_738, 395, 84)
    assert (counts["graph_nodes"], counts["graph_edges"], counts["largest_part"]) == (511, 1_013, 448)
    assert counts["graph_km"] == pytest.approx(59.1, abs=0.05)
    graph = StreetGraph.load(streets.graph)
    assert (graph.nodes, int((~graph.against).sum()), int((graph.node_part == 0).sum())) == (511, 1_013, 448)


@pytest.mark.realdata
def test_every_street_name_of_the_real_extract_is_in_the_tiles(saigon: Path, work: Path):
    ways = osmium.FileProcessor(str(saigon)).with_filter(osmium.filter.KeyFilter("highway"))
    written = {way.tags.get("name") for way in ways if way.is_way()}
    assert len(written) == 125, "124 names, and the streets that have none"
    streets = read_streets(saigon, box=None, work=work, progress=silent)
    assert {row["name"] for row in drawn(streets)} == written


# --- tiles ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("highway", "kind", "first"),
    [
        ("trunk", "trunk", 7),
        ("primary", "primary", 7),
        ("primary_link", "primary", 11),
        ("secondary", "secondary", 9),
        ("tertiary", "tertiary", 11),
        ("unclassified", "residential", 13),
        ("service", "service", 13),
        ("footway", "path", 14),
    ],
)
def test_a_class_appears_from_its_zoom(highway: str, kind: str, first: int, work: Path):
    file = File()
    file.line((106.05, 10.6), (106.35, 10.8), tags={"highway": highway})
    streets = read(file, work)
    assert {row["class"] for row in drawn(streets, zoom=first)} == {kind}
    assert first == 7 or not drawn(streets, zoom=first - 1)


def test_tiles_hold_name_class_and_oneway_and_nothing_else(work: Path):
    file = File()
    file.line((106.1, 10.6), (106.2, 10.7), tags={**ROAD, "name": "Hùng Vương", "operator": "x", "oneway": "yes"})
    rows = drawn(read(file, work))
    assert {frozenset(row) for row in rows} == {frozenset({"shape", "name", "class", "oneway"})}
    assert {(row["name"], row["class"], bool(row["oneway"])) for row in rows} == {("Hùng Vương", "residential", True)}


def test_the_attribution_is_in_the_tiles_and_no_path_of_this_machine(work: Path):
    file = File()
    file.line((106.1, 10.6), (106.2, 10.7))
    with read(file, work).tiles.open("rb") as tiles:
        metadata = Reader(MmapSource(tiles)).metadata()
    assert metadata["attribution"] == ATTRIBUTION == "© OpenStreetMap contributors"
    assert "/" not in metadata["generator_options"]


def test_equal_files_give_equal_bytes(tmp_path: Path):
    made = []
    for number in (1, 2):
        work = tmp_path / str(number)
        work.mkdir()
        streets = read(town(), work)
        made.append((streets.tiles.read_bytes(), streets.graph.read_bytes()))
    assert made[0] == made[1]


def town(size: int = 12) -> File:
    """A grid of streets with names, every other one-way."""
    file = File()
    grid = [[file.node(106.1 + 0.002 * x, 10.6 + 0.002 * y) for x in range(size)] for y in range(size)]
    for number in range(size):
        one_way = {"oneway": "yes"} if number % 2 else {}
        file.way(grid[number], {**ROAD, **one_way, "name": f"Đường {number}"})
        file.way([row[number] for row in grid], {"highway": "tertiary", "name": f"Phố {number}"})
    return file


def test_a_river_of_several_ways_with_an_island_is_one_area_with_a_hole(work: Path):
    file = File()
    file.line((106.1, 10.51), (106.2, 10.51))
    a, b, c, d = (file.node(*p) for p in ((106.1, 10.6), (106.3, 10.6), (106.3, 10.8), (106.1, 10.8)))
    banks = [file.way([a, b, c], {}), file.way([c, d, a], {})]
    island = file.ring(106.15, 10.65, 106.2, 10.7, {})
    file.relation([*banks, island], {"natural": "water", "water": "river", "name": "Vàm Cỏ Tây"})
    rows = drawn(read(file, work), "water", zoom=7)
    water = shapely.union_all([row["shape"] for row in rows])
    assert {(row["class"], row["name"]) for row in rows} == {("river", "Vàm Cỏ Tây")}
    assert water.contains(to_mercator(106.25, 10.75))
    assert not water.contains(to_mercator(106.17, 10.67))


def to_mercator(lon: float, lat: float) -> shapely.Point:
    """Web Mercator metres, in which GDAL gives tiles."""
    radius = 6_378_137.0
    return shapely.Point(radius * np.radians(lon), radius * np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)))


def test_a_water_that_reaches_beyond_the_box_is_cut_there_and_one_that_never_closes_is_left_out(work: Path):
    file = File()
    file.line((106.1, 10.51), (106.2, 10.51))
    file.relation([file.ring(105.0, 10.6, 106.1, 10.7, {})], {"natural": "water", "name": "Hồ"})
    file.relation([file.line((106.2, 10.6), (106.3, 10.6), tags={}), 999], {"natural": "water", "name": "Hở"})
    rows = drawn(read(file, work), "water", zoom=7)
    assert {row["name"] for row in rows} == {"Hồ"}
    west = min(row["shape"].bounds[0] for row in rows)
    assert west == pytest.approx(to_mercator(BOX[0], 10.6).x, abs=200)


def test_a_bow_tie_pond_is_mended_and_canals_are_lines(work: Path):
    file = File()
    corners = [file.node(*p) for p in ((106.1, 10.6), (106.2, 10.7), (106.2, 10.6), (106.1, 10.7))]
    file.way([*corners, corners[0]], {"natural": "water"})
    file.line((106.1, 10.55), (106.2, 10.55), tags={"waterway": "canal", "name": "Kênh Bảo Định"})
    file.line((106.1, 10.52), (106.2, 10.52), tags={"waterway": "stream", "tunnel": "culvert"})
    file.line((106.1, 10.51), (106.2, 10.51))
    streets = read(file, work)
    assert streets.report.counts["waters"] == 2
    assert {row["class"] for row in drawn(streets, "water")} == {"lake", "canal"}


def test_a_water_with_a_point_the_file_does_not_place_is_left_out(work: Path):
    file = File()
    file.line((106.1, 10.51), (106.2, 10.51))
    a, b, c = (file.node(*p) for p in ((106.1, 10.6), (106.2, 10.6), (106.2, 10.7)))
    file.way([a, b, 777, c, a], {"natural": "water"})
    assert read(file, work).report.counts["waters"] == 0


# --- the graph --------------------------------------------------------------------------------------------------------


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


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"name": "Hu\u0300ng Vu\u031bo\u031bng"}, "Hùng Vương"),
        ({"name": "  Lê\tLợi\n\x00\u202e "}, "Lê Lợi"),
        ({"name": "<b>30/4</b>"}, "<b>30/4</b>"),
        ({"name": "ផ្លូវ", "name:vi": "Đường biên giới"}, "Đường biên giới"),
        ({"name": "ផ្លូវ"}, ""),
        ({"name": "\u200b", "ref": "ĐT.818"}, "ĐT.818"),
        ({"name": "Võ Thị Sáu", "name:vi": "Đường Võ Thị Sáu"}, "Võ Thị Sáu"),
        ({}, ""),
    ],
)
def test_names_as_people_read_them(tags: Tags, expected: str):
    assert name(tags) == expected


def test_a_huge_name_is_cut_and_quickly():
    assert len(clean("ế" * 5_000_000)) == 100


def test_a_nameless_street_has_no_name_at_all():
    found = street({"highway": "residential", "name": ""})
    assert found is not None
    assert found.name == ""


# --- what is refused --------------------------------------------------------------------------------------------------


def refusal(path: Path, work: Path, box: Box | None = BOX) -> ImportRefusedError:
    """How the file is refused; nothing may be left behind."""
    with pytest.raises(ImportRefusedError) as refused:
        read_streets(path, box=box, work=work, progress=silent)
    assert list(work.iterdir()) == []
    assert refused.value.words.vi
    assert refused.value.words.en
    return refused.value


@pytest.mark.parametrize("kept", [0, 3, 10, 60, 0.3, 0.7, -1])
def test_a_file_that_was_cut_off_is_refused(kept: float, work: Path):
    whole = town(40).write(work.parent / "whole.osm.pbf").read_bytes()
    size = int(kept * len(whole)) if 0 < kept < 1 else int(kept) % len(whole)
    path = work.parent / "cut.osm.pbf"
    path.write_bytes(whole[:size])
    assert refusal(path, work).reason == "truncated"


def test_a_damaged_file_is_refused(work: Path):
    path = town(40).write(work.parent / "whole.osm.pbf")
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 50):
        data[at] ^= 0x55
    path.write_bytes(data)
    assert refusal(path, work).reason == "broken"


def test_text_that_is_not_utf8_is_refused(work: Path):
    file = File()
    file.line((106.1, 10.6), (106.2, 10.6), tags={**ROAD, "name": "QZQZQZ"})
    path = file.write(work.parent / "legacy.osm.pbf", "pbf,pbf_compression=none")
    path.write_bytes(path.read_bytes().replace(b"QZQZQZ", b"\xd7\xec\xff\xfe\xb5\xe2"))
    assert refusal(path, work).reason == "broken"


@pytest.mark.parametrize(
    "content", [json.dumps({"type": "FeatureCollection"}).encode(), b"PK\x03\x04" * 99, b"\0" * 99]
)
def test_another_kind_of_file_is_refused(content: bytes, work: Path):
    path = work.parent / "other.osm.pbf"
    path.write_bytes(content)
    assert refusal(path, work).reason == "not_osm"


def test_a_file_that_is_not_there_is_refused(work: Path):
    assert refusal(work.parent / "none.osm.pbf", work).reason == "unreadable"


def test_a_file_outside_the_box_is_refused_with_the_box_it_has(work: Path):
    file = File()
    file.line((24.9, 60.1), (24.95, 60.2))
    refused = refusal(file.write(work.parent / "helsinki.osm.pbf"), work, box=None)
    assert refused.reason == "outside"
    assert "24.9000,60.1000,24.9500,60.2000" in refused.words.vi


def test_a_file_without_streets_is_refused(work: Path):
    file = File()
    file.ring(106.1, 10.6, 106.2, 10.7, {"building": "yes"})
    assert refusal(file.write(work.parent / "houses.osm.pbf"), work).reason == "no_streets"
    assert refusal(File().write(work.parent / "empty.osm.pbf"), work).reason == "no_streets"


@pytest.mark.parametrize(
    "box",
    [(106.5, 10.5, 106.0, 10.9), (0.0, 0.0, 0.0, 0.0), (float("nan"), 10.5, 106.5, 10.9), (-181.0, 0.0, 1.0, 1.0)],
)
def test_a_box_that_is_none_is_refused(box: Box, work: Path):
    assert refusal(town().write(work.parent / "town.osm.pbf"), work, box=box).reason == "bad_box"


def test_progress_only_grows_and_ends_at_one(work: Path):
    told: list[float] = []
    path = town().write(work.parent / "town.osm.pbf")
    read_streets(path, box=BOX, work=work, progress=lambda stage, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert sorted(p.name for p in work.iterdir()) == ["streets.npz", "streets.pmtiles"]


@pytest.mark.parametrize("stage", ["Đọc tệp", "Dựng mạng đường", "Dựng ô bản đồ"])
def test_an_import_stopped_midway_leaves_nothing(stage: str, work: Path):
    def stop(words: Text, share: float) -> None:
        if words.vi == stage:
            raise KeyboardInterrupt

    path = town().write(work.parent / "town.osm.pbf")
    with pytest.raises(KeyboardInterrupt):
        read_streets(path, box=BOX, work=work, progress=stop)
    assert list(work.iterdir()) == []
