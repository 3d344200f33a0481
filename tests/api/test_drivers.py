"""Drivers over HTTP: 401, 403 and 200, sessions that are not keys, a log line for each access, no name elsewhere."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis
from run_fixtures import DAY, NOW, RUN, VEHICLE_DAY
from sqlalchemy import Engine

import app as web_side
from api.keys import WRONG_MAX
from domain.access.principal import Actor, Principal
from domain.audit import Act
from domain.feeds.part import Part
from domain.fleets.driver import Driver
from domain.instant import day_start
from domain.key_role import KeyRole
from domain.observation import Rejection
from domain.reason import Reason
from settings import Settings
from store.audit import AuditLog
from store.drivers import Drivers
from store.intake import Batch, IntakeStore
from store.records import LatestFix, RejectedItem
from store.registry import Registry
from store.rounds.runs import Runs
from tests.store.test_intake import fix

AN = Driver(id="TX-MAT-07", name="Nguyễn Văn Kín", phone="0999 888 777", licence_number="790999888777")
SECRETS = [AN.id, AN.name, AN.phone, AN.licence_number, "TX-LẠ"]
(ASSIGNED,) = RUN.assignments[:1]
RUN_DRIVERS = f"/api/v1/runs/{DAY}/{RUN.route}/{RUN.number}/drivers"
DAY_DRIVERS = f"/api/v1/vehicle-days/{DAY}/{ASSIGNED.vehicle}/drivers"
PROTECTED = ["/api/v1/drivers", RUN_DRIVERS, DAY_DRIVERS]


@pytest.fixture
def keys(engine: Engine) -> dict[str, str]:
    """Secrets by what they are for."""
    registry = Registry(engine)
    registry.seed_places()
    return {
        "dispatcher": registry.add_key("Ca tối", NOW, KeyRole.DISPATCHER),
        "source": registry.add_key("VNPT", NOW),
    }


@pytest.fixture
def centre(engine: Engine) -> None:
    """A run and a vehicle's day that trackers say people drove, and a refused message that names one."""
    since = ASSIGNED.since
    seconds = [0, 60, 120]
    told = [
        fix(device=ASSIGNED.vehicle, driver=code, at=since + timedelta(seconds=s), received_at=NOW)
        for s, code in zip(seconds, (AN.id.lower(), AN.licence_number, "TX-LẠ"), strict=True)
    ]
    refused = Rejection(
        feed="waste_trucks", reason=Reason.BAD_NUMBER, received_at=NOW, raw=f"id=1&lat=x&driverUniqueId={AN.id}"
    )
    before = fix(device=ASSIGNED.vehicle, driver=AN.id, at=day_start(DAY), received_at=NOW)
    batch = Batch(
        fixes=[before, *told],
        latest=[LatestFix(fix=told[-1])],
        rejections=[RejectedItem(rejection=refused, stream_id="1-0")],
    )
    store = IntakeStore(engine)
    store.write(Part("waste_trucks"), expected_cursor=store.cursor(Part("waste_trucks")), cursor="1-0", batch=batch)
    Drivers(engine).put([AN], Principal(actor=Actor.SOURCE, name="Ca tối"), NOW)
    Runs(engine).put([RUN], [replace(VEHICLE_DAY, vehicle=ASSIGNED.vehicle)])


@pytest.fixture
def server(
    database_url: str, redis_url: str, redis: "Redis", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> FastAPI:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("IOC_DATA_DIR", str(tmp_path))
    settings = Settings.from_env()
    return web_side.create_app(settings, web_side.services_of(settings))


@pytest.fixture
async def client(server: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://127.0.0.1:8050") as opened:
        yield opened


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("path", PROTECTED)
async def test_without_a_dispatchers_key_nothing_is_told(
    client: httpx.AsyncClient, keys: dict[str, str], centre: None, engine: Engine, path: str
) -> None:
    for headers, status in (({}, 401), (bearer("wrong"), 401), (bearer(keys["source"]), 403)):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == status
        said = answer.json()
        assert said["vi"] != said["en"]
        assert not [secret for secret in SECRETS if secret in answer.text]
    assert Drivers(engine).reads(10) == [], "nobody looked"


async def test_a_dispatcher_reads_the_register_and_each_look_is_in_the_log(
    client: httpx.AsyncClient, keys: dict[str, str], centre: None
) -> None:
    for path in (DAY_DRIVERS, RUN_DRIVERS):
        assert (await client.get(path, headers=bearer(keys["dispatcher"]))).status_code == 200
    answer = await client.get("/api/v1/drivers", headers=bearer(keys["dispatcher"]))
    said = answer.json()
    assert [(one["id"], one["name"], one["phone"]) for one in said["drivers"]] == [(AN.id, AN.name, AN.phone)]
    assert [(one["by"], one["what"]) for one in said["reads"]] == [
        ("Ca tối", "register"),
        ("Ca tối", f"run {DAY} {RUN.route} {RUN.number}"),
        ("Ca tối", f"vehicle {ASSIGNED.vehicle} {DAY}"),
    ]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_run_says_who_drove_it_while_its_vehicle_was_at_work_on_it(
    client: httpx.AsyncClient, keys: dict[str, str], centre: None
) -> None:
    stints = (await client.get(RUN_DRIVERS, headers=bearer(keys["dispatcher"]))).json()["stints"]
    assert [(one["driver"], one["name"], one["fixes"]) for one in stints] == [
        (AN.id, AN.name, 1), (AN.id, AN.name, 1), ("TX-LẠ", None, 1),
    ]  # fmt: skip
    assert stints[0]["vehicle"] == ASSIGNED.vehicle
    assert (stints[0]["at_work"], stints[2]["at_work"]) == (True, None)
    whole = (await client.get(DAY_DRIVERS, headers=bearer(keys["dispatcher"]))).json()["stints"]
    assert len(whole) == 4, "the day also holds what was before the run"
    unknown = await client.get(f"/api/v1/runs/{DAY}/none/1/drivers", headers=bearer(keys["dispatcher"]))
    assert (unknown.status_code, unknown.json()["reason"]) == (404, "unknown_run")


async def test_a_session_is_a_random_token_in_a_cookie_no_script_can_read(
    client: httpx.AsyncClient, keys: dict[str, str], centre: None, redis: "Redis", engine: Engine
) -> None:
    assert (await client.get("/api/v1/session")).json() == {"name": None, "by_key": False, "lacks": False}
    answer = await client.post("/api/v1/session", json={"key": f" {keys['dispatcher']} "})
    assert (answer.status_code, answer.json()) == (200, {"name": "Ca tối", "by_key": True, "lacks": False})
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/api/v1", "Max-Age="):
        assert part in cookie
    token = client.cookies["ioc_session"]
    assert keys["dispatcher"] not in cookie
    kept = b" ".join([key + (await redis.get(key)) async for key in redis.scan_iter("session:*")])
    assert keys["dispatcher"].encode() not in kept
    assert token.encode() not in kept
    assert all([0 < await redis.ttl(key) <= 8 * 3600 async for key in redis.scan_iter("session:*")])
    assert (await client.get("/api/v1/drivers")).status_code == 200
    assert (await client.get("/api/v1/session")).json() == {"name": "Ca tối", "by_key": True, "lacks": False}
    assert (await client.delete("/api/v1/session")).status_code == 204
    client.cookies.set("ioc_session", token)
    assert (await client.get("/api/v1/drivers")).status_code == 401, "the token is dead, not only the cookie"


async def test_a_session_ends_with_its_key(client: httpx.AsyncClient, keys: dict[str, str], engine: Engine) -> None:
    await client.post("/api/v1/session", json={"key": keys["dispatcher"]})
    assert (await client.get("/api/v1/drivers")).status_code == 200
    registry = Registry(engine)
    fresh = registry.add_key("Ca tối", NOW + timedelta(days=1), KeyRole.DISPATCHER)
    assert registry.retire_key("Ca tối", NOW + timedelta(days=1))
    assert (await client.get("/api/v1/drivers")).status_code == 401, "not with another key of the same holder"
    await client.post("/api/v1/session", json={"key": fresh})
    assert (await client.get("/api/v1/drivers")).status_code == 200
    registry.revoke_key("Ca tối", NOW)
    assert (await client.get("/api/v1/drivers")).status_code == 401


async def test_signing_in_and_out_with_a_key_is_in_the_log(
    client: httpx.AsyncClient, keys: dict[str, str], engine: Engine
) -> None:
    await client.post("/api/v1/session", json={"key": keys["dispatcher"]})
    await client.delete("/api/v1/session")
    await client.delete("/api/v1/session")
    told = [(one.act, one.actor, one.name, one.address) for one in AuditLog(engine).newest(2)]
    by = Actor.SOURCE, "Ca tối", "127.0.0.1"
    assert told == [(Act.SIGNED_OUT, *by), (Act.SIGNED_IN, *by)]


async def test_signing_in_with_a_wrong_key_says_what_to_do_and_guessing_is_slowed(
    client: httpx.AsyncClient, keys: dict[str, str]
) -> None:
    refused = await client.post("/api/v1/session", json={"key": keys["source"]})
    assert (refused.status_code, "mã đăng nhập điều phối" in refused.json()["vi"]) == (403, True)
    for _ in range(WRONG_MAX):
        wrong = await client.post("/api/v1/session", json={"key": "guess"})
        assert (wrong.status_code, wrong.json()["reason"]) == (401, "wrong_key")
        assert "set-cookie" not in wrong.headers
    slowed = await client.post("/api/v1/session", json={"key": "guess"})
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) > 0
    right = await client.post("/api/v1/session", json={"key": keys["dispatcher"]})
    assert right.status_code in (200, 201, 204), "nobody's wrong keys lock out a valid one"
    assert (await client.get("/api/v1/drivers", headers=bearer("guess"))).status_code == 429


async def test_another_site_cannot_sign_anybody_in_or_out(client: httpx.AsyncClient, keys: dict[str, str]) -> None:
    foreign = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    given = {"key": keys["dispatcher"]}
    assert (await client.post("/api/v1/session", json=given, headers=foreign)).status_code == 403
    assert (await client.delete("/api/v1/session", headers=foreign)).status_code == 403


async def test_no_name_phone_or_code_is_in_any_other_byte(
    client: httpx.AsyncClient, server: FastAPI, keys: dict[str, str], centre: None
) -> None:
    """Every GET of the web side and every page as Dash draws it, signed in and not: as the kiosk's scan does."""
    filled = {"day": str(DAY), "route": RUN.route, "number": "1", "vehicle_id": ASSIGNED.vehicle, "path": "x"}
    paths = {
        re.sub(r"\{(\w+)(:\w+)?\}", lambda found: filled.get(found[1], "1"), path)
        for path, ways in server.openapi()["paths"].items()
        if "get" in ways
    }
    paths |= {f"/api/v1/vehicles/{ASSIGNED.vehicle}/track?from={DAY}T00:00:00Z&to={DAY}T23:59:59Z"}
    paths |= {f"/api/v1/{name}?day={DAY}" for name in ("runs", "runs/audits", "vehicle-days", "runs/streets")}
    paths -= set(PROTECTED)
    paths = {path for path in paths if not path.endswith("/drivers")}
    assert "/api/v1/rejections" in paths
    pages = [
        ("/", ""), ("/waste", f"?day={DAY}"), ("/waste", f"?run={RUN.route}&day={DAY}"), ("/kiosk", ""), ("/data", ""),
        ("/waste", f"?vehicle={ASSIGNED.vehicle}&day={DAY}"), ("/leader", ""), ("/drivers", ""),
    ]  # fmt: skip
    await client.post("/api/v1/session", json={"key": keys["dispatcher"]})
    assert (await client.get("/api/v1/drivers")).status_code == 200
    for cookies in (dict(client.cookies), {}):
        client.cookies = cookies
        for path in sorted(paths):
            _clean(path, await client.get(path))
        for page in pages:
            _clean(page, await _drawn(client, *page))
    assert (await client.get("/api/v1/rejections")).json()["rejections"], "that it was refused is told"


def _clean(where: Any, answer: httpx.Response) -> None:
    assert answer.status_code < 500, where
    for secret in SECRETS:
        for said in (secret, orjson.dumps(secret).decode()[1:-1], secret.encode("ascii", "backslashreplace").decode()):
            assert said.casefold() not in answer.text.casefold(), (where, secret)


async def _drawn(client: httpx.AsyncClient, path: str, search: str) -> httpx.Response:
    inputs = [("ioc-address", "pathname", path), ("ioc-address", "search", search)]
    answer = await client.post(
        "/_dash-update-component",
        json={
            "output": "ioc-page.children",
            "outputs": {"id": "ioc-page", "property": "children"},
            "inputs": [{"id": id_, "property": name, "value": value} for id_, name, value in inputs],
            "changedPropIds": ["ioc-address.pathname"],
        },
    )
    assert answer.status_code == 200, answer.text
    return answer
