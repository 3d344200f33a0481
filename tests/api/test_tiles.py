"""Tiles and boundaries over HTTP: the right bytes, 204 for empty tiles, cached exactly as long as they are valid."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from map_fixtures import NOW, SHAPES, SQUARE, layer, streets
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from sqlalchemy import Engine

from api import map_routers
from centre.delivery import Delivery
from domain.access.principal import CENTRE
from store.database import open_database
from store.maps.map_layers import MapLayers
from store.maps.tile_archive import TileArchive
from store.registry import Registry
from store.services import Services

TILE = gzip.compress(b"a vector tile")
FOR_EVER = "private, max-age=31536000, immutable"


def archive(path: Path, tiles: dict[tuple[int, int, int], bytes], compression: Compression = Compression.GZIP) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        for zxy in sorted(tiles, key=lambda t: zxy_to_tileid(*t)):
            writer.write_tile(zxy_to_tileid(*zxy), tiles[zxy])
        zooms = [z for z, _, _ in tiles]
        header = {
            "tile_type": TileType.MVT, "tile_compression": compression, "min_zoom": min(zooms), "max_zoom": max(zooms),
            "min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 0, "max_lat_e7": 0, "center_zoom": 0, "center_lon_e7": 0,
            "center_lat_e7": 0,
        }  # fmt: skip
        writer.finalize(header, {})
    return path


def add_streets(maps: MapLayers, id_: str, tiles: dict[tuple[int, int, int], bytes], **given: Any) -> None:
    work = maps.maps_dir / "work"
    work.mkdir(parents=True, exist_ok=True)
    (work / "g.npz").write_bytes(b"graph")
    maps.add(streets(id_), {}, {"tiles": archive(work / "t.pmtiles", tiles, **given), "graph": work / "g.npz"})


@pytest.fixture
def engine(sqlite_url: str) -> Engine:
    return open_database(sqlite_url)


@pytest.fixture
def maps(engine: Engine, tmp_path: Path) -> MapLayers:
    return MapLayers(engine, tmp_path / "maps")


@pytest.fixture
async def web(engine: Engine, maps: MapLayers) -> AsyncIterator[httpx.AsyncClient]:
    registry = Registry(engine)
    registry.seed_places()
    services = SimpleNamespace(maps=maps, registry=registry, desk=None)

    app = FastAPI()
    for router in map_routers(cast(Services, services), clock=lambda: NOW):
        app.include_router(router)
    delivered = Delivery(app, policy=lambda: "")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(delivered), base_url="http://ioc") as client:
        yield client


async def test_a_tile_is_passed_on_as_it_lies(web: httpx.AsyncClient, maps: MapLayers):
    add_streets(maps, "bb22", {(12, 3258, 1928): TILE})
    async with web.stream("GET", "/tiles/12/3258/1928.pbf?v=bb22") as answer:
        assert b"".join([part async for part in answer.aiter_raw()]) == TILE
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "application/x-protobuf"
    assert answer.headers["cache-control"] == FOR_EVER
    again = await web.get("/tiles/12/3258/1928.pbf?v=bb22", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_who_takes_no_gzip_gets_it_unpacked(web: httpx.AsyncClient, maps: MapLayers):
    add_streets(maps, "bb22", {(12, 3258, 1928): TILE})
    plain = await web.get("/tiles/12/3258/1928.pbf", headers={"accept-encoding": "identity"})
    assert (plain.content, plain.headers.get("content-encoding")) == (b"a vector tile", None)
    add_streets(maps, "cc33", {(12, 3258, 1928): b"never packed"}, compression=Compression.NONE)
    unpacked = await web.get("/tiles/12/3258/1928.pbf")
    assert (unpacked.content, unpacked.headers.get("content-encoding")) == (b"never packed", None)


async def test_empty_is_204_and_beyond_is_404(web: httpx.AsyncClient, maps: MapLayers):
    assert (await web.get("/tiles/12/3258/1928.pbf")).json()["reason"] == "no_streets"
    add_streets(maps, "bb22", {(12, 3258, 1928): TILE})
    empty = await web.get("/tiles/12/0/0.pbf?v=bb22")
    assert (empty.status_code, empty.content, empty.headers["cache-control"]) == (204, b"", FOR_EVER)
    for path in ("/tiles/13/6516/3856.pbf", "/tiles/12/4096/0.pbf", "/tiles/12/0/4096.pbf", "/tiles/12/0/0.pbf?v=none"):
        refused = await web.get(path)
        assert refused.status_code == 404, path
        assert refused.headers["cache-control"] == "no-store"
    for path in ("/tiles/-1/0/0.pbf", "/tiles/99/0/0.pbf", "/tiles/a/0/0.pbf", "/tiles/1/0/0.pbf?v=../../x"):
        assert (await web.get(path)).status_code == 422, path


async def test_without_a_version_the_active_layer_answers(web: httpx.AsyncClient, maps: MapLayers):
    add_streets(maps, "bb22", {(1, 0, 0): gzip.compress(b"old")})
    assert (await web.get("/tiles/1/0/0.pbf")).content == b"old"
    add_streets(maps, "cc33", {(1, 0, 0): gzip.compress(b"new")})
    answer = await web.get("/tiles/1/0/0.pbf", headers={"if-none-match": '"bb22"'})
    assert (answer.content, answer.headers["cache-control"]) == (b"new", "no-cache")
    assert (await web.get("/tiles/1/0/0.pbf?v=bb22")).content == b"old"
    maps.withdraw("cc33", CENTRE, NOW)
    assert (await web.get("/tiles/1/0/0.pbf")).status_code == 404


async def test_a_damaged_archive_is_not_served(web: httpx.AsyncClient, maps: MapLayers):
    add_streets(maps, "bb22", {(1, 0, 0): TILE})
    maps.tiles("bb22").write_bytes(b"not tiles")
    assert (await web.get("/tiles/1/0/0.pbf")).status_code == 404


def test_an_archive_with_leaf_directories_finds_every_tile(tmp_path: Path):
    wanted = {(9, x, y): f"{x}/{y}".encode() for x in range(0, 512, 4) for y in range(0, 512, 4)}
    found = TileArchive(archive(tmp_path / "a.pmtiles", wanted))
    assert all(found.get(*zxy) == body for zxy, body in wanted.items())
    assert found.get(9, 1, 1) is None
    with pytest.raises(ValueError, match="no such tile"):
        found.get(9, 512, 0)


async def test_boundaries_carry_code_and_name_and_never_change(web: httpx.AsyncClient, maps: MapLayers):
    maps.add(layer("aa11"), SHAPES, {})
    answer = await web.get("/map/boundaries/aa11/1.json")
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["content-type"] == "application/geo+json"
    features = {f["properties"]["code"]: f for f in answer.json()["features"]}
    assert features["27694"]["geometry"] == SQUARE
    assert "Long An" in features["27694"]["properties"]["name"]
    assert (await web.get("/map/boundaries/none/1.json")).status_code == 404
    assert (await web.get("/map/boundaries/aa11/3.json")).status_code == 422
    add_streets(maps, "bb22", {(1, 0, 0): TILE})
    assert (await web.get("/map/boundaries/bb22/0.json")).status_code == 404


async def test_layers_say_what_is_shown_and_whose_it_is(web: httpx.AsyncClient, maps: MapLayers):
    empty = (await web.get("/map/layers.json")).json()
    assert (empty["version"], empty["boundaries"], empty["streets"]) == ("", [], None)
    maps.add(layer("aa11"), SHAPES, {})
    add_streets(maps, "bb22", {(1, 0, 0): TILE})
    answer = await web.get("/map/layers.json?territory=2025-07")
    shown = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert shown["version"] == "aa11-bb22"
    assert [(b["id"], b["level"], b["attribution"]) for b in shown["boundaries"]] == [
        ("aa11", "commune", "© Sở Tài nguyên Tây Ninh")
    ]
    assert shown["streets"]["box"] == [106.3, 10.4, 106.5, 10.6]
    other = (await web.get("/map/layers.json?territory=2024-12")).json()
    assert (other["boundaries"], other["streets"]["id"]) == ([], "bb22")
    assert (await web.get("/map/layers.json?territory=1999-01")).status_code == 422
