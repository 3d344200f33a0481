"""How long a browser takes until the first figure of the wall is painted, and what it has received by then."""

import asyncio
import statistics
from collections.abc import Iterator

from bench.rig.centre import running
from bench.rig.chromium import Browser, Page, chromium
from bench.rig.figure import Figure

FIGURES = ("first_number_ms", "first_number_warm_ms", "first_number_kb")
LOADS = 5
# What b3e0b71 took on this machine, the last commit whose first response was an empty frame; measured in the same hour.
BEFORE_COLD_MS, BEFORE_WARM_MS, BEFORE_KB = 4000.7, 2483.9, 502.6
# The frame after the one in which a card's figure is laid out in letters that are loaded.
WATCH = """(() => { const look = () => {
  const found = [...document.querySelectorAll('.ioc-card [data-part=value]')]
    .find(e => /\\d/.test(e.textContent) && e.getClientRects().length);
  if (found && document.fonts.check('600 16px "Be Vietnam Pro"')) {
    requestAnimationFrame(() => { window.firstNumber = performance.now(); });
  } else requestAnimationFrame(look);
}; requestAnimationFrame(look); })()"""
RECEIVED = """performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
  .filter(e => e.responseEnd && e.responseEnd <= window.firstNumber).reduce((sum, e) => sum + e.transferSize, 0)"""


def measure() -> Iterator[Figure]:
    """Yield the three figures from one running centre with its simulator."""
    with running(simulator=True) as centre:
        yield from asyncio.run(_loads(centre.web))


async def _loads(web: str) -> list[Figure]:
    async with chromium() as browser:
        await _load(browser, web, cold=True)  # the server's first page of all
        cold = [await _load(browser, web, cold=True) for _ in range(LOADS)]
        warm = [await _load(browser, web, cold=False) for _ in range(LOADS + 1)][1:]
    first, again, kb = (statistics.median(values) for values in (
        [ms for ms, _ in cold], [ms for ms, _ in warm], [received / 1000 for _, received in cold]))  # fmt: skip
    return [
        Figure(name="first_number_ms", value=first, unit="ms", baseline=BEFORE_COLD_MS, ratio=first / BEFORE_COLD_MS,
               note=f"cold browser cache, worst {max(ms for ms, _ in cold):.0f}"),
        Figure(name="first_number_warm_ms", value=again, unit="ms", baseline=BEFORE_WARM_MS,
               ratio=again / BEFORE_WARM_MS, note=f"warm browser cache, worst {max(ms for ms, _ in warm):.0f}"),
        Figure(name="first_number_kb", value=kb, unit="kB", baseline=BEFORE_KB, ratio=kb / BEFORE_KB,
               note="every response that had arrived by then"),
    ]  # fmt: skip


async def _load(browser: Browser, web: str, *, cold: bool) -> tuple[float, float]:
    """(milliseconds until the first figure is painted, bytes received until then)."""
    async with browser.page(width=1920, height=1080) as page:
        await page.send("Network.enable")
        await page.send("Network.setCacheDisabled", cacheDisabled=cold)
        await page.send("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        await page.send("Page.navigate", url=f"{web}/")
        await page.until("window.firstNumber", 60)
        return await _number(page, "window.firstNumber"), await _number(page, RECEIVED)


async def _number(page: Page, expression: str) -> float:
    return float(await page.evaluate(expression))
