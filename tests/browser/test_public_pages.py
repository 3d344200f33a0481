"""Boards and a resident's telephone in Chromium: sizes of letters, nothing cut, turns, a dead server."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from fastapi import FastAPI
from plan_fixtures import HUNG_VUONG, ROUTE, TET, H, done
from playwright.async_api import Browser, Page, Route
from screen_figures import FEEDS, KPIS, NOW
from screen_fixtures import normal

from domain.observation import Kind
from pages import resident_routers
from pages.lookup_counting import LookupCounting
from store.database import migrate, open_database
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.services import Services
from tests.browser.axe import AXE, SERIOUS

ROOT = Path(__file__).parents[2]
SHOTS = Path(__file__).parent / "shots"

# The message on the board: its lines, their letters in px, and what leaves the board.
BOARD = """() => {
  const on = document.querySelector('[data-on]'), lines = [...on.children];
  const sizes = [...on.querySelectorAll('*')].map(e => parseFloat(getComputedStyle(e).fontSize));
  const out = lines.filter(e => { const r = e.getBoundingClientRect();
    return r.top < 0 || r.left < 0 || r.bottom > innerHeight || e.scrollWidth > e.clientWidth; });
  return {key: on.dataset.message, lines: lines.length, least: Math.min(...sizes), out: out.map(e => e.textContent),
    shown: document.querySelectorAll('[data-on]').length, longest: Math.max(...lines.map(
      e => e.firstChild.textContent.trim().length))};
}"""


class Site:
    """The residents' routers behind a made-up address; ``down`` cuts the line."""

    def __init__(self, folder: Path) -> None:
        engine = open_database(f"sqlite:///{folder / 'ioc.db'}")
        migrate(engine)
        self.now, self.down = NOW, False
        hours = (6, 8, 10, 12, 14.5, 18)
        streets = [replace(HUNG_VUONG, begins_s=int(h * H), ends_s=int((h + 1) * H)) for h in hours]
        long = replace(HUNG_VUONG, order=2, name="Đường Nguyễn Đình Chiểu", begins_s=19 * H)
        daily = replace(ROUTE, weekdays=frozenset(range(1, 8)), places=("27694",), kind=Kind.SIMULATED)
        routes = [replace(daily, id=str(n), streets=(street, long)) for n, street in enumerate(streets)]
        off = [replace(TET, day=date(2026, 11, 24) + timedelta(days=n), note="Tết Nguyên đán") for n in range(5)]
        Plan(engine).add(done(), routes, off, valid={})
        made = SimpleNamespace(plan=Plan(engine), runs=Runs(engine), reading=normal(), kpis=KPIS, feeds=FEEDS)
        self.app = FastAPI()
        counting = cast(LookupCounting, SimpleNamespace(count=None))
        for router in resident_routers(cast(Services, made), counting, clock=lambda: self.now):
            self.app.include_router(router)

    async def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix("http://rac.longan.vn")
        if self.down:
            await route.abort("connectionrefused")
        elif path.startswith("/assets/"):
            await route.fulfill(path=ROOT / path[1:])
        else:
            found = await self.asked(path)
            await route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.content)

    async def asked(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://rac.longan.vn") as http:
            return await http.get(path)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


async def opened(browser: Browser, site: Site, path: str, width: int, height: int) -> Page:
    page: Page = await browser.new_page(viewport={"width": width, "height": height})
    await page.clock.install(time=datetime(2026, 1, 1, tzinfo=UTC))  # a board's own clock may be wrong
    await page.route("**/*", site.answer)
    await page.goto("http://rac.longan.vn" + path)
    await page.evaluate("document.fonts.ready.then(() => 0)")
    return page


@pytest.mark.parametrize(("width", "height"), [(384, 192), (768, 384)])
async def test_every_message_fits_a_board_in_letters_of_twenty_pixels(
    browser: Browser, site: Site, width: int, height: int
) -> None:
    page = await opened(browser, site, "/led", width, height)
    number = await page.locator("[data-message]").count() - 1
    seen: list[str] = []
    for _ in range(number):
        board = await page.evaluate(BOARD)
        seen.append(board["key"])
        await page.screenshot(path=SHOTS / f"led-{width}-{len(seen)}.png")
        assert board["out"] == [], board
        assert board["least"] >= 20, board
        assert board["lines"] <= 5, board
        assert board["longest"] <= 20, board
        assert board["shown"] == 1
        await page.clock.run_for(1000 * int(await page.locator("[data-on]").get_attribute("data-dwell") or 0))
    assert len(set(seen)) == number, "each message once, then from the beginning"
    assert "neutral" not in seen
    assert (await page.evaluate(BOARD))["key"] == seen[0]


async def test_a_board_takes_new_messages_without_losing_its_turn(browser: Browser, site: Site) -> None:
    page = await opened(browser, site, "/led", 384, 192)
    first = (await page.evaluate(BOARD))["key"]
    await page.clock.run_for(20_000)
    second = (await page.evaluate(BOARD))["key"]
    assert second != first
    site.now += timedelta(minutes=40)  # the first collection is over
    async with page.expect_response("**/led"):
        await page.clock.run_for(11_000)
    await page.wait_for_function("key => !document.querySelector(`[data-message='${key}']`)", arg=first)
    board = await page.evaluate(BOARD)
    assert (board["key"], board["shown"]) == (second, 1)


async def test_without_a_server_the_last_messages_stay_while_true_and_then_the_neutral_one(
    browser: Browser, site: Site
) -> None:
    page = await opened(browser, site, "/led", 384, 192)
    first = (await page.evaluate(BOARD))["key"]
    site.down = True
    await page.clock.run_for(10 * 60_000)
    keys = set()
    for _ in range(12):
        keys.add((await page.evaluate(BOARD))["key"])
        await page.clock.run_for(11_000)
    assert len(keys) > 3, "the last frame goes on"
    await page.clock.run_for(15 * 60_000)
    still = [(await page.evaluate(BOARD))["key"]]
    for _ in range(12):
        await page.clock.run_for(11_000)
        still.append((await page.evaluate(BOARD))["key"])
    assert first not in still, "14:25 is over: bags for 14:30 are late"
    await page.clock.run_for(10 * 60_000)
    assert (await page.evaluate(BOARD))["key"] == "neutral"
    site.down = False
    async with page.expect_response("**/led"):
        await page.clock.run_for(31_000)
    await page.wait_for_function("document.querySelector('[data-on]').dataset.message !== 'neutral'")


async def test_a_telephone_shows_the_next_collection_first_on_two_screens(browser: Browser, site: Site) -> None:
    page = await opened(browser, site, "/lich-thu-gom/hung-vuong-27694", 390, 844)
    await page.screenshot(path=SHOTS / "street-phone.png", full_page=True)
    found = await page.evaluate("""() => ({
      below: document.querySelector('.left').getBoundingClientRect().bottom,
      letters: parseFloat(getComputedStyle(document.querySelector('.window')).fontSize),
      high: document.documentElement.scrollHeight, wide: document.documentElement.scrollWidth,
      scripts: document.scripts.length})""")
    assert found["below"] <= 400, found
    assert found["letters"] >= 32, found
    assert found["high"] <= 2 * 844, found
    assert (found["wide"], found["scripts"]) == (390, 0)


@pytest.mark.skipif(not AXE, reason="BỎ QUA: chưa có axe / skipped: no axe-core, run scripts/node-tools")
@pytest.mark.parametrize("path", ["/lich-thu-gom", "/lich-thu-gom/hung-vuong-27694", "/led"])
async def test_axe_finds_nothing_serious(browser: Browser, site: Site, path: str) -> None:
    page = await opened(browser, site, path, 390, 844)
    await page.evaluate(AXE)
    assert await page.evaluate(SERIOUS) == []
