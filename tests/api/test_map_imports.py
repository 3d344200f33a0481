"""Sending a map file over HTTP: it arrives whole or leaves nothing behind, one file at a time."""

import asyncio
import errno
from collections.abc import AsyncIterator
from dataclasses import replace
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
from api.maps.desk import Desk
from domain.access.needs import Need
from domain.access.principal import CENTRE, NOBODY, Actor, Principal, Role
from domain.audit import Act
from domain.places.map_import import ImportState, MapOrder
from domain.places.map_layer import AS_THE_FILE_SAYS, ByHand, LayerKind
from domain.places.territory import Level
from domain.text import Text
from intake.imports.map_command import order_of, parser_of_maps
from intake.imports.map_process import arguments
from present import openapi_page
from store.access.accounts import Accounts
from store.audit import AuditLog
from store.maps.map_imports import MapImports
from store.maps.map_layers import MapLayers
from store.registry import Registry
from store.services import Services

WORDS = {"name": "xã.geojson", "source": "Sở TN", "licence": "nội bộ", "attribution": "© Sở TN"}


class FakeImporter:
    """Remembers what it was asked to import; ends when it is told to."""

    def __init__(self, imports: MapImports) -> None:
        self.imports = imports
        self.orders: list[tuple[MapOrder, bytes]] = []
        self.may_end = asyncio.Event()
        self.ended = asyncio.Event()
        self.finishes = True

    async def __call__(self, order: MapOrder, job_id: str) -> int:
        self.orders.append((order, order.path.read_bytes()))
        await self.may_end.wait()
        if self.finishes:
            self.imports.finish(job_id, ImportState.DONE, Text("Xong", "Done"), NOW, layer="aa11")
        self.ended.set()
        return 0


@pytest.fixture
def maps(engine: Engine, tmp_path: Path) -> MapLayers:
    return MapLayers(engine, tmp_path / "maps")


@pytest.fixture
def importer(engine: Engine) -> FakeImporter:
    return FakeImporter(MapImports(engine))


@pytest.fixture
async def web(engine: Engine, maps: MapLayers, importer: FakeImporter) -> AsyncIterator[httpx.AsyncClient]:
    services = SimpleNamespace(
        maps=maps, registry=Registry(engine), map_imports=importer.imports, accounts=Accounts(engine)
    )
    app = FastAPI()
    for router in map_routers(cast(Services, services), importer, clock=lambda: NOW):
        app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc") as client:
        yield client
        importer.may_end.set()


async def send(web: httpx.AsyncClient, body: Any = b"{}", headers: dict[str, str] | None = None, **given: str) -> Any:
    return await web.post("/api/v1/maps/imports", params=WORDS | given, content=body, headers=headers or {})


async def test_a_file_arrives_whole_and_its_import_begins(web, maps, importer):
    body = b"x" * 3_000_000
    answer = await send(
        web, body, kind="boundaries", level="district", territory="2024-12", dated="01/07/2024", by="Lan"
    )
    assert answer.status_code == 202
    assert answer.json()["state"] == "running"
    await asyncio.sleep(0)
    order, got = importer.orders[0]
    assert got == body
    assert (order.kind, order.level, order.territory) == (LayerKind.BOUNDARIES, Level.DISTRICT, "2024-12")
    assert (order.file_name, order.by, str(order.provenance.dated)) == ("xã.geojson", "Lan", "2024-07-01")
    assert order.path.suffix == ".geojson"
    importer.may_end.set()
    await importer.ended.wait()
    await asyncio.sleep(0)
    followed = (await web.get(f"/api/v1/maps/imports/{answer.json()['id']}")).json()
    assert (followed["state"], followed["layer"], followed["stage"]) == ("done", "aa11", {"vi": "Xong", "en": "Done"})
    assert not list(maps.maps_dir.rglob("upload*"))


async def test_streets_are_known_by_their_name_and_have_no_level(web, importer):
    await send(web, name="tân an.OSM.PBF", bbox="106.3,10.4,106.5,10.6")
    await asyncio.sleep(0)
    order = importer.orders[0][0]
    assert (order.kind, order.level, order.territory, order.box) == (
        LayerKind.STREETS,
        None,
        "",
        (106.3, 10.4, 106.5, 10.6),
    )
    assert order.path.name == "upload.osm.pbf"


async def test_a_map_waits_where_somebody_else_may_approve_it(web, importer, engine):
    accounts = Accounts(engine)
    for name, role in (("mai", Role.APPROVER), ("an", Role.OPERATOR)):
        accounts.invite(name, name, {role}, (), CENTRE, NOW)
    await send(web)
    importer.may_end.set()
    await importer.ended.wait()
    assert not importer.orders[0][0].waits, "mai was invited and has never come"
    accounts.note_sign_in("mai", CENTRE, NOW)
    assert accounts.has_other(Need.APPROVE, CENTRE, NOW)
    assert not accounts.has_other(Need.APPROVE, Principal(actor=Actor.PERSON, name="mai"), NOW)
    accounts.disable("mai", CENTRE, NOW)
    assert not accounts.has_other(Need.APPROVE, CENTRE, NOW)


async def test_a_layer_that_waits_is_refused_to_whoever_may_not_approve(web, maps):
    maps.add(layer(active=False, waits_of="person:lan"), SHAPES, {}, CENTRE)
    refused = await web.post("/api/v1/maps/layers/aa11/use")
    assert (refused.status_code, refused.json()["reason"]) == (403, "same_person")
    assert [one["waits"] for one in (await web.get("/api/v1/maps/layers")).json()["layers"]] == [True]
    assert maps.version() == ""


async def test_the_docs_page_describes_it(web):
    page = openapi_page.page((await web.get("/openapi.json")).json())
    assert "/api/v1/maps/imports" in page
    assert "application/octet-stream" in page
    assert "/tiles/{z}/{x}/{y}.pbf" in page


async def test_one_at_a_time(web, importer):
    await send(web)
    refused = await send(web, name="khác.geojson")
    assert (refused.status_code, refused.json()["reason"]) == (409, "busy")
    assert "xã.geojson" in refused.json()["vi"]
    assert len((await web.get("/api/v1/maps/imports")).json()["imports"]) == 1


async def test_an_importer_that_dies_leaves_an_import_that_was_cut_off(web, importer):
    importer.finishes = False
    job = (await send(web)).json()
    importer.may_end.set()
    await importer.ended.wait()
    await asyncio.sleep(0)
    assert (await web.get(f"/api/v1/maps/imports/{job['id']}")).json()["state"] == "interrupted"
    assert (await send(web)).status_code == 202


async def test_an_importer_that_cannot_start_is_told(web, importer, monkeypatch):
    async def broken(*_: object) -> int:
        importer.ended.set()
        raise PermissionError

    monkeypatch.setattr(FakeImporter, "__call__", broken)
    job = (await send(web)).json()
    await importer.ended.wait()
    await asyncio.sleep(0)
    assert (await web.get(f"/api/v1/maps/imports/{job['id']}")).json()["state"] == "interrupted"


async def test_an_import_outlives_the_web_side(engine, maps, importer):
    desk = Desk(maps, importer.imports, lambda: NOW, importer)
    job = importer.imports.begin(LayerKind.BOUNDARIES, "xã.geojson", by="tester", now=NOW)
    path = maps.work(job.id) / "upload.geojson"
    path.write_text("{}")
    order = MapOrder(path=path, file_name="xã.geojson", kind=LayerKind.BOUNDARIES, territory="2025-07",
                  level=Level.COMMUNE, box=None, provenance=ORIGIN, by="tester")  # fmt: skip
    task = asyncio.create_task(desk._carry_out(order, job.id))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert importer.imports.job(job.id, NOW).under_way
    assert path.exists()


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
async def test_wrong_words_are_refused_before_anything_begins(web, importer, given):
    refused = await send(web, **given)
    assert refused.status_code == 422
    assert refused.json()["vi"]
    assert (await web.get("/api/v1/maps/imports")).json()["imports"] == []
    assert importer.orders == []


async def test_too_large_is_told_by_its_length_and_by_its_bytes(web, maps, importer, monkeypatch):
    monkeypatch.setattr(upload, "MAX_BYTES", 1000)

    async def without_length() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 100

    for body in (b"x" * 1001, without_length()):
        refused = await send(web, body)
        assert (refused.status_code, refused.json()["reason"]) == (413, "too_large")
    assert importer.orders == []
    assert not list(maps.maps_dir.rglob("upload*"))
    assert (await send(web, b"x" * 1000)).status_code == 202


async def test_a_full_disk_is_told_as_such(web, maps, importer, monkeypatch):
    monkeypatch.setattr(upload, "LEFT_FREE_BYTES", 1 << 62)
    refused = await send(web)
    assert (refused.status_code, refused.json()["reason"]) == (507, "disk_full")
    monkeypatch.setattr(upload, "LEFT_FREE_BYTES", 0)

    async def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(upload.asyncio, "to_thread", _failing(full, asyncio.to_thread))
    refused = await send(web)
    assert (refused.status_code, refused.json()["reason"]) == (507, "disk_full")
    assert importer.orders == []
    assert not list(maps.maps_dir.rglob("upload*"))


def _failing(fail: Any, real: Any) -> Any:
    async def to_thread(function: Any, *arguments: Any, **named: Any) -> Any:
        if getattr(function, "__name__", "") == "write":
            await fail()
        return await real(function, *arguments, **named)

    return to_thread


async def test_an_empty_file_is_refused(web, importer):
    refused = await send(web, b"")
    assert (refused.status_code, refused.json()["reason"]) == (422, "empty")
    assert (await send(web)).status_code == 202


async def test_a_sender_that_goes_away_leaves_nothing(engine, maps, importer):
    services = SimpleNamespace(
        maps=maps, registry=Registry(engine), map_imports=importer.imports, accounts=Accounts(engine)
    )
    app = FastAPI()
    for router in map_routers(cast(Services, services), importer, clock=lambda: NOW):
        app.include_router(router)
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
    assert [job.state for job in importer.imports.jobs(NOW)] == [ImportState.INTERRUPTED]
    assert not list(maps.maps_dir.rglob("upload*"))
    assert importer.orders == []


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
    assert (await web.get("/api/v1/maps/imports/none")).status_code == 404
    for hostile in ("%00", "..%2F..", "x" * 500):
        assert (await web.get(f"/api/v1/maps/imports/{hostile}")).status_code in (404, 422)
        assert (await web.post(f"/api/v1/maps/layers/{hostile}/use")).status_code in (404, 422)


def test_the_command_line_says_the_same_as_the_order(tmp_path: Path):
    for kind, level, territory, box in (
        (LayerKind.BOUNDARIES, Level.DISTRICT, "2024-12", None),
        (LayerKind.STREETS, None, "", (106.3, 10.4, 106.5, 10.6)),
    ):
        path = tmp_path / "upload.zip"
        order = MapOrder(path=path, file_name="--dry-run", kind=kind, territory=territory, level=level, box=box,
                      provenance=ORIGIN, by="-x ; rm", principal=replace(NOBODY, name="-y", address="::1"),
                      waits=level is not None,
                      by_hand=ByHand(crs="EPSG:9210", name_field="-ten") if level else AS_THE_FILE_SAYS)  # fmt: skip
        parsed = parser_of_maps().parse_args(arguments(order, "job1"))
        assert order_of(parsed) == order
        assert (parsed.job, parsed.dry_run) == ("job1", False)


async def test_an_upload_that_drips_is_cut_off_and_the_desk_is_free_again(web, maps, importer, monkeypatch):
    never = asyncio.Event()

    async def drip() -> AsyncIterator[bytes]:
        yield b"x" * 1_000
        await never.wait()

    with monkeypatch.context() as quick:
        quick.setattr(upload, "GRACE_S", 0.01)
        quick.setattr(upload, "LEAST_BYTES_S", 2**30)
        cut = await send(web, drip())
    assert (cut.status_code, cut.json()["reason"]) == (408, "too_slow")
    assert importer.orders == []
    assert not list(maps.maps_dir.rglob("upload*"))
    assert (await send(web)).status_code == 202
