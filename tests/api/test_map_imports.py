"""Sending a map file over HTTP: it reaches the import machine whole, or leaves nothing behind."""

import asyncio
import errno
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from map_fixtures import NOW, ORIGIN, SHAPES, layer
from sqlalchemy import Engine

from api import map_routers
from api.maps import upload
from domain.access.principal import Actor, Principal
from domain.audit import Act
from domain.imports.file_import import FileImport, Stage
from domain.places.map_layer import ByHand, LayerKind
from domain.places.map_order import MapOrder, order_of
from domain.places.territory import Level
from present import openapi_page
from store.audit import AuditLog
from store.maps.map_layers import MapLayers
from store.registry import Registry
from store.services import Services

WORDS = {"name": "xã.geojson", "source": "Sở TN", "licence": "nội bộ", "attribution": "© Sở TN"}


class FakeDesk:
    """Remembers what was handed to the import machine."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str, dict[str, str], bytes]] = []

    async def receive(
        self, feed: str, name: str, source: str, body: Path, by: Principal, *, answers: Any, wait: bool
    ) -> FileImport:
        assert not wait
        self.given.append((feed, name, {"source": source} | answers, await asyncio.to_thread(body.read_bytes)))
        return FileImport(
            id="f1", importer="maps", feed=feed, file_name=name, source=source, size=1, sha256="0", answers=answers,
            stage=Stage.RECEIVED, received_at=NOW, received_by=str(by), done=0.0,
        )  # fmt: skip


@pytest.fixture
def maps(engine: Engine, tmp_path: Path) -> MapLayers:
    return MapLayers(engine, tmp_path / "maps")


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def app(engine: Engine, maps: MapLayers, desk: FakeDesk) -> FastAPI:
    services = SimpleNamespace(maps=maps, registry=Registry(engine), desk=desk)
    app = FastAPI()
    for router in map_routers(cast(Services, services), clock=lambda: NOW):
        app.include_router(router)
    return app


@pytest.fixture
async def web(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc") as client:
        yield client


async def send(web: httpx.AsyncClient, body: Any = b"{}", headers: dict[str, str] | None = None, **given: str) -> Any:
    return await web.post("/api/v1/maps/imports", params=WORDS | given, content=body, headers=headers or {})


async def test_a_file_arrives_whole_with_what_was_said_of_it(web, maps, desk):
    body = b"x" * 3_000_000
    answer = await send(
        web, body, kind="boundaries", level="district", territory="2024-12", dated="01/07/2024", by="Lan"
    )
    assert (answer.status_code, answer.json()["stage"], answer.json()["feed"]) == (202, "received", "boundaries")
    kind, name, said, got = desk.given[0]
    assert (kind, name, got) == ("boundaries", "xã.geojson", body)
    assert said == {
        "source": "Sở TN", "licence": "nội bộ", "attribution": "© Sở TN", "level": "district", "territory": "2024-12",
        "dated": "2024-07-01", "by": "Lan",
    }  # fmt: skip
    assert not list(maps.maps_dir.rglob("upload*"))


async def test_streets_are_known_by_their_name_and_have_no_level(web, desk):
    await send(web, name="tân an.OSM.PBF", bbox="106.3,10.4,106.5,10.6")
    kind, _, said, _ = desk.given[0]
    assert (kind, said.get("level"), said["bbox"]) == ("streets", None, "106.3,10.4,106.5,10.6")


async def test_the_docs_page_describes_it(web):
    page = openapi_page.page((await web.get("/openapi.json")).json())
    assert "/api/v1/maps/imports" in page
    assert "application/octet-stream" in page
    assert "/tiles/{z}/{x}/{y}.pbf" in page


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "a\0b.geojson"},
        {"by": "a\nb"},
        {"source": " "},
        {"attribution": ""},
        {"licence": "x" * 201},
        {"territory": "1999-01"},
        {"level": "hamlet"},
        {"kind": "rivers"},
        {"dated": "32/13/2025"},
        {"name": "a.osm.pbf", "bbox": "106.5,10.4,106.3,10.6"},
        {"name": "a.osm.pbf", "bbox": "nan,nan,nan,nan"},
    ],
)
async def test_wrong_words_are_refused_before_anything_begins(web, desk, given):
    refused = await send(web, **given)
    assert refused.status_code == 422
    assert refused.json()["vi"]
    assert desk.given == []


async def test_too_large_is_told_by_its_length_and_by_its_bytes(web, maps, desk, monkeypatch):
    monkeypatch.setattr(upload, "MAX_BYTES", 1000)

    async def without_length() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 100

    for body in (b"x" * 1001, without_length()):
        refused = await send(web, body)
        assert (refused.status_code, refused.json()["reason"]) == (413, "too_large")
    assert desk.given == []
    assert not list(maps.maps_dir.rglob("upload*"))
    assert (await send(web, b"x" * 1000)).status_code == 202


async def test_a_full_disk_is_told_as_such(web, maps, desk, monkeypatch):
    monkeypatch.setattr(upload, "LEFT_FREE_BYTES", 1 << 62)
    refused = await send(web)
    assert (refused.status_code, refused.json()["reason"]) == (507, "disk_full")
    monkeypatch.setattr(upload, "LEFT_FREE_BYTES", 0)

    async def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(upload.asyncio, "to_thread", _failing(full, asyncio.to_thread))
    refused = await send(web)
    assert (refused.status_code, refused.json()["reason"]) == (507, "disk_full")
    assert desk.given == []
    assert not list(maps.maps_dir.rglob("upload*"))


def _failing(fail: Any, real: Any) -> Any:
    async def to_thread(function: Any, *arguments: Any, **named: Any) -> Any:
        if getattr(function, "__name__", "") == "write":
            await fail()
        return await real(function, *arguments, **named)

    return to_thread


async def test_an_empty_file_is_refused(web, desk):
    refused = await send(web, b"")
    assert (refused.status_code, refused.json()["reason"]) == (422, "empty")
    assert (await send(web)).status_code == 202


async def test_a_sender_that_goes_away_leaves_nothing(app, maps, desk):
    query = str(httpx.QueryParams(WORDS)).encode()
    scope = {"type": "http", "method": "POST", "path": "/api/v1/maps/imports", "query_string": query, "headers": []}
    messages = iter([{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def collect(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, collect)
    assert sent[0]["status"] == 400
    assert not list(maps.maps_dir.rglob("upload*"))
    assert desk.given == []


async def test_a_layer_is_withdrawn_and_used_again(web, maps, engine):
    maps.add(layer("aa11"), SHAPES, {})
    gone = await web.post("/api/v1/maps/layers/aa11/withdraw")
    assert (gone.status_code, gone.json()["active"]) == (200, False)
    assert maps.version() == ""
    assert (await web.get("/api/v1/maps/layers")).json()["layers"][0]["id"] == "aa11"
    assert (await web.post("/api/v1/maps/layers/aa11/use")).json()["active"] is True
    told = AuditLog(engine).newest(2)
    assert [(entry.act, entry.of, entry.actor, entry.address) for entry in told] == [
        (Act.MAP_USED, "aa11", Actor.NOBODY, "127.0.0.1"), (Act.MAP_WITHDRAWN, "aa11", Actor.NOBODY, "127.0.0.1"),
    ]  # fmt: skip
    assert (await web.post("/api/v1/maps/layers/none/use")).status_code == 404
    assert (await web.post("/api/v1/maps/layers/aa11/delete")).status_code == 422
    for hostile in ("%00", "..%2F..", "x" * 500):
        assert (await web.post(f"/api/v1/maps/layers/{hostile}/use")).status_code in (404, 422)


def test_what_was_said_of_a_file_is_read_back_from_its_import():
    for order in (
        MapOrder(kind=LayerKind.BOUNDARIES, territory="2024-12", level=Level.DISTRICT, box=None, provenance=ORIGIN,
                 by="-x ; rm", by_hand=ByHand(crs="EPSG:9210", name_field="-ten")),
        MapOrder(kind=LayerKind.STREETS, territory="", level=None, box=(106.3, 10.4, 106.5, 10.6), provenance=ORIGIN),
    ):  # fmt: skip
        assert order_of(order.kind, ORIGIN.source, order.answers) == order


async def test_an_upload_that_drips_is_cut_off_and_the_desk_is_free_again(web, maps, desk, monkeypatch):
    never = asyncio.Event()

    async def drip() -> AsyncIterator[bytes]:
        yield b"x" * 1_000
        await never.wait()

    with monkeypatch.context() as quick:
        quick.setattr(upload, "GRACE_S", 0.01)
        quick.setattr(upload, "LEAST_BYTES_S", 2**30)
        cut = await send(web, drip())
    assert (cut.status_code, cut.json()["reason"]) == (408, "too_slow")
    assert desk.given == []
    assert not list(maps.maps_dir.rglob("upload*"))
    assert (await send(web)).status_code == 202
