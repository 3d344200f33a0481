"""How busy an open page keeps its browser."""

import asyncio

from bench.rig.chromium import Browser, Page


async def busy(browser: Browser, page: Page, settle_s: float, sample_s: float) -> tuple[float, float]:
    """(ms of the main thread per second, % of a core of all processes) over ``sample_s``, after ``settle_s``."""
    await asyncio.sleep(settle_s)
    cpu, task = browser.cpu_seconds(), (await page.metrics())["TaskDuration"]
    await asyncio.sleep(sample_s)
    cpu, task = browser.cpu_seconds() - cpu, (await page.metrics())["TaskDuration"] - task
    return 1000 * task / sample_s, 100 * cpu / sample_s
