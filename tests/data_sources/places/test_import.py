"""From a boundary file to the map and back out: the real reader and the real stores, one import after another."""

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from boundary_files import cells, rows, write
from map_fixtures import NOW, ORIGIN
from sqlalchemy import Engine

from domain.places.map_import import ImportState, MapOrder
from domain.places.map_layer import ByHand, LayerKind
from domain.places.territory import Level
from intake.imports.map_import import Ending, Parts, import_map
from intake.imports.map_readers import read_map
from store.maps.map_imports import MapImports
from store.maps.map_layers import MapLayers
from store.territories import places

OLD = "2024-12"
DISTRICTS = cells(OLD, Level.DISTRICT)
BOW_TIE = shapely.Polygon([(106, 10.5), (106.2, 10.7), (106.2, 10.5), (106, 10.7)])


@pytest.fixture
def parts(engine: Engine, tmp_path: Path) -> Parts:
    maps = MapLayers(engine, tmp_path / "maps")
    return Parts(maps=maps, jobs=MapImports(engine), places=places, read=read_map, clock=lambda: NOW)


def send(path: Path, parts: Parts, crs: str = "") -> Ending:
    order = MapOrder(
        path=path,
        file_name=path.name,
        kind=LayerKind.BOUNDARIES,
        territory=OLD,
        level=Level.DISTRICT,
        box=None,
        provenance=ORIGIN,
        by="tester",
        by_hand=ByHand(crs=crs),
    )
    job = parts.jobs.begin(order.kind, order.file_name, by=order.by, now=NOW)
    return import_map(order, job.id, parts, lambda *_: None)


def fourteen(path: Path) -> Path:
    return write(path, rows(DISTRICTS, OLD)[1:])


def bow_tie(path: Path) -> Path:
    return write(path, rows(DISTRICTS | {"803": BOW_TIE}, OLD))


def wrong_system(path: Path) -> Path:
    return write(path, rows({code: shapely.box(600_000, 1_100_000, 610_000, 1_110_000) for code in DISTRICTS}, OLD))


def truncated(path: Path) -> Path:
    write(path, rows(DISTRICTS, OLD))
    path.write_bytes(path.read_bytes()[:-1_000])
    return path


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (fourteen, "incomplete"),
        (bow_tie, "invalid_polygon"),
        (wrong_system, "crs_elsewhere"),
        (truncated, "unreadable"),
    ],
)
def test_a_refused_file_leaves_the_map_as_it_was(
    tmp_path: Path, parts: Parts, spoil: Callable[[Path], Path], reason: str
):
    good = send(write(tmp_path / "good.geojson", rows(DISTRICTS, OLD)), parts)
    assert good.state is ImportState.DONE
    before = parts.maps.layers(), parts.maps.version(), parts.maps.shapes(good.layer, 2)
    refused = send(spoil(tmp_path / "bad.geojson"), parts)
    assert (refused.state, refused.reason, refused.layer) == (ImportState.REFUSED, reason, "")
    assert (parts.maps.layers(), parts.maps.version(), parts.maps.shapes(good.layer, 2)) == before
    assert not list((tmp_path / "maps").rglob("*bad*"))


def test_a_system_told_by_hand_makes_the_layer(tmp_path: Path, parts: Parts):
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD), crs="EPSG:9210")
    path.with_suffix(".prj").unlink()
    assert send(path, parts).reason == "crs_missing"
    done = send(path, parts, crs="EPSG:9210")
    assert done.state is ImportState.DONE
    layer = parts.maps.active(LayerKind.BOUNDARIES, OLD, Level.DISTRICT)
    assert layer is not None
    assert (layer.id, layer.report.matched, layer.report.expected) == (done.layer, 15, 15)
    assert {band: len(parts.maps.shapes(layer.id, band)) for band in range(3)} == {0: 15, 1: 15, 2: 15}
