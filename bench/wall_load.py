"""Cost of opening the wall: time to the first KPI, bytes transferred, and CPU of a wall without a GPU."""

import asyncio
import statistics
from collections.abc import Iterator

from bench.live_channel import fixes
from bench.rig.busy import busy
from bench.rig.centre import running
from bench.rig.chromium import Browser, chromium
from bench.rig.connectivity_page import connectivity_figure
from bench.rig.figure import Figure

FIGURES = ("first_kpi_ms", "wall_transfer_kb", "wall_main_thread_ms_per_s", "wall_chromium_cpu",
           "connectivity_main_thread_ms_per_s")  # fmt: skip
LOADS = 5
SETTLE_S, SAMPLE_S = 30.0, 15.0
FIRST_KPI = """(() => { if (window.firstKpi) return true;
  const e = [...document.querySelectorAll('.ioc-card [data-part=value]')].find(x => /\\d/.test(x.textContent));
  if (e) window.firstKpi = performance.now(); return !!e; })()"""


def measure() -> Iterator[Figure]:
    """Yield two figures from a centre with its simulator, two from a centre under load, one of /connectivity."""
    with running(simulator=True) as centre:
        yield from asyncio.run(_loads(centre.web))
    with running() as centre:
        yield from asyncio.run(_busy(centre))
    yield connectivity_figure(fixes)


async def _loads(web: str) -> list[Figure]:
    async with chromium() as browser:
        await _load(browser, web)  # warms the server, not the browser: _load disables the cache
        cold = [await _load(browser, web) for _ in range(LOADS)]
    first, bytes_ = zip(*cold, strict=True)
    return [
        Figure(name="first_kpi_ms", value=statistics.median(first), unit="ms", baseline=1500.0,
               ratio=statistics.median(first) / 1500, note=f"cold browser cache, worst {max(first):.0f}"),
        Figure(name="wall_transfer_kb", value=max(bytes_) / 1000, unit="kB", baseline=1600.0, ratio=max(bytes_) / 1.6e6,
               note="encoded bytes of every response until the map is drawn"),
    ]  # fmt: skip


async def _load(browser: Browser, web: str) -> tuple[float, float]:
    """(milliseconds to the first KPI's number, encoded bytes until the map is drawn)."""
    received = 0.0

    def finished(event: dict[str, float]) -> None:
        nonlocal received
        received += event["encodedDataLength"]

    async with browser.page(width=1920, height=1080) as page:
        await page.send("Network.enable")
        await page.send("Network.setCacheDisabled", cacheDisabled=True)
        page.handlers["Network.loadingFinished"] = finished
        await page.send("Page.navigate", url=f"{web}/")
        await page.until("location.protocol === 'http:'")
        await page.until(FIRST_KPI)
        await page.until("window.IOC && IOC.redraws > 1", 60)
        return float(await page.evaluate("window.firstKpi")), received


async def _busy(centre: object) -> list[Figure]:
    async with chromium() as browser, browser.page() as page, fixes(centre, SETTLE_S + SAMPLE_S + 10):  # type: ignore[arg-type]
        await page.send("Page.navigate", url=f"{centre.web}/")  # type: ignore[attr-defined]
        await page.until("window.IOC && IOC.redraws > 1", 60)
        main, chrome = await busy(browser, page, SETTLE_S, SAMPLE_S)
    return [
        Figure(name="wall_main_thread_ms_per_s", value=main, unit="ms/s", baseline=60.0, ratio=main / 60,
               note="software GL, 1280x720, 500 trucks at 1 Hz, after adaptation"),
        Figure(name="wall_chromium_cpu", value=chrome, unit="% of a core", baseline=40.0, ratio=chrome / 40,
               note="all Chromium processes"),
    ]  # fmt: skip
