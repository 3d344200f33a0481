"""Which unit a shape is: by name and code, and refused where that is not certain."""

from collections.abc import Callable, Mapping
from pathlib import Path
from unicodedata import normalize

import pytest
import shapely
from boundary_files import COMMUNES, DISTRICTS, NEW, OLD, alike, cells, read, refusal, rows, write

from data_sources.places.boundaries import read_boundaries
from domain.places.map_layer import ImportRefusedError
from domain.places.territory import Level
from store.territories import places

pytestmark = pytest.mark.usefixtures("scratch")


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


@pytest.mark.long
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
