"""Time and memory of taking a workbook of 100,000 rows to its preview and through its approval."""

import asyncio
import multiprocessing
import resource
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, process_time

import openpyxl

import data_sources
from bench.rig.figure import Figure, compared
from domain.access.principal import CENTRE
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.feeds.scrub import Secrets
from domain.places.place import IN_FORCE
from intake.imports.machine import Machine, importers_on
from store import territories
from store.database import migrate, open_database
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.valkey.raw_stream import RawStream
from store.valkey.server import EmbeddedValkey, connect

FIGURES = ("figure_import_preview_s", "figure_import_approval_s", "figure_import_rss_mb", "figure_import_apart_rss_mb")
ROWS = 100_000
REQUIRED_S, REQUIRED_MB = 20.0, 300.0
NEWEST = date(2026, 11, 20)
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def measure() -> Iterator[Figure]:
    """Write the workbook; import it in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as name, EmbeddedValkey(Path(name)) as valkey:
        path = Path(name) / "so-lieu.xlsx"
        _write(path)
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_import, args=(path, f"sqlite:///{name}/ioc.sqlite3", valkey.url, there))
        process.start()
        there.close()
        preview_s, cpu_s, approval_s, rss_mb, apart_mb = here.recv()
        process.join()
    note = f"{ROWS} rows of two measures, XLSX; {cpu_s:.1f} CPU s in this process"
    yield compared("figure_import_preview_s", "s", preview_s, REQUIRED_S, note)
    yield compared("figure_import_approval_s", "s", approval_s, REQUIRED_S, "reads the file again, writes the outbox")
    yield compared("figure_import_rss_mb", "MB", rss_mb, REQUIRED_MB, "peak of the importing process")
    yield compared("figure_import_apart_rss_mb", "MB", apart_mb, REQUIRED_MB, "peak of the process that reads cells")


def _write(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Số liệu")
    sheet.append(["Mã xã", "Tên xã", "Kỳ báo cáo", "Hồ sơ đến hạn", "Hồ sơ đúng hạn"])
    places = territories.places(IN_FORCE)
    for number in range(ROWS):
        place, day = places[number % len(places)], NEWEST - timedelta(days=number // len(places))
        sheet.append([place.code, place.name, f"{day:%d/%m/%Y}", 100 + number % 900, 90 + number % 900])
    book.save(path)


def _import(path: Path, database: str, redis: str, answer: Connection) -> None:
    preview_s, cpu_s, approval_s = asyncio.run(_imported(path.name, path.read_bytes(), database, redis))
    apart_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    answer.send((preview_s, cpu_s, approval_s, _peak_mb(), apart_kb / 1000))


def _peak_mb() -> float:
    # Not getrusage of this process: it would inherit its parent's maximum.
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1000


async def _imported(name: str, body: bytes, database: str, redis: str) -> tuple[float, float, float]:
    engine, client = open_database(database), connect(redis)
    migrate(engine)
    feeds = discover(data_sources, "FEED", Feed)
    importers = importers_on(engine, RawStream(client), feeds, MapLayers(engine, Path(name).parent), Secrets(bytes(32)))
    machine = Machine(Imports(engine), importers, lambda: NOW)
    start, used = monotonic(), process_time()
    found = await machine.receive("services", name, "VP", body, CENTRE)
    preview_s, cpu_s = monotonic() - start, process_time() - used
    assert found.preview is not None
    assert found.preview.new == 2 * ROWS, found.preview.new
    start = monotonic()
    await machine.approve(found.id, CENTRE)
    approval_s = monotonic() - start
    await client.aclose()
    return preview_s, cpu_s, approval_s
