"""A screen is let in by its code, never ends on a login page, and its token is worth nothing elsewhere."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from domain.access.principal import Role
from domain.audit import Act
from pages.accounts.session import SCREEN_COOKIE
from store.access.accounts import Accounts
from store.audit import AuditLog
from tests.pages.test_accounts import OVERRIDE, PAGE, accounts, browser, enter, invite, made

__all__ = ["accounts", "made"]  # fixtures of the same centre


def code_on(page: httpx.Response) -> str:
    found = re.search(r'class="code"[^>]*>([A-Z0-9]{4}-[A-Z0-9]{4})<', page.text)
    assert found, page.text
    return found[1]


@pytest.fixture
def server(made: Any, accounts: Accounts) -> Any:
    invite(accounts)
    return made()


async def let_in(server: Any, screen: httpx.AsyncClient, path: str = "/waste") -> None:
    shown = await screen.get("/man-hinh")
    async with browser(server) as lan:
        await enter(lan)
        given = {"code": code_on(shown).lower(), "name": "Sảnh tầng 1", "path": path}
        answer = await lan.post("/man-hinh/danh-sach", data=given)
        assert answer.status_code == 303
        again = await lan.post("/man-hinh/danh-sach", data=given)
        assert again.status_code == 404, "a code counts once"
        assert "Sảnh tầng 1" in (await lan.get(answer.headers["location"])).text


async def test_a_screen_shows_a_code_and_then_its_page(server: Any) -> None:
    async with browser(server, "10.20.0.9") as screen:
        first, second = await screen.get("/man-hinh"), await screen.get("/man-hinh")
        assert code_on(first) == code_on(second), "it stays while somebody walks to the desk"
        assert 'http-equiv="refresh"' in first.text
        assert (await screen.get("/api/v1/vehicles")).status_code == 401
        await let_in(server, screen)
        opened = await screen.get("/man-hinh")
        assert (opened.status_code, opened.headers["location"]) == (303, "/waste")
        assert "HttpOnly" in opened.headers["set-cookie"]
        assert (await screen.get("/api/v1/vehicles")).status_code == 200
        assert (await screen.post("/_dash-update-component", json=OVERRIDE)).status_code == 403
        assert (await screen.get("/man-hinh/danh-sach")).status_code == 403


async def test_a_copied_token_is_refused_elsewhere_and_told(server: Any, engine: Engine) -> None:
    async with browser(server, "10.20.0.9") as screen, browser(server, "203.0.113.9") as thief:
        await let_in(server, screen)
        await screen.get("/waste")
        thief.cookies.set(SCREEN_COOKIE, screen.cookies[SCREEN_COOKIE])
        for _ in range(3):
            assert (await thief.get("/api/v1/vehicles")).status_code == 401
        assert (await screen.get("/api/v1/vehicles")).status_code == 200, "the true one goes on"
        (told,) = AuditLog(engine).newest(9, acts=(Act.SCREEN_ELSEWHERE,))
        assert (told.address, told.after) == ("203.0.113.9", '{"network":"203.0.113.9"}')
        async with browser(server) as lan:
            await enter(lan)
            assert "203.0.113.9" in (await lan.get("/man-hinh/danh-sach")).text


async def test_a_revoked_screen_comes_to_a_new_code_and_not_to_a_login(
    made: Any, server: Any, accounts: Accounts
) -> None:
    async with browser(server, "10.20.0.9") as screen, browser(server) as lan:
        await let_in(server, screen)
        await screen.get("/waste")
        await enter(lan)
        (id_,) = re.findall(r'action="/man-hinh/danh-sach/([0-9a-f]{8})"', (await lan.get("/man-hinh/danh-sach")).text)
        assert (await lan.post(f"/man-hinh/danh-sach/{id_}")).status_code == 303
        ended = await screen.get("/waste", headers=PAGE)
        assert (ended.status_code, ended.headers["location"]) == (303, "/man-hinh")
        assert code_on(await screen.get("/man-hinh"))


async def test_a_screen_that_fell_silent_is_told(server: Any, engine: Engine) -> None:
    async with browser(server, "10.20.0.9") as screen, browser(server) as lan:
        await let_in(server, screen)
        await enter(lan)
        assert "mở trang lần nào" not in (await lan.get("/man-hinh/danh-sach")).text, "it was let in just now"
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE screens SET created_ms = created_ms - 3600000")
        assert "mở trang lần nào" in (await lan.get("/man-hinh/danh-sach")).text
        await screen.get("/waste")
        assert "Im lặng" not in (await lan.get("/man-hinh/danh-sach")).text
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE screens SET seen_ms = seen_ms - 3600000")
        told = (await lan.get("/man-hinh/danh-sach")).text
        assert ("Im lặng từ" in told, "mở trang lần nào" in told) == (True, False)


async def test_boards_and_kiosks_are_told_to_need_no_code(server: Any) -> None:
    async with browser(server) as lan:
        await enter(lan)
        told = (await lan.get("/man-hinh/danh-sach")).text
        assert ("http://10.20.0.7:8050/led" in told, "http://10.20.0.7:8050/kiosk" in told) == (True, True)


async def test_only_who_may_lets_screens_in(made: Any, accounts: Accounts) -> None:
    invite(accounts, "lanh-dao", Role.LEADER)
    async with browser(made()) as leader:
        await enter(leader, "lanh-dao")
        given = {"code": "AAAA-AAAA", "name": "a", "path": "/"}
        assert (await leader.post("/man-hinh/danh-sach", data=given)).status_code == 403


async def test_the_public_listener_has_public_bytes_only(made: Any, accounts: Accounts) -> None:
    invite(accounts)
    server = made(IOC_PUBLIC_PORT="8052")
    async with browser(server) as inside, browser(server, url="http://10.20.0.7:8052") as outside:
        await enter(inside)
        outside.cookies = inside.cookies
        for path in ("/led", "/lich-thu-gom", "/healthz", "/_dash-layout"):
            assert (await outside.get(path)).status_code == 200
        alone = await outside.get("/", headers=PAGE)
        assert (alone.status_code, alone.headers["location"], alone.content) == (303, "/lich-thu-gom", b"")
        for path in (
            "/waste",
            "/dang-nhap",
            "/tai-khoan",
            "/man-hinh",
            "/api/v1/vehicles",
            "/api/v1/session",
            "/docs",
        ):
            answer, page = await outside.get(path), await outside.get(path, headers=PAGE)
            assert (answer.status_code, answer.json()["reason"]) == (404, "not_found"), path
            assert (page.status_code, "Không có địa chỉ này" in page.text) == (404, True), path
            assert "Đăng nhập" not in page.text, path
        assert (await outside.post("/dang-nhap", data={"name": "lan", "password": "x"})).status_code == 404
        assert (await inside.get("/api/v1/vehicles")).status_code == 200
