"""A centre under a path behind a proxy that shows nothing else: pages, live channel, map, links and signing in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser
from said import columns_of

from store.valkey.server import EmbeddedValkey
from tests.browser.centres.prefix_proxy import Proxy, proxying
from tests.browser.centres.web_side import CARD, Web, result, truck, until

BASE = "/ioc"


@pytest_asyncio.fixture(loop_scope="session")
async def proxy(web: Web, valkey: EmbeddedValkey, tmp_path: Path) -> AsyncIterator[Proxy]:
    """The same centre, started anew under a path."""
    web.kill()
    web.environment |= {"IOC_BASE_PATH": BASE}
    await web.start()
    async with proxying(BASE, web.port) as opened:
        yield opened


async def test_a_wall_under_a_path_lives_leads_on_and_lets_people_in(
    web: Web, proxy: Proxy, gl_browser: Browser
) -> None:
    page = await gl_browser.new_page(viewport={"width": 1280, "height": 720})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    await web.live.publish_positions([truck("LA-001")])
    await page.goto(proxy.url + "/")
    await until(page, "window.IOC && IOC.connected && IOC.redraws > 0")
    await web.live.publish_results(columns_of([result(97.3)]))
    await until(page, f"document.querySelector('{CARD}').textContent === '97,3'")
    assert "/ioc/live" in " ".join(proxy.passed), "the socket goes through the proxy"
    await until(page, "!document.getElementById('ioc-first')")
    links = await page.eval_on_selector_all("a[href^='/']", "all => all.map(one => one.getAttribute('href'))")
    assert len(links) > 5
    assert [one for one in links if not one.startswith(BASE + "/")] == [], "React's own page too"
    await page.click("a[href^='/ioc/services']")
    await until(page, "location.pathname === '/ioc/services' && IOC.connected")
    assert await page.locator(".ioc-main").count() == 1
    await page.goto(f"{proxy.url}/dang-nhap")
    await page.click("form:has([name=demonstration]) button")
    await until(page, "location.pathname.startsWith('/ioc') && !location.pathname.includes('dang-nhap')")
    cookies = await page.context.cookies()
    assert {one["path"].split("/")[1] for one in cookies} == {"ioc"}
    await page.goto(f"{proxy.url}/kiosk")
    await until(page, "window.IOC && IOC.connected")
    assert (proxy.refused, errors) == ([], [])
