"""Boundaries from files of every format: complete and in place, or refused with a reason and without a trace."""

from pathlib import Path

import numpy as np
import orjson
import pytest
import shapely
from boundary_files import (
    DISTRICTS,
    METRE,
    OLD,
    alike,
    moved,
    read,
    refusal,
    rows,
    shapefile_parts,
    shapes_of,
    topojson,
    words_of,
    write,
    zipped,
)
from pyproj import CRS
from shapely import affinity

from domain.places.map_layer import ByHand

pytestmark = pytest.mark.usefixtures("scratch")


@pytest.mark.parametrize("suffix", [".geojson", ".shp", ".gpkg", ".kml", ".kmz", ".fgb"])
def test_every_format_gives_all_fifteen(tmp_path: Path, suffix: str):
    found = read(write(tmp_path / f"ranh giới{suffix}", rows(DISTRICTS, OLD)))
    assert (found.report.matched, found.report.expected) == (15, 15)
    assert alike(found, DISTRICTS)
    assert found.report.unmatched == ()


def test_newline_separated_geojson_gives_all_fifteen(tmp_path: Path):
    collection = orjson.loads(write(tmp_path / "a.geojson", rows(DISTRICTS, OLD)).read_bytes())
    (tmp_path / "b.geojsonl").write_bytes(b"\n".join(map(orjson.dumps, collection["features"])))
    assert alike(read(tmp_path / "b.geojsonl"), DISTRICTS)


def test_topojson_gives_all_fifteen(tmp_path: Path):
    found = read(topojson(tmp_path / "a.topojson", rows(DISTRICTS, OLD)))
    assert alike(found, DISTRICTS)
    assert "WGS 84" in words_of(found)


def test_a_zip_of_a_shapefile_or_of_a_geojson(tmp_path: Path):
    shape = write(tmp_path / "huyen.shp", rows(DISTRICTS, OLD))
    upper = zipped(tmp_path / "a.zip", shapefile_parts(shape), lambda name: f"bản đồ/{name.upper()}")
    assert alike(read(upper), DISTRICTS)
    plain = write(tmp_path / "b.geojson", rows(DISTRICTS, OLD))
    assert alike(read(zipped(tmp_path / "b.zip", [plain])), DISTRICTS)


def test_three_dimensions_become_two(tmp_path: Path):
    high = {code: shapely.force_3d(shape, 12.5) for code, shape in DISTRICTS.items()}
    found = read(write(tmp_path / "a.gpkg", rows(high, OLD)))
    assert not any(shape.has_z for shape in shapes_of(found, 2).values())


def test_the_layer_with_the_units_is_found_among_others(tmp_path: Path):
    path = tmp_path / "tinh.gpkg"
    write(path, [{"ten": "Sông Vàm Cỏ", "shape": shapely.box(106, 10.5, 106.2, 10.6)}], layer="song")
    write(path, rows(DISTRICTS, OLD), layer="huyen", append=True)
    assert alike(read(path), DISTRICTS)
    assert alike(read(path, by_hand=ByHand(layer="huyen", name_field="ten", code_field="ma")), DISTRICTS)
    assert refusal(path, by_hand=ByHand(layer="song")).reason == "no_names"
    assert "song, huyen" in refusal(path, by_hand=ByHand(layer="đường")).words.vi
    assert refusal(path, by_hand=ByHand(name_field="tên")).reason == "no_field"


def test_the_folders_of_a_kml_are_read_together(tmp_path: Path):
    feature_rows = rows(DISTRICTS, OLD)
    path = tmp_path / "a.kml"
    write(path, feature_rows[:6], layer="phía tây")
    east = write(tmp_path / "b.kml", feature_rows[6:], layer="phía đông").read_text("utf-8")
    folders = east[east.index("<Schema") : east.index("</Document>")]
    path.write_text(path.read_text("utf-8").replace("</Document>", f"{folders}</Document>"), "utf-8")
    assert alike(read(path), DISTRICTS)


# Coordinates


@pytest.mark.parametrize("code", [9210, 9209, 5897, 3405, 4756, 32648, 3857])
def test_declared_systems_come_to_wgs84_within_metres(tmp_path: Path, code: int):
    shapes = shapes_of(read(write(tmp_path / "a.shp", rows(DISTRICTS, OLD), crs=f"EPSG:{code}")), 2)
    off = max(abs(np.subtract(shapes[code].bounds, DISTRICTS[code].bounds)).max() for code in DISTRICTS)
    # Band 2 moves a vertex by up to 2 m; the datum shift that must not be skipped is 226 m.
    assert off < 5 * METRE


def test_degrees_without_a_system_are_taken_with_a_remark(tmp_path: Path):
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD))
    path.with_suffix(".prj").unlink()
    assert "EPSG:4756" in words_of(read(path))
    shifted = shapes_of(read(path, by_hand=ByHand(crs="EPSG:4756")), 2)
    moved_by = shapely.distance(shifted["794"].centroid, DISTRICTS["794"].centroid) / METRE
    assert 200 < moved_by < 250


def test_metres_without_a_system_are_refused_and_the_one_zone_that_fits_is_named(tmp_path: Path):
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD), crs="EPSG:9210")
    path.with_suffix(".prj").unlink()
    refused = refusal(path)
    assert refused.reason == "crs_missing"
    assert "hãy thử khai hệ toạ độ EPSG:9210" in refused.words.vi
    assert alike(read(path, by_hand=ByHand(crs="EPSG:9210")), DISTRICTS)


@pytest.mark.parametrize("crs", ["EPSG:9212", "EPSG:32648", "EPSG:4326"])
def test_a_wrongly_declared_system_is_refused_and_the_right_one_named(tmp_path: Path, crs: str):
    feature_rows = rows(DISTRICTS, OLD)
    for row, shape in zip(feature_rows, moved(np.array(list(DISTRICTS.values())), "EPSG:9210"), strict=True):
        row["shape"] = shape
    path = write(tmp_path / "a.geojson", feature_rows, crs=None)
    refused = refusal(path, by_hand=ByHand(crs=crs))
    assert refused.reason == "crs_elsewhere"
    assert "EPSG:9210" in refused.words.vi


@pytest.mark.parametrize("code", [4326, 9210])
def test_swapped_axes_are_refused_and_named(tmp_path: Path, code: int):
    shapes = moved(np.array(list(DISTRICTS.values())), f"EPSG:{code}")
    swapped = dict(zip(DISTRICTS, shapely.transform(shapes, lambda points: points[:, ::-1]), strict=True))
    refused = refusal(write(tmp_path / "a.geojson", rows(swapped, OLD), crs=None))
    assert refused.reason == "crs_elsewhere"
    assert f"EPSG:{code}" in refused.words.vi
    assert "đổi chỗ" in refused.words.vi


def test_degrees_declared_as_metres_are_refused_and_named(tmp_path: Path):
    path = write(tmp_path / "a.geojson", rows(DISTRICTS, OLD))
    assert "khai hệ toạ độ EPSG:4326" in refusal(path, by_hand=ByHand(crs="EPSG:9210")).words.vi


def test_metres_in_a_geojson_without_crs_are_refused(tmp_path: Path):
    feature_rows = rows(DISTRICTS, OLD)
    for row, shape in zip(feature_rows, moved(np.array(list(DISTRICTS.values())), "EPSG:9210"), strict=True):
        row["shape"] = shape
    assert refusal(write(tmp_path / "a.geojson", feature_rows, crs=None)).reason == "crs_elsewhere"


@pytest.mark.parametrize(
    ("crs", "reason"),
    [
        ("EPSG:99999", "crs_unknown"),
        ("không biết", "crs_unknown"),
        ("+proj=tmerc +lon_0=105.75 +k=0.9999 +x_0=500000 +ellps=evrst30", "crs_no_shift"),
    ],
)
def test_a_system_nobody_can_follow_is_refused(tmp_path: Path, crs: str, reason: str):
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD), crs="EPSG:9210")
    assert refusal(path, by_hand=ByHand(crs=crs)).reason == reason


def test_coordinates_that_a_system_cannot_have_are_refused_in_words(tmp_path: Path):
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD), crs="EPSG:9210")
    refused = refusal(path, by_hand=ByHand(crs="VN2000"))
    assert refused.reason == "crs_elsewhere"
    assert "inf" not in refused.words.vi
    assert "EPSG:9210" in refused.words.vi


TM3 = "+proj=tmerc +lat_0=0 +lon_0=105.75 +k=0.9999 +x_0=500000 +y_0=0 +units=m +no_defs"
SHIFT = "-191.90441429,-39.30318279,-111.45032835,-0.00928836,0.01975479,-0.00427372,0.252906278"


@pytest.mark.long
def test_a_projection_of_vn2000_on_another_datum_is_doubted(tmp_path: Path):
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD), crs="EPSG:9210")
    assert "hãy nạp lại và khai hệ toạ độ EPSG:9210" in words_of(read(path, by_hand=ByHand(crs=f"{TM3} +datum=WGS84")))
    assert refusal(path, by_hand=ByHand(crs=f"{TM3} +ellps=WGS84")).reason == "crs_no_shift"
    assert alike(read(path, by_hand=ByHand(crs=f"{TM3} +ellps=WGS84 +towgs84={SHIFT}")), DISTRICTS)
    assert "khai hệ toạ độ" not in words_of(read(path))
    path.with_suffix(".prj").write_text(CRS.from_epsg(9210).to_wkt("WKT1_ESRI"), "utf-8")
    assert read(path).report.remarks == ()


def test_another_province_is_refused(tmp_path: Path):
    far = {code: affinity.translate(shape, 0, 5) for code, shape in DISTRICTS.items()}
    assert refusal(write(tmp_path / "a.geojson", rows(far, OLD))).reason == "crs_elsewhere"
