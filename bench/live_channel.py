"""Latency from ping to pixel and server CPU for twenty screens, beside a plain Interval page with the same data."""

import asyncio
import contextlib
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import psutil
from websockets.asyncio.client import connect

from bench.rig.centre import ROOT, Centre, cpu_seconds, free_port, running, wait_ready
from bench.rig.chromium import Browser, chromium
from bench.rig.figure import Figure, compared
from bench.rig.loading import loading

FIGURES = ("ping_to_pixel_p50_ms", "ping_to_pixel_p99_ms", "server_cpu_20_clients")
TRUCKS, CLIENTS = 500, 20
SAMPLE_S = 20.0

# Both hooks note when the page's map data first contained a fix: {"id at_s": epoch ms}.
LIVE_HOOK = """IOC.seen = {}; IOC.onVehicles = (ids, at_s) => {
  const now = performance.timeOrigin + performance.now();
  ids.forEach((id, i) => { IOC.seen[id + ' ' + at_s[i]] ??= now; });
}; true"""
PLAIN_HOOK = """window.seen = {}; document.querySelector('.js-plotly-plot').on('plotly_afterplot', () => {
  const now = performance.timeOrigin + performance.now();
  const data = document.querySelector('.js-plotly-plot').data;
  if (data.length) data[0].customdata.forEach(([id, at_s]) => { seen[id + ' ' + at_s] ??= now; });
}); true"""


def measure() -> Iterator[Figure]:
    """Yield the three figures from one centre and one load, with the two pages in turn."""
    with running() as centre, plain_page(centre) as (plain_url, plain_process):
        yield from asyncio.run(_measure(centre, plain_url, plain_process))


@contextlib.contextmanager
def plain_page(centre: Centre) -> Iterator[tuple[str, psutil.Process]]:
    """The baseline page in a process of its own."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.rig.plain_page", centre.stream_url, str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_ready(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/", psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


@contextlib.asynccontextmanager
async def fixes(centre: Centre, seconds: float) -> AsyncIterator[asyncio.Task[dict[str, dict[str, float]]]]:
    """500 trucks at 1 Hz; the task's result maps id -> at_s -> epoch ms of the 202."""
    # The trucks send without a key, so the register must know them (decision 0020).
    at = datetime.now(UTC).isoformat()
    roster = [
        {
            "feed": "waste_trucks", "measure": "in_service", "entity": f"B-{truck:04d}", "at": at, "value": 1,
            "kind": "simulated", "source": "bench",
        }
        for truck in range(TRUCKS)
    ]  # fmt: skip
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{centre.door}/ingest/observations", headers={"X-API-Key": centre.key}, json=roster)
        answer.raise_for_status()
    async with loading(
        "fixes", centre.door, f"--key={centre.key}", "--trucks", str(TRUCKS), "--seconds", str(seconds)
    ) as answered:
        yield answered


async def _measure(centre: Centre, plain_url: str, plain_process: psutil.Process) -> list[Figure]:
    async with chromium() as browser:
        live = await _latencies(
            centre, browser, f"{centre.web}/", "window.IOC && IOC.frames > 2", LIVE_HOOK, "IOC.seen"
        )
        ready = "document.querySelector('.js-plotly-plot') && document.querySelector('.js-plotly-plot').data.length"
        plain = await _latencies(centre, browser, plain_url, ready, PLAIN_HOOK, "window.seen")
    ours, theirs = await _server_cpu(centre, plain_url, plain_process)
    return [
        compared(
            "ping_to_pixel_p50_ms",
            "ms",
            statistics.median(live),
            statistics.median(plain),
            f"n={len(live)}/{len(plain)}",
        ),
        compared("ping_to_pixel_p99_ms", "ms", _p99(live), _p99(plain), "1 page, 500 trucks at 1 Hz"),
        compared("server_cpu_20_clients", "% of a core", ours, theirs, "web process only, 500 trucks at 1 Hz"),
    ]


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


async def _latencies(centre: Centre, browser: Browser, url: str, ready: str, hook: str, seen: str) -> list[float]:
    """Milliseconds from the 202 of a fix to that fix in the page's map data."""
    async with fixes(centre, SAMPLE_S + 12) as answered, browser.page() as page:
        await page.send("Page.navigate", url=url)
        await page.until(ready, 60)
        await asyncio.sleep(3)
        await page.evaluate(hook)
        begin = float(await page.evaluate("performance.timeOrigin + performance.now()"))
        await asyncio.sleep(SAMPLE_S)
        found: dict[str, float] = await page.evaluate(seen)
        times = await answered
    # Leave out fixes answered before the hook was set: the map may have had them already.
    return [
        arrived - sent
        for id_, by_second in times.items()
        for at_s, sent in by_second.items()
        if sent > begin and (arrived := found.get(f"{id_} {at_s}")) is not None
    ]


async def _server_cpu(centre: Centre, plain_url: str, plain_process: psutil.Process) -> tuple[float, float]:
    """CPU of the web process in percent of a core with 20 clients: ours, then the plain page's."""
    web = centre.process("app:create_server")
    async with fixes(centre, 2 * SAMPLE_S + 20):
        await asyncio.sleep(3)
        ours = await _cpu_with(web, [_live_client(centre.web) for _ in range(CLIENTS)])
        theirs = await _cpu_with(plain_process, [_interval_client(plain_url) for _ in range(CLIENTS)])
    return ours, theirs


async def _cpu_with(process: psutil.Process, clients: list[Any]) -> float:
    tasks = [asyncio.create_task(c) for c in clients]
    await asyncio.sleep(3)
    before = sum(cpu_seconds(p) for p in [process, *process.children(recursive=True)])
    await asyncio.sleep(SAMPLE_S)
    after = sum(cpu_seconds(p) for p in [process, *process.children(recursive=True)])
    for task in tasks:
        if task.done():
            raise RuntimeError(f"a client stopped early: {task.exception()}")
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return 100 * (after - before) / SAMPLE_S


async def _live_client(web: str) -> None:
    url = f"{web.replace('http', 'ws')}/live?audience=operator&lang=vi&topics=vehicles,kpis,feeds,alarms,events"
    async with connect(url, compression=None, max_size=None) as socket:
        async for _ in socket:
            pass


async def _interval_client(url: str) -> None:
    async with httpx.AsyncClient() as http:
        for n in range(10_000):
            request = {
                "output": "map.figure",
                "outputs": {"id": "map", "property": "figure"},
                "inputs": [{"id": "tick", "property": "n_intervals", "value": n}],
                "changedPropIds": ["tick.n_intervals"],
                "parsedChangedPropsIds": ["tick.n_intervals"],
            }
            answer, _ = await asyncio.gather(http.post(f"{url}_dash-update-component", json=request), asyncio.sleep(1))
            answer.raise_for_status()
