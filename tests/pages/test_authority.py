"""Signing in with the authority's account, against a real provider in a process of its own, and what attackers try."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from domain.access.principal import CENTRE, Role
from domain.audit import Act
from pages.accounts.session import COOKIE
from store.access.accounts import Accounts
from store.audit import AuditLog
from tests.pages.oidc_provider import CLIENT, SECRET
from tests.pages.test_accounts import NOW, accounts, browser, enter, invite, made
from tests.pages.test_two_step import OUTSIDE, set_up

__all__ = ["accounts", "made"]  # fixtures of the same centre

PROVIDER = Path(__file__).parent / "oidc_provider.py"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider that runs."""
    running = subprocess.Popen([sys.executable, PROVIDER], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    yield f"http://127.0.0.1:{running.stdout.readline().strip()}"
    running.kill()
    running.wait()


@pytest.fixture
def server(made: Any, issuer: str) -> Any:
    return made(IOC_OIDC_URL=issuer, IOC_OIDC_CLIENT=CLIENT, IOC_OIDC_SECRET=SECRET)


@pytest.fixture
async def provider(issuer: str) -> AsyncIterator[httpx.AsyncClient]:
    """The provider as a browser reaches it."""
    async with httpx.AsyncClient(base_url=issuer) as opened:
        yield opened


async def way_back(http: httpx.AsyncClient, provider: httpx.AsyncClient, path: str, **who: str) -> str:
    """The address at which ``http`` comes back from the provider, which says that ``who`` signed in there."""
    await provider.get("/next", params=who)
    led = await http.get(path)
    assert led.status_code == 303, led.text
    return (await provider.get(led.headers["location"])).headers["location"]


async def link(http: httpx.AsyncClient, provider: httpx.AsyncClient, sub: str = "u-1") -> httpx.Response:
    return await http.get(await way_back(http, provider, "/dang-nhap/co-quan?link=1", sub=sub))


async def arrive(http: httpx.AsyncClient, provider: httpx.AsyncClient, **who: str) -> httpx.Response:
    return await http.get(await way_back(http, provider, "/dang-nhap/co-quan?next=/data", **({"sub": "u-1"} | who)))


async def test_a_linked_person_signs_in_without_a_password(
    server: Any, provider: httpx.AsyncClient, accounts: Accounts, engine: Engine
) -> None:
    invite(accounts)
    async with browser(server) as lan, browser(server, "10.20.0.8") as desk:
        assert "Đăng nhập bằng tài khoản cơ quan" in (await desk.get("/dang-nhap?next=/data")).text
        unknown = await arrive(desk, provider)
        assert (unknown.status_code, "chưa liên kết" in unknown.text, COOKIE in desk.cookies) == (403, True, False)
        await enter(lan)
        linked = await link(lan, provider)
        assert (linked.status_code, "/tai-khoan?linked=1" in linked.text) == (200, True)
        came = await arrive(desk, provider)
        assert (came.status_code, "url=/data" in came.text, "SameSite=strict" in came.headers["set-cookie"]) == (
            200, True, True,
        ), "a page leads on: a redirect from another site would carry no strict cookie"  # fmt: skip
        assert (await desk.get("/api/v1/vehicles")).status_code == 200
        accounts.disable("lan", CENTRE, NOW)
        assert (await arrive(desk, provider)).status_code == 403
    assert [entry.of for entry in AuditLog(engine).newest(9, acts=(Act.ACCOUNT_LINKED,))] == ["lan"]


@pytest.mark.parametrize("wrong", ["aud", "nonce", "exp", "key", "none", "issuer"])
async def test_a_token_of_another_of_yesterday_or_made_up_opens_nothing(
    server: Any, provider: httpx.AsyncClient, issuer: str, accounts: Accounts, wrong: str
) -> None:
    invite(accounts)
    accounts.link("lan", f"{issuer} u-1", CENTRE, NOW)
    async with browser(server) as desk:
        back = await way_back(desk, provider, "/dang-nhap/co-quan", sub="u-1")
        await provider.get("/next", params={"sub": "u-1", "wrong": wrong})
        answer = await desk.get(back)
        assert (answer.status_code, COOKIE in desk.cookies) == (502, False)
        assert "trả lời sai" in answer.text
        assert (await arrive(desk, provider)).status_code == 200, "a right one does"


async def test_a_way_back_counts_once_and_only_where_it_began(
    server: Any, provider: httpx.AsyncClient, accounts: Accounts
) -> None:
    """Somebody else's code signs nobody in, and links nobody's account."""
    invite(accounts)
    async with browser(server) as lan, browser(server, "10.20.0.66") as attacker:
        await enter(lan)
        planted = await way_back(attacker, provider, "/dang-nhap/co-quan", sub="attacker")
        assert (await lan.get(planted)).status_code == 400, "no cookie of a begun sign-in"
        own = await way_back(lan, provider, "/dang-nhap/co-quan?link=1", sub="u-1")
        assert (await lan.get(planted)).status_code == 400, "another state"
        own = await way_back(lan, provider, "/dang-nhap/co-quan?link=1", sub="u-1")
        assert (await lan.get(own)).status_code == 200
        assert (await lan.get(own)).status_code == 400, "used"
        assert accounts.everyone()["lan"].subject.endswith(" u-1")
        assert (await attacker.get("/dang-nhap/co-quan?link=1")).status_code == 303
        invite(accounts, "minh")
        await enter(attacker, "minh")
        taken = await link(attacker, provider)
        assert (taken.status_code, accounts.everyone()["minh"].subject) == (403, "")
        assert 'name="password"' not in taken.text, "minh has signed in"
        assert "/tai-khoan?unlinked=taken" in taken.text
        assert "đã liên kết với một tài khoản khác" in (await attacker.get("/tai-khoan?unlinked=taken")).text


async def test_a_refusal_by_the_authority_is_told_as_one(
    server: Any, provider: httpx.AsyncClient, accounts: Accounts
) -> None:
    invite(accounts)
    async with browser(server) as lan:
        denied = await arrive(lan, provider, denies="access_denied")
        assert (denied.status_code, "không cho vào" in denied.text) == (403, True)
        assert "không bắt đầu ở trình duyệt này" not in denied.text
        planted = await lan.get("/dang-nhap/co-quan/ve?error=access_denied&state=x")
        assert (planted.status_code, "không cho vào" in planted.text) == (400, False), "not of a begun sign-in"
        form = (await lan.get("/dang-nhap?lang=en&next=/data")).text
        assert 'href="/dang-nhap/co-quan?next=/data&amp;lang=en"' in form
        english = await way_back(lan, provider, "/dang-nhap/co-quan?next=/data&lang=en", denies="access_denied")
        assert "did not let you in" in (await lan.get(english)).text, "in the language in which it began"
        await enter(lan)
        led = await lan.get(await way_back(lan, provider, "/dang-nhap/co-quan?link=1&lang=en", sub="u-1"))
        assert "/tai-khoan?linked=1&amp;lang=en" in led.text
        back = await lan.get(await way_back(lan, provider, "/dang-nhap/co-quan?link=1", denies="access_denied"))
        assert (back.status_code, "/tai-khoan?unlinked=denied" in back.text) == (403, True)


async def test_the_second_step_and_the_outside_hold_here_too(
    server: Any, provider: httpx.AsyncClient, accounts: Accounts
) -> None:
    invite(accounts)
    async with browser(server) as lan, browser(server, OUTSIDE) as home:
        await enter(lan)
        await link(lan, provider)
        assert (await arrive(home, provider)).status_code == 403
        assert (await arrive(home, provider, amr="pwd")).status_code == 403
        assert (await arrive(home, provider, amr="pwd otp mfa")).status_code == 200, "the authority asked for two"
        assert (await home.get("/api/v1/vehicles")).status_code == 200
        home.cookies.clear()
        await set_up(lan)
        asked = await arrive(home, provider)
        assert ('name="code"' in asked.text, COOKIE in home.cookies) == (True, False)


async def test_without_a_setting_there_is_no_such_way(made: Any, accounts: Accounts) -> None:
    invite(accounts, "sep", Role.LEADER)
    async with browser(made()) as desk:
        assert "cơ quan" not in (await desk.get("/dang-nhap")).text
        assert (await desk.get("/dang-nhap/co-quan")).status_code != 303


async def test_a_silent_authority_is_told_in_words(made: Any, accounts: Accounts) -> None:
    told = {"IOC_OIDC_URL": "http://127.0.0.1:9", "IOC_OIDC_CLIENT": CLIENT, "IOC_OIDC_SECRET": SECRET}
    async with browser(made(**told)) as desk:
        silent = await desk.get("/dang-nhap/co-quan")
        assert (silent.status_code, "không trả lời" in silent.text) == (502, True)
