"""Boundary files in wrong encodings, broken or hostile: refused in words, and nothing is left behind."""

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from boundary_files import (
    DISTRICTS,
    NEW,
    OLD,
    alike,
    read,
    refusal,
    rows,
    shapefile_parts,
    shapes_of,
    write,
    zipped,
)
from fuzzing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_sources.workbooks.legacy import is_garbled
from domain.places.map_layer import ImportRefusedError
from store.territories import places

pytestmark = pytest.mark.usefixtures("scratch")


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


@pytest.mark.parametrize("cased", [str.upper, str.title, lambda name: name.upper() if "shp" in name else name])
def test_parts_of_a_shapefile_may_differ_in_case(tmp_path: Path, cased: Callable[[str], str]):
    parts = shapefile_parts(write(tmp_path / "ranh gioi.shp", rows(DISTRICTS, OLD)))
    assert alike(read(zipped(tmp_path / "a.zip", parts, cased)), DISTRICTS)


def test_the_parts_beside_a_shapefile_may_differ_in_case_too(tmp_path: Path):
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD))
    path.with_suffix(".dbf").rename(tmp_path / "A.DBF")
    assert alike(read(path), DISTRICTS)


def test_two_files_of_one_name_in_a_zip_are_told_and_none_is_lost_in_silence(tmp_path: Path):
    parts = shapefile_parts(write(tmp_path / "a.shp", rows(DISTRICTS, OLD)))
    archive = zipped(tmp_path / "b.zip", parts)
    with zipfile.ZipFile(archive, "a") as more:
        more.write(parts[0], f"khác/{parts[0].name.upper()}")
    refused = refusal(archive)
    assert refused.reason == "parts_repeated"
    assert parts[0].name in refused.words.vi


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_order_of_keys_means_nothing(tmp_path: Path, mark: str):
    said = json.loads(write(tmp_path / "a.geojson", rows(DISTRICTS, OLD)).read_text("utf-8"))
    said["features"][0]["bbox"] = [106.0] * 20_000
    said = {key: said[key] for key in sorted(said)}
    said["features"] = [{key: feature[key] for key in sorted(feature)} for feature in said["features"]]
    path = tmp_path / "b.geojson"
    path.write_text(mark + json.dumps(said, ensure_ascii=False), "utf-8")
    assert path.read_text("utf-8").index('"type": "Feature"') > 2**16
    assert alike(read(path), DISTRICTS)


def test_json_that_is_no_map_or_a_program_is_refused_wherever_it_says_so(tmp_path: Path):
    long = " " * 2**17
    for said in (
        '{"a": 1' + long + ', "type": "Thing"}',
        '{"a": 1' + long + ', "type": "gdal_streamed_alg", "b": {"type": "Feature"}}',
    ):
        (tmp_path / "a.json").write_text(said, "utf-8")
        assert refusal(tmp_path / "a.json").reason == "unknown_format"


def test_paths_inside_a_zip_lead_nowhere(tmp_path: Path, scratch: Path):
    parts = shapefile_parts(write(tmp_path / "a.shp", rows(DISTRICTS, OLD)))
    for folder in ("../../../", "/etc/", "C:\\Windows\\", "..\\..\\"):
        archive = zipped(tmp_path / "evil.zip", parts, lambda name, folder=folder: folder + name)
        before = set(scratch.parent.rglob("*.dbf"))
        assert alike(read(archive), DISTRICTS)
        assert set(scratch.parent.rglob("*.dbf")) == before


@pytest.mark.long
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


@pytest.mark.long
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
