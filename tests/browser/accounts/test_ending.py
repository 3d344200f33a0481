"""A session ends before a browser: a person signs in again, a screen shows a code, the public notices nothing."""

import re
from datetime import UTC, datetime, timedelta

import pytest_asyncio
from playwright.async_api import Browser, Page

from domain.access.principal import CENTRE, Role
from pages.accounts.session import COOKIE
from store.access.accounts import Accounts
from store.access.screens import Screens
from store.database import open_database
from store.valkey.server import connect
from store.valkey.signed_in import SignedIn
from tests.browser.centres.web_side import Web, until

PASSWORD = "Sáng nay trời 26 độ!"
LIVE = "window.IOC && IOC.connected"


@pytest_asyncio.fixture(loop_scope="session")
async def centre(web: Web) -> Web:
    """No demonstration, and somebody signed in before: nobody looks in without an account."""
    web.kill()
    web.environment["IOC_SIMULATOR"] = "off"
    engine, now = open_database(web.environment["DATABASE_URL"]), datetime.now(UTC)
    accounts = Accounts(engine)
    accounts.invite("lan", "Trần Thị Lan", {Role.OPERATOR}, (), CENTRE, now)
    assert accounts.change("lan", PASSWORD, CENTRE, now) is None
    accounts.note_sign_in("lan", CENTRE, now)
    engine.dispose()
    await web.start()
    return web


async def sign_in(page: Page, to: str) -> None:
    """Open ``to`` as lan, by the page of signing in that it leads to."""
    await page.goto(to)
    await page.fill("[name=name]", "lan")
    await page.fill("[name=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(to)


async def end_session(web: Web, page: Page) -> None:
    """End the page's session in the store, as its longest time does, and have the page connect again at once."""
    (token,) = [one["value"] for one in await page.context.cookies() if one["name"] == COOKIE]
    redis = connect(web.environment["REDIS_URL"])
    await SignedIn(redis, timedelta(minutes=1), timedelta(hours=1)).close(token)
    await redis.aclose()
    web.kill()
    await web.start()


async def test_a_page_whose_session_ended_says_so_and_comes_back_after_signing_in(
    centre: Web, browser: Browser
) -> None:
    page = await (await browser.new_context()).new_page()
    await sign_in(page, f"{centre.url}/waste")
    await until(page, LIVE)
    public = await page.context.new_page()
    await public.goto(f"{centre.url}/kiosk")
    await until(public, LIVE)
    closed: list[str] = []
    page.on("framenavigated", lambda frame: closed.append(frame.url))
    await public.evaluate("window.mark = 'same page'")
    await end_session(centre, page)
    await page.wait_for_url("**/dang-nhap?next=/waste")
    assert "Phiên làm việc đã kết thúc" in await page.inner_text("[role=status]")
    assert len(closed) == 1, "it was led there once"
    await until(public, f"{LIVE} && window.mark === 'same page'")
    assert public.url == f"{centre.url}/kiosk", "what everybody may see goes on for everybody"
    await page.fill("[name=name]", "lan")
    await page.fill("[name=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{centre.url}/waste")
    await until(page, LIVE)
    await page.click("text=Tài khoản >> nth=0")
    await page.click("text=Đăng xuất")
    await page.wait_for_url("**/dang-nhap")
    assert await page.locator("[role=status]").count() == 0, "who signs out knows it"


async def test_a_screen_that_is_no_longer_let_in_shows_a_code_and_no_login(centre: Web, browser: Browser) -> None:
    desk, wall = await (await browser.new_context()).new_page(), await (await browser.new_context()).new_page()
    went: list[str] = []
    wall.on("framenavigated", lambda frame: went.append(frame.url))
    await wall.goto(f"{centre.url}/man-hinh")
    code = await wall.inner_text(".code")
    await sign_in(desk, f"{centre.url}/man-hinh/danh-sach")
    await desk.fill("[name=code]", code)
    await desk.fill("[name=name]", "Sảnh tầng 1")
    await desk.keyboard.press("Enter")
    await wall.wait_for_url(f"{centre.url}/")
    await until(wall, LIVE)
    engine = open_database(centre.environment["DATABASE_URL"])
    screens = Screens(engine)
    (known,) = screens.everyone().values()
    assert screens.revoke(known.id, CENTRE, datetime.now(UTC))
    engine.dispose()
    centre.kill()
    await centre.start()
    await wall.wait_for_url("**/man-hinh")
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", await wall.inner_text(".code"))
    assert [url for url in went if "dang-nhap" in url] == []
