"""The plan over HTTP: routes as GeoJSON, due runs, findings; unknown is null and wrong parameters are refused."""

from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from fastapi import FastAPI
from plan_fixtures import HUNG_VUONG, NOW, ROUTE, TET, done
from sqlalchemy import Engine

from api import plan_routers
from domain.waste.plan import Action, PlanException
from store.rounds.plan import Plan
from store.services import Services


@pytest.fixture
def plan(engine: Engine) -> Plan:
    return Plan(engine)


@pytest.fixture
async def client(plan: Plan) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    for router in plan_routers(cast(Services, SimpleNamespace(plan=plan)), clock=lambda: NOW):
        app.include_router(router)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://ioc/api/v1/plan") as opened:
        yield opened


UNPLACED = replace(ROUTE, id="02/A", streets=(replace(HUNG_VUONG, points=(), kerb=None, begins_s=None, ends_s=None),))


async def test_an_empty_plan_is_empty_and_not_an_error(client: httpx.AsyncClient):
    assert (await client.get("/routes")).json() == {"valid": 0, "routes": []}
    assert (await client.get("/due")).json() == {"day": "2026-11-23", "runs": []}
    assert (await client.get("/imports")).json() == {"imports": []}


async def test_routes_say_whether_they_are_valid_and_how_much_is_placed(client: httpx.AsyncClient, plan: Plan):
    plan.add(done(), [ROUTE, UNPLACED], valid={"01": True})
    answer = (await client.get("/routes")).json()
    assert answer["valid"] == 1
    assert [(r["id"], r["valid"], r["entries"], r["placed"]) for r in answer["routes"]] == [
        ("01", True, 2, 2),
        ("02/A", False, 1, 0),
    ]
    assert answer["routes"][0]["weekdays"] == [1, 3, 5]
    assert answer["routes"][0]["valid_to"] is None


async def test_a_route_is_geojson_and_what_is_not_placed_has_no_geometry(client: httpx.AsyncClient, plan: Plan):
    plan.add(done(), [ROUTE, UNPLACED], valid={})
    street, stop = (await client.get("/routes/01")).json()["features"]
    assert street["geometry"] == {"type": "LineString", "coordinates": [[106.41, 10.53], [106.412, 10.531]]}
    assert street["properties"]["kerb"] == "right"
    assert (street["properties"]["from"], street["properties"]["to"]) == ("cầu", "chợ")
    assert stop["geometry"] == {"type": "Point", "coordinates": [106.4121, 10.5311]}
    (bare,) = (await client.get("/routes/02/A")).json()["features"]
    assert bare["geometry"] is None
    assert bare["properties"]["kerb"] is None
    assert bare["properties"]["begins_s"] is None


async def test_an_old_revision_can_be_asked_for(client: httpx.AsyncClient, plan: Plan):
    plan.add(done(), [ROUTE], valid={})
    plan.add(done("imp2"), [replace(ROUTE, name="mới")], valid={})
    assert (await client.get("/routes/01")).json()["route"]["name"] == "mới"
    assert (await client.get("/routes/01?revision=1")).json()["route"]["name"] == "Trung tâm"


async def test_what_is_due_comes_with_instants_and_reasons(client: httpx.AsyncClient, plan: Plan):
    extra = PlanException(day=TET.day, action=Action.EXTRA, route="01", note="chợ")
    plan.add(done(), [ROUTE], [TET, extra], valid={})
    (run,) = (await client.get("/due?day=2026-11-23")).json()["runs"]
    assert run["entries"][0]["begins_at"] == "2026-11-23T11:00:00.000Z"
    assert run["entries"][1]["ends_at"] is None
    assert run["because"] == []
    assert (await client.get("/due?day=2026-11-24")).json()["runs"] == []
    (tet,) = (await client.get("/due?day=2027-02-06")).json()["runs"]
    assert [b["action"] for b in tet["because"]] == ["extra"]


async def test_findings_of_an_import(client: httpx.AsyncClient, plan: Plan):
    plan.add(done(), [ROUTE], valid={})
    answer = (await client.get("/findings?import=imp1")).json()
    assert answer["imported"]["file_name"] == "kế hoạch.csv"
    assert answer["findings"] == [
        {
            "problem": "not_placed", "severity": "warning", "words": {"vi": "chưa có", "en": "not placed"},
            "route": "01", "order": 2, "row": 7, "column": "đường", "file": "a.csv",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/routes/none", 404, "unknown_route"),
        ("/routes/01?revision=0", 422, "bad_parameter"),
        ("/findings?import=none", 404, "unknown_import"),
        ("/findings", 422, "bad_parameter"),
        ("/findings?import=../x", 422, "bad_parameter"),
        ("/due?day=hôm nay", 422, "bad_parameter"),
        ("/due?day=9999-12-31", 422, "bad_parameter"),
    ],
)
async def test_wrong_questions_are_refused_in_words(client: httpx.AsyncClient, path: str, status: int, reason: str):
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert answer.json()["vi"]
