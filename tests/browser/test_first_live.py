"""What the line tells while a page arrives stands on whichever page is seen: the server's first, then React's."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route
from said import at_place, columns_of

from centre.bundle import SCRIPTS
from tests.browser.centres.web_side import CARD, Web, result, truck, until

KPI, PLACE = "services_on_time", "27694"
REACT = "/_dash-update-component"
OURS = "document.getElementById('ioc-first')"
# Lines opened, and each figure of the KPI's card that anybody could see, frame by frame.
WATCH = """(() => {
  window.lines = 0; window.seen = [];
  window.WebSocket = class extends WebSocket { constructor(...to) { super(...to); window.lines += 1; } };
  const look = () => {
    const shown = [...document.querySelectorAll('CARD')].filter(part => part.getClientRects().length);
    const said = shown.map(part => part.textContent).join(' and ');
    if (shown.length && said !== window.seen.at(-1)) window.seen.push(said);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()""".replace("CARD", CARD)
# Told in the one moment when both pages are there; an observer of the frame is called before those of its scripts.
IN_THE_SWAP = """(() => {
  new MutationObserver((_, watch) => {
    if (!document.getElementById('ioc-first') || !document.querySelector('#ioc-page > *')) return;
    watch.disconnect();
    window.pages = document.querySelectorAll('CARD').length;
    const card = Object.assign({}, IOC.card('services_on_time'), { value: '95,5' });
    IOC.tell('kpis', { k: 'kpis', seq: 99, full: false, cards: [card], gone: [] });
  }).observe(document, { subtree: true, childList: true });
})()""".replace("CARD", CARD)


class Arriving:
    """A page of which one answer is held back until `release`."""

    def __init__(self, page: Page, held: str) -> None:
        self.page = page
        self._held = held
        self._free = asyncio.Event()

    async def open(self, url: str, *scripts: str) -> Page:
        for script in (WATCH, *scripts):
            await self.page.add_init_script(script)
        await self.page.route(re.compile(re.escape(self._held)), self._wait)
        await self.page.goto(url, wait_until="commit")
        return self.page

    async def _wait(self, route: Route) -> None:
        await self._free.wait()
        await route.continue_()

    def release(self) -> None:
        self._free.set()


@pytest_asyncio.fixture(loop_scope="session")
async def arriving(browser: Browser, request: pytest.FixtureRequest) -> Any:
    held = Arriving(await browser.new_page(viewport={"width": 1280, "height": 720}), request.param)
    yield held
    held.release()
    await held.page.close()


async def tell(web: Web, value: float) -> None:
    """By the line alone: the store, of which pages are made, knows nothing of it."""
    await web.live.publish_results(columns_of([result(value, KPI)]))


@pytest.mark.parametrize("arriving", [SCRIPTS], indirect=True)
async def test_nothing_is_told_before_every_script_listens(web: Web, arriving: Arriving) -> None:
    await tell(web, 97.3)
    await web.live.publish_positions([truck("LA-001")])
    page = await arriving.open(f"{web.url}/")
    await until(page, "window.IOC && performance.getEntriesByName('first-contentful-paint').length")
    assert await page.evaluate("window.lines") == 0
    arriving.release()
    await until(page, f"document.querySelector('{CARD}').textContent === '97,3' && IOC.fleet.n === 1")
    assert await page.evaluate("window.lines") == 1


@pytest.mark.parametrize("arriving", [REACT], indirect=True)
async def test_what_is_told_before_react_comes_stands_on_both_pages(web: Web, arriving: Arriving) -> None:
    page = await arriving.open(f"{web.url}/")
    await until(page, "window.seen.at(-1) === '—'")
    for value, said in ((97.3, "97,3"), (96.4, "96,4")):
        await tell(web, value)
        await until(page, f"window.seen.at(-1) === '{said}'")
    assert await page.evaluate(f"{OURS} !== null"), "the page of the first response says it"
    commune = at_place(result(99.0, KPI), place=PLACE, reporting=1, expected=1)
    await web.live.publish_results(columns_of([result(96.4, KPI), commune]))
    await web.live.publish_positions([truck("LA-001")])
    await until(page, "IOC.fleet.n === 1")
    arriving.release()
    await until(page, f"!{OURS}")
    await until(page, f"IOC.panel.host && '{PLACE}' in IOC.panel.colours()")
    assert await page.locator("#map[data-vehicles]").count() == 1
    await tell(web, 98.1)
    await until(page, "window.seen.at(-1) === '98,1'")
    assert await page.evaluate("window.seen") == ["—", "97,3", "96,4", "98,1"], "nobody saw an older figure again"


@pytest.mark.parametrize("arriving", [REACT], indirect=True)
async def test_what_is_told_while_react_takes_over_stands(web: Web, arriving: Arriving) -> None:
    await tell(web, 97.3)
    page = await arriving.open(f"{web.url}/", IN_THE_SWAP)
    await until(page, f"{OURS}.querySelector('{CARD}').textContent === '97,3'")
    arriving.release()
    await until(page, f"!{OURS}")
    assert await page.evaluate("window.pages") == 2
    assert await page.text_content(CARD) == "95,5"


@pytest.mark.parametrize("arriving", [REACT], indirect=True)
async def test_what_the_public_may_no_longer_see_does_not_come_back_with_react(web: Web, arriving: Arriving) -> None:
    await web.record([result(83.5, "services_online")])
    page = await arriving.open(f"{web.url}/kiosk")
    slide = "[data-public][data-kpi=services_online]"
    await until(page, f"{OURS}.querySelector('{slide}').textContent.includes('83,5')")
    await web.live.publish_results(columns_of([replace(result(83.5, "services_online"), reporting=1)]))
    await until(page, f"!{OURS}.querySelector('{slide}').textContent.includes('83,5')")
    arriving.release()
    await until(page, f"!{OURS}")
    assert "83,5" not in (await page.text_content(".ioc-page") or "")


@pytest.mark.parametrize("arriving", [REACT], indirect=True)
async def test_a_place_chosen_before_react_stands_opens_its_card_when_it_does(web: Web, arriving: Arriving) -> None:
    page = await arriving.open(web.url + "/services")
    await until(page, "window.IOC !== undefined && IOC.panel !== undefined")
    await page.evaluate(f"IOC.panel.choose('{PLACE}')")
    assert not await page.query_selector("#map-card h3")
    arriving.release()
    await page.wait_for_selector("#map-card h3 >> text=Phường Long An")
