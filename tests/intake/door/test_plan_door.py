"""Files of the plan over HTTP: kept once, answered truthfully, refused with a reason; trackers never wait for one."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

import httpx
import orjson
import pytest
from fastapi import FastAPI
from fuzzing import examples
from hangs import HANG_S
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from api import plan_routers
from data_sources.plan.placing import Streets
from domain.access.principal import CENTRE, Actor
from domain.audit import Act
from domain.feeds.scrub import Secrets
from domain.key_role import Holder
from intake.door.door import FILE_MAX_BYTES
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.imports.plan_desk import PlanDesk, Taken
from simulator.plan import facilities_geojson, plan_geojson
from store.audit import AuditLog
from store.maps.map_layers import MapLayers
from store.registry import hash_key
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from store.services import Services
from tests.data_sources.plan.test_placing import TOWN
from tests.intake.door.test_front_door import FEEDS, KEY, NOW, Stream

SECRETS = Secrets(bytes(32))

TABLE = "mã tuyến,đường,thứ,giờ,lề\n01,đường Hùng Vương,T2,17h30,lề phải\n".encode()
PLACED = (
    b"route,street,weekdays,begins,lat,lon,unit\n01,A,T2,17h30,10.53,106.41,stop\n01,B,T2,17h10,10.53,106.41,stop\n"
)
TICKETS = (
    "số phiếu,biển số,giờ vào,giờ ra,cân tổng,cân bì,cân hàng\n"
    "1,LA-001,2026-11-22 20:00,2026-11-22 20:15,9000,7500,1500\n"
).encode()
NOT_A_PLAN = "chào\n".encode()


@pytest.fixture
def plan(engine: Engine) -> Plan:
    return Plan(engine)


@pytest.fixture
def desk(engine: Engine, plan: Plan, tmp_path: Path) -> PlanDesk:
    return PlanDesk(plan, MapLayers(engine, tmp_path / "maps"), Facilities(engine))


def opened(desk: PlanDesk) -> httpx.AsyncClient:
    keys, names = KeyRing(lambda: dict(names)), {hash_key("right"): Holder("Đô thị")}
    app = create_front_door(Stream(), keys, FEEDS, plan=desk, clock=lambda: NOW, ticks=lambda: 1_000.0, secrets=SECRETS)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door")


@pytest.fixture
async def door(desk: PlanDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(desk) as client:
        yield client


async def post(door: httpx.AsyncClient, body: bytes, status: int = 200, **asked: Any) -> dict[str, Any]:
    answer = await door.post("/ingest/plan", params=asked, content=body, headers=KEY)
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_a_plan_is_kept_once_and_shown_where_the_command_shows_it(door: httpx.AsyncClient, plan: Plan) -> None:
    body = json.dumps(plan_geojson()).encode()
    said = await post(door, body, name="mau.geojson", source="Mô phỏng")
    assert said["outcome"] == "kept"
    assert said["routes"] == said["valid"] == said["changed"] == len(plan.routes()) > 0
    (done,) = plan.imports()
    assert (done.id, done.source, done.imported_by, done.file_name) == (
        said["import"], "Mô phỏng", "Đô thị", "mau.geojson",
    )  # fmt: skip
    again = await post(door, body, name="other name.geojson", source="Mô phỏng")
    assert (again["outcome"], again["import"], again["valid"]) == ("already", said["import"], said["valid"])
    assert "không đổi gì" in again["vi"]
    assert "nothing changed" in again["en"]
    assert len(plan.imports()) == 1
    assert {kept.route.revision for kept in plan.routes()} == {1}


async def test_findings_tell_where_and_are_read_by_the_api_too(door: httpx.AsyncClient, plan: Plan) -> None:
    said = await post(door, PLACED, name="tuyến.csv")
    assert (said["source"], said["routes"], said["entries"], said["valid"]) == ("Đô thị", 1, 2, 0)
    (back,) = [f for f in said["findings"] if f["problem"] == "backward_time"]
    assert (back["row"], back["route"]) == (3, "01")
    assert back["words"]["vi"] != back["words"]["en"]
    app = FastAPI()
    for router in plan_routers(cast(Services, SimpleNamespace(plan=plan)), clock=lambda: NOW):
        app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc/api/v1/plan") as api:
        assert [done["id"] for done in (await api.get("/imports")).json()["imports"]] == [said["import"]]
        assert (await api.get("/findings", params={"import": said["import"]})).json()["findings"] == said["findings"]


async def test_streets_are_placed_when_there_is_a_map_and_it_is_said_when_there_is_none(
    door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Tuyến 01: A\nThời gian: 17h - 20h\nhàng ngày\nđường Hùng Vương lề phải từ Nguyễn Huệ đến Lê Lợi (17h30)\n"
    without = await post(door, text.encode(), name="t.txt")
    assert "The map has no streets yet" in without["en"]
    assert without["valid"] == 0
    monkeypatch.setattr("intake.imports.plan_desk._streets", lambda _: Streets(TOWN))
    assert (await post(door, text.encode(), name="t.txt"))["outcome"] == "already"
    anew = await post(door, text.encode(), name="t.txt", again="true")
    assert anew["outcome"] == "kept"
    assert "not_placed" not in {f["problem"] for f in anew["findings"]}


async def test_the_audit_log_names_the_key_and_the_address_and_a_try_is_no_act(
    door: httpx.AsyncClient, engine: Engine
) -> None:
    await post(door, PLACED, name="a.csv", dry_run="true")
    assert AuditLog(engine).newest(5) == []
    done = await post(door, PLACED, name="a.csv", source="Phòng Kinh tế")
    (told,) = AuditLog(engine).newest(5)
    assert (told.act, told.of, told.actor) == (Act.PLAN_IMPORTED, done["import"], Actor.SOURCE)
    assert (told.name, told.address) == ("Đô thị", "127.0.0.1")
    assert orjson.loads(told.after)["source"] == "Phòng Kinh tế"


async def test_what_was_taken_back_stays_so(door: httpx.AsyncClient, plan: Plan) -> None:
    first = await post(door, PLACED, name="a.csv")
    plan.withdraw(first["import"], CENTRE, NOW)
    said = await post(door, PLACED, name="a.csv")
    assert said["outcome"] == "already"
    assert f"ingest plan use {first['import']}" in said["vi"]
    assert plan.routes() == []


async def test_the_same_file_of_another_source_is_another_import(door: httpx.AsyncClient, plan: Plan) -> None:
    for source in ("A", "B"):
        said = await post(door, PLACED, name="a.csv", source=source)
        assert (said["outcome"], said["source"]) == ("kept", source)
    assert len(plan.imports()) == 2
    assert "duplicate" in {f["problem"] for f in said["findings"]}


async def test_a_dry_run_keeps_nothing(door: httpx.AsyncClient, plan: Plan) -> None:
    said = await post(door, PLACED, name="a.csv", dry_run="true")
    assert (said["outcome"], said["import"], said["routes"]) == ("tried", None, 1)
    assert plan.imports() == []
    assert (await post(door, PLACED, name="a.csv"))["outcome"] == "kept"
    assert (await post(door, PLACED, name="a.csv", dry_run="true"))["outcome"] == "tried"


async def test_exceptions_facilities_and_tickets(door: httpx.AsyncClient, plan: Plan, engine: Engine) -> None:
    exceptions = await post(door, b"day,route,action\n2027-02-06,,cancel\n", name="tet.csv")
    assert (exceptions["routes"], len(plan.exceptions())) == (0, 1)
    places = json.dumps(facilities_geojson()).encode()
    kept = await post(door, places, content="facilities", name="f.geojson")
    assert (kept["entries"], kept["valid"], kept["net_kg"]) == (4, None, None)
    weighed = await post(door, TICKETS, content="weighbridge", name="t.csv", plant="TRUNG-CHUYEN", source="Mô phỏng")
    assert (weighed["entries"], weighed["net_kg"]) == (1, 1500)
    (ticket,) = Facilities(engine).tickets(NOW, NOW + timedelta(days=1))
    assert (ticket.plant, ticket.plate, ticket.source) == ("TRUNG-CHUYEN", "LA001", "Mô phỏng")
    assert (await post(door, TICKETS, content="weighbridge", name="t.csv", source="Mô phỏng"))["outcome"] == "already"
    # The same bytes as something else are another reading, and here no plan.
    assert (await post(door, TICKETS, 400, name="t.csv", source="Mô phỏng"))["reason"] == "nothing_usable"


async def test_timed_stops_need_their_mapping(door: httpx.AsyncClient) -> None:
    stops = b'[{"r":"1","s":[{"n":"A","t":"17:30","y":10.53,"x":106.41}]}]'
    mapping = {"route": {"route": "r"}, "stop": {"name": "n", "begins": "t", "latitude": "y", "longitude": "x"}}
    asked = {"name": "s.json", "format": "stops"}
    assert (await post(door, stops, 400, **asked))["findings"][0]["problem"] == "unreadable"
    assert (await post(door, stops, **asked, mapping=json.dumps(mapping | {"stops": "s"})))["entries"] == 1
    for wrong in ("{", "[]", '{"stops":"s"}', json.dumps(mapping | {"stops": "s", "files": 5})):
        refused = await post(door, stops, 400, **asked, mapping=wrong)
        assert (refused["reason"], refused["detail"][:8]) == ("bad_request", "mapping:")


@pytest.mark.parametrize("asked", [{}, {"name": "x.txt"}, {"content": "facilities"}, {"dry_run": "true"}])
async def test_nothing_usable_is_refused_with_what_was_found(
    door: httpx.AsyncClient, plan: Plan, asked: dict[str, str]
) -> None:
    refused = await post(door, NOT_A_PLAN, 400, **asked)
    assert refused["reason"] == "nothing_usable"
    assert refused["vi"].startswith("Không có gì để lưu")
    assert refused["en"]
    assert refused["findings"]
    assert plan.imports() == []


@pytest.mark.parametrize("asked", [{"format": "word"}, {"content": "cats"}, {"again": "perhaps"}, {"name": "x" * 201}])
async def test_a_wrong_question_is_refused_in_both_languages(door: httpx.AsyncClient, asked: dict[str, str]) -> None:
    refused = await post(door, PLACED, 400, **asked)
    assert refused["reason"] == "bad_request"
    assert refused["vi"] != refused["en"]
    assert refused["detail"].startswith(next(iter(asked)))


async def test_without_a_key_too_large_and_too_fast(door: httpx.AsyncClient, plan: Plan) -> None:
    assert (await door.post("/ingest/plan", content=PLACED)).status_code == 401
    await post(door, b"x" * (FILE_MAX_BYTES + 1), 413, name="a.csv")
    assert plan.imports() == []
    codes = {(await door.post("/ingest/plan", content=b"", headers=KEY)).status_code for _ in range(150)}
    assert codes == {400, 429}


async def test_a_store_that_is_away_is_503_and_to_be_tried_again(
    door: httpx.AsyncClient, desk: PlanDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> Taken:
        raise OperationalError("insert", {}, Exception("secret place"))

    monkeypatch.setattr(desk, "take", away)
    answer = await door.post("/ingest/plan?name=a.csv", content=PLACED, headers=KEY)
    assert (answer.status_code, answer.json()["reason"]) == (503, "store_unreachable")
    assert int(answer.headers["retry-after"]) >= 1
    assert "secret" not in answer.text


async def test_trackers_are_answered_while_a_file_is_read_and_files_take_turns(
    door: httpx.AsyncClient, desk: PlanDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, take, begun, loop = Event(), desk.take, asyncio.Queue[int](), asyncio.get_running_loop()
    await post(door, NOT_A_PLAN, 400)  # the key is known from here on

    def slow(*given: Any, **how: Any) -> Taken:
        loop.call_soon_threadsafe(begun.put_nowait, 1)
        go.wait(HANG_S)
        return take(*given, **how)

    monkeypatch.setattr(desk, "take", slow)
    sent = [asyncio.create_task(post(door, PLACED, name="a.csv")) for _ in range(2)]
    try:
        await begun.get()
        fix = await door.get("/", params={"id": "LA-001", "lat": "10.5", "lon": "106.4"})
        assert fix.status_code == 202
        assert begun.empty()
        assert not any(task.done() for task in sent)
    finally:
        go.set()
    assert [said["outcome"] for said in await asyncio.gather(*sent)] == ["kept", "already"]


async def test_without_a_desk_there_is_no_way_in() -> None:
    app = create_front_door(Stream(), KeyRing(dict), FEEDS, secrets=SECRETS)  # type: ignore[arg-type]
    assert "/ingest/plan" not in app.openapi()["paths"]


@settings(max_examples=examples(120), derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.binary(max_size=80) | st.sampled_from([TABLE, PLACED, TICKETS, b"PK\x03\x04", b'{"features":5}']),
    asked=st.fixed_dictionaries(
        {"content": st.sampled_from(["routes", "facilities", "weighbridge"])},
        optional={
            "name": st.text(max_size=12) | st.sampled_from(["a.csv", "a.xlsx", "a.geojson", "a.zip", "a.txt"]),
            "format": st.sampled_from(["table", "geojson", "stops", "gtfs", "text"]),
            "source": st.text(max_size=100),
            "plant": st.text(max_size=64),
            "mapping": st.sampled_from(["", '{"route":{},"stop":{"name":"n"},"stops":5}']),
            "again": st.sampled_from(["true", "false"]),
        },
    ),
)  # fmt: skip
async def test_whatever_is_sent_gets_a_truthful_answer(desk: PlanDesk, body: bytes, asked: dict[str, str]) -> None:
    async with opened(desk) as door:
        query = urlencode(asked, errors="replace")
        answer = await door.post(f"/ingest/plan?{query}", content=body, headers=KEY)
    said = answer.json()
    assert answer.status_code in (200, 400)
    assert said["vi"] != said["en"]
    assert (answer.status_code == 400) == (said.get("reason") is not None)
