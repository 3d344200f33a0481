"""kill -9 of each process in turn under load: no accepted item is lost, none is counted twice."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import psutil
import pytest
from hangs import HANG_S, until

from bench.rig.centre import Centre, running
from domain.access.principal import CENTRE
from store.database import open_database
from store.registry import Registry

TRUCKS = 40
FIXES_PER_TRUCK = 60
VICTIMS = (("ingest", "collect"), ("ingest", "door"), ("app:create_server",), ("valkey-server",))


async def send_until_accepted(http: httpx.AsyncClient, door: str, truck: int, step: int, start_s: int) -> None:
    """One fix, repeated until the front door says 202, as a phone's Traccar Client does."""
    at_s = start_s + step * 10
    query = {
        "id": f"F-{truck:03d}",
        "timestamp": at_s,
        "lat": 10.5 + truck / 1000 + step / 1e5,
        "lon": 106.4 + step / 1e5,
    }
    while True:
        with contextlib.suppress(httpx.TransportError):
            if (await http.get(f"{door}/ingest/osmand", params=query)).status_code == 202:
                return
        await asyncio.sleep(0.05)


async def kill_in_turn(centre: Centre, gap_s: float) -> list[str]:
    """Kill each victim, one after the other, while the load runs; their names."""
    killed = []
    for words in VICTIMS:
        await asyncio.sleep(gap_s)
        with contextlib.suppress(RuntimeError, psutil.NoSuchProcess):
            centre.process(*words).kill()
            killed.append(" ".join(words))
    return killed


async def load(centre: Centre, start_s: int) -> list[str]:
    """All trucks send all their fixes in order while the processes die."""
    async with httpx.AsyncClient(timeout=5) as http:

        async def truck(number: int) -> None:
            for step in range(FIXES_PER_TRUCK):
                await send_until_accepted(http, centre.door, number, step, start_s)
                await asyncio.sleep(0.15)

        killed, *_ = await asyncio.gather(kill_in_turn(centre, 2.0), *(truck(n) for n in range(TRUCKS)))
    return list(killed)


def bind_all(centre: Centre) -> None:
    """Somebody bound every tracker: one that nobody knows waits on /data and is on no map."""
    engine = open_database(centre.database_url)
    for number in range(TRUCKS):
        device = f"F-{number:03d}"
        Registry(engine).bind(device, device, feed="waste_trucks", by=CENTRE, now=datetime.now(UTC))
    engine.dispose()


async def settled(http: httpx.AsyncClient, centre: Centre, wanted: int) -> dict[str, object]:
    """The waste feed's health once it counts ``wanted`` accepted items."""
    feed: dict[str, Any] = {}

    async def all_counted() -> bool:
        with contextlib.suppress(httpx.TransportError, ValueError, KeyError):
            feeds = (await http.get(f"{centre.web}/api/v1/feeds")).json()["feeds"]
            feed.update(next(f for f in feeds if f["key"] == "waste_trucks"))
        return feed.get("accepted", 0) >= wanted

    await until(all_counted)
    return feed


@pytest.mark.servers
@pytest.mark.enable_socket
async def test_kill_9_of_every_process_in_turn_loses_and_doubles_nothing() -> None:
    with running() as centre:
        bind_all(centre)
        start_s = int(time.time()) - 3600
        killed = await load(centre, start_s)
        assert len(killed) == len(VICTIMS), killed
        async with httpx.AsyncClient(timeout=HANG_S) as http:
            feed = await settled(http, centre, TRUCKS * FIXES_PER_TRUCK)
            assert feed["accepted"] == TRUCKS * FIXES_PER_TRUCK
            assert feed["rejected"] == 0
            vehicles = (await http.get(f"{centre.web}/api/v1/vehicles")).json()["features"]
        newest = {v["properties"]["id"]: v["geometry"]["coordinates"][1] for v in vehicles}
        last = FIXES_PER_TRUCK - 1
        assert newest == {f"F-{n:03d}": pytest.approx(10.5 + n / 1000 + last / 1e5) for n in range(TRUCKS)}
