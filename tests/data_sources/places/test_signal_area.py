"""Covered areas: what overlaps counts once, what lies elsewhere not at all, and what is drawn of them is light."""

import json
import random
from pathlib import Path

import pytest
import shapely
from boundary_files import write
from shapely.geometry import mapping, shape

from data_sources.places.signal_area import communes_of, drawn, joined, read_signal_area, shares
from domain.carriers import Claim
from domain.places.map_layer import ImportRefusedError

WEST, EAST = shapely.box(106.0, 10.5, 106.1, 10.6), shapely.box(106.1, 10.5, 106.2, 10.6)
COMMUNES = {"1": WEST, "2": EAST}


def test_overlapping_polygons_cover_once():
    both = [shapely.box(106.0, 10.5, 106.05, 10.6), shapely.box(106.02, 10.5, 106.05, 10.6)]
    assert shares(joined(both), COMMUNES) == pytest.approx({"1": 0.5, "2": 0.0})


def test_a_whole_commune_is_exactly_whole_and_nothing_is_more():
    assert shares(joined([shapely.box(105.9, 10.4, 106.1, 10.7)]), COMMUNES) == {"1": 1.0, "2": 0.0}


def test_what_lies_in_another_province_and_what_crosses_itself_is_counted():
    bow = shapely.Polygon([(106.0, 10.5), (106.1, 10.6), (106.1, 10.5), (106.0, 10.6)])
    area = joined([bow, shapely.box(108.0, 15.0, 108.1, 15.1), WEST])
    assert (area.polygons, area.mended, area.elsewhere) == (3, 1, 1)
    assert shares(area, COMMUNES)["1"] == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["area.geojson", "area.kml", "area.shp"])
def test_a_file_of_each_format_is_read(tmp_path: Path, name: str):
    half = shapely.box(106.0, 10.5, 106.05, 10.6)
    path = write(tmp_path / name, [{"ten": "4G", "shape": half}, {"ten": "4G", "shape": EAST}])
    assert shares(read_signal_area(path), COMMUNES) == pytest.approx({"1": 0.5, "2": 1.0})


def test_a_file_without_areas_is_refused_with_what_to_send(tmp_path: Path):
    path = write(tmp_path / "points.geojson", [{"ten": "trạm", "shape": shapely.Point(106.05, 10.55)}])
    with pytest.raises(ImportRefusedError) as refused:
        read_signal_area(path)
    assert refused.value.reason == "no_polygons"


def test_a_station_stands_in_one_commune_or_in_none():
    positions = [(106.05, 10.55), (106.15, 10.55), (106.1, 10.55), (107.0, 10.5)]
    assert communes_of(positions, COMMUNES) == ["1", "2", "1", ""]
    assert communes_of([], COMMUNES) == []


def test_what_is_drawn_is_the_land_of_communes_within_the_area_and_outside():
    covered, gap = map(shape, drawn(joined([shapely.box(105.0, 10.0, 106.05, 11.0)]), COMMUNES))
    assert covered.equals(shapely.box(106.0, 10.5, 106.05, 10.6))
    assert gap.equals(shapely.box(106.05, 10.5, 106.2, 10.6))


def test_without_a_gap_nothing_is_outside():
    _, gap = drawn(joined([WEST, EAST]), COMMUNES)
    assert gap == {"type": "MultiPolygon", "coordinates": []}


def test_three_hundred_ragged_polygons_stay_light_and_a_hole_of_a_hamlet_stays():
    chance = random.Random(18)
    ragged = [
        shapely.Point(chance.uniform(106.0, 106.2), chance.uniform(10.5, 10.6)).buffer(0.02).segmentize(0.0003)
        for _ in range(300)
    ]
    hamlet = shapely.box(106.09, 10.54, 106.1, 10.55)
    area = joined([one.difference(hamlet) for one in ragged])
    covered, gap = drawn(area, COMMUNES)
    assert len(json.dumps([covered, gap])) < 60_000
    assert shape(gap).contains(hamlet.centroid)
    assert not shape(covered).contains(hamlet.centroid)


def of_features(*features: tuple[dict[str, object], shapely.Geometry]) -> str:
    told = [{"type": "Feature", "properties": said, "geometry": mapping(where)} for said, where in features]
    return json.dumps({"type": "FeatureCollection", "features": told})


@pytest.mark.parametrize(
    ("east", "left_out"),
    [
        ({"technology": "5G"}, "5G"),
        ({"công nghệ": "NR"}, "5G"),
        ({"4G": 0, "5G": 1}, "5G"),
        ({"ten": "Viettel 3G"}, "3G"),
        ({"operator": "MobiFone"}, "MobiFone"),
        ({"nha_mang": "VinaPhone"}, "VNPT"),
        ({"phu_song": "Không"}, "không phủ sóng / not covered"),
        ({"covered": False}, "không phủ sóng / not covered"),
        ({"ten": "Vùng lõm sóng"}, "không phủ sóng / not covered"),
        ({"trang_thai": "Quy hoạch 2027"}, "dự kiến / planned"),
        ({"technology": "4G, 5G"}, ""),
        ({"ten": "Ấp 5, xã Bình Lập"}, ""),
        ({"operator": "Viettel"}, ""),
    ],
)
def test_what_a_polygon_says_of_another_network_or_of_a_gap_is_not_claimed(
    tmp_path: Path, east: dict[str, object], left_out: str
):
    path = tmp_path / "area.geojson"
    west: dict[str, object] = {"4G": 1, "5G": 0} if "4G" in east else {}
    path.write_text(of_features((west, WEST), (east, EAST)))
    area = read_signal_area(path, "", Claim(carrier="viettel", technology="4g"))
    assert area.others == ({left_out: 1} if left_out else {})
    assert shares(area, COMMUNES) == {"1": 1.0, "2": 0.0 if left_out else 1.0}


def test_folders_of_a_kml_are_told_apart_and_a_gap_is_cut_out_of_the_area_that_it_lies_in(tmp_path: Path):
    path, gap = tmp_path / "area.kml", shapely.box(106.05, 10.5, 106.1, 10.6)
    folders = "".join(f"<Folder><name>{name}</name>{_placemark(where)}</Folder>" for name, where in [
        ("Vùng phủ 4G", WEST), ("Vùng phủ 5G", EAST), ("Vùng lõm 4G", gap)])  # fmt: skip
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}</Document></kml>')
    area = read_signal_area(path, "", Claim(technology="4g"))
    assert shares(area, COMMUNES) == pytest.approx({"1": 0.5, "2": 0.0})
    assert area.others == {"5G": 1, "không phủ sóng / not covered": 1}


def _placemark(where: shapely.Polygon) -> str:
    ring = " ".join(f"{x},{y}" for x, y in where.exterior.coords)
    inner = f"<LinearRing><coordinates>{ring}</coordinates></LinearRing>"
    return f"<Placemark><name>A</name><Polygon><outerBoundaryIs>{inner}</outerBoundaryIs></Polygon></Placemark>"


@pytest.mark.parametrize("name", ["vung-phu-5G.geojson", "vnpt_4g.geojson"])
def test_a_file_that_is_called_by_another_network_is_refused(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_text(of_features(({}, WEST)))
    with pytest.raises(ImportRefusedError) as refused:
        read_signal_area(path, "", Claim(carrier="viettel", technology="4g"))
    assert refused.value.reason == "other_claim"
    assert "--technology" in refused.value.words.vi


def test_columns_of_strength_are_told_because_nobody_said_what_is_covered(tmp_path: Path):
    path = tmp_path / "area.geojson"
    path.write_text(of_features(({"RSRP_dBm": -85}, WEST), ({"RSRP_dBm": -125}, EAST)))
    assert read_signal_area(path).strengths == ["RSRP_dBm"]
