"""Stored map layers and imports: one active layer of a kind, all or nothing, one import at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from map_fixtures import NOW, REPORT, SHAPES, SQUARE, layer, streets
from sqlalchemy import Engine

import store.maps.map_layers
from domain.access.principal import CENTRE
from domain.places.map_import import INTERRUPTED, SILENT_AFTER, ImportState
from domain.places.map_layer import LayerKind
from domain.places.territory import Level
from domain.text import Text
from store.maps.map_imports import BusyError, MapImports
from store.maps.map_layers import LayerDamagedError, MapLayers
from store.tables.maps import map_shapes

HALF = Text("Đang cắt ô", "Cutting tiles")


@pytest.fixture
def maps(engine: Engine, tmp_path: Path) -> MapLayers:
    return MapLayers(engine, tmp_path / "maps")


@pytest.fixture
def imports(engine: Engine) -> MapImports:
    return MapImports(engine)


def street_files(maps: MapLayers, content: bytes = b"tiles") -> dict[str, Path]:
    work = maps.work("job")
    (work / "out.pmtiles").write_bytes(content)
    (work / "out.npz").write_bytes(b"graph")
    return {"tiles": work / "out.pmtiles", "graph": work / "out.npz"}


def test_a_layer_comes_back_as_it_went_in(maps: MapLayers):
    assert maps.layers() == []
    assert maps.version() == ""
    maps.add(layer(), SHAPES, {})
    assert maps.layer("aa11") == layer()
    assert maps.active(LayerKind.BOUNDARIES, "2025-07", Level.COMMUNE) == layer()
    assert maps.shapes("aa11", 1) == {"27694": SQUARE, "27712": SQUARE}
    assert maps.layers()[0].report == REPORT
    assert maps.version() == "aa11"


@pytest.mark.parametrize("stored", ["{", "7", "{}", '{"type": "Polygon", "coordinates": 1}'])
def test_a_damaged_geometry_is_told_and_marks_its_layer_alone(maps: MapLayers, engine: Engine, stored: str):
    maps.add(layer(), SHAPES, {})
    assert [one.broken for one in maps.layers()] == [False]
    with engine.begin() as connection:
        connection.execute(map_shapes.update().where(map_shapes.c.band == 1).values(geometry=stored))
    with pytest.raises(LayerDamagedError):
        maps.shapes("aa11", 1)
    assert maps.shapes("aa11", 0)
    assert [one.broken for one in maps.layers()] == [True]
    maps.add(layer(), SHAPES, {})
    assert [one.broken for one in maps.layers()] == [False], "imported again"


def test_what_is_not_there_is_not_made_up(maps: MapLayers):
    maps.add(layer(), SHAPES, {})
    assert maps.layer("none") is None
    assert maps.active(LayerKind.BOUNDARIES, "2024-12", Level.COMMUNE) is None
    assert maps.active(LayerKind.BOUNDARIES, "2025-07", Level.DISTRICT) is None
    assert maps.active(LayerKind.STREETS, "") is None
    assert maps.shapes("none", 0) == {}
    for band in (-1, 3):
        with pytest.raises(ValueError, match="band"):
            maps.shapes("aa11", band)
    with pytest.raises(FileNotFoundError):
        maps.tiles("aa11")
    with pytest.raises(FileNotFoundError):
        maps.graph("../../etc/passwd")


def test_the_newest_layer_takes_over_and_the_old_one_can_come_back(maps: MapLayers):
    other = layer("d1", level=Level.DISTRICT, territory="2024-12")
    maps.add(other, {}, {})
    maps.add(layer("aa11"), SHAPES, {})
    maps.add(layer("cc33"), SHAPES, {})
    assert {kept.id: kept.active for kept in maps.layers()} == {"d1": True, "aa11": False, "cc33": True}
    maps.activate("aa11", CENTRE, NOW)
    assert {kept.id: kept.active for kept in maps.layers()} == {"d1": True, "aa11": True, "cc33": False}
    maps.withdraw("aa11", CENTRE, NOW)
    assert {kept.id: kept.active for kept in maps.layers()} == {"d1": True, "aa11": False, "cc33": False}
    assert maps.shapes("aa11", 0) != {}
    for change in (maps.activate, maps.withdraw):
        with pytest.raises(KeyError):
            change("none", CENTRE, NOW)


def test_districts_of_one_version_serve_where_the_other_has_the_same(maps: MapLayers):
    maps.add(layer("d1", level=Level.DISTRICT, territory="2024-12"), {}, {})
    for version in ("2024-01", "2024-12"):
        shown = maps.active(LayerKind.BOUNDARIES, version, Level.DISTRICT)
        assert shown is not None
        assert shown.id == "d1"
    assert maps.active(LayerKind.BOUNDARIES, "2025-07", Level.DISTRICT) is None
    maps.add(layer("d2", level=Level.DISTRICT, territory="2024-01"), {}, {})
    assert [
        (shown.id if shown else "")
        for version in ("2024-01", "2024-12")
        for shown in [maps.active(LayerKind.BOUNDARIES, version, Level.DISTRICT)]
    ] == ["d2", "d1"], "a version's own layer comes first"
    maps.add(layer("c1", territory="2024-12"), SHAPES, {})
    assert maps.active(LayerKind.BOUNDARIES, "2024-01", Level.COMMUNE) is None, "two communes of 2024-01 ended"


def test_version_names_exactly_what_is_shown(maps: MapLayers):
    maps.add(layer("aa11"), SHAPES, {})
    maps.add(streets(), {}, street_files(maps))
    assert maps.version() == "aa11-bb22"
    maps.withdraw("aa11", CENTRE, NOW)
    assert maps.version() == "bb22"
    maps.activate("aa11", CENTRE, NOW)
    assert maps.version() == "aa11-bb22"


def test_files_move_to_their_place(maps: MapLayers):
    given = street_files(maps)
    maps.add(streets(), {}, given)
    assert maps.tiles("bb22").read_bytes() == b"tiles"
    assert maps.graph("bb22").read_bytes() == b"graph"
    assert not any(path.exists() for path in given.values())


def test_a_crash_halfway_leaves_the_old_layer_and_the_next_one_cleans_up(
    maps: MapLayers, monkeypatch: pytest.MonkeyPatch
):
    maps.add(streets(), {}, street_files(maps))
    with monkeypatch.context() as patch:
        patch.setattr(store.maps.map_layers, "_make_active", _crash)
        with pytest.raises(SystemExit):
            maps.add(streets("cc33"), {}, street_files(maps, b"new"))
    assert maps.layer("cc33") is None
    assert maps.active(LayerKind.STREETS, "") == streets()
    assert (maps.maps_dir / "cc33.pmtiles").exists()
    maps.add(layer(), SHAPES, {})
    assert sorted(path.name for path in maps.maps_dir.iterdir() if path.is_file()) == ["bb22.npz", "bb22.pmtiles"]


def _crash(*_: object) -> None:
    raise SystemExit


def test_a_missing_file_changes_nothing(maps: MapLayers, tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        maps.add(streets(), {}, {"tiles": tmp_path / "none.pmtiles"})
    assert maps.layers() == []


def test_many_at_once_leave_one_active(maps: MapLayers):
    ids = [f"l{number}" for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda id_: maps.add(layer(id_), SHAPES, {}), ids))
        list(pool.map(lambda id_: maps.activate(id_, CENTRE, NOW), ids))
    assert sum(kept.active for kept in maps.layers()) == 1


def test_an_import_tells_its_way_and_its_end(imports: MapImports):
    job = imports.begin(LayerKind.STREETS, "tân an.osm.pbf", by="tester", now=NOW)
    assert imports.speak(job.id, HALF, 0.5, NOW + timedelta(seconds=3))
    seen = imports.job(job.id, NOW + timedelta(seconds=4))
    assert seen is not None
    assert (seen.state, seen.stage, seen.done) == (ImportState.RUNNING, HALF, 0.5)
    assert imports.finish(job.id, ImportState.DONE, Text("Xong", "Done"), NOW, layer="aa11")
    assert not imports.speak(job.id, HALF, 0.9, NOW)
    assert not imports.finish(job.id, ImportState.REFUSED, HALF, NOW)
    (ended,) = imports.jobs(NOW)
    assert (ended.state, ended.done, ended.layer, ended.stage.en) == (ImportState.DONE, 1.0, "aa11", "Done")
    assert imports.job("none", NOW) is None


def test_one_import_at_a_time_until_it_falls_silent(imports: MapImports):
    first = imports.begin(LayerKind.STREETS, "a.osm.pbf", by="tester", now=NOW)
    with pytest.raises(BusyError) as busy:
        imports.begin(LayerKind.BOUNDARIES, "b.geojson", by="tester", now=NOW + SILENT_AFTER)
    assert busy.value.job.id == first.id
    later = NOW + SILENT_AFTER + timedelta(milliseconds=1)
    second = imports.begin(LayerKind.BOUNDARIES, "b.geojson", by="tester", now=later)
    shown = {job.id: job for job in imports.jobs(later)}
    assert shown[first.id].state is ImportState.INTERRUPTED
    assert shown[first.id].stage == INTERRUPTED
    assert shown[second.id].under_way


def test_many_beginnings_at_once_make_one_import(imports: MapImports):
    def begin(number: int) -> bool:
        try:
            imports.begin(LayerKind.STREETS, f"{number}.osm.pbf", by="tester", now=NOW)
        except BusyError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(begin, range(6))) == 1


def test_hostile_names_are_kept_short_and_storable(imports: MapImports, maps: MapLayers):
    imports.begin(LayerKind.STREETS, "\0" + "x" * 5000 + "\ud800", by="\0", now=NOW)
    (job,) = imports.jobs(NOW)
    assert len(job.file_name) <= 300
    maps.add(layer(file_name="a\0b"), {}, {})
    assert maps.layers()[0].file_name == "a�b"
