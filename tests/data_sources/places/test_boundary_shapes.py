"""Shapes of boundaries: joined, mended or refused, and drawn in bands."""

from pathlib import Path

import pytest
import shapely
from boundary_files import (
    COMMUNES,
    DISTRICTS,
    INNER,
    LAND,
    METRE,
    NEW,
    OLD,
    alike,
    read,
    refusal,
    rows,
    shapes_of,
    words_of,
    write,
)
from shapely import affinity

from data_sources.places.land_area import area_km2
from domain.places.map_layer import BANDS
from domain.places.territory import Level

pytestmark = pytest.mark.usefixtures("scratch")


# Several features for one unit


def halves(shape: shapely.Polygon) -> list[shapely.Geometry]:
    west, south, east, north = shape.bounds
    middle = (west + east) / 2
    boxes = (shapely.box(west, south, middle, north), shapely.box(middle, south, east, north))
    return [shape.intersection(box) for box in boxes]


def with_parts(code: str, parts: list[shapely.Geometry], *, coded: bool) -> list[dict[str, object]]:
    others = {other: shape for other, shape in DISTRICTS.items() if other != code}
    feature_rows = rows(others, OLD) + [rows({code: part}, OLD)[0] for part in parts]
    return feature_rows if coded else [{"ten": row["ten"], "shape": row["shape"]} for row in feature_rows]


@pytest.mark.parametrize("coded", [True, False])
def test_touching_parts_become_one_unit(tmp_path: Path, coded: bool):
    found = read(write(tmp_path / "a.geojson", with_parts("803", halves(DISTRICTS["803"]), coded=coded)))
    assert alike(found, DISTRICTS)
    assert "gộp 2 vùng" in words_of(found)


def test_separate_areas_of_one_name_need_the_code(tmp_path: Path):
    west, east = halves(DISTRICTS["803"])
    apart = [west, east.intersection(affinity.translate(east, 0.02, 0))]
    assert refusal(write(tmp_path / "a.geojson", with_parts("803", apart, coded=False))).reason == "ambiguous"
    assert read(write(tmp_path / "b.geojson", with_parts("803", apart, coded=True))).report.matched == 15


def test_two_shapes_over_each_other_for_one_unit_are_refused(tmp_path: Path):
    twice = [DISTRICTS["803"], affinity.translate(DISTRICTS["803"], 0.01, 0)]
    refused = refusal(write(tmp_path / "a.geojson", with_parts("803", twice, coded=True)))
    assert refused.reason == "unit_twice"
    assert "Huyện Bến Lức" in refused.words.vi


# Shapes that are mended or refused


def test_a_bow_tie_is_refused_by_name(tmp_path: Path):
    west, south, east, north = DISTRICTS["803"].bounds
    bow_tie = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    refused = refusal(write(tmp_path / "a.geojson", rows(DISTRICTS | {"803": bow_tie}, OLD)))
    assert refused.reason == "invalid_polygon"
    assert "Huyện Bến Lức" in refused.words.vi


def test_a_spike_and_a_small_loop_are_mended_and_told(tmp_path: Path):
    whole = max(shapely.get_parts(DISTRICTS["803"]), key=shapely.area)
    points = list(whole.exterior.coords)
    x, y = points[0]
    loop = [(x + 2e-3, y + 1e-3), (x + 2e-3, y - 1e-3), (x, y + 1e-3)]
    drawn = shapely.Polygon([points[0], *loop, *points[1:]])
    assert not drawn.is_valid
    found = read(write(tmp_path / "a.geojson", rows(DISTRICTS | {"803": drawn}, OLD)))
    assert [note.code for note in found.report.mended] == ["803"]
    assert all(shape.is_valid for shape in shapes_of(found, 2).values())


@pytest.mark.parametrize(
    "broken", ["POLYGON ((106 10.5, 106.1 10.6, 106 10.5))", "POLYGON EMPTY", "POINT (106.2 10.6)"]
)
def test_a_unit_without_an_area_is_refused(tmp_path: Path, broken: str):
    path = write(tmp_path / "a.geojson", rows(DISTRICTS | {"803": shapely.from_wkt(broken)}, OLD))
    refused = refusal(path)
    assert refused.reason in ("invalid_polygon", "incomplete")
    assert "Huyện Bến Lức" in refused.words.vi


def test_a_shared_strip_is_divided_and_a_large_one_refused(tmp_path: Path):
    def overlapping(metres: float) -> list[dict[str, object]]:
        return rows(DISTRICTS | {"803": DISTRICTS["803"].buffer(metres * METRE)}, OLD)

    found = read(write(tmp_path / "a.geojson", overlapping(20)))
    assert found.report.counts["overlap_km2"] > 0.1
    assert "chồng nhau" in words_of(found)
    assert refusal(write(tmp_path / "b.geojson", overlapping(3_000))).reason == "overlapping"


def test_slivers_are_closed_and_real_holes_left(tmp_path: Path):
    inner = COMMUNES[INNER].buffer(-2 * METRE)
    found = read(write(tmp_path / "a.geojson", rows(COMMUNES | {INNER: inner}, NEW)), NEW, Level.COMMUNE)
    assert found.report.counts["filled_km2"] > 0.01
    assert "khe hở" in words_of(found)
    assert found.report.counts["holes_km2"] == 0
    lake = max(shapely.get_parts(DISTRICTS["803"]), key=shapely.area).centroid.buffer(0.01)
    holed = DISTRICTS | {"803": DISTRICTS["803"].difference(lake)}
    found = read(write(tmp_path / "b.geojson", rows(holed, OLD)))
    assert found.report.counts["holes_km2"] > 3
    assert alike(found, holed)


def test_a_sliver_that_is_open_to_the_outside_is_closed_too(tmp_path: Path):
    outer = next(c for c, s in COMMUNES.items() if shapely.intersection(s.boundary, LAND.boundary).length > 0.05)
    inner = COMMUNES[outer].buffer(-4 * METRE)
    found = read(write(tmp_path / "a.geojson", rows(COMMUNES | {outer: inner}, NEW)), NEW, Level.COMMUNE)
    assert found.report.counts["filled_km2"] > 0.01
    for band in range(3):
        assert shapely.get_num_geometries(shapely.union_all(list(shapes_of(found, band).values()))) == 1
    measured, _ = found.report.areas_km2[outer]
    assert measured < area_km2(COMMUNES[outer]), "the outer edge stays where the file has it"


def test_areas_far_from_the_official_ones_are_told_or_refused(tmp_path: Path):
    shrunk = COMMUNES | {"27694": affinity.scale(COMMUNES["27694"], 0.8, 0.8)}
    found = read(write(tmp_path / "a.geojson", rows(shrunk, NEW)), NEW, Level.COMMUNE)
    assert "diện tích" in words_of(found)
    assert "số chính thức 34,80 km² (" in words_of(found), "as numbers are written in Vietnamese"
    measured, official = found.report.areas_km2["27694"]
    assert official == 34.8
    assert 0 < measured < 1_000
    small = {code: affinity.scale(shape, 0.8, 0.8) for code, shape in COMMUNES.items()}
    assert refusal(write(tmp_path / "b.geojson", rows(small, NEW)), NEW, Level.COMMUNE).reason == "area_off"


def test_points_and_lines_are_refused_and_label_points_left_out(tmp_path: Path):
    labels = {code: shape.centroid for code, shape in DISTRICTS.items()}
    assert refusal(write(tmp_path / "a.geojson", rows(labels, OLD))).reason == "no_polygons"
    lines = {code: shape.boundary for code, shape in DISTRICTS.items()}
    assert refusal(write(tmp_path / "b.gpkg", rows(lines, OLD))).reason == "no_polygons"
    found = read(write(tmp_path / "c.geojson", rows(DISTRICTS, OLD) + rows(labels, OLD)))
    assert alike(found, DISTRICTS)
    assert "15 đối tượng không có vùng" in words_of(found)


# Bands


def test_every_band_is_a_clean_coverage_and_coarser_than_the_next(tmp_path: Path):
    found = read(write(tmp_path / "a.geojson", rows(COMMUNES, NEW)), NEW, Level.COMMUNE)
    assert set(found.shapes) == set(range(len(BANDS) + 1))
    vertices = []
    for band in found.shapes:
        shapes = list(shapes_of(found, band).values())
        assert all(shape.is_valid and shape.area > 0 for shape in shapes)
        assert shapely.coverage_is_valid(shapes)
        vertices.append(int(shapely.get_num_coordinates(shapes).sum()))
        assert found.report.counts[f"vertices_band_{band}"] == vertices[-1]
    assert vertices == sorted(vertices)
    assert vertices[0] < vertices[-1] / 2
    off = max(shapely.hausdorff_distance(shape, COMMUNES[code]) / METRE for code, shape in shapes_of(found, 2).items())
    assert off < 5
    assert found.box == pytest.approx(tuple(shapely.total_bounds(list(COMMUNES.values()))), abs=1e-6)
