"""From a boundary file to the map and back out: the real reader and the real stores, one import after another."""

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from boundary_files import cells, rows, write
from map_fixtures import NOW, ORIGIN
from sqlalchemy import Engine

from domain.access.principal import CENTRE
from domain.imports.file_import import FileImport, Stage
from domain.places.map_layer import ByHand, ImportRefusedError, LayerKind
from domain.places.map_order import MapOrder
from domain.places.territory import Level
from intake.imports.machine import Machine
from intake.imports.map_importer import MapImporter, layer_id, read_map, try_map
from store.imports import Imports
from store.maps.map_files import MapFiles
from store.maps.map_layers import MapLayers
from store.territories import places

OLD = "2024-12"
DISTRICTS = cells(OLD, Level.DISTRICT)
BOW_TIE = shapely.Polygon([(106, 10.5), (106.2, 10.7), (106.2, 10.5), (106, 10.7)])


@pytest.fixture
def maps(engine: Engine, tmp_path: Path) -> MapLayers:
    return MapLayers(engine, tmp_path / "maps")


@pytest.fixture
def machine(engine: Engine, maps: MapLayers) -> Machine:
    return Machine(Imports(engine), [MapImporter(maps, MapFiles(maps.maps_dir), places, read_map)], lambda: NOW)


def ordered(crs: str = "") -> MapOrder:
    return MapOrder(
        kind=LayerKind.BOUNDARIES, territory=OLD, level=Level.DISTRICT, box=None, provenance=ORIGIN,
        by_hand=ByHand(crs=crs),
    )  # fmt: skip


async def send(path: Path, machine: Machine, crs: str = "") -> FileImport:
    """Hand a file in, and approve it where that is possible."""
    origin, order = ORIGIN.source, ordered(crs)
    found = await machine.receive("boundaries", path.name, origin, path, CENTRE, answers=order.answers)
    return await machine.approve(found.id, CENTRE) if found.stage is Stage.MAPPED else found


def why_not(path: Path, tmp_path: Path) -> str:
    with pytest.raises(ImportRefusedError) as refused:
        try_map(ordered(), path, places, read_map, tmp_path, lambda *_: None)
    return refused.value.reason


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


@pytest.mark.long
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (fourteen, "incomplete"),
        (bow_tie, "invalid_polygon"),
        (wrong_system, "crs_elsewhere"),
        (truncated, "unreadable"),
    ],
)
async def test_a_refused_file_leaves_the_map_as_it_was(
    tmp_path: Path, machine: Machine, maps: MapLayers, spoil: Callable[[Path], Path], reason: str
) -> None:
    good = await send(write(tmp_path / "good.geojson", rows(DISTRICTS, OLD)), machine)
    assert good.stage is Stage.APPLIED
    id_ = layer_id(ordered(), good.sha256)
    before = maps.layers(), maps.version(), maps.shapes(id_, 2)
    bad = spoil(tmp_path / "bad.geojson")
    assert ((await send(bad, machine)).stage, why_not(bad, tmp_path)) == (Stage.REFUSED, reason)
    assert (maps.layers(), maps.version(), maps.shapes(id_, 2)) == before


@pytest.mark.long
async def test_a_system_told_by_hand_makes_the_layer(tmp_path: Path, machine: Machine, maps: MapLayers) -> None:
    path = write(tmp_path / "a.shp", rows(DISTRICTS, OLD), crs="EPSG:9210")
    path.with_suffix(".prj").unlink()
    assert ((await send(path, machine)).stage, why_not(path, tmp_path)) == (Stage.REFUSED, "crs_missing")
    done = await send(path, machine, crs="EPSG:9210")
    assert done.stage is Stage.APPLIED
    layer = maps.active(LayerKind.BOUNDARIES, OLD, Level.DISTRICT)
    assert layer is not None
    assert (layer.id, layer.report.matched, layer.report.expected) == (
        layer_id(ordered("EPSG:9210"), done.sha256), 15, 15,
    )  # fmt: skip
    assert {band: len(maps.shapes(layer.id, band)) for band in range(3)} == {0: 15, 1: 15, 2: 15}
