"""10,000 made-up devices from 10,000 addresses in a minute, beside 20 bound trackers: who loses, and what stays."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import psutil
from sqlalchemy import func, select

from bench.rig.centre import Centre, running
from bench.rig.figure import Figure
from domain.access.principal import CENTRE
from store.database import open_database
from store.registry import Registry
from store.tables.fleet import fixes

FIGURES = (
    "strangers_tracker_fixes_lost",
    "strangers_page_slowest_s",
    "strangers_disk_mb",
    "strangers_memory_mb",
    "strangers_listed",
)
DEVICES, SECONDS, TRACKERS = 10_000, 60.0, 20
_LANES = 16


def measure() -> Iterator[Figure]:
    """Losses of the bound trackers, the slowest answer of /data, and what the flood leaves behind."""
    with running() as centre:
        engine = open_database(centre.database_url)
        registry = Registry(engine)
        for number in range(TRACKERS):
            registry.bind(f"T-{number}", f"LA-{number}", feed="waste_trucks", by=CENTRE, now=datetime.now(UTC))
        disk, memory = _disk_mb(centre), _memory_mb(centre)
        answers, sent, slowest_s = asyncio.run(_flood(centre))
        deadline = time.monotonic() + 30
        query = select(func.count()).select_from(fixes)
        stored = 0
        while stored < sent and time.monotonic() < deadline:
            with engine.connect() as connection:
                stored = connection.scalar(query) or 0
        told = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
        yield Figure(
            name="strangers_tracker_fixes_lost", value=sent - stored, unit="", note=f"of {sent}; flood: {told}"
        )
        yield Figure(name="strangers_page_slowest_s", value=slowest_s, unit="s", note="/data during the flood")
        yield Figure(name="strangers_disk_mb", value=_disk_mb(centre) - disk, unit="MB")
        yield Figure(name="strangers_memory_mb", value=_memory_mb(centre) - memory, unit="MB", note="all processes")
        yield Figure(name="strangers_listed", value=registry.count_pending(), unit="")
        engine.dispose()


async def _flood(centre: Centre) -> tuple[Counter[int], int, float]:
    """Answers to the flood by status, accepted fixes of bound trackers, and the slowest answer of /data."""
    answers, sent, slowest_s = Counter[int](), 0, 0.0
    start = time.monotonic()
    over = asyncio.Event()

    async def fix(http: httpx.AsyncClient, device: str, step: int, address: str) -> int:
        told = {"id": device, "lat": f"{10.5 + step / 1e5:.5f}", "lon": "106.4", "timestamp": str(int(time.time()))}
        return (await http.get("/", params=told, headers={"X-Forwarded-For": address})).status_code

    async def strangers(http: httpx.AsyncClient, lane: int) -> None:
        for number in range(lane, DEVICES, _LANES):
            await asyncio.sleep(max(0.0, start + number * SECONDS / DEVICES - time.monotonic()))
            address = f"10.{number >> 8}.{number & 255}.1"
            answers[await fix(http, f"made-up-{number}", 0, address)] += 1

    async def trackers(http: httpx.AsyncClient) -> None:
        nonlocal sent
        step = 0
        while not over.is_set():
            for number in range(TRACKERS):
                sent += await fix(http, f"T-{number}", step, f"192.0.2.{number + 1}") == 202
            step += 1
            await asyncio.sleep(1)

    async def pages() -> None:
        nonlocal slowest_s
        async with httpx.AsyncClient(base_url=centre.web, timeout=60) as http:
            while not over.is_set():
                asked = time.monotonic()
                (await http.get("/data")).raise_for_status()
                slowest_s = max(slowest_s, time.monotonic() - asked)
                await asyncio.sleep(2)

    async with httpx.AsyncClient(base_url=centre.door, timeout=60) as http, asyncio.TaskGroup() as group:
        group.create_task(trackers(http))
        group.create_task(pages())
        await asyncio.gather(*(strangers(http, lane) for lane in range(_LANES)))
        over.set()
    return answers, sent, slowest_s


def _disk_mb(centre: Centre) -> float:
    return sum(one.stat().st_size for one in centre.data_dir.rglob("*") if one.is_file()) / 1e6


def _memory_mb(centre: Centre) -> float:
    children: list[psutil.Process] = centre.supervisor.children(recursive=True)
    return sum(child.memory_info().rss for child in children) / 1e6
