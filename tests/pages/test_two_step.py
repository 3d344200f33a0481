"""The second step at the whole web side: for administrators, from outside, and against replays and guesses."""

import html
import re
from base64 import b32decode
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import Engine

from domain.access.lockout import CODES_MAX, PAIR_MAX
from domain.access.principal import Role
from domain.access.second_factor import code_at, step_at
from domain.audit import Act
from pages.accounts.session import COOKIE
from store.access.accounts import Accounts
from store.audit import AuditLog
from tests.pages.test_accounts import (
    PAGE,
    PASSWORD,
    accounts,
    administer,
    browser,
    enter,
    follow,
    invite,
    invite_administrator,
    made,
    next_code,
)

__all__ = ["accounts", "made"]  # fixtures of the same centre

OUTSIDE = "203.0.113.9"


async def set_up(http: httpx.AsyncClient) -> tuple[bytes, list[str]]:
    """Set the second step up; returns the secret as a person would type it, and the codes of reserve."""
    shown = await http.post("/tai-khoan/hai-buoc", data={"password": PASSWORD})
    assert shown.status_code == 200
    typed = re.search(r"<code>([A-Z2-7 ]+)</code>", shown.text)
    assert typed is not None
    assert shown.text.count("<svg") == 1
    assert "http" not in shown.text.split("<svg")[1].split("</svg>")[0].replace("http://www.w3.org/2000/svg", "")
    secret = b32decode(typed[1].replace(" ", ""))
    offer = re.search(r'name="offer" value="([^"]+)"', shown.text)
    assert offer is not None
    given = {"offer": html.unescape(offer[1]), "code": "000000"}
    wrong = await http.post("/tai-khoan/hai-buoc", data=given)
    assert (wrong.status_code, typed[1] in wrong.text) == (400, True)
    done = await http.post("/tai-khoan/hai-buoc", data=given | {"code": code_at(secret, step_at(datetime.now(UTC)))})
    codes = re.findall(r"<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code>", done.text)
    assert (done.status_code, len(codes), done.headers["cache-control"]) == (200, 10, "no-store")
    return secret, codes


async def test_an_administrator_does_nothing_before_the_second_step_is_set_up(made: Any, accounts: Accounts) -> None:
    invite(accounts, "sep", Role.ADMINISTRATOR)
    server = made()
    async with browser(server) as sep, browser(server) as elsewhere:
        assert (await enter(sep, "sep")).headers["location"] == "/tai-khoan"
        await enter(elsewhere, "sep")
        assert (await sep.get("/quan-tri", headers=PAGE)).headers["location"] == "/tai-khoan?refused=1"
        assert "phải thiết lập xác thực hai bước" in (await sep.get("/tai-khoan")).text
        refused = await sep.post("/tai-khoan/hai-buoc", data={"password": "wrong"})
        assert (refused.status_code, "<svg" in refused.text) == (401, False)
        await set_up(sep)
        assert (await sep.get("/quan-tri")).status_code == 200
        assert "Còn 10 mã dự phòng" in (await sep.get("/tai-khoan")).text
        assert (await elsewhere.get("/tai-khoan")).status_code == 401, "sessions with a password alone have ended"
        new = PASSWORD + "2"
        assert (await sep.post("/tai-khoan", data={"before": PASSWORD, "new": new, "again": new})).status_code == 303
        assert (await sep.get("/quan-tri")).status_code == 200, "the new session was entered with both, too"


async def test_an_administrator_with_an_old_password_does_nothing_before_a_new_one(
    made: Any, accounts: Accounts, engine: Engine
) -> None:
    invite_administrator(accounts, engine)
    async with browser(made()) as sep:
        await administer(sep)
        assert (await sep.get("/quan-tri")).status_code == 200
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE passwords SET changed_ms = 0")
    async with browser(made()) as later:  # the server read the accounts a moment ago
        later.cookies = sep.cookies
        assert (await later.get("/quan-tri", headers=PAGE)).headers["location"] == "/tai-khoan?refused=1"
        assert "hai tháng một lần" in (await later.get("/tai-khoan")).text
        new = PASSWORD + "2"
        assert (await later.post("/tai-khoan", data={"before": PASSWORD, "new": new, "again": new})).status_code == 303
        assert (await later.get("/quan-tri")).status_code == 200


async def test_after_the_password_comes_a_code_and_none_twice(made: Any, accounts: Accounts, engine: Engine) -> None:
    invite(accounts)
    server = made()
    async with browser(server) as lan, browser(server, "10.20.0.99") as thief:
        await enter(lan)
        secret, codes = await set_up(lan)
        asked = await enter(thief)
        assert (asked.status_code, COOKIE in thief.cookies, 'name="code"' in asked.text) == (200, False, True)
        assert (await thief.get("/api/v1/vehicles")).status_code == 401, "the password alone opens nothing"
        again = await follow(thief, asked, code_at(secret, step_at(datetime.now(UTC))))
        assert (again.status_code, "Mã không đúng, đã dùng" in again.text) == (401, True)
        lan.cookies.clear()
        code = next_code(secret)
        entered = await follow(lan, await enter(lan, next="/data"), code, next="/data")
        assert (entered.status_code, entered.headers["location"]) == (303, "/data")
        assert (await follow(thief, again, code)).status_code == 401, "seen over the shoulder: used"
        assert (await follow(lan, asked, codes[0])).status_code == 401, "the first step was made at another address"
        lan.cookies.clear()
        assert (await follow(lan, await enter(lan), codes[0].upper())).status_code == 303, "without the telephone"
        lan.cookies.clear()
        assert (await follow(lan, await enter(lan), codes[0])).status_code == 401
    acts = [entry.act for entry in AuditLog(engine).newest(20)]
    assert acts.count(Act.RECOVERY_CODE_USED) == 1
    assert acts.count(Act.SECOND_FACTOR_REFUSED) == 3


async def test_guessing_codes_is_slowed_from_one_address_and_from_many(
    made: Any, accounts: Accounts, engine: Engine
) -> None:
    """Whoever knows the password cannot begin anew with it to try further codes."""
    invite(accounts)
    server = made()
    async with browser(server) as lan:
        await enter(lan)
        secret, _ = await set_up(lan)
    told = []
    async with browser(server, "10.20.0.66") as guesser:
        for _ in range(PAIR_MAX):
            asked = await enter(guesser)
            told.append(asked.status_code)
            if asked.status_code == 200:
                told.append((await follow(guesser, asked, "000000")).status_code)
    assert told.count(401) < PAIR_MAX
    assert told[-1] == 429
    codes = 0
    for number in range(CODES_MAX + 2):
        async with browser(server, f"10.30.0.{number}") as guesser:
            answer = await follow(guesser, await enter(guesser), "000000")
            codes += answer.status_code == 401
    assert codes <= CODES_MAX
    async with browser(server, "10.40.0.1") as guesser:
        right = await follow(guesser, await enter(guesser), next_code(secret))
        assert right.status_code == 429, "the right one too, until the count has ended"
    assert Act.ACCOUNT_LOCKED in [entry.act for entry in AuditLog(engine).newest(5)]


async def test_from_outside_nobody_enters_with_a_password_alone(made: Any, accounts: Accounts) -> None:
    invite(accounts)
    server = made()
    async with browser(server) as lan, browser(server, OUTSIDE) as home:
        refused = await enter(home)
        assert (refused.status_code, "ngoài mạng" in refused.text, COOKIE in home.cookies) == (403, True, False)
        await enter(lan)
        home.cookies.set(COOKIE, lan.cookies[COOKIE])
        assert (await home.get("/api/v1/vehicles")).status_code == 401, "a session of inside, taken outside"
        assert (await lan.get("/api/v1/vehicles")).status_code == 200
        secret, _ = await set_up(lan)
        home.cookies.clear()
        assert (await follow(home, await enter(home), next_code(secret))).status_code == 303
        assert (await home.get("/api/v1/vehicles")).status_code == 200
    async with browser(made(IOC_INSIDE="203.0.113.0/24"), OUTSIDE) as office:
        await enter(office)
        assert "Mã xác thực" in (await enter(office)).text


async def test_an_administrator_takes_the_second_step_off_a_lost_telephone(
    made: Any, accounts: Accounts, engine: Engine
) -> None:
    invite_administrator(accounts, engine)
    invite(accounts)
    server = made()
    async with browser(server) as sep, browser(server, "10.20.0.8") as lan:
        await administer(sep)
        await enter(lan)
        await set_up(lan)
        assert "đang dùng" in (await sep.get("/quan-tri")).text
        assert (await sep.post("/quan-tri/sep/one-step")).status_code == 400, "not the own one"
        assert (await sep.post("/quan-tri/lan/one-step")).status_code == 200
        assert (await lan.get("/api/v1/vehicles")).status_code == 401
        assert (await enter(lan)).status_code == 303
    removed = AuditLog(engine).newest(9, acts=(Act.SECOND_FACTOR_REMOVED,))
    assert [(entry.name, entry.of) for entry in removed] == [("sep", "lan")]
