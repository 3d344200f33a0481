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
from domain.access.principal import CENTRE, Actor, Principal
from domain.audit import Act
from domain.feeds.scrub import Secrets
from domain.imports.file_import import FileImport, OvertakenError, SamePersonError
from domain.key_role import Holder
from intake.door.door import FILE_MAX_BYTES
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.imports.importer import Looked
from intake.imports.machine import Machine
from intake.imports.plan_importer import PlanImporter
from simulator.plan import facilities_geojson, plan_geojson
from store.audit import AuditLog
from store.imports import Imports
from store.registry import hash_key
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from store.services import Services
from tests.data_sources.plan.test_placing import TOWN
from tests.intake.door.test_front_door import FEEDS, KEY, NOW, Stream
from tests.intake.imports.second_person import MINH, plan_machine

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
def desk(engine: Engine, tmp_path: Path) -> Machine:
    return plan_machine(engine, tmp_path / "maps")


def opened(desk: Machine) -> httpx.AsyncClient:
    keys, names = KeyRing(lambda: dict(names)), {hash_key("right"): Holder("Đô thị")}
    app = create_front_door(Stream(), keys, FEEDS, desk=desk, clock=lambda: NOW, ticks=lambda: 1_000.0, secrets=SECRETS)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door")


@pytest.fixture
async def door(desk: Machine) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(desk) as client:
        yield client


async def post(door: httpx.AsyncClient, body: bytes, status: int = 202, **asked: Any) -> dict[str, Any]:
    answer = await door.post("/ingest/plan", params=asked, content=body, headers=KEY)
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def kept(desk: Machine, said: dict[str, Any]) -> str:
    """Somebody approves what a key handed in; the import's id."""
    assert said["outcome"] == "waits"
    return (await desk.approve(said["import"], MINH)).id


@pytest.mark.long
async def test_a_keys_plan_changes_nothing_until_somebody_else_approves_it(
    door: httpx.AsyncClient, desk: Machine, plan: Plan
) -> None:
    today = plan_geojson()
    await kept(desk, await post(door, json.dumps(today).encode(), name="mau.geojson", source="Mô phỏng"))
    before, version = [one.route for one in plan.routes()], plan.version()
    assert len(before) > 1
    other = {
        **today,
        "features": [{**one, "properties": {**one["properties"], "weekdays": "T2"}} for one in today["features"]],
    }
    said = await post(door, json.dumps(other).encode(), name="mau.geojson", source="Mô phỏng")
    assert (said["stage"], said["changed"], said["new"]) == ("mapped", len(before), 0)
    assert f"{len(before)} tuyến" in said["facts"][0]["vi"]
    for nobody in (Principal(actor=Actor.SOURCE, name="Khác"), CENTRE, Principal(actor=Actor.CENTRE, name="root")):
        with pytest.raises(SamePersonError):
            await desk.approve(said["import"], nobody)
    assert ([one.route for one in plan.routes()], plan.version()) == (before, version)
    await desk.approve(said["import"], MINH)
    assert {day for one in plan.routes() for day in one.route.weekdays} == {1}


async def test_two_people_who_approve_a_keys_plan_at_once(door: httpx.AsyncClient, desk: Machine, plan: Plan) -> None:
    said = await post(door, PLACED, name="a.csv")
    people = [Principal(actor=Actor.PERSON, name=f"p{n}") for n in range(4)]
    told = await asyncio.gather(*(desk.approve(said["import"], by) for by in people), return_exceptions=True)
    (won,) = [one for one in told if isinstance(one, FileImport)]
    lost = [one for one in told if isinstance(one, OvertakenError)]
    assert {one.now.approved_by for one in lost} == {won.approved_by}
    assert (len(lost), len(plan.imports()), [one.route.revision for one in plan.routes()]) == (3, 1, [1])


@pytest.mark.long
async def test_a_plan_is_kept_once_and_shown_where_the_command_shows_it(
    door: httpx.AsyncClient, desk: Machine, plan: Plan
) -> None:
    body = json.dumps(plan_geojson()).encode()
    said = await post(door, body, name="mau.geojson", source="Mô phỏng")
    assert said["new"] > 0
    waiting = await post(door, body, 200, name="mau.geojson", source="Mô phỏng")
    assert (waiting["outcome"], waiting["import"], waiting["stage"]) == ("already", said["import"], "mapped")
    await kept(desk, said)
    assert said["new"] == len(plan.routes())
    (done,) = plan.imports()
    assert (done.id, done.source, done.imported_by, done.file_name) == (
        said["import"], "Mô phỏng", "source:Đô thị", "mau.geojson",
    )  # fmt: skip
    again = await post(door, body, 200, name="other name.geojson", source="Mô phỏng")
    assert (again["outcome"], again["import"], again["stage"]) == ("already", said["import"], "applied")
    assert "không đổi gì" in again["vi"]
    assert "nothing changed" in again["en"]
    assert len(plan.imports()) == 1
    assert {one.route.revision for one in plan.routes()} == {1}


async def test_problems_tell_where_and_are_read_by_the_api_too(
    door: httpx.AsyncClient, desk: Machine, plan: Plan
) -> None:
    said = await post(door, PLACED, name="tuyến.csv")
    assert (said["source"], said["new"], said["refused"]) == ("Đô thị", 1, len(said["problems"]))
    assert "0 tuyến hợp lệ; 2 mục" in said["facts"][0]["vi"]
    (back,) = [f for f in said["problems"] if f["reason"] == "backward_time"]
    assert (back["row"], back["detail"]) == (3, "01")
    assert back["vi"] != back["en"]
    await kept(desk, said)
    app = FastAPI()
    for router in plan_routers(cast(Services, SimpleNamespace(plan=plan)), clock=lambda: NOW):
        app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc/api/v1/plan") as api:
        assert [done["id"] for done in (await api.get("/imports")).json()["imports"]] == [said["import"]]
        found = (await api.get("/findings", params={"import": said["import"]})).json()["findings"]
        assert {one["words"]["vi"] for one in found} >= {one["vi"] for one in said["problems"]}


async def test_streets_are_placed_when_there_is_a_map_and_it_is_said_when_there_is_none(
    door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Tuyến 01: A\nThời gian: 17h - 20h\nhàng ngày\nđường Hùng Vương lề phải từ Nguyễn Huệ đến Lê Lợi (17h30)\n"
    without = await post(door, text.encode(), name="t.txt")
    assert "The map has no streets yet" in str(without["warnings"])
    assert "0 valid" in without["facts"][0]["en"]
    monkeypatch.setattr("intake.imports.plan_importer._streets", lambda _: Streets(TOWN))
    assert (await post(door, text.encode(), 200, name="t.txt"))["outcome"] == "already"
    anew = await post(door, text.encode(), name="t.txt", again="true")
    assert "not_placed" not in {f["reason"] for f in anew["problems"]}


async def test_the_audit_log_names_the_key_and_the_address_and_a_try_is_no_act(
    door: httpx.AsyncClient, engine: Engine, desk: Machine
) -> None:
    await post(door, PLACED, 200, name="a.csv", dry_run="true")
    assert AuditLog(engine).newest(5) == []
    done = await post(door, PLACED, name="a.csv", source="Phòng Kinh tế")
    (came,) = AuditLog(engine).newest(5)
    assert (came.act, came.of, came.actor) == (Act.FILE_RECEIVED, done["import"], Actor.SOURCE)
    assert (came.name, came.address) == ("Đô thị", "127.0.0.1")
    await kept(desk, done)
    told = {one.act: one for one in AuditLog(engine).newest(5)}
    assert {told[act].name for act in (Act.FILE_APPROVED, Act.PLAN_IMPORTED)} == {"minh"}
    after = orjson.loads(told[Act.PLAN_IMPORTED].after)
    assert (after["source"], after["typed_name"]) == ("Phòng Kinh tế", "source:Đô thị")


async def test_what_was_taken_back_stays_so(door: httpx.AsyncClient, desk: Machine, plan: Plan) -> None:
    first = await kept(desk, await post(door, PLACED, name="a.csv"))
    await desk.withdraw(first, MINH)
    said = await post(door, PLACED, 200, name="a.csv")
    assert (said["outcome"], said["import"], said["stage"]) == ("already", first, "withdrawn")
    assert "again=true" in said["vi"]
    assert plan.routes() == []
    await kept(desk, await post(door, PLACED, name="a.csv", again="true"))
    assert len(plan.routes()) == 1


async def test_the_same_file_of_another_source_is_another_import(
    door: httpx.AsyncClient, desk: Machine, plan: Plan
) -> None:
    for source in ("A", "B"):
        said = await post(door, PLACED, name="a.csv", source=source)
        assert said["source"] == source
        await kept(desk, said)
    assert len(plan.imports()) == 2
    assert "duplicate" in {finding.problem for finding in plan.imports()[0].findings + plan.imports()[1].findings}


async def test_a_dry_run_keeps_nothing(door: httpx.AsyncClient, plan: Plan, engine: Engine) -> None:
    said = await post(door, PLACED, 200, name="a.csv", dry_run="true")
    assert (said["outcome"], said["import"], said["new"]) == ("tried", None, 1)
    assert (plan.imports(), Imports(engine).newest()) == ([], [])
    assert (await post(door, PLACED, name="a.csv"))["outcome"] == "waits"
    assert (await post(door, PLACED, 200, name="a.csv", dry_run="true"))["outcome"] == "tried"


async def test_exceptions_facilities_and_tickets(
    door: httpx.AsyncClient, desk: Machine, plan: Plan, engine: Engine
) -> None:
    exceptions = await post(door, b"day,route,action\n2027-02-06,,cancel\n", name="tet.csv")
    assert plan.exceptions() == []
    await kept(desk, exceptions)
    assert len(plan.exceptions()) == 1
    places = json.dumps(facilities_geojson()).encode()
    facilities = await post(door, places, content="facilities", name="f.geojson")
    assert (facilities["new"], Facilities(engine).facilities()) == (4, [])
    await kept(desk, facilities)
    assert len(Facilities(engine).facilities()) == 4
    of = {"content": "weighbridge", "name": "t.csv", "source": "Mô phỏng"}
    weighed = await post(door, TICKETS, 200, **of, plant="TRUNG-CHUYEN")
    assert (weighed["outcome"], weighed["stage"], weighed["new"]) == ("applied", "applied", 1), "a scale measured them"
    assert "1.500 kg" in weighed["facts"][0]["vi"]
    (ticket,) = Facilities(engine).tickets(NOW, NOW + timedelta(days=1))
    assert (ticket.plant, ticket.plate, ticket.source) == ("TRUNG-CHUYEN", "LA001", "Mô phỏng")
    assert (await post(door, TICKETS, 200, **of, plant="TRUNG-CHUYEN"))["outcome"] == "already"
    # The same bytes as something else are another reading, and here no plan.
    assert (await post(door, TICKETS, 400, name="t.csv", source="Mô phỏng"))["reason"] == "nothing_usable"


async def test_tickets_that_were_read_and_not_kept_are_kept_when_they_are_sent_again(
    door: httpx.AsyncClient, desk: Machine, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = {"content": "weighbridge", "name": "t.csv", "plant": "N"}

    async def away(*_: object) -> FileImport:
        raise OperationalError("update", {}, Exception("x"))

    monkeypatch.setattr(desk, "approve", away)
    await post(door, TICKETS, 503, **of)
    monkeypatch.undo()
    assert (await post(door, TICKETS, 200, **of))["outcome"] == "applied"
    assert len(Facilities(engine).tickets(NOW, NOW + timedelta(days=1))) == 1


async def test_a_register_of_people_is_no_plan(door: httpx.AsyncClient, engine: Engine) -> None:
    body = "mã tài xế;họ tên;điện thoại\nTX1;Nguyễn Văn A;0912345678\n".encode()
    assert (await post(door, body, 400, name="a.csv"))["reason"] == "lists_people"
    assert Imports(engine).newest() == []


async def test_timed_stops_need_their_mapping(door: httpx.AsyncClient) -> None:
    stops = b'[{"r":"1","s":[{"n":"A","t":"17:30","y":10.53,"x":106.41}]}]'
    mapping = {"route": {"route": "r"}, "stop": {"name": "n", "begins": "t", "latitude": "y", "longitude": "x"}}
    asked = {"name": "s.json", "format": "stops"}
    assert (await post(door, stops, 400, **asked))["problems"][0]["reason"] == "unreadable"
    said = await post(door, stops, **asked, mapping=json.dumps(mapping | {"stops": "s"}))
    assert "1 entries" in said["facts"][0]["en"]
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
    assert refused["problems"] or refused["warnings"]
    assert plan.imports() == []


@pytest.mark.parametrize("asked", [{"format": "word"}, {"content": "cats"}, {"again": "perhaps"}, {"name": "x" * 201}])
async def test_a_wrong_question_is_refused_in_both_languages(door: httpx.AsyncClient, asked: dict[str, str]) -> None:
    refused = await post(door, PLACED, 400, **asked)
    assert refused["reason"] == "bad_request"
    assert refused["vi"] != refused["en"]
    assert refused["detail"].startswith(next(iter(asked)))


@pytest.mark.long
async def test_without_a_key_too_large_and_too_fast(door: httpx.AsyncClient, plan: Plan) -> None:
    assert (await door.post("/ingest/plan", content=PLACED)).status_code == 401
    await post(door, b"x" * (FILE_MAX_BYTES + 1), 413, name="a.csv")
    assert plan.imports() == []
    codes = {(await door.post("/ingest/plan", content=b"", headers=KEY)).status_code for _ in range(150)}
    assert codes == {400, 429}


async def test_a_store_that_is_away_is_503_and_to_be_tried_again(
    door: httpx.AsyncClient, desk: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> FileImport:
        raise OperationalError("insert", {}, Exception("secret place"))

    monkeypatch.setattr(desk, "receive", away)
    answer = await door.post("/ingest/plan?name=a.csv", content=PLACED, headers=KEY)
    assert (answer.status_code, answer.json()["reason"]) == (503, "store_unreachable")
    assert int(answer.headers["retry-after"]) >= 1
    assert "secret" not in answer.text


async def test_trackers_are_answered_while_a_file_is_read_and_files_take_turns(
    door: httpx.AsyncClient, desk: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, read, begun, loop = Event(), PlanImporter.look, asyncio.Queue[int](), asyncio.get_running_loop()
    await post(door, NOT_A_PLAN, 400)  # the key is known from here on

    def slow(*given: Any) -> Looked:
        loop.call_soon_threadsafe(begun.put_nowait, 1)
        go.wait(HANG_S)
        return read(*given)

    monkeypatch.setattr(PlanImporter, "look", slow)
    sent = [asyncio.create_task(post(door, PLACED, status, name="a.csv")) for status in (202, 200)]
    try:
        await begun.get()
        fix = await door.get("/", params={"id": "LA-001", "lat": "10.5", "lon": "106.4"})
        assert fix.status_code == 202
        assert begun.empty()
        assert not any(task.done() for task in sent)
    finally:
        go.set()
    assert [said["outcome"] for said in await asyncio.gather(*sent)] == ["waits", "already"]


async def test_without_a_desk_there_is_no_way_in() -> None:
    app = create_front_door(Stream(), KeyRing(dict), FEEDS, secrets=SECRETS)  # type: ignore[arg-type]
    assert "/ingest/plan" not in app.openapi()["paths"]


@pytest.mark.long
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
async def test_whatever_is_sent_gets_a_truthful_answer(desk: Machine, body: bytes, asked: dict[str, str]) -> None:
    async with opened(desk) as door:
        query = urlencode(asked, errors="replace")
        answer = await door.post(f"/ingest/plan?{query}", content=body, headers=KEY)
    said = answer.json()
    assert answer.status_code in (200, 202, 400)
    assert said["vi"] != said["en"]
    assert (answer.status_code == 400) == (said.get("reason") is not None)
