"""Stored map layers: one active layer of a kind, all or nothing, none before its approval."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from map_fixtures import NOW, REPORT, SHAPES, SQUARE, layer, streets
from sqlalchemy import Engine

import store.maps.map_layers
from domain.access.principal import CENTRE
from domain.places.map_layer import LayerKind
from domain.places.territory import Level
from store.maps.map_layers import LayerDamagedError, MapLayers
from store.tables.maps import map_shapes


@pytest.fixture
def maps(engine: Engine, tmp_path: Path) -> MapLayers:
    return MapLayers(engine, tmp_path / "maps")


def street_files(maps: MapLayers, content: bytes = b"tiles") -> dict[str, Path]:
    work = maps.maps_dir / "work"
    work.mkdir(parents=True, exist_ok=True)
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


def test_a_layer_that_nobody_approved_is_shown_nowhere_and_goes_in_time(maps: MapLayers):
    maps.prepare(layer("cc33", waits_of="person:lan"), SHAPES, {}, NOW - timedelta(days=30))
    assert (maps.layers(), maps.version(), maps.is_approved("cc33")) == ([], "", False)
    with pytest.raises(KeyError):
        maps.activate("cc33", CENTRE, NOW)
    maps.add(layer("aa11"), SHAPES, {})
    maps.approve("cc33", "", CENTRE, NOW)
    assert maps.version() == "aa11", "somebody showed another one after the decision"
    maps.approve("cc33", "aa11", CENTRE, NOW)
    maps.approve("cc33", "aa11", CENTRE, NOW)
    assert (maps.version(), maps.is_approved("cc33")) == ("cc33", True)
    maps.give_back("cc33", "aa11", CENTRE, NOW)
    maps.give_back("cc33", "", CENTRE, NOW)
    assert maps.version() == "aa11"
    maps.prepare(layer("dd44", waits_of="person:lan"), SHAPES, {}, NOW - timedelta(days=30))
    maps.prepare(layer("ee55", waits_of="person:lan"), SHAPES, {}, NOW + timedelta(days=1))
    assert (maps.layer("dd44"), maps.shapes("dd44", 1)) == (None, {})
    assert {one.id for one in maps.layers()} == {"aa11", "cc33"}


def test_hostile_names_are_storable(maps: MapLayers):
    maps.add(layer(file_name="a\0b"), {}, {})
    assert maps.layers()[0].file_name == "a\ufffdb"
