"""Signing in at the whole web side: pages for people and 401 for programs, and what attackers of sign-ins try."""

import asyncio
import html
import re
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hangs import HANG_S, come, until
from redis.asyncio import Redis
from sqlalchemy import Engine

import app as web_side
from domain.access.lockout import PAIR_MAX
from domain.access.principal import CENTRE, Actor, Role
from domain.access.second_factor import code_at, step_at
from domain.audit import Act
from domain.key_role import KeyRole
from layouts.rounds.run_page import FIELDS
from pages.accounts.own import local
from pages.accounts.session import COOKIE
from settings import Settings
from store.access.accounts import Accounts
from store.access.sealing import Sealing
from store.access.second_factors import SecondFactors
from store.audit import AuditLog
from store.registry import Registry
from tests.store.access.test_accounts import CHEAP

NOW = datetime.now(UTC)
PASSWORD = "Sáng nay trời 26 độ!"
ACCOUNT_KEY, SECRET = "5a" * 32, b"12345678901234567890"
PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate"}
OVERRIDE = {
    "output": "waste-override-said.children",
    "outputs": {"id": "waste-override-said", "property": "children"},
    "inputs": [{"id": "waste-override", "property": "n_clicks", "value": 1}],
    "state": [
        *({"id": f"waste-override-{name}", "property": "value", "value": ""} for name in FIELDS),
        {"id": "waste-query", "property": "data", "value": {}},
    ],
    "changedPropIds": ["waste-override.n_clicks"],
}


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    Registry(engine).seed_places()
    return Accounts(engine, hasher=CHEAP)


@pytest.fixture
def made(accounts: Accounts, engine: Engine, database_url: str, redis_url: str, redis: "Redis", tmp_path: Path) -> Any:
    """Makes a web side with further settings; ``hasher``: what a guess of a password costs."""

    def make(hasher: Any = CHEAP, **settings: str) -> FastAPI:
        given = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "IOC_DATA_DIR": str(tmp_path)}
        given["IOC_ACCOUNT_KEY"] = ACCOUNT_KEY
        told = Settings.from_env(given | {"IOC_SIMULATOR": "off", "IOC_HOST": "10.20.0.7"} | settings)
        return web_side.create_app(told, replace(web_side.services_of(told), accounts=Accounts(engine, hasher=hasher)))

    return make


def browser(server: FastAPI, address: str = "10.20.0.5", url: str = "http://10.20.0.7:8050") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(server, client=(address, 4000), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=url)


@pytest.fixture
async def desk(made: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(made()) as opened:
        yield opened


def invite(accounts: Accounts, name: str = "lan", *roles: Role) -> None:
    """An account whose owner has chosen PASSWORD already."""
    accounts.invite(name, "Trần Thị Lan", set(roles or (Role.OPERATOR,)), (), CENTRE, NOW)
    assert accounts.change(name, PASSWORD, CENTRE, NOW) is None


def invite_administrator(accounts: Accounts, engine: Engine) -> None:
    """The account sep, whose owner has a telephone with SECRET too."""
    invite(accounts, "sep", Role.ADMINISTRATOR)
    now = datetime.now(UTC)
    factors = SecondFactors(engine, Sealing(bytes.fromhex(ACCOUNT_KEY)))
    assert factors.confirm("sep", SECRET, code_at(SECRET, step_at(now)), CENTRE, now)


async def enter(http: httpx.AsyncClient, name: str = "lan", password: str = PASSWORD, **given: str) -> httpx.Response:
    return await http.post("/dang-nhap", data={"name": name, "password": password, **given})


async def administer(http: httpx.AsyncClient) -> None:
    """Sign in as sep, in both steps."""
    assert (await follow(http, await enter(http, "sep"), next_code(SECRET))).status_code == 303


async def follow(http: httpx.AsyncClient, asked: httpx.Response, code: str, **given: str) -> httpx.Response:
    """The second step on the page of the first; the answer itself when it asks for none."""
    waits = re.search(r'name="waits" value="([^"]+)"', asked.text)
    if waits is None:
        return asked
    return await http.post("/dang-nhap", data={"waits": html.unescape(waits[1]), "code": code, **given})


def next_code(secret: bytes) -> str:
    """A code that counts after the present one was used."""
    return code_at(secret, step_at(datetime.now(UTC)) + 1)


async def test_a_person_signs_in_looks_and_signs_out(
    desk: httpx.AsyncClient, accounts: Accounts, engine: Engine
) -> None:
    invite(accounts)
    asked = await desk.get("/api/v1/vehicles")
    assert (asked.status_code, asked.json()["reason"]) == (401, "sign_in")
    led = await desk.get("/waste?day=2026-11-29", headers=PAGE)
    form = await desk.get(led.headers["location"])
    assert form.status_code == 200
    assert 'value="/waste?day=2026-11-29"' in form.text
    assert "<script" not in form.text
    entered = await enter(desk, " LAN ", next="/waste?day=2026-11-29")
    assert (entered.status_code, entered.headers["location"]) == (303, "/waste?day=2026-11-29")
    cookie = entered.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age="):
        assert part in cookie
    assert "Secure" not in cookie, "this request came by http"
    assert (await desk.get("/api/v1/vehicles")).status_code == 200
    assert "Trần Thị Lan" in (await desk.get("/tai-khoan")).text
    token = desk.cookies[COOKIE]
    assert (await desk.post("/dang-xuat")).headers["location"] == "/dang-nhap"
    desk.cookies.set(COOKIE, token)
    assert (await desk.get("/api/v1/vehicles")).status_code == 401, "the token is dead, not only the cookie"
    told = [(entry.act, entry.actor, entry.name, entry.address) for entry in AuditLog(engine).newest(2)]
    assert told == [
        (Act.SIGNED_OUT, Actor.PERSON, "lan", "10.20.0.5"), (Act.SIGNED_IN, Actor.PERSON, "lan", "10.20.0.5"),
    ]  # fmt: skip


async def test_behind_tls_the_cookie_is_for_tls_only(made: Any, accounts: Accounts) -> None:
    invite(accounts)
    async with browser(made(), url="https://10.20.0.7") as http:
        assert "Secure" in (await enter(http)).headers["set-cookie"]


async def test_a_session_from_before_the_sign_in_is_worth_nothing_after_it(made: Any, accounts: Accounts) -> None:
    """Fixation: an attacker's token, or an old one of the browser, never becomes the victim's."""
    invite(accounts)
    invite(accounts, "minh")
    server = made()
    async with browser(server) as victim, browser(server, "10.0.0.9") as attacker:
        await enter(attacker, "minh")
        planted = attacker.cookies[COOKIE]
        victim.cookies.set(COOKIE, planted)
        entered = await enter(victim)
        assert f"{COOKIE}={planted}" not in entered.headers["set-cookie"]
        assert (await attacker.get("/api/v1/vehicles")).status_code == 401
        victim.cookies.set(COOKIE, "chosen-by-somebody")
        assert "chosen-by-somebody" not in (await enter(victim)).headers["set-cookie"]


async def test_guessing_is_slowed_for_the_guesser_and_not_for_the_person(
    made: Any, accounts: Accounts, engine: Engine
) -> None:
    invite(accounts)
    server = made()
    async with browser(server) as lan, browser(server, "203.0.113.9") as guesser:
        await enter(lan)
        for number in range(PAIR_MAX):
            wrong = await enter(guesser, password=f"guess {number}")
            assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
            assert f"guess {number}" not in wrong.text
        for password in ("guess", PASSWORD):
            slowed = await enter(guesser, password=password)
            assert (slowed.status_code, int(slowed.headers["retry-after"]) > 0) == (429, True), "the right one too"
        assert (await enter(lan)).status_code == 303
    acts = [entry.act for entry in AuditLog(engine).newest(50)]
    assert (acts.count(Act.SIGN_IN_REFUSED), acts.count(Act.ACCOUNT_LOCKED)) == (PAIR_MAX, 1)


async def test_an_unknown_name_is_answered_as_a_wrong_password_and_not_written_down(
    desk: httpx.AsyncClient, accounts: Accounts, engine: Engine
) -> None:
    invite(accounts)
    unknown, wrong = await enter(desk, "mat-khau-cua-toi"), await enter(desk, password="x")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.text.replace("mat-khau-cua-toi", "lan") == wrong.text
    assert [entry.of for entry in AuditLog(engine).newest(2)] == ["lan", "?"]


async def test_a_lock_does_not_tell_which_names_have_an_account(made: Any, accounts: Accounts) -> None:
    invite(accounts)
    async with browser(made(), "203.0.113.9") as guesser:
        for number in range(PAIR_MAX + 1):
            assert (await enter(guesser, f"nobody-{number}")).status_code == 401, "each name has its own count"
        told = {name: [(await enter(guesser, name, "x")).status_code for _ in range(PAIR_MAX + 1)] for name in (
            "lan", "nobody",
        )}  # fmt: skip
    assert told["lan"] == told["nobody"] == [401] * PAIR_MAX + [429]


class Slow:
    """A hasher whose guesses take until ``over`` is set."""

    def __init__(self) -> None:
        self.over, self.begun = threading.Event(), 0
        self.over.set()

    def hash(self, password: str) -> str:
        return CHEAP.hash(password)

    def verify(self, kept: str, password: str) -> bool:
        self.begun += 1
        self.over.wait(HANG_S)
        return CHEAP.verify(kept, password)


async def test_many_guesses_at_once_keep_no_page_waiting(made: Any, accounts: Accounts, redis: "Redis") -> None:
    invite(accounts)
    hasher = Slow()
    server = made(hasher)
    async with browser(server) as lan:
        await enter(lan)
        hasher.over.clear()
        guessers = [browser(server, f"10.30.0.{number}") for number in range(40)]
        guesses = [asyncio.create_task(enter(http, f"name-{number}")) for number, http in enumerate(guessers)]

        async def all_wait() -> bool:
            return int(await redis.get("{signin}:whole") or 0) >= len(guesses) and hasher.begun >= 3

        await until(all_wait)
        assert (await come(lan.get("/api/v1/vehicles"))).status_code == 200
        hasher.over.set()
        assert {answer.status_code for answer in await come(asyncio.gather(*guesses))} == {401}
        for http in guessers:
            await http.aclose()


async def test_a_given_password_opens_nothing_but_its_own_change(made: Any, accounts: Accounts) -> None:
    given = accounts.invite("lan", "", {Role.OPERATOR}, (), CENTRE, NOW)
    server = made()
    async with browser(server) as lan, browser(server, "10.20.0.6") as elsewhere:
        assert (await enter(lan, password=given)).headers["location"] == "/tai-khoan"
        await enter(elsewhere, password=given)
        assert (await lan.get("/api/v1/vehicles")).status_code == 403
        assert (await lan.get("/", headers=PAGE)).headers["location"] == "/tai-khoan"
        for before, new, again, status in (
            (given, PASSWORD, "other", 400), ("wrong", PASSWORD, PASSWORD, 401), (given, "short", "short", 400),
            (given, given, given, 400), (given, PASSWORD, PASSWORD, 303),
        ):  # fmt: skip
            answer = await lan.post("/tai-khoan", data={"before": before, "new": new, "again": again})
            assert answer.status_code == status
        assert (await lan.get("/api/v1/vehicles")).status_code == 200
        assert (await elsewhere.get("/tai-khoan")).status_code == 401, "the session of the given password has ended"


async def test_closing_an_account_ends_its_sessions(made: Any, accounts: Accounts, engine: Engine) -> None:
    invite(accounts)
    server = made()
    async with browser(server) as lan:
        await enter(lan)
        assert (await lan.get("/api/v1/vehicles")).status_code == 200
        elsewhere = made()  # another worker reads the accounts anew
        accounts.disable("lan", CENTRE, NOW)
        async with browser(elsewhere) as other:
            other.cookies.set(COOKIE, lan.cookies[COOKIE])
            assert (await other.get("/api/v1/vehicles")).status_code == 401
            closed = await enter(other)
            assert (closed.status_code, "khóa" in closed.text) == (403, True)


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
async def test_another_site_signs_nobody_in_or_out(
    desk: httpx.AsyncClient, accounts: Accounts, headers: dict[str, str]
) -> None:
    invite(accounts)
    forms: list[tuple[str, dict[str, str]]] = [
        ("/dang-nhap", {"name": "lan", "password": PASSWORD}), ("/dang-xuat", {}), ("/tai-khoan", {"before": PASSWORD}),
    ]  # fmt: skip
    await enter(desk)
    for path, given in forms:
        assert (await desk.post(path, data=given, headers=headers)).status_code == 403
    assert (await desk.get("/api/v1/vehicles")).status_code == 200


@pytest.mark.parametrize(
    ("to", "led"),
    [
        ("/waste?day=1", "/waste?day=1"), ("//evil.example", "/"), ("https://evil.example", "/"),
        ("/\\evil.example", "/"), ("\\\\evil.example", "/"), ("javascript:alert(1)", "/"), ("", "/"),
        ("/a\r\nset-cookie: b=c", "/"), ("/dang-nhap?next=/", "/"), ("/x\\..\\y", "/"),
    ],
)  # fmt: skip
def test_signing_in_leads_to_this_centre_only(to: str, led: str) -> None:
    assert local(to) == led


async def test_a_role_is_asked_of_callbacks_too(made: Any, accounts: Accounts) -> None:
    invite(accounts, "lanh-dao", Role.LEADER)
    server = made()
    async with browser(server) as nobody, browser(server) as leader:
        refused = await nobody.post("/_dash-update-component", json=OVERRIDE)
        assert (refused.status_code, refused.json()["reason"]) == (401, "sign_in")
        await enter(leader, "lanh-dao")
        refused = await leader.post("/_dash-update-component", json=OVERRIDE)
        assert (refused.status_code, refused.json()["reason"]) == (403, "not_permitted")
        drawn_in = {**OVERRIDE, "inputs": [{**OVERRIDE["inputs"][0], "value": 0}]}
        assert (await leader.post("/_dash-update-component", json=drawn_in)).status_code == 204, "nobody pressed it"
        inputs = [{"id": "ioc-address", "property": name, "value": value} for name, value in (
            ("pathname", "/waste"), ("search", ""),
        )]  # fmt: skip
        drawn = {
            "output": "ioc-page.children", "outputs": {"id": "ioc-page", "property": "children"}, "inputs": inputs,
            "changedPropIds": ["ioc-address.pathname"],
        }  # fmt: skip
        assert (await nobody.post("/_dash-update-component", json=drawn)).status_code == 401
        assert (await leader.post("/_dash-update-component", json=drawn)).status_code == 200
        inputs[0]["value"] = "/kiosk"
        assert (await nobody.post("/_dash-update-component", json=drawn)).status_code == 200


async def test_a_reader_s_key_reads_and_a_source_s_does_not(
    desk: httpx.AsyncClient, engine: Engine, accounts: Accounts
) -> None:
    keys = Registry(engine)
    for role, status in ((KeyRole.READER, 200), (KeyRole.DISPATCHER, 200), (KeyRole.SOURCE, 403)):
        bearer = {"authorization": f"Bearer {keys.add_key(role.value, NOW, role)}"}
        assert (await desk.get("/api/v1/feeds", headers=bearer)).status_code == status
        assert (await desk.get("/metrics", headers=bearer)).status_code == status
        directs = role is KeyRole.DISPATCHER
        assert (await desk.get("/api/v1/vehicles", headers=bearer)).status_code == (200 if directs else 403)
    assert (await desk.get("/api/v1/vehicles", headers={"authorization": "Bearer x"})).json()["reason"] == "wrong_key"


async def test_this_machine_looks_in_and_enters_a_demonstration_with_one_button(made: Any, engine: Engine) -> None:
    server = made(IOC_HOST="127.0.0.1", IOC_SIMULATOR="on")
    here = {"address": "127.0.0.1", "url": "http://localhost:8050"}
    async with browser(server, **here) as visitor:
        assert (await visitor.get("/api/v1/vehicles")).status_code == 200
        assert (await visitor.post("/_dash-update-component", json=OVERRIDE)).status_code == 401
        assert (await visitor.get("/tai-khoan", headers=PAGE)).headers["location"] == "/dang-nhap?next=/tai-khoan"
        assert 'name="demonstration"' in (await visitor.get("/dang-nhap")).text
        entered = await visitor.post("/dang-nhap", data={"demonstration": "1", "next": "/data"})
        assert (entered.status_code, entered.headers["location"]) == (303, "/data")
        assert (await visitor.post("/_dash-update-component", json=OVERRIDE)).status_code not in (401, 403)
        assert "trình diễn" in (await visitor.get("/tai-khoan")).text
        token = visitor.cookies[COOKIE]
    async with browser(server, "10.20.0.5") as elsewhere:
        assert 'name="demonstration"' not in (await elsewhere.get("/dang-nhap")).text
        assert (await elsewhere.post("/dang-nhap", data={"demonstration": "1"})).status_code == 401
        elsewhere.cookies.set(COOKIE, token)
        assert (await elsewhere.get("/api/v1/vehicles")).status_code == 401, "its session is worth nothing elsewhere"
    assert AuditLog(engine).newest(3)[-1].name == "(demonstration)"


@pytest.mark.parametrize(
    ("settings", "address", "url"),
    [
        ({"IOC_HOST": "0.0.0.0"}, "127.0.0.1", "http://localhost:8050"),
        ({"IOC_HOST": "127.0.0.1"}, "127.0.0.1", "http://evil.example:8050"),
        ({"IOC_HOST": "127.0.0.1"}, "10.20.0.5", "http://localhost:8050"),
    ],
)
async def test_nobody_else_looks_in(made: Any, settings: dict[str, str], address: str, url: str) -> None:
    """A centre on the network; a foreign name that was made to point here (rebinding); another machine."""
    async with browser(made(IOC_SIMULATOR="on", **settings), address, url) as http:
        assert (await http.get("/api/v1/vehicles")).status_code == 401
        assert 'name="demonstration"' not in (await http.get("/dang-nhap")).text


async def test_without_a_demonstration_this_machine_looks_in_until_somebody_has_signed_in(
    made: Any, accounts: Accounts
) -> None:
    invite(accounts)
    server = made(IOC_HOST="127.0.0.1")
    async with browser(server, "127.0.0.1", "http://127.0.0.1:8050") as http:
        assert (await http.get("/api/v1/vehicles")).status_code == 200
        assert 'name="demonstration"' not in (await http.get("/dang-nhap")).text
        await enter(http)
        http.cookies.clear()
        assert (await http.get("/api/v1/vehicles")).status_code == 401


async def test_pages_for_everybody_go_on_without_a_session_store(made: Any, accounts: Accounts, tmp_path: Path) -> None:
    server = made(REDIS_URL=f"unix://{tmp_path / 'none.sock'}")
    async with browser(server) as http:
        http.cookies.set(COOKIE, "any")
        assert (await http.get("/lich-thu-gom")).status_code == 200
        assert (await http.get("/api/v1/vehicles")).status_code == 401
        assert (await enter(http)).status_code == 503


async def test_both_languages_and_no_word_of_the_query_as_markup(desk: httpx.AsyncClient) -> None:
    english = (await desk.get("/dang-nhap?lang=en&next=/waste")).text
    assert "Sign in" in english
    assert "Đăng nhập" not in english
    hostile = (await desk.get("/dang-nhap", params={"next": '/"><script>alert(1)</script>'})).text
    assert "<script" not in hostile
