"""Hostile ids and texts, by HTTP and MQTT, down to the tables of both pairs of servers: nothing breaks or slips in."""

import asyncio
from collections.abc import AsyncIterator

import aiomqtt
import httpx
import orjson
import pytest
from collecting import FEEDS, NOW, clock, drain, parts, reader
from redis.asyncio import Redis
from sqlalchemy import Engine, inspect, select

from centre.commands.parts import fleets_of
from domain.feeds.part import Part
from domain.feeds.scrub import Secrets
from domain.fleets.fleet import WAITING
from domain.fleets.identifier import wrong_id
from domain.key_role import Holder
from intake.collector.collector import Parts
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.door.listening import Topics
from intake.messages import unclaimed
from store.reading import Reading
from store.registry import Registry, hash_key
from store.tables.feeds import rejections
from store.tables.observations import observations
from store.valkey.live_state import LiveState

__all__ = ["clock", "parts"]  # fixtures

KEY = {"X-API-Key": "right"}
AT = NOW.isoformat()
FIX = {"feed": "waste_trucks", "measure": "position", "at": AT, "latitude": 10.5, "longitude": 106.4}
FIGURE = {"feed": "coverage", "measure": "fibre_households", "at": AT, "value": 1}
LONE_HALF = b'[{"feed": "coverage", "place": "\\ud800"}]'
HOSTILE = (
    "A\x00B", "A\r\nSET x 1", "*3\r\n$3\r\nDEL\r\n$1\r\n*\r\n", "'; DROP TABLE fixes; --", '" OR 1=1 --',
    "$1; SELECT pg_sleep(9)", "%s%s%n", "{0.__class__}", "../../etc/passwd", "A\u202e10-AL", "A\u200b1", "L\u0410-001",
    "\ud800", "<script>alert(1)</script>", "x" * 10_000, "\\x00", "E'\\000'", "A" + "\u0301" * 500, "{tag}:{tag}",
    "ioc:*",
)  # fmt: skip


@pytest.fixture
async def door(parts: Parts, engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    """The front door on the pair's servers; every request comes from an address of its own."""
    ring = KeyRing(lambda: {hash_key("right"): Holder("VNPT")})
    app = create_front_door(
        parts.stream, ring, FEEDS, fleets=fleets_of(FEEDS, Registry(engine)), secrets=Secrets(bytes(32)),
        clock=lambda: NOW,
    )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as http:
        yield http


async def collected(parts: Parts) -> None:
    """Everything that was kept is in the tables."""
    for feed in ("waste_trucks", "coverage", WAITING, unclaimed.KEY):
        await drain(await reader(parts, feed))
        await parts.stream.release_lease(Part(feed), "one")


def whole(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


async def test_hostile_ids_and_texts_by_http_reach_no_table_as_they_came(
    door: httpx.AsyncClient, parts: Parts, engine: Engine, live: LiveState, redis: "Redis"
) -> None:
    tables, answers = whole(engine), []
    for text in HOSTILE:
        said = text.encode("utf-8", "surrogatepass")
        answers.append((await door.get("/", params={"id": said, "lat": "10.5", "lon": "106.4"})).status_code)
        figure = FIGURE | dict.fromkeys(("place", "source", "author"), text)
        body = LONE_HALF if text == "\ud800" else orjson.dumps([FIX | {"entity": text}, figure])
        answers.append((await door.post("/ingest/observations", content=body, headers=KEY)).status_code)
        body = f"place;at;fibre_households\n{text};2026-11-22;1\n".encode("utf-8", "surrogatepass")
        answers.append((await door.post("/ingest/files/coverage", content=body, headers=KEY)).status_code)
    assert set(answers) <= {202, 400}, answers
    await collected(parts)
    assert whole(engine) == tables
    waiting = [one.device for one in await Reading(engine, live).pending_devices()]
    seen = [*waiting, *(one.id for one in await live.vehicles())]
    assert [one for one in seen if wrong_id(one)] == []
    with engine.connect() as connection:
        kept = [*connection.scalars(select(rejections.c.raw)), *connection.scalars(select(observations.c.source))]
    assert [one for one in kept if "\x00" in one or len(one) > 2_000] == []
    assert await redis.get("x") is None


async def test_hostile_topics_and_bodies_by_mqtt_do_neither(parts: Parts, engine: Engine, live: LiveState) -> None:
    tables, topics, fleets = whole(engine), Topics(FEEDS), fleets_of(FEEDS, Registry(engine))
    await fleets.fresh()
    fix = {"_type": "location", "tst": int(NOW.timestamp()), "lat": 10.5, "lon": 106.4}
    for text in HOSTILE:
        name = text.replace("#", "").replace("+", "").replace("\x00", "").encode("utf-8", "replace").decode()[:300]
        for topic, body in (
            (f"owntracks/{name}/{name}", orjson.dumps(fix)),
            (f"owntracks/u/{name}", b"\xff" * 70_000),
            (f"ioc/{name}/observations", orjson.dumps([{"feed": name, "entity": name, "at": AT}])),
            ("ioc/coverage/observations", b"[" * 100_000),
        ):
            payload = topics.payload(aiomqtt.Message(topic, body, 1, False, 1, None), NOW)
            routed = await fleets.routed(payload) if payload.feed == WAITING else [payload]
            await parts.stream.append_many(routed)
    async with asyncio.timeout(60):
        await collected(parts)
    assert whole(engine) == tables
    seen = [one.device for one in await Reading(engine, live).pending_devices()]
    assert [one for one in seen if any(wrong_id(part) for part in one.split("/"))] == []
    assert await live.vehicles() == []
