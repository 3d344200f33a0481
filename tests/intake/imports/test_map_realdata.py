"""The command on real files: they become layers; each bad variant is refused with a reason and changes nothing."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from domain.places.map_layer import LayerKind
from domain.places.territory import Level
from intake.imports import map_command
from settings import Settings
from store.maps.map_layers import MapLayers
from store.maps.tile_archive import TileArchive
from streets.graph import StreetGraph

pytestmark = pytest.mark.realdata

WORDS = ["--source", "dvhcvn", "--licence", "MIT", "--attribution", "© dvhcvn"]
DISTRICTS = ["boundaries", "--level", "district", "--territory", "2024-12"]
HCMC = "106.68,10.77,106.70,10.80"


@pytest.fixture
def maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MapLayers:
    """The layers of a centre that has never run: the command makes its database."""
    for name in ("REDIS_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IOC_DATA_DIR", str(tmp_path / "data"))
    assert map_command.main(["list"]) == 0
    return map_command._parts(Settings.from_env()).maps


@pytest.fixture
def districts(realdata: Path) -> Path:
    return realdata / "geo" / "districts_15_old" / "long_an_districts_15.geojson"


@pytest.fixture
def streets(realdata: Path) -> Path:
    return realdata / "geo" / "osm_hcmc_centre" / "hcmc_centre.osm.pbf"


def run(file: Path, *kind: str) -> int:
    return map_command.main(["import", kind[0], str(file), *kind[1:], *WORDS])


def test_the_real_sets_become_layers(
    realdata: Path, maps: MapLayers, districts: Path, streets: Path, capsys: pytest.CaptureFixture[str]
):
    communes = realdata / "geo" / "communes_60_2025" / "long_an_part_60_communes.geojson"
    assert run(communes, "boundaries") == 0
    assert "khớp / matched: 60/60" in capsys.readouterr().out
    assert run(districts, *DISTRICTS) == 0
    assert "khớp / matched: 15/15" in capsys.readouterr().out
    assert run(streets, "streets", "--bbox", HCMC) == 0
    assert "names: 12" in capsys.readouterr().out
    assert maps.active(LayerKind.BOUNDARIES, "2025-07", Level.COMMUNE)
    assert maps.active(LayerKind.BOUNDARIES, "2024-12", Level.DISTRICT)
    layer = maps.active(LayerKind.STREETS, "")
    assert layer
    assert TileArchive(maps.tiles(layer.id)).max_zoom == 14
    assert StreetGraph.load(maps.graph(layer.id))
    assert run(communes, "boundaries") == 0
    assert "không có gì thay đổi" in capsys.readouterr().out


def fourteen(content: bytes) -> bytes:
    collection = orjson.loads(content)
    collection["features"].pop()
    return orjson.dumps(collection)


def wrong_system(content: bytes) -> bytes:
    """Degrees that are declared as metres of VN-2000."""
    collection = orjson.loads(content)
    collection["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9210"}}
    return orjson.dumps(collection)


def invalid(content: bytes) -> bytes:
    """One district crosses itself: half of its ring is turned around."""
    collection = orjson.loads(content)
    geometry = collection["features"][0]["geometry"]
    ring = geometry["coordinates"][0] if geometry["type"] == "Polygon" else geometry["coordinates"][0][0]
    ring[1:-1] = ring[1 : len(ring) // 2] + ring[len(ring) // 2 : -1][::-1]
    return orjson.dumps(collection)


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize("spoil", [fourteen, wrong_system, invalid, truncated])
def test_bad_files_are_refused_and_change_nothing(
    maps: MapLayers,
    districts: Path,
    streets: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[bytes], bytes],
):
    assert run(districts, *DISTRICTS) == 0
    assert run(streets, "streets", "--bbox", HCMC) == 0
    before, files = maps.layers(), sorted(maps.maps_dir.rglob("*"))
    capsys.readouterr()
    (tmp_path / "bad.geojson").write_bytes(spoil(districts.read_bytes()))
    assert run(tmp_path / "bad.geojson", *DISTRICTS) == 2
    if spoil is truncated:
        (tmp_path / "bad.osm.pbf").write_bytes(spoil(streets.read_bytes()))
        assert run(tmp_path / "bad.osm.pbf", "streets", "--bbox", HCMC) == 2
    for line in capsys.readouterr().out.splitlines():
        assert " / " in line  # in both languages
    assert maps.layers() == before
    assert sorted(maps.maps_dir.rglob("*")) == files
