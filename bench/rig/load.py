"""Generates load on a front door from a process of its own: `python -m bench.rig.load WHAT ...`."""

import argparse
import asyncio
import json
import math
import sys
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

TANAN_LATITUDE, TANAN_LONGITUDE = 10.535, 106.405


class Connection:
    """One keep-alive HTTP/1.1 connection with as little Python as possible, because the server is measured."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: str) -> "Connection":
        """Connect to the host of ``url``."""
        parts = urlsplit(url)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    async def call(self, head: str, body: bytes = b"") -> int:
        """Send one request, read the whole answer, return its status."""
        self._writer.write(f"{head}\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = next(int(h[15:]) for h in answer.lower().split(b"\r\n") if h.startswith(b"content-length:"))
        await self._reader.readexactly(length)
        return int(answer[9:12])


def position(truck: int, at_s: float) -> tuple[float, float]:
    """A truck's place on its own circle at 30 km/h (continuous, so never a jump)."""
    angle = truck + at_s * 8.3 / 600
    return (
        TANAN_LATITUDE + 0.0054 * math.sin(angle) + 0.0008 * (truck % 40),
        TANAN_LONGITUDE + 0.0055 * math.cos(angle) + 0.0008 * (truck // 40),
    )


def osmand_head(truck: int, at_s: float, key: str) -> str:
    """Head of one OsmAnd message; the key lets the truck's id stand for the vehicle."""
    latitude, longitude = position(truck, at_s)
    return (
        f"GET /ingest/osmand?id=B-{truck:04d}&timestamp={int(at_s)}&lat={latitude:.6f}&lon={longitude:.6f}"
        f"&speed=16.2&bearing={truck % 360}&mock=true HTTP/1.1\r\nX-API-Key: {key}"
    )


async def fixes(door: str, key: str, trucks: int, seconds: float) -> None:
    """``trucks`` trucks at 1 Hz, spread over the second; prints {"id": {"at_s": answered epoch ms}} at the end."""
    lanes = 8
    connections = [await Connection.open(door) for _ in range(lanes)]
    answered: dict[str, dict[int, float]] = {}
    start = time.time()

    async def lane(number: int) -> None:
        second = 0
        while time.time() - start < seconds:
            for truck in range(number, trucks, lanes):
                due = start + second + truck / trucks
                await asyncio.sleep(max(0.0, due - time.time()))
                at_s = time.time()
                if await connections[number].call(osmand_head(truck, at_s, key)) == 202:
                    answered.setdefault(f"B-{truck:04d}", {})[int(at_s)] = time.time() * 1000
            second += 1

    await asyncio.gather(*(lane(n) for n in range(lanes)))
    json.dump(answered, sys.stdout)


async def osmand(door: str, key: str, seconds: float) -> None:
    """As many single OsmAnd messages as the door accepts; prints their number per second."""
    connections = [await Connection.open(door) for _ in range(48)]
    accepted, start = 0, time.monotonic()

    async def lane(number: int) -> None:
        nonlocal accepted
        step = 0
        while time.monotonic() - start < seconds:
            truck = number + 48 * (step % 40)
            step += 1
            status = await connections[number].call(osmand_head(truck, time.time() - 3600 + step, key))
            accepted += status == 202

    await asyncio.gather(*(lane(n) for n in range(48)))
    print(accepted / (time.monotonic() - start))


def observation_body(items: int, call: int) -> bytes:
    """``items`` fibre observations from different sources, unique per call."""
    at = datetime.fromtimestamp(1_700_000_000 + call, UTC).isoformat()
    return json.dumps(
        [
            {
                "feed": "coverage", "measure": "fibre_households", "place": "27694", "territory": "2025-07",
                "at": at, "value": n, "kind": "simulated", "source": f"bench-{n}", "revision": 1,
            }
            for n in range(items)
        ]
    ).encode()  # fmt: skip


async def observations(door: str, key: str, seconds: float) -> None:
    """Batches of 5,000 observations; prints accepted observations per second."""
    items, lanes = 5000, 3
    bodies = [observation_body(items, call) for call in range(12)]
    connections = [await Connection.open(door) for _ in range(lanes)]
    accepted, start = 0, time.monotonic()

    async def lane(number: int) -> None:
        nonlocal accepted
        call = number
        while time.monotonic() - start < seconds:
            head = f"POST /ingest/observations HTTP/1.1\r\nX-API-Key: {key}\r\nContent-Type: application/json"
            status = await connections[number].call(head, bodies[call % len(bodies)])
            accepted += items * (status == 202)
            call += lanes

    await asyncio.gather(*(lane(n) for n in range(lanes)))
    print(accepted / (time.monotonic() - start))


def _batch(trucks: int, at_s: float) -> bytes:
    """One message with every truck's position at ``at_s``; each truck moves at a place of its own."""
    at = datetime.fromtimestamp(at_s, UTC).isoformat()
    items = []
    for truck in range(trucks):
        latitude, longitude = position(truck, at_s)
        items.append(
            {
                "feed": "waste_trucks", "measure": "position", "entity": f"B-{truck:04d}", "at": at,
                "latitude": latitude, "longitude": longitude, "speed_kmh": 30.0, "course_deg": truck % 360,
                "kind": "simulated", "source": "bench",
            }
        )  # fmt: skip
    return json.dumps(items).encode()


async def batches(door: str, key: str, trucks: int, seconds: float) -> None:
    """All trucks in one message about once a second; prints {"at_s": sent epoch ms} at the end.

    The interval is slightly longer than a second, so that messages fall on every part of a second in turn.
    """
    connection, sent = await Connection.open(door), {}
    head = f"POST /ingest/observations HTTP/1.1\r\nX-API-Key: {key}\r\nContent-Type: application/json"
    start, step = time.time(), 0
    while time.time() - start < seconds:
        at_s = time.time()
        body = _batch(trucks, at_s)
        sent[int(at_s)] = time.time() * 1000
        status = await connection.call(head, body)
        if status != 202:
            raise RuntimeError(f"the door answered {status}")
        step += 1
        await asyncio.sleep(max(0.0, start + step * 1.0164 - time.time()))
    json.dump(sent, sys.stdout)


def main() -> None:
    """Read the command line and run one kind of load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("fixes", "batches", "osmand", "observations"))
    parser.add_argument("door")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--trucks", type=int, default=500)
    parser.add_argument("--key", default="")
    a = parser.parse_args()
    if a.what == "fixes":
        asyncio.run(fixes(a.door, a.key, a.trucks, a.seconds))
    elif a.what == "batches":
        asyncio.run(batches(a.door, a.key, a.trucks, a.seconds))
    elif a.what == "osmand":
        asyncio.run(osmand(a.door, a.key, a.seconds))
    else:
        asyncio.run(observations(a.door, a.key, a.seconds))


if __name__ == "__main__":
    main()
