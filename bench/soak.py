"""Growth of the browser's heap and the servers' memory over ten minutes at 1 Hz."""

import asyncio
import os
from collections.abc import Iterator

import numpy as np

from bench.live_channel import fixes
from bench.rig.centre import Centre, running
from bench.rig.chromium import chromium
from bench.rig.figure import Figure

FIGURES = ("browser_heap_slope_kb_per_min", "server_rss_slope_kb_per_min")
MINUTES = float(os.environ.get("IOC_SOAK_MINUTES", "10"))
# V8 keeps compiling hot code for about five minutes: that is code, not a leak (heap snapshots compared).
WARM_S, EVERY_S = 300.0, 15.0


def measure() -> Iterator[Figure]:
    """Least-squares slopes after a warm-up: heap after forced collection, summed RSS of web, door and collector."""
    with running() as centre:
        yield from asyncio.run(_soak(centre))


async def _soak(centre: Centre) -> list[Figure]:
    servers = [
        centre.process("app:create_server"),
        centre.process("ingest", "door"),
        centre.process("ingest", "collect"),
    ]
    minutes: list[float] = []
    heap_kb: list[float] = []
    rss_kb: list[list[float]] = []
    loop = asyncio.get_running_loop()
    async with chromium() as browser, browser.page() as page, fixes(centre, WARM_S + MINUTES * 60 + 30):
        await page.send("Page.navigate", url=f"{centre.web}/")
        await page.until("window.IOC && IOC.frames > 2", 60)
        await asyncio.sleep(WARM_S)
        start = loop.time()
        while loop.time() - start < MINUTES * 60:
            await page.send("HeapProfiler.collectGarbage")
            heap_kb.append((await page.metrics())["JSHeapUsedSize"] / 1000)
            rss_kb.append([p.memory_info().rss / 1000 for p in servers])
            minutes.append((loop.time() - start) / 60)
            await asyncio.sleep(EVERY_S)
    total = [sum(row) for row in rss_kb]
    each = [float(np.polyfit(minutes, column, 1)[0]) for column in zip(*rss_kb, strict=True)]
    return [
        Figure(name="browser_heap_slope_kb_per_min", value=float(np.polyfit(minutes, heap_kb, 1)[0]), unit="kB/min",
               baseline=heap_kb[0], ratio=heap_kb[-1] / heap_kb[0], note="baseline: first heap; ratio: last/first"),
        Figure(name="server_rss_slope_kb_per_min", value=float(np.polyfit(minutes, total, 1)[0]), unit="kB/min",
               baseline=total[0], ratio=total[-1] / total[0],
               note="web, door, collector: " + ", ".join(f"{s:.0f}" for s in each)),
    ]  # fmt: skip
