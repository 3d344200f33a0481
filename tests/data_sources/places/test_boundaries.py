"""Boundaries from files of every format: complete and in place, or refused with a reason and without a trace."""

import struct
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from unicodedata import normalize

import numpy as np
import orjson
import pytest
import shapely
from boundary_files import cells, moved, rows, shapefile_parts, topojson, write, zipped
from fuzzing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import affinity

from data_sources.places.area import area_km2
from data_sources.places.boundaries import Boundaries, read_boundaries
from data_sources.workbooks.legacy import is_garbled
from domain.places.map_layer import BANDS, ByHand, ImportRefusedError
from domain.places.territory import Level
from domain.text import Text
from store.territories import places

OLD = "2024-12"
NEW = "2025-07"
DISTRICTS = cells(OLD, Level.DISTRICT)
COMMUNES = cells(NEW, Level.COMMUNE)
LAND = shapely.union_all(list(COMMUNES.values()))
INNER = next(code for code, shape in COMMUNES.items() if not shape.intersects(LAND.boundary))
METRE = 1 / 111_320


@pytest.fixture(autouse=True)
def scratch(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory for temporary files: empty again after every import, however it ended."""
    folder = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def read(path: Path, territory: str = OLD, level: Level = Level.DISTRICT, by_hand: ByHand | None = None) -> Boundaries:
    stages: list[tuple[Text, float]] = []
    found = read_boundaries(
        path,
        territory=territory,
        level=level,
        places=places(territory),
        progress=lambda words, done: stages.append((words, done)),
        by_hand=by_hand or ByHand(),
    )
    done = [at for _, at in stages]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0.0, 1.0)
    return found


def refusal(path: Path, *args: object, **kwargs: object) -> ImportRefusedError:
    with pytest.raises(ImportRefusedError) as caught:
        read(path, *args, **kwargs)  # type: ignore[arg-type]
    refused = caught.value
    assert refused.words.vi
    assert refused.words.en
    assert "{" not in "".join(refused.words)
    assert tempfile.gettempdir() not in "".join(refused.words)
    return refused


def shapes_of(found: Boundaries, band: int) -> dict[str, shapely.Geometry]:
    return {code: shapely.from_geojson(orjson.dumps(shape)) for code, shape in found.shapes[band].items()}


def iou(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return one.intersection(other).area / one.union(other).area


def alike(found: Boundaries, wanted: Mapping[str, shapely.Geometry], least: float = 0.999) -> bool:
    shapes = shapes_of(found, 2)
    return shapes.keys() == wanted.keys() and all(iou(shapes[code], wanted[code]) >= least for code in wanted)


def words_of(found: Boundaries) -> str:
    report = found.report
    return "\n".join(f"{n.code} {n.name} {n.words.vi}" for n in (*report.mended, *report.unmatched, *report.remarks))


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
    assert "hãy thử --crs EPSG:9210" in refused.words.vi
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
    assert "--crs EPSG:4326" in refusal(path, by_hand=ByHand(crs="EPSG:9210")).words.vi


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


def test_a_projection_of_vn2000_on_another_datum_is_doubted(tmp_path: Path):
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD), crs="EPSG:9210")
    assert "hãy nạp lại với --crs EPSG:9210" in words_of(read(path, by_hand=ByHand(crs=f"{TM3} +datum=WGS84")))
    assert refusal(path, by_hand=ByHand(crs=f"{TM3} +ellps=WGS84")).reason == "crs_no_shift"
    assert alike(read(path, by_hand=ByHand(crs=f"{TM3} +ellps=WGS84 +towgs84={SHIFT}")), DISTRICTS)
    assert "--crs" not in words_of(read(path))
    path.with_suffix(".prj").write_text(CRS.from_epsg(9210).to_wkt("WKT1_ESRI"), "utf-8")
    assert read(path).report.remarks == ()


def test_another_province_is_refused(tmp_path: Path):
    far = {code: affinity.translate(shape, 0, 5) for code, shape in DISTRICTS.items()}
    assert refusal(write(tmp_path / "a.geojson", rows(far, OLD))).reason == "crs_elsewhere"


# Which unit is which


def test_fourteen_districts_are_refused_and_the_missing_one_named(tmp_path: Path):
    feature_rows = [row for row in rows(DISTRICTS, OLD) if row["ten"] != "Huyện Mộc Hóa"]
    refused = refusal(write(tmp_path / "a.geojson", feature_rows))
    assert refused.reason == "incomplete"
    assert "14/15" in refused.words.vi
    assert "Huyện Mộc Hóa" in refused.words.vi


def test_a_name_that_comes_near_is_shown_not_taken(tmp_path: Path):
    feature_rows = [{"ten": row["ten"], "shape": row["shape"]} for row in rows(DISTRICTS, OLD)]
    feature_rows[3]["ten"] = "Huyện Vĩnh Hừng"
    refused = refusal(write(tmp_path / "a.geojson", feature_rows))
    assert refused.reason == "incomplete"
    assert "Vĩnh Hừng (≈ Huyện Vĩnh Hưng?)" in refused.words.vi


@pytest.mark.parametrize(
    "spelled",
    [
        lambda name: normalize("NFD", name),
        str.upper,
        lambda name: name.replace("Thành phố ", "TP. ").replace("Huyện ", "H.").replace("Thị xã ", "TX "),
        lambda name: name.replace("Hóa", "Hoá").replace("Hòa", "Hoà"),
    ],
)
def test_names_alone_do_however_they_are_written(tmp_path: Path, spelled: Callable[[str], str]):
    feature_rows = [{"ten": spelled(str(row["ten"])), "shape": row["shape"]} for row in rows(DISTRICTS, OLD)]
    assert alike(read(write(tmp_path / "a.geojson", feature_rows)), DISTRICTS)


def test_a_code_that_means_another_unit_in_this_version_is_refused(tmp_path: Path):
    feature_rows = rows(COMMUNES, NEW)
    old = {place.code: place.name for place in places(OLD)}
    for row in feature_rows:
        row["ten"] = old[str(row["ma"])]
    refused = refusal(write(tmp_path / "a.geojson", feature_rows), NEW, Level.COMMUNE)
    assert refused.reason == "code_conflict"
    assert "27694 “Phường 1” ≠ “Phường Long An”" in refused.words.vi


def test_codes_alone_are_refused(tmp_path: Path):
    feature_rows = [{"ma": row["ma"], "shape": row["shape"]} for row in rows(DISTRICTS, OLD)]
    assert refusal(write(tmp_path / "a.geojson", feature_rows)).reason == "no_names"


def test_old_communes_of_one_name_need_a_district_or_a_code(tmp_path: Path):
    shapes = cells("2024-01", Level.COMMUNE)
    known = {place.code: place for place in places("2024-01")}
    named = [{"ten": known[code].name, "shape": shape} for code, shape in shapes.items()]
    refused = refusal(write(tmp_path / "a.geojson", named), "2024-01", Level.COMMUNE)
    assert refused.reason == "ambiguous"
    district = {code: known[known[code].parent].name for code in shapes}
    with_district = [
        {"huyen": district[code], "ten": known[code].name, "shape": shape} for code, shape in shapes.items()
    ]
    found = read(write(tmp_path / "b.geojson", with_district), "2024-01", Level.COMMUNE)
    assert alike(found, shapes)


def test_with_a_code_the_column_of_districts_does_not_matter(tmp_path: Path):
    shapes = cells("2024-01", Level.COMMUNE)
    known = {place.code: place for place in places("2024-01")}
    feature_rows = [{"huyen": known[known[str(row["ma"])].parent].name} | row for row in rows(shapes, "2024-01")]
    feature_rows[0]["huyen"] = "Tân An mới"
    assert alike(read(write(tmp_path / "a.geojson", feature_rows), "2024-01", Level.COMMUNE), shapes)


def test_a_file_of_the_whole_new_province_gives_the_sixty_and_names_the_others(tmp_path: Path):
    feature_rows = rows(COMMUNES, NEW)
    for number in range(36):
        shape = shapely.box(105.8 + number * 0.01, 11.1, 105.81 + number * 0.01, 11.2)
        feature_rows.append({"ma": f"{25_000 + number}", "ten": f"Xã Nơi Khác {number}", "shape": shape})
    feature_rows.append({"ma": "25999", "ten": "Xã Tân Hưng", "shape": shapely.box(106.3, 11.0, 106.4, 11.3)})
    found = read(write(tmp_path / "a.geojson", feature_rows), NEW, Level.COMMUNE)
    assert (found.report.matched, found.report.expected) == (60, 60)
    assert alike(found, COMMUNES)
    outside = [note.name for note in found.report.remarks if note.words.vi == "ngoài Long An"]
    assert len(outside) == 37
    assert "Xã Tân Hưng" in outside


def test_a_feature_inside_that_is_no_unit_is_told(tmp_path: Path):
    lake = {"ma": "", "ten": "Láng Sen", "shape": COMMUNES["27721"].centroid.buffer(0.01)}
    found = read(write(tmp_path / "a.geojson", [*rows(COMMUNES, NEW), lake]), NEW, Level.COMMUNE)
    assert [note.name for note in found.report.unmatched] == ["Láng Sen"]


@pytest.mark.parametrize("drawn", ["POLYGON ((106 10.5, 106.1 10.6, 106.1 10.5, 106 10.6, 106 10.5))", "POLYGON EMPTY"])
def test_a_broken_feature_that_is_no_unit_hinders_nothing(tmp_path: Path, drawn: str):
    other = {"ma": "", "ten": "Nơi khác", "shape": shapely.from_wkt(drawn)}
    assert alike(read(write(tmp_path / "a.geojson", [*rows(DISTRICTS, OLD), other])), DISTRICTS)


def test_names_on_the_wrong_shapes_are_refused(tmp_path: Path):
    feature_rows = rows(COMMUNES, NEW)
    shifted = [row["shape"] for row in feature_rows[7:] + feature_rows[:7]]
    mixed = [row | {"shape": shape} for row, shape in zip(feature_rows, shifted, strict=True)]
    assert refusal(write(tmp_path / "a.geojson", mixed), NEW, Level.COMMUNE).reason == "seats_elsewhere"


def test_a_file_of_other_units_is_refused_with_the_level_and_versions_it_is_of(tmp_path: Path):
    everywhere = [place for version in (NEW, "2024-01", OLD) for place in places(version)]

    def refusal_of(shapes: Mapping[str, shapely.Geometry], version: str, territory: str, level: Level) -> str:
        path = write(tmp_path / "a.geojson", rows(shapes, version))
        with pytest.raises(ImportRefusedError) as caught:
            read_boundaries(path, territory=territory, level=level, places=everywhere, progress=lambda *_: None)
        return caught.value.words.vi

    assert "15/15 huyện của phiên bản 2024-01, 2024-12" in refusal_of(DISTRICTS, OLD, NEW, Level.COMMUNE)
    assert "15/15 huyện của phiên bản 2024-01, 2024-12" in refusal_of(DISTRICTS, OLD, OLD, Level.COMMUNE)
    assert "60/60 xã của phiên bản 2025-07" in refusal_of(COMMUNES, NEW, OLD, Level.DISTRICT)
    assert "60/60 xã của phiên bản 2025-07" in refusal_of(COMMUNES, NEW, OLD, Level.COMMUNE)
    one_missing = dict(list(DISTRICTS.items())[1:])
    assert "hãy chọn cấp" not in refusal_of(one_missing, OLD, OLD, Level.DISTRICT)


def test_a_level_the_version_does_not_have_is_refused(tmp_path: Path):
    assert refusal(write(tmp_path / "a.geojson", rows(DISTRICTS, OLD)), NEW, Level.DISTRICT).reason == "no_units"


def test_the_province_itself(tmp_path: Path):
    land = {"80": shapely.union_all(list(DISTRICTS.values()))}
    found = read(write(tmp_path / "a.geojson", rows(land, OLD)), OLD, Level.PROVINCE)
    assert alike(found, land)


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


# Encodings

ALL_NAMES = sorted({place.name for version in ("2024-01", NEW) for place in places(version)})


@pytest.mark.parametrize("spelled", [str, str.upper, str.lower, lambda name: f"{name}\u00a0"])
def test_no_real_name_counts_as_garbled(spelled: Callable[[str], str]):
    assert [name for name in ALL_NAMES if is_garbled(spelled(name))] == []


def test_names_in_utf8_taken_for_windows_1252_count_as_garbled():
    misread = [name.encode().decode("cp1252", "replace") for name in ALL_NAMES if not name.isascii()]
    assert [name for name in misread if not is_garbled(name)] == []


@pytest.mark.parametrize("declared", [True, False])
def test_tcvn3_in_a_dbf_is_refused(tmp_path: Path, declared: bool):
    feature_rows = [{"ten": f"HuyÖn §øc Hßa {code}", "shape": shape} for code, shape in DISTRICTS.items()]
    path = write(tmp_path / "a.shp", feature_rows, encoding="ISO-8859-1")
    if not declared:
        path.with_suffix(".cpg").unlink()
    refused = refusal(path)
    assert refused.reason == "legacy_encoding"
    assert "TCVN3" in refused.words.vi
    assert not declared or "HuyÖn" in refused.words.vi


@pytest.mark.parametrize("name", ["Huyeän Ñöùc Hoøa", "Thaønh phoá Taân An", "Thµnh phè T©n An", "Huyá»‡n Äá»©c HÃ²a"])
def test_names_read_through_the_wrong_table_are_refused(tmp_path: Path, name: str):
    feature_rows = [{"ten": name, "shape": shape} for shape in DISTRICTS.values()]
    assert refusal(write(tmp_path / "a.geojson", feature_rows)).reason == "legacy_encoding"


def test_utf8_in_a_dbf_that_does_not_say_so_is_read(tmp_path: Path):
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD))
    path.with_suffix(".cpg").unlink()
    assert alike(read(path), DISTRICTS)


# Files that are broken or hostile


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\0" * 4_096, "unknown_format"),
        (b"hello", "unknown_format"),
        (b"PK\x03\x04 not really", "unreadable"),
        (b'{"type": "FeatureCollection", "features": [', "unreadable"),
        (b'{"type": "FeatureCollection", "features": []}', "no_polygons"),
        (b'{"type": "gdal_streamed_alg", "command_line": "gdal vector info /etc/passwd"}', "unknown_format"),
        (b'{"x": "gdal_streamed_alg", "type": "Feature"}', "unknown_format"),
        (b"<OGRVRTDataSource><OGRVRTLayer name='a'/></OGRVRTDataSource>", "unknown_format"),
        (b"<html><body>404 Not Found</body></html>", "unknown_format"),
        (b'<!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml><name>&a;</name></kml>', "unknown_format"),
        (b"<OGRVRTDataSource><!-- <kml> --><OGRVRTLayer name='a'/></OGRVRTDataSource>", "unknown_format"),
        (b"<!-- <OGRVRTDataSource> --><kml><Document/></kml>", "unreadable"),
    ],
)
def test_what_is_no_map_file_is_refused(tmp_path: Path, content: bytes, reason: str):
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    assert refusal(path).reason == reason


def test_a_file_of_streets_or_in_utf_16_is_told_as_such(tmp_path: Path):
    (tmp_path / "a.osm.pbf").write_bytes(b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c" + b"\x00" * 124)
    assert "Đường, sông" in refusal(tmp_path / "a.osm.pbf").words.vi
    collection = write(tmp_path / "a.geojson", rows(DISTRICTS, OLD)).read_text("utf-8")
    (tmp_path / "b.geojson").write_text(collection, "utf-16")
    assert "UTF-8" in refusal(tmp_path / "b.geojson").words.vi


def test_a_missing_file_is_refused(tmp_path: Path):
    assert refusal(tmp_path / "không có.geojson").reason == "unreadable"


@pytest.mark.parametrize("suffix", [".geojson", ".shp", ".gpkg", ".kml", ".kmz", ".fgb"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_file_is_refused(tmp_path: Path, suffix: str, share: float):
    path = write(tmp_path / f"a{suffix}", rows(DISTRICTS, OLD))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    words = refusal(path).words.vi
    assert "bị cắt cụt" in words
    assert "ioc-map-" not in words


def test_a_shapefile_alone_is_refused_with_what_it_lacks(tmp_path: Path):
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD))
    path.with_suffix(".dbf").unlink()
    refused = refusal(path)
    assert refused.reason == "parts_missing"
    assert ".dbf" in refused.words.vi


def test_paths_inside_a_zip_lead_nowhere(tmp_path: Path, scratch: Path):
    parts = shapefile_parts(write(tmp_path / "a.shp", rows(DISTRICTS, OLD)))
    for folder in ("../../../", "/etc/", "C:\\Windows\\", "..\\..\\"):
        archive = zipped(tmp_path / "evil.zip", parts, lambda name, folder=folder: folder + name)
        before = set(scratch.parent.rglob("*.dbf"))
        assert alike(read(archive), DISTRICTS)
        assert set(scratch.parent.rglob("*.dbf")) == before


def test_a_zip_that_would_fill_the_disk_is_refused(tmp_path: Path):
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.geojson", "w") as member:
        for _ in range(513):
            member.write(b" " * 2**20)
    assert refusal(bomb).reason == "too_large"
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(1_001):
            archive.writestr(f"{number}.shp", b"")
    assert refusal(many).reason == "too_large"


def test_a_locked_zip_and_a_zip_in_a_zip_are_refused(tmp_path: Path):
    inner = zipped(tmp_path / "a.kml", [write(tmp_path / "b.geojson", rows(DISTRICTS, OLD))])
    assert refusal(zipped(tmp_path / "a.zip", [inner])).reason == "unknown_format"
    plain = bytearray(zipped(tmp_path / "c.zip", [tmp_path / "b.geojson"]).read_bytes())
    at = plain.rindex(b"PK\x01\x02") + 8
    plain[at : at + 2] = struct.pack("<H", 1)
    (tmp_path / "locked.zip").write_bytes(plain)
    assert refusal(tmp_path / "locked.zip").reason == "encrypted"


def test_a_kml_that_points_elsewhere_loads_nothing(tmp_path: Path):
    path = write(tmp_path / "a.kml", rows(DISTRICTS, OLD))
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink><Folder>"
    path.write_text(path.read_text("utf-8").replace("<Folder>", link, 1), "utf-8")
    assert alike(read(path), DISTRICTS)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40), suffix=st.sampled_from([".geojson", ".gpkg", ".fgb"])
)
def test_damage_anywhere_is_refused_or_harmless(tmp_path: Path, at: float, junk: bytes, suffix: str):
    whole = tmp_path / f"whole{suffix}"
    if not whole.exists():
        write(whole, rows(DISTRICTS, OLD))
    content = bytearray(whole.read_bytes())
    start = int(at * len(content))
    content[start : start + len(junk)] = junk
    path = tmp_path / f"damaged{suffix}"
    path.write_bytes(content)
    try:
        found = read(path)
    except ImportRefusedError:
        return
    assert found.report.matched == 15
    assert all(shape.is_valid for shape in shapes_of(found, 2).values())
