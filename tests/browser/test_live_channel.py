"""The live channel in Chromium: stored values reach the page, and the page shows a failure and recovers by itself."""

import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import hangs
import httpx
import pytest
from hangs import HANG_MS
from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import Error as PlaywrightError
from said import columns_of, kpi_result, record

from domain.fleets.vehicle import Position, Vehicle
from domain.instant import to_ms
from domain.kpis.health import FeedHealth
from domain.kpis.kpi import KpiResult, Status
from domain.observation import Kind
from store.database import open_database
from store.registry import Registry
from store.valkey.live_state import LiveState
from store.valkey.server import EmbeddedValkey, connect
from tests.browser.centres.web_process import web_process
from tests.browser.served import CHROMIUM, NO_GL, SOFTWARE_GL

NAMED_WITHIN_MS = 5_000
# The page's monotonic clock, which can be put forward: what takes seconds is not waited for.
SKIP = """() => { const now = performance.now.bind(performance); window.skipped = 0;
  performance.now = () => now() + window.skipped; }"""


@dataclass
class Web:
    """The web side in a process of its own on real stores; ``live`` speaks in the collector's place."""

    live: LiveState
    environment: dict[str, str]
    port: int
    process: ForkServerProcess | None = None

    async def record(self, results: list[KpiResult]) -> None:
        """Keep and announce results, as the collector does."""
        engine = open_database(self.environment["DATABASE_URL"])
        columns = record(engine, results)
        engine.dispose()
        await self.live.publish_results(columns)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self.process = web_process(self.environment, self.port)
        async with httpx.AsyncClient() as http:
            await hangs.until(lambda: answers(http, f"{self.url}/healthz"))

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.process = None


async def answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
async def web(valkey: EmbeddedValkey, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Web]:
    redis = connect(valkey.url)
    await redis.flushdb()
    engine = open_database(sqlite_url)
    Registry(engine).seed_places()
    engine.dispose()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"REDIS_URL": valkey.url, "DATABASE_URL": sqlite_url, "IOC_DATA_DIR": str(tmp_path), "IOC_SIMULATOR": "on"}
    server = Web(LiveState(redis), os.environ | own, port)
    await server.start()
    yield server
    server.kill()
    await redis.aclose()


@asynccontextmanager
async def chromium(*arguments: str) -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        started = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *arguments])
        yield started
        await started.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Without WebGL, so that the map stays a drawing: a live map without a GPU takes most of a core."""
    async with chromium(*NO_GL) as started:
        yield started


@pytest.fixture
async def gl_browser() -> AsyncIterator[Browser]:
    """With WebGL, for tests of the live map."""
    async with chromium(*SOFTWARE_GL) as started:
        yield started


@dataclass
class Seen:
    """What a page did that it must not do, and what its socket received."""

    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    received: list[str | bytes] = field(default_factory=list)


async def until(page: Page, expression: str) -> None:
    """Ask from outside: the page's policy forbids what Playwright's own wait_for_function does."""
    await hangs.until(lambda: holds(page, expression))


async def holds(page: Page, expression: str) -> bool:
    try:
        return bool(await page.evaluate(expression))
    except PlaywrightError:  # the page is being reloaded, or what is asked about is not there yet
        return False


async def open_page(browser: Browser, web: Web, path: str = "/", *, entering: bool = False) -> tuple[Page, Seen]:
    """The page at ``path``, of who sits at this machine; ``entering``: of who entered as the operator."""
    page, seen = await browser.new_page(viewport={"width": 1280, "height": 720}), Seen()
    local = (web.url, web.url.replace("http", "ws"), "blob:", "data:")
    page.on("request", lambda r: None if r.url.startswith(local) else seen.elsewhere.append(r.url))
    page.on("pageerror", lambda e: seen.errors.append(str(e)))
    page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
    page.on("websocket", lambda s: s.on("framereceived", lambda message: seen.received.append(message)))
    if entering:
        await page.request.post(f"{web.url}/dang-nhap", form={"demonstration": "1"})
    await page.goto(web.url + path)
    await until(page, "window.IOC && IOC.connected")
    return page, seen


def truck(id_: str, latitude: float = 10.543, age_s: float = 0, **changes: Any) -> Position:
    at = datetime.now(UTC) - timedelta(seconds=age_s)
    given = {"speed_kmh": 20.0, "course_deg": 90.0, "longitude": 106.41} | changes
    vehicle = Vehicle(
        id=id_,
        device=id_,
        bound=True,
        at=at,
        received_at=at,
        latitude=latitude,
        kind=Kind.SIMULATED,
        source="t",
        **given,
    )
    return Position.of(vehicle)


def result(value: float, key: str = "services_on_time") -> KpiResult:
    now = datetime.now(UTC)
    return kpi_result(
        key=key, territory="2025-07", place="80", value=value, numerator=value * 10, denominator=1000.0,
        reporting=58, expected=60, as_of=now, computed_at=now, status=Status.NORMAL, since=now,
        kinds={Kind.SIMULATED: 58}, sources=("Mô phỏng",),
    )  # fmt: skip


CARD = '[data-kpi=services_on_time] [data-part="value"]'


async def test_what_the_store_says_reaches_the_wall_and_no_request_goes_out(web: Web, gl_browser: Browser) -> None:
    await web.live.publish_positions([truck("LA-001")])
    page, seen = await open_page(gl_browser, web)
    await until(page, "IOC.newest['LA-001'] && IOC.redraws > 0")
    await web.live.publish_positions([truck("LA-002", 10.53)])
    await until(page, "IOC.newest['LA-002']")
    await web.live.publish_results(columns_of([result(97.3)]))
    await until(page, f"document.querySelector('{CARD}').textContent === '97,3'")
    vehicles = "IOC.map.overlay._deck.layerManager.getLayers()[0].getNumInstances()"
    await until(page, f"{vehicles} === 2")
    assert seen.elsewhere == []
    assert seen.errors == []
    assert await page.evaluate("IOC.violations") == []
    assert await page.locator("[data-part=simulated]").is_visible()


async def test_rows_change_in_place(web: Web, browser: Browser) -> None:
    page, _ = await open_page(browser, web)
    row = '[data-rows=feeds] [data-row="services"]'
    await until(page, "!document.getElementById('ioc-first')")  # React's page keeps its rows, the first gives way to it
    now = datetime.now(UTC)
    health = FeedHealth(
        feed="services", accepted=10, duplicates=0, rejected=0, late=0, corrected=0,
        last_received_at=now, last_at=now, reporting=27, expected=30, measured_share=1.0, simulated_share=1.0,
    )  # fmt: skip
    await web.live.publish_feeds([health])
    await until(page, f"document.querySelector('{row}')?.textContent.includes('27/30')")
    await page.evaluate(f"document.querySelector('{row}').mark = 'same'")
    assert await page.locator("[data-part=simulated]").is_visible(), "a simulated count is marked before any card is"
    await web.live.publish_feeds([replace(health, reporting=26)])
    await until(page, f"document.querySelector('{row}').textContent.includes('26/30')")
    assert await page.evaluate(f"document.querySelector('{row}').mark") == "same"
    await web.live.publish_feeds([replace(health, reporting=30)])
    await until(page, f"!document.querySelector('{row}')")  # the wall lists what somebody should look at


async def test_a_public_screen_receives_no_vehicle_and_no_operator_card(web: Web, browser: Browser) -> None:
    await web.live.publish_positions([truck("51C-123.45")])
    await web.record([result(83.5, "services_online"), result(12.25, "waste_online_rate")])
    page, seen = await open_page(browser, web, "/kiosk")
    await web.live.publish_positions([truck("51C-123.45", 10.53)])
    # 84 of 100 stay filled: with another picture the page loads anew, at an instant of its own.
    await web.live.publish_results(columns_of([result(84.2, "services_online")]))
    await until(page, "document.querySelector('[data-kpi=services_online]').textContent.includes('84,2')")
    received = "".join(m if isinstance(m, str) else "BINARY" for m in seen.received)
    assert "51C" not in received + await page.content()
    assert "BINARY" not in received
    assert set(re.findall(r'"k":"(\w+)"', received)) <= {"hello", "kpis", "maps", "hb"}
    assert '"headline"' in received
    assert "waste_online_rate" not in received
    assert seen.elsewhere == []


async def test_a_public_screen_that_was_empty_gets_its_slides_when_figures_come(web: Web, browser: Browser) -> None:
    page, _ = await open_page(browser, web, "/kiosk")
    assert await page.locator("[data-slide=neutral]").count() == 1
    await web.record([result(83.5, "services_online")])
    await until(page, "document.querySelector('[data-public][data-kpi=services_online]')")


async def test_a_figure_the_public_may_no_longer_see_leaves_nothing_of_itself(web: Web, browser: Browser) -> None:
    await web.record([result(83.5, "services_online")])
    page, _ = await open_page(browser, web, "/kiosk")
    slide = "[data-public][data-kpi=services_online]"
    await until(page, f"document.querySelector('{slide}').textContent.includes('83,5')")
    await web.live.publish_results(columns_of([replace(result(83.5, "services_online"), reporting=1)]))
    await until(page, f"!document.querySelector('{slide}').textContent.includes('83,5')")
    left = [await page.text_content(f"{slide} [data-part={name}]") for name in ("headline", "context", "coverage")]
    assert left == ["", "", ""]
    assert await page.text_content(f"{slide} [data-part=age]") == "—"


async def test_a_dead_server_is_named_within_five_seconds_and_numbers_go_on_ageing(web: Web, browser: Browser) -> None:
    await web.live.publish_results(columns_of([result(97.3)]))
    page, _ = await open_page(browser, web)
    await until(page, f"document.querySelector('{CARD}').textContent === '97,3'")
    await page.evaluate("window.mark = 'same page'")
    await page.evaluate(SKIP)
    web.kill()
    assert await page.locator(".ioc-offline").count() == 0
    await page.evaluate(f"window.skipped += {NAMED_WITHIN_MS}")
    banner = await page.wait_for_selector(".ioc-offline", timeout=HANG_MS)
    assert banner is not None
    assert re.search(r"Mất kết nối máy chủ · số liệu từ \d\d:\d\d:\d\d", await banner.inner_text())
    age = '[data-kpi=services_on_time] [data-part="age"]'
    before = await page.inner_text(age)
    await until(page, f"document.querySelector('{age}').textContent !== '{before}'")
    await web.start()
    await page.wait_for_selector(".ioc-offline", state="detached", timeout=HANG_MS)
    await web.live.publish_results(columns_of([result(96.4)]))
    await until(page, f"document.querySelector('{CARD}').textContent === '96,4'")
    assert await page.evaluate("window.mark") == "same page"


async def test_a_new_release_reloads_the_page_and_the_same_does_not(web: Web, browser: Browser) -> None:
    page, _ = await open_page(browser, web)
    await page.evaluate("window.mark = 'old page'; document.documentElement.dataset.release = 'older'")
    web.kill()
    await web.start()
    await until(page, "window.mark === undefined && window.IOC && IOC.connected")
    assert await page.evaluate("document.documentElement.dataset.release") != "older"


async def test_a_vehicle_grows_old_on_the_map_although_nothing_is_received(web: Web, browser: Browser) -> None:
    page, _ = await open_page(browser, web)
    await web.live.publish_positions([truck("A", age_s=88), truck("B", age_s=599), truck("C")])
    states = """() => { const found = {}; IOC.fleet.each(performance.now(), false,
        (slot, lon, lat, state) => { found[IOC.fleet.ids[slot]] = state; }); return JSON.stringify(found); }"""
    await until(page, f'({states})() === \'{{"A":3,"B":4,"C":1}}\'')


async def test_a_far_jump_is_not_shown_as_a_ride_and_a_near_one_glides(web: Web, browser: Browser) -> None:
    at = datetime.now(UTC)
    before = [truck(id_)._replace(at_ms=to_ms(at - timedelta(seconds=10))) for id_ in ("near", "far")]
    await web.live.publish_positions(before)
    page, _ = await open_page(browser, web)
    await until(page, "IOC.newest.near && IOC.newest.far")
    now = [truck(id_, latitude)._replace(at_ms=to_ms(at)) for id_, latitude in (("near", 10.544), ("far", 10.6))]
    await web.live.publish_positions(now)
    await until(page, f"['near', 'far'].every(id => IOC.newest[id] === {to_ms(at) // 1000})")
    spans = await page.evaluate("Object.fromEntries(IOC.fleet.ids.map((id, i) => [id, IOC.fleet.span[i]]))")
    assert spans["near"] > 0
    assert spans["far"] == 0


async def test_a_lost_webgl_context_is_built_again(web: Web, gl_browser: Browser) -> None:
    await web.live.publish_positions([truck("A")])
    page, _ = await open_page(gl_browser, web)
    await until(page, "IOC.redraws > 0 && IOC.map.overlay._deck")
    lose = "c => c.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"
    await page.evaluate(f"document.querySelectorAll('#map canvas').forEach({lose})")
    await until(page, "IOC.map.losses === 1 && IOC.map.builds === 2")
    await page.evaluate("window.drawn = IOC.redraws")
    await web.live.publish_positions([truck("A", 10.5435)])
    await until(page, "IOC.redraws > window.drawn")


async def test_without_webgl_the_map_is_a_drawing_with_moving_vehicles(web: Web, browser: Browser) -> None:
    await web.live.publish_positions([truck("A"), truck("B", 10.53, age_s=700)])
    page, seen = await open_page(browser, web)
    await page.wait_for_selector("#map svg use[data-state=silent]", state="attached")
    first = await page.get_attribute("#map svg use[data-state=live]", "transform")
    await web.live.publish_positions([truck("A", 10.535)])
    moved = f"document.querySelector('#map svg use[data-state=live]').getAttribute('transform') !== '{first}'"
    await until(page, moved)
    assert await page.evaluate("IOC.map.overlay") is None
    assert seen.errors == []
