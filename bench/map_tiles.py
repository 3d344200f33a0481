"""Twenty thousand streets on a map without a GPU, from tiles and from one GeoJSON; tiles that panning refetches."""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium
from osmium.osm.mutable import Node, Way

from bench.rig.centre import ROOT, Centre, running
from bench.rig.chromium import Page, chromium
from bench.rig.figure import Figure
from domain.places.map_layer import PROVINCE_BOX

FIGURES = ("map_tiles_idle_ms", "map_pan_refetches")
STREETS, POINTS, STEP = 20_000, 12, 6e-4
TIMES = 5
ZOOM = 9.2
GROUND = "window.IOC && IOC.map && IOC.map.ground && IOC.map.ground.loaded() && IOC.map.ground.getSource('streets')"

# Milliseconds from giving MapLibre the page's style until it has fetched and drawn everything.
IDLE = """async streets => {
  const style = await (await fetch('/map/style.json')).json();
  for (const source of Object.values(style.sources)) {
    if (source.tiles) source.tiles = source.tiles.map(tile => location.origin + tile);
    if (typeof source.data === 'string') source.data = location.origin + source.data;
  }
  if (streets) {
    style.sources.streets = { type: 'geojson', data: streets };
    style.layers = style.layers.filter(layer => layer['source-layer'] !== 'water');
    style.layers.forEach(layer => { delete layer['source-layer']; });
  }
  const map = IOC.map.ground, start = performance.now();
  map.jumpTo({ center: [106.12, 10.715], zoom: ZOOM });
  map.setStyle(style, { diff: false });
  await new Promise(done => map.once('idle', done));
  return performance.now() - start;
}""".replace("ZOOM", str(ZOOM))
PAN = """async pixels => {
  IOC.map.ground.panBy([pixels, 0], { animate: false });
  await new Promise(done => IOC.map.ground.once('idle', done));
}"""


def measure() -> Iterator[Figure]:
    """Import the streets into a running centre, then open one of its pages."""
    with running() as centre:
        lines = _lines()
        path = centre.data_dir / "streets.osm.pbf"
        _write(path, lines)
        _import(centre, path)
        yield from asyncio.run(_map(centre, lines))


async def _map(centre: Centre, lines: list[list[tuple[float, float]]]) -> list[Figure]:
    async with chromium() as browser, browser.page() as page:
        await page.send("Page.navigate", url=f"{centre.web}/services")
        await page.until(GROUND, 60)
        await page.send("Network.enable")
        await page.send("Network.setCacheDisabled", cacheDisabled=True)
        tiles = [float(await page.evaluate(f"({IDLE})(null)")) for _ in range(TIMES)]
        whole = [float(await page.evaluate(f"({IDLE})({_geojson(lines)})")) for _ in range(TIMES)]
        await page.send("Network.setCacheDisabled", cacheDisabled=False)
        again = await _refetches(page)
    idle, baseline = statistics.median(tiles), statistics.median(whole)
    return [
        Figure(name="map_tiles_idle_ms", value=idle, unit="ms", baseline=baseline, ratio=idle / baseline,
               note=f"{STREETS} streets in view, software GL, 1280x720, no cache; baseline: the same as one GeoJSON"),
        Figure(name="map_pan_refetches", value=float(again), unit="tiles",
               note="tiles asked of the server a second time while panning to and fro and opening the page again"),
    ]  # fmt: skip


async def _refetches(page: Page) -> int:
    """Number of tile requests that repeat an earlier address."""
    served: list[str] = []
    cached: set[str] = set()

    def answered(event: dict[str, Any]) -> None:
        url = event["response"]["url"]
        if "/tiles/" in url and not event["response"].get("fromDiskCache") and event["requestId"] not in cached:
            served.append(url)

    page.handlers["Network.requestServedFromCache"] = lambda event: cached.add(event["requestId"])
    page.handlers["Network.responseReceived"] = answered
    for _ in range(2):
        await page.evaluate(f"({IDLE})(null)")
        for pixels in (600, 600, -600, -600, -600, 600):
            await page.evaluate(f"({PAN})({pixels})")
    return len(served) - len(set(served))


def _lines() -> list[list[tuple[float, float]]]:
    """Random streets all over the province's box, the same every time."""
    chance = random.Random(5)  # noqa: S311
    west, south, east, north = PROVINCE_BOX
    lines = []
    for _ in range(STREETS):
        lon, lat = chance.uniform(west, east), chance.uniform(south, north)
        line = []
        for _ in range(POINTS):
            line.append((round(lon, 6), round(lat, 6)))
            lon, lat = lon + chance.uniform(-STEP, STEP), lat + chance.uniform(-STEP, STEP)
        lines.append(line)
    return lines


def _write(path: Path, lines: list[list[tuple[float, float]]]) -> None:
    """Write an .osm.pbf of secondary roads, which the map shows from far away."""
    with osmium.SimpleWriter(str(path)) as writer:
        for number, point in enumerate((p for line in lines for p in line), start=1):
            writer.add_node(Node(id=number, location=point))
        for way in range(len(lines)):
            first = way * POINTS + 1
            tags = {"highway": "secondary", "name": f"Đường mẫu {way}"}
            writer.add_way(Way(id=way + 1, nodes=range(first, first + POINTS), tags=tags))


def _geojson(lines: list[list[tuple[float, float]]]) -> str:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": line},
            "properties": {"name": f"Đường mẫu {way}", "class": "secondary"},
        }
        for way, line in enumerate(lines)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _import(centre: Centre, path: Path) -> None:
    """Import the file by the command, as an operator would."""
    said = ("--source", "bench", "--licence", "CC0", "--attribution", "bench")
    command = [sys.executable, "-m", "ingest", "maps", "import", "streets", str(path), *said]
    env = os.environ | {"IOC_DATA_DIR": str(centre.data_dir), "DATABASE_URL": centre.database_url}
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
