"""Every kind of sender before every route of the front door: a table made from what the routes declare."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from domain.access.needs import HELD, Need, need_of
from domain.access.principal import Role
from domain.feeds.scrub import Secrets
from domain.key_role import ROLES, Holder, KeyRole
from intake.door.front_door import create_front_door
from intake.door.gate import Gate
from intake.door.keys import KeyRing
from intake.imports.driver_importer import DriverImporter
from intake.imports.machine import Machine
from intake.imports.plan_importer import PlanImporter
from store.database import open_database
from store.drivers import Drivers
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.registry import hash_key
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from tests.intake.door.test_front_door import FEEDS, NOW, Stream

SENDERS = {role.value: ROLES[role] for role in KeyRole} | {"nobody": None, "wrong": None}


class Ticks:
    """A clock so fast that no sender is too fast for the door."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 600
        return self.now_s


@pytest.fixture(scope="module")
def app(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """A door with everything that it can take."""
    folder: Path = tmp_path_factory.mktemp("gate")
    engine = open_database(f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'ioc.sqlite3')}")
    plan = PlanImporter(Plan(engine), MapLayers(engine, folder), Facilities(engine))
    yield create_front_door(
        Stream(),  # type: ignore[arg-type]
        KeyRing(lambda: {hash_key(role): Holder(role, role) for role in KeyRole}),
        FEEDS,
        desk=Machine(Imports(engine), [plan, DriverImporter(Drivers(engine))], lambda: NOW),
        secrets=Secrets(bytes(32)),
        clock=lambda: NOW,
        ticks=Ticks(),
    )
    engine.dispose()


@pytest.fixture
async def door(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as opened:
        yield opened


def ways(app: FastAPI) -> list[tuple[str, str, Need]]:
    """Each way of asking the door, and what it requires."""
    found = []
    for route in app.router.routes:
        assert isinstance(route, Route)
        need = need_of(route.endpoint)
        assert need is not None
        found += [(route.path, method, need) for method in sorted(route.methods or ())]
    return found


def expected(who: str, need: Need) -> int:
    """The refusal that this sender gets there; 0 for none."""
    roles = SENDERS[who]
    if need is Need.PUBLIC or (need is Need.TRACK and who == "nobody"):
        return 0
    if roles is None:
        return 401
    return 0 if roles & HELD[need] else 403


@pytest.mark.parametrize("who", SENDERS)
async def test_every_sender_gets_what_each_route_declares_and_nothing_else(
    app: FastAPI, door: httpx.AsyncClient, who: str
) -> None:
    headers, wrong = {} if who == "nobody" else {"X-API-Key": who}, []
    for path, method, need in ways(app):
        answer = await door.request(method, path.replace("{feed}", "coverage"), headers=headers)
        refused = answer.status_code if answer.status_code in (401, 403) else 0
        if refused != expected(who, need):
            wrong.append((path, method, answer.status_code))
    assert wrong == []


def test_the_table_knows_every_way_in_and_what_is_open_is_chosen(app: FastAPI) -> None:
    table = ways(app)
    described = {(path, way.upper()) for path, told in app.openapi()["paths"].items() for way in told}
    assert described <= {(path, method) for path, method, _ in table}
    assert len({path for path, _, need in table if need is Need.SEND}) >= 9
    open_to_all = {path for path, _, need in table if need in (Need.PUBLIC, Need.TRACK)}
    assert open_to_all == {"/", "/ingest/osmand", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"}
    assert {path for path, _, need in table if need is Need.DRIVERS} == {"/ingest/drivers"}


def test_a_route_that_declares_nothing_fails_at_the_start() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/new")
    async def new() -> str:
        return ""

    with pytest.raises(TypeError, match="/new: declare"):
        Gate(KeyRing(dict), Ticks(), lambda _: None).guard(app)
    with pytest.raises(TypeError, match="declare"):
        Gate(KeyRing(dict), Ticks(), lambda _: None).guard(FastAPI())


@pytest.mark.parametrize(("role", "path", "reason"), [
    (KeyRole.READER, "/ingest/observations", "only_reads"), (KeyRole.READER, "/", "only_reads"),
    (KeyRole.SOURCE, "/ingest/drivers", "needs_dispatcher"),
])  # fmt: skip
async def test_a_refusal_says_which_key_is_needed(
    door: httpx.AsyncClient, role: KeyRole, path: str, reason: str
) -> None:
    told: dict[str, Any] = (await door.post(path, headers={"Authorization": f"Bearer {role}"})).json()
    assert told["reason"] == reason
    assert "python -m ingest key add" in told["vi"]


def test_a_person_never_holds_what_a_key_sends_with() -> None:
    assert {Role.SENDER} == HELD[Need.SEND] == HELD[Need.TRACK]
