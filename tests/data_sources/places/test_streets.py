"""Streets from .osm.pbf files: tiles, graph and refusals, on files written here and on a real extract."""

import os
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from osm_file import BOX, ROAD, File, drawn, read, silent, town
from pmtiles.reader import MmapSource, Reader

from data_sources.places.streets import ATTRIBUTION, read_streets
from streets.graph import StreetGraph

REALDATA = Path(os.environ.get("IOC_REALDATA", Path(__file__).parents[4] / "shared" / "realdata"))


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
