"""Every role before every route, page and callback of the real web side: a table made from what they declare."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import dash
import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import compile_path

import app as web_side
from api.principal import SCOPE
from callbacks.pages import screens
from callbacks.parts.principal import ACTING, NotPermittedError, allow
from centre.access.callers import VISITOR, Callers, Found
from centre.access.gate import Gate
from centre.access.rules import OTHERWISE, Rule, Rules, rules_of
from centre.page import Page, prepare
from domain.access.needs import HELD, Need, need_of, permits
from domain.access.principal import NOBODY, Actor, Principal, Role
from domain.key_role import ROLES, KeyRole
from settings import Settings

PEOPLE = {role.value: Principal(actor=Actor.PERSON, name=role.value, roles=frozenset({role})) for role in Role}
EVERYBODY = {
    **PEOPLE,
    "screen": Principal(actor=Actor.SCREEN, name="Sảnh", roles=frozenset({Role.LEADER})),
    "invited": Principal(actor=Actor.PERSON, name="invited"),
    "source": Principal(actor=Actor.SOURCE, name="VNPT", roles=ROLES[KeyRole.SOURCE]),
    "visitor": VISITOR,
    "nobody": NOBODY,
}
OF_THE_DOOR = {Need.SEND, Need.TRACK}
# Routes of the application itself that hold no data, and those that answer where no other does.
UNDECLARED = {"/openapi.json", "/api/{path:path}", "{path:path}"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The whole web side on stores that nobody asks."""
    settings = Settings.from_env({"IOC_DATA_DIR": str(tmp_path_factory.mktemp("gate"))})
    made = web_side.create_app(settings, web_side.services_of(settings))
    made.state.page = dash.get_app()
    return made


@pytest.fixture(scope="module")
def rules(server: FastAPI) -> Rules:
    (found,) = [layer.kwargs["rules"] for layer in server.user_middleware if layer.cls is Gate]
    assert isinstance(found, Rules)
    return found


class Known(Callers):
    """Callers who are known beforehand."""

    def __init__(self, principal: Principal) -> None:
        self._principal = principal

    async def find(self, scope: Any, need: Need) -> Found:
        return Found(self._principal)


async def served(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind the gate: answers who it was told."""
    assert ACTING.get() == scope[SCOPE]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(scope[SCOPE]).encode()})


def filled(path: str) -> str:
    _, form, converters = compile_path(path)
    return form.format(**dict.fromkeys(converters, "1"))


@pytest.mark.parametrize("who", EVERYBODY)
async def test_everybody_gets_what_each_address_declares_and_nothing_else(rules: Rules, who: str) -> None:
    by, wrong = EVERYBODY[who], []
    gate = Gate(served, rules, Known(by))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://ioc") as http:
        for method, path, need in rules.all:
            if path.startswith(("/assets/", "/_dash-component-suites/")):
                continue  # no look at who asks
            mine = by.roles & HELD[need] or need in (Need.PUBLIC, Need.ENTRY) or (
                need is Need.SIGNED_IN and by.actor is Actor.PERSON
            ) or (
                need is Need.POSITIONS and by.actor in (Actor.SCREEN, Actor.VISITOR)
            )  # fmt: skip
            status = (await http.request(method, filled(path))).status_code
            refused = 403 if by.actor not in (Actor.NOBODY, Actor.VISITOR) else 401
            if status != (200 if mine else refused):
                wrong.append((method, path, status))
    assert wrong == []


def test_the_table_knows_every_screen_and_every_kind_of_need(server: FastAPI, rules: Rules) -> None:
    paths = {rule.path for rule in rules.all}
    assert set(screens()) <= paths
    assert {"/kpi/{key}", "/api/v1/vehicles", "/brief.pdf", "/dang-nhap", "/lich-thu-gom/{address}.ics"} <= paths
    assert {rule.need for rule in rules.all} | {need for _, need in server.state.page.needs} == set(Need) - OF_THE_DOOR


def test_every_route_of_the_application_has_a_rule(server: FastAPI, rules: Rules) -> None:
    described = {(method.upper(), path) for path, ways in server.openapi()["paths"].items() for method in ways} - {
        ("GET", "/api/{path}")
    }
    assert described <= {(rule.method, rule.path.replace(":path}", "}")) for rule in rules.all}
    own = {path for route in server.routes if (path := getattr(route, "path", None)) is not None}
    assert {
        path for path in own - {rule.path for rule in rules.all} if not path.startswith(("/_", "/assets"))
    } <= UNDECLARED


def test_a_route_or_callback_that_declares_nothing_fails_at_the_start() -> None:
    routes = APIRouter()

    @routes.get("/new")
    async def new() -> str:
        return ""

    with pytest.raises(TypeError, match="/new: declare"):
        rules_of(routes)
    page = Page("new", server=FastAPI())
    with pytest.raises(TypeError, match="new: declare"):
        page.callback(dash.Output("a", "children"), dash.Input("b", "value"))(new)
    with pytest.raises(TypeError, match="requires"):
        type(screens()["/"])(**dict.fromkeys(("key", "path", "title", "order", "layout"), ""))


async def test_what_no_rule_knows_is_for_operators(rules: Rules) -> None:
    assert OTHERWISE is Need.LOOK
    asked = (("GET", "/no-such"), ("DELETE", "/led"), ("PUT", "/api/v1/vehicles"), ("GET", "/openapi.json"))
    for method, path in asked:
        assert rules.need_of(method, path) is Need.LOOK, path
    for path in ("/api/v1/drivers", "/api/v1/runs/2026-11-29/a/b/1/drivers"):
        assert rules.need_of("GET", path) is Need.DRIVERS, path
    assert rules.need_of("GET", "/api/v1/runs/2026-11-29/drivers/1") is Need.POSITIONS


async def test_the_first_rule_that_matches_counts() -> None:
    found = Rules([Rule("GET", "/a/{x}/b", Need.BIND), Rule("GET", "/a/{x:path}", Need.PUBLIC)])
    assert (found.need_of("GET", "/a/1/b"), found.need_of("GET", "/a/1/c")) == (Need.BIND, Need.PUBLIC)


@pytest.mark.parametrize("who", EVERYBODY)
async def test_every_callback_asks_who_presses(server: FastAPI, who: str) -> None:
    page, by = server.state.page, EVERYBODY[who]
    assert len(page.needs) >= 10
    assert {need for name, need in page.needs if "bind" in name or "undo" in name} == {Need.BIND}
    assert {name for name, need in page.needs if need is Need.PUBLIC} == {
        "callbacks.pages.register.<locals>.page",
    }, "it looks at the page it is asked for"  # fmt: skip
    token = ACTING.set(by)
    try:
        for _, need in page.needs:
            if permits(by, need):
                allow(need)
            else:
                with pytest.raises(NotPermittedError):
                    allow(need)
    finally:
        ACTING.reset(token)


def made_by_hand(key: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody who knows a callback's name sends: every button pressed, every field filled, a public page."""

    def filled_in(parts: Sequence[Mapping[str, Any]]) -> list[Any]:
        return [[said(part) | {"id": json.loads(part["id"]) | {"item": "1"}}] if part["id"].startswith("{")
                else said(part) for part in parts]  # fmt: skip

    def said(part: Mapping[str, Any]) -> dict[str, Any]:
        query = {"path": "/kiosk", "lang": "vi"}
        values = {"n_clicks": 1, "pathname": "/waste", "search": "", "value": "1", "id": {"item": "1"}}
        return {"id": part["id"], "property": part["property"], "value": values.get(part["property"], query)}

    outputs = [
        {"id": json.loads(of) if of.startswith("{") else of, "property": name.partition("@")[0]}
        for of, _, name in (one.rpartition(".") for one in key.strip(".").split("..."))
    ]
    inputs = filled_in(declared["inputs"])
    first = inputs[0][0] if isinstance(inputs[0], list) else inputs[0]
    of = first["id"]
    if isinstance(of, dict):
        of = json.dumps(of, separators=(",", ":"), sort_keys=True)
    return {
        "output": key, "outputs": outputs if key.startswith("..") else outputs[0], "inputs": inputs,
        "state": filled_in(declared["state"]), "changedPropIds": [f"{of}.{first['property']}"],
    }  # fmt: skip


@pytest.mark.parametrize("who", EVERYBODY)
async def test_a_callback_made_by_hand_gets_what_its_function_declares(server: FastAPI, who: str) -> None:
    """The address of all callbacks is everybody's, so each of them is asked through it, as every role."""
    by, wrong, asked = EVERYBODY[who], [], 0
    (gate,) = [layer for layer in server.user_middleware if layer.cls is Gate]
    callers = gate.kwargs["callers"]
    gate.kwargs["callers"], server.middleware_stack = Known(by), None
    prepare(server.state.page)
    refused = 403 if by.actor not in (Actor.NOBODY, Actor.VISITOR) else 401
    transport = httpx.ASGITransport(server, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://ioc") as http:
        for key, declared in server.state.page.callback_map.items():
            need = need_of(declared["callback"])
            assert need is not None, key
            if need is Need.PUBLIC:
                assert key.startswith(("ioc-page.", "kiosk-")), f"{key} belongs to no page of the public"
            # Drawn for a page that is an operator's, whatever the function of all pages requires.
            mine = permits(by, Need.LOOK if "ioc-page" in key else need)
            status = (await http.post("/_dash-update-component", json=made_by_hand(key, declared))).status_code
            asked += 1
            if (status == refused) is mine:
                wrong.append((key, need, status))
    gate.kwargs["callers"], server.middleware_stack = callers, None
    assert wrong == []
    assert asked >= len(server.state.page.needs)


async def test_a_browser_is_led_to_the_sign_in_and_back_and_a_program_is_told(rules: Rules) -> None:
    page = {"accept": "text/html,*/*", "sec-fetch-mode": "navigate"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Gate(served, rules, Known(NOBODY))), base_url="http://ioc"
    ) as http:
        led = await http.get("/waste?day=2026-11-29&run=a", headers=page)
        assert (led.status_code, led.headers["location"]) == (
            303, "/dang-nhap?next=/waste%3Fday%3D2026-11-29%26run%3Da",
        )  # fmt: skip
        for told in (
            await http.get("/api/v1/vehicles"),
            await http.get("/waste", headers=page | {"sec-fetch-mode": "cors"}),
            await http.post("/api/v1/runs/overrides", headers=page),
        ):
            assert (told.status_code, told.json()["reason"]) == (401, "sign_in")
            assert told.json()["vi"] != told.json()["en"]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Gate(served, rules, Known(PEOPLE["auditor"]))), base_url="http://ioc"
    ) as http:
        assert (await http.get("/", headers=page)).headers["location"] == "/tai-khoan"
        assert (await http.get("/waste", headers=page)).headers["location"] == "/tai-khoan?refused=1"
        assert (await http.get("/api/v1/vehicles")).json()["reason"] == "not_permitted"


async def test_a_name_typed_alone_at_the_public_listener_leads_to_the_residents_page(rules: Rules) -> None:
    """No other address is there, and a program that asks for data is told so."""

    async def nothing(*_: object) -> None:
        raise AssertionError("the rest is not asked")

    gate = Gate(nothing, rules, Known(NOBODY), public_port=8052)  # type: ignore[arg-type]
    page = {"accept": "text/html"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://rac.longan.vn:8052") as http:
        alone = await http.get("/", headers=page)
        assert (alone.status_code, alone.headers["location"]) == (303, "/lich-thu-gom")
        for path, headers in (("/", {}), ("/waste", page), ("/", page | {"sec-fetch-mode": "cors"})):
            assert (await http.get(path, headers=headers)).status_code == 404
