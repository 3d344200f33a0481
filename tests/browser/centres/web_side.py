"""The web side on real stores in a process of its own, a page of it, and what its stores may be told."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from typing import Any

import hangs
import httpx
from playwright.async_api import Browser, Page
from playwright.async_api import Error as PlaywrightError
from said import kpi_result, record, vehicle

from domain.fleets.vehicle import Position
from domain.kpis.kpi import KpiResult, Status
from domain.observation import Kind
from store.database import open_database
from store.valkey.live_state import LiveState
from tests.browser.centres.web_process import web_process

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


@dataclass
class Seen:
    """What a page did that it must not do, and what its socket received."""

    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    received: list[str | bytes] = field(default_factory=list)


# Asked once and not many times a second: each question from outside is work for three processes.
_ONCE = """() => new Promise(done => { const look = async () => {
  let found = false;
  try { found = await (%s); } catch { /* not there yet */ }
  if (found) done(); else setTimeout(look, 20);
}; look(); })"""


async def until(page: Page, expression: str) -> None:
    """Wait in the page until ``expression`` holds; the page's policy forbids Playwright's own wait_for_function."""
    await hangs.until(lambda: _came(page, _ONCE % expression))


async def _came(page: Page, waiting: str) -> bool:
    try:
        await page.evaluate(waiting)
    except PlaywrightError:  # the page is being reloaded
        return False
    return True


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
    return Position.of(vehicle(id_, at=at, latitude=latitude, **given))


def result(value: float, key: str = "services_on_time") -> KpiResult:
    now = datetime.now(UTC)
    return kpi_result(
        key=key, territory="2025-07", place="80", value=value, numerator=value * 10, denominator=1000.0,
        reporting=58, expected=60, as_of=now, computed_at=now, status=Status.NORMAL, since=now,
        kinds={Kind.SIMULATED: 58}, sources=("Mô phỏng",),
    )  # fmt: skip


CARD = '[data-kpi=services_on_time] [data-part="value"]'
