"""Cost of /connectivity for a browser while figures arrive: 300 covered polygons drawn, 4,000 stations counted."""

import asyncio
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import orjson
from shapely.geometry import mapping

from bench.rig.busy import busy
from bench.rig.centre import ROOT, Centre, running
from bench.rig.chromium import chromium
from bench.rig.figure import Figure, compared
from bench.rig.network_files import area, communes, station_list
from domain.places.place import IN_FORCE
from store import territories

Load = Callable[[Centre, float], AbstractAsyncContextManager[object]]
"""Vehicles that send for so many seconds."""
REQUIRED_MS_PER_S = 25.0
# Regions are drawn again once a minute at the longest, so a sample holds a whole round with what it leaves to collect.
SETTLE_S, SAMPLE_S = 40.0, 60.0
EVERY_S = 1.0
DRAWN = "!!document.querySelector('[data-signal]') && window.IOC && IOC.map && IOC.map.shown"


def connectivity_figure(fixes: Load) -> Figure:
    """Import boundaries, stations and an area as people do, then open the page while figures and positions arrive."""
    with running() as centre, tempfile.TemporaryDirectory(prefix="ioc-bench-") as folder:
        _hand_in(centre, Path(folder))
        return asyncio.run(_measured(centre, fixes))


def _hand_in(centre: Centre, folder: Path) -> None:
    chance = random.Random(18)  # noqa: S311 - the same files every time
    borders, listed, covered = folder / "xa.geojson", folder / "tram.csv", folder / "area.geojson"
    names = {place.code: place.name for place in territories.places(IN_FORCE)}
    features = [
        {"type": "Feature", "properties": {"ma": code, "ten": names[code]}, "geometry": mapping(land)}
        for code, land in communes().items()
    ]
    borders.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": features}))
    listed.write_text(station_list(chance), encoding="utf-8")
    covered.write_bytes(area(chance))
    said = ("--source", "bench", "--licence", "bench", "--attribution", "bench", "--dated", "2025-07-01")
    _ingest(centre, "maps", "import", "boundaries", str(borders), *said)
    of = ("--source", "bench", "--at", "2026-Q3")
    for act in (
        ("stations", str(listed), *of),
        ("area", str(covered), *of, "--carrier", "viettel", "--technology", "4g"),
    ):
        found = re.search(r"^(\S+) mapped", _ingest(centre, "network", *act), re.MULTILINE)
        assert found, "the import waits for somebody's decision"
        _ingest(centre, "figures", "approve", found[1])


def _ingest(centre: Centre, *words: str) -> str:
    env = os.environ | {"IOC_DATA_DIR": str(centre.data_dir), "REDIS_URL": "", "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "ingest", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def _measured(centre: Centre, fixes: Load) -> Figure:
    seconds = SETTLE_S + SAMPLE_S + 10
    async with (
        chromium() as browser,
        browser.page(width=1920, height=1080) as page,
        fixes(centre, seconds),
        _figures(centre),
    ):
        await page.send("Page.navigate", url=f"{centre.web}/connectivity?signal=viettel-4g")
        await page.until(DRAWN, 60)
        main, _ = await busy(browser, page, SETTLE_S, SAMPLE_S)
    note = "300 polygons drawn, 60 communes' figures each second, 500 trucks at 1 Hz, software GL; baseline: required"
    return compared("connectivity_main_thread_ms_per_s", "ms/s", main, REQUIRED_MS_PER_S, note)


@asynccontextmanager
async def _figures(centre: Centre) -> AsyncIterator[None]:
    """Households with fibre of every commune, others each second."""

    async def send() -> None:
        async with httpx.AsyncClient(base_url=centre.door, headers={"X-API-Key": centre.key}) as door:
            for turn in range(1_000_000):
                at = datetime.now(UTC).isoformat()
                items = [
                    {"feed": "coverage", "measure": measure, "place": code, "at": at, "value": value, "source": "bench"}
                    for code in codes
                    for measure, value in (("households", 8_000), ("fibre_households", 7_000 + turn % 900))
                ]
                (await door.post("/ingest/observations", json=items)).raise_for_status()
                await asyncio.sleep(EVERY_S)

    codes = list(communes())
    task = asyncio.create_task(send())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
