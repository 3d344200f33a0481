"""The real boundary sets through the importer: all units, true areas, and bands that still show the same land."""

import tempfile
from pathlib import Path

import orjson
import pytest
import shapely

from data_sources.places.boundaries import Boundaries, read_boundaries
from domain.places.map_layer import BANDS, PROVINCE_BOX, ImportRefusedError
from domain.places.territory import Level
from store.territories import places

pytestmark = pytest.mark.realdata


def read(path: Path, territory: str, level: Level) -> Boundaries:
    return read_boundaries(
        path, territory=territory, level=level, places=places(territory), progress=lambda words, done: None
    )


@pytest.fixture(scope="module")
def communes_file(realdata: Path) -> Path:
    return realdata / "geo" / "communes_60_2025" / "long_an_part_60_communes.geojson"


@pytest.fixture(scope="module")
def communes(communes_file: Path) -> Boundaries:
    return read(communes_file, "2025-07", Level.COMMUNE)


@pytest.fixture(scope="module")
def districts_file(realdata: Path) -> Path:
    return realdata / "geo" / "districts_15_old" / "long_an_districts_15.geojson"


def shapes_of(found: Boundaries, band: int) -> dict[str, shapely.Geometry]:
    return {code: shapely.from_geojson(orjson.dumps(shape)) for code, shape in found.shapes[band].items()}


def drawn(path: Path) -> dict[str, shapely.Geometry]:
    features = orjson.loads(path.read_bytes())["features"]
    return {f["properties"]["code"]: shapely.from_geojson(orjson.dumps(f["geometry"])) for f in features}


def least_iou(found: Boundaries, band: int, wanted: dict[str, shapely.Geometry]) -> float:
    shapes = shapes_of(found, band)
    assert shapes.keys() == wanted.keys()
    return min(shapes[code].intersection(s).area / shapes[code].union(s).area for code, s in wanted.items())


def test_sixty_of_sixty_communes(communes: Boundaries):
    report = communes.report
    assert (report.matched, report.expected) == (60, 60)
    assert report.unmatched == report.mended == report.remarks == ()
    assert report.counts["features"] == 60
    assert report.counts["vertices"] == 78_998


def test_measured_areas_agree_with_the_official_ones(communes: Boundaries):
    areas = communes.report.areas_km2
    assert sum(measured for measured, _ in areas.values()) == pytest.approx(4_490.06, abs=0.05)
    assert max(abs(measured / official - 1) for measured, official in areas.values() if official) < 0.02
    assert all(official for _, official in areas.values())


@pytest.mark.parametrize(
    ("band", "least", "most_vertices"), [(0, 0.98, 9_000), (1, 0.997, 22_000), (2, 0.9999, 50_000)]
)
def test_each_band_shows_the_same_communes(
    communes: Boundaries, communes_file: Path, band: int, least: float, most_vertices: int
):
    shapes = list(shapes_of(communes, band).values())
    assert shapely.coverage_is_valid(shapes)
    assert all(shape.is_valid for shape in shapes)
    assert least_iou(communes, band, drawn(communes_file)) >= least
    pixel_m = 78_271.5 * 0.983 / 2 ** (*BANDS, 13.5)[band]
    original = drawn(communes_file)
    off = max(shapely.hausdorff_distance(s, original[code]) for code, s in shapes_of(communes, band).items())
    assert off * 111_320 < pixel_m
    assert shapely.get_num_coordinates(shapes).sum() <= most_vertices


def test_the_box_is_the_province(communes: Boundaries):
    west, south, east, north = communes.box
    assert PROVINCE_BOX[0] < west < east < PROVINCE_BOX[2]
    assert PROVINCE_BOX[1] < south < north < PROVINCE_BOX[3]


@pytest.mark.parametrize("territory", ["2024-01", "2024-12"])
def test_fifteen_of_fifteen_districts(districts_file: Path, territory: str):
    found = read(districts_file, territory, Level.DISTRICT)
    assert (found.report.matched, found.report.expected) == (15, 15)
    assert found.report.remarks == ()
    assert sum(measured for measured, _ in found.report.areas_km2.values()) == pytest.approx(4_502, abs=1)
    assert least_iou(found, 2, drawn(districts_file)) >= 0.999
    assert shapely.coverage_is_valid(list(shapes_of(found, 0).values()))


def test_the_sixty_again_from_their_simplified_file(communes_file: Path):
    path = communes_file.with_name("long_an_part_60_communes_simplified.geojson")
    found = read(path, "2025-07", Level.COMMUNE)
    assert found.report.matched == 60
    assert least_iou(found, 2, drawn(path)) >= 0.9995


def test_fourteen_real_districts_are_refused(districts_file: Path, tmp_path: Path):
    collection = orjson.loads(districts_file.read_bytes())
    collection["features"] = [f for f in collection["features"] if f["properties"]["code"] != "795"]
    path = tmp_path / "districts_14.geojson"
    path.write_bytes(orjson.dumps(collection))
    with pytest.raises(ImportRefusedError) as refused:
        read(path, "2024-12", Level.DISTRICT)
    assert refused.value.words.vi == "Tệp chỉ có 14/15 đơn vị; thiếu: Thị xã Kiến Tường."


def test_nothing_stays_in_the_temporary_folder(districts_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read(districts_file, "2024-12", Level.DISTRICT)
    assert list(tmp_path.iterdir()) == []
