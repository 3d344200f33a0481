"""Times of placing stations and covered areas, and of importing streets from a country's .osm.pbf of 100 MB."""

import multiprocessing
import random
import tempfile
from array import array
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic

import osmium
from osmium.osm.mutable import Node, Way

from bench.rig.figure import Figure
from bench.rig.network_files import network_figures
from data_sources.places.streets import PROVINCE_BOX, read_streets
from domain.places.map_layer import Box
from domain.text import Text

FIGURES = ("network_stations_s", "network_area_s", "street_import_rss_mb", "street_import_s")
COUNTRY: Box = (102.0, 8.5, 109.5, 23.4)
FILE_MB, SMALL_MB = 100.0, 10.0
TOWNS_A_MB = 105
WAYS_A_TOWN, POINTS_A_WAY = 200, 8
IN_PROVINCE = 0.1
CLASSES = ("residential",) * 14 + ("service",) * 3 + ("tertiary", "secondary", "primary")


def measure() -> Iterator[Figure]:
    """Place stations and areas; then write a small and a large file of streets, import each in its own process."""
    yield from network_figures()
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as name:
        small_mb, _, _ = _imported(Path(name), SMALL_MB)
        rss_mb, seconds, size_mb = _imported(Path(name), FILE_MB)
    yield Figure(
        name="street_import_rss_mb",
        value=rss_mb,
        unit="MB",
        baseline=small_mb,
        ratio=rss_mb / small_mb,
        note=f"peak, {size_mb:.0f} MB file, mapped pages of the node file included; baseline: a file a tenth as large",
    )
    yield Figure(name="street_import_s", value=seconds, unit="s", note=f"{IN_PROVINCE:.0%} of its streets in the box")


def _imported(folder: Path, mb: float) -> tuple[float, float, float]:
    """(peak MB, seconds, MB of the file) of importing a file of about ``mb`` MB."""
    path = folder / f"{mb:.0f}.osm.pbf"
    _write(path, round(mb * TOWNS_A_MB))
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_import, args=(path, folder, there))
    process.start()
    there.close()
    rss_mb, seconds = here.recv()
    process.join()
    return rss_mb, seconds, path.stat().st_size / 1e6


def _import(path: Path, work: Path, answer: Connection) -> None:
    start = monotonic()
    read_streets(path, box=None, work=work, progress=_ignored)
    seconds = monotonic() - start
    # Not getrusage: this process would inherit its parent's maximum.
    status = Path("/proc/self/status").read_text().splitlines()
    peak_kb = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    answer.send((peak_kb / 1000, seconds))


def _ignored(stage: Text, share: float) -> None:
    """Ignore progress."""


def _write(path: Path, towns: int) -> None:
    """Write towns all over the country, a tenth of them in the province; a town's streets branch off one another."""
    chance = random.Random(4)  # noqa: S311 - the same file every time
    streets = array("q")
    number = 0
    with osmium.SimpleWriter(str(path)) as writer:
        for town in range(towns):
            west, south, east, north = PROVINCE_BOX if town % round(1 / IN_PROVINCE) == 0 else COUNTRY
            corners = [(0, chance.uniform(west, east), chance.uniform(south, north))]
            for _ in range(WAYS_A_TOWN):
                joint, lon, lat = chance.choice(corners)
                streets.append(joint)
                for _ in range(POINTS_A_WAY):
                    number += 1
                    lon, lat = lon + chance.uniform(-8e-4, 8e-4), lat + chance.uniform(-8e-4, 8e-4)
                    writer.add_node(Node(id=number, location=(lon, lat)))
                corners.append((number, lon, lat))
        for way, joint in enumerate(streets):
            first = way * POINTS_A_WAY + 1
            nodes = [joint or first, *range(first, first + POINTS_A_WAY)]
            one_way = {"oneway": "yes"} if way % 10 == 0 else {}
            tags = {"highway": chance.choice(CLASSES), "name": f"Đường mẫu {way % 5000}", **one_way}
            writer.add_way(Way(id=way + 1, nodes=nodes, tags=tags))
