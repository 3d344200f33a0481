"""Real input through the whole writing side: recorded tracker messages over HTTP, and a day of a real fleet."""

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import Engine, func, select

import data_sources
from domain.access.principal import CENTRE
from domain.discovery import discover
from domain.feeds.feed import Feed, Format, Payload
from domain.feeds.part import Part
from domain.feeds.scrub import Secrets
from domain.fleets.fleet import WAITING
from intake.collector.collector import FeedReader, Parts
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.messages import waiting
from intake.messages.fleets import Fleets
from store.intake import feed_counts
from store.reading import Reading
from store.registry import Registry
from store.tables.fleet import fixes
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream

SECRETS = Secrets(bytes(32))

pytestmark = pytest.mark.realdata
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FEEDS = discover(data_sources, "FEED", Feed)
DEVICES = (
    "48241179", "8737767034", "902064", "353861053849681", "123456", "123456789012345", "861001000719969", "658765",
)  # fmt: skip


@pytest.fixture
def parts(stream: RawStream, live: LiveState, engine: Engine) -> Parts:
    return Parts(stream=stream, live=live, engine=engine, feeds=FEEDS, clock=lambda: NOW, ticks=NOW.timestamp)


@pytest.fixture
async def reader(parts: Parts, stream: RawStream, engine: Engine) -> FeedReader:
    registry = Registry(engine)
    registry.seed_places()
    # Trackers without a key stand for vehicles once somebody bound them.
    for device in DEVICES:
        registry.bind(device, device, feed="waste_trucks", by=CENTRE, now=datetime(1970, 1, 1, tzinfo=UTC))
    assert await stream.acquire_lease(Part("waste_trucks"), "one", 600)
    opened = FeedReader(FEEDS["waste_trucks"], parts)
    await opened.open()
    return opened


def vectors(realdata: Path) -> list[dict[str, Any]]:
    lines = (realdata / "waste" / "traccar_vectors" / "OsmAndProtocolDecoder.jsonl").read_text().splitlines()
    return [orjson.loads(line) for line in lines]


async def test_every_recorded_osmand_message_arrives_or_says_why_not(
    realdata: Path, reader: FeedReader, parts: Parts, stream: RawStream, live: LiveState, engine: Engine
) -> None:
    registry = Registry(engine)
    fleets = Fleets(FEEDS, registry.fleets, registry.version, ticks=NOW.timestamp)
    app = create_front_door(stream, KeyRing(dict), FEEDS, fleets=fleets, clock=lambda: NOW, secrets=SECRETS)
    outcomes: Counter[str] = Counter()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as door:
        for vector in vectors(realdata):
            request = vector["request"]
            headers = dict(zip(*[iter(request.get("headers", ()))] * 2, strict=True))
            answer = await door.request(
                request["method"], request["url"], content=request.get("body", ""), headers=headers
            )
            said = answer.json()
            outcomes[said["rejections"][0]["reason"] if said["rejections"] else "accepted"] += 1
            if vector["check"] == "verifyNull":
                assert (answer.status_code, said["reason"]) == (400, "missing_device")
    assert outcomes == {"accepted": 13, "missing_device": 1, "no_coordinates": 1}
    while await reader.read_once(block_ms=0):
        pass
    vehicles = {v.device: v for v in await Reading(engine, live).vehicles()}
    assert vehicles["48241179"].longitude == pytest.approx(-122.084)
    assert vehicles["8737767034"].speed_kmh == pytest.approx(18.67 * 3.6)
    assert vehicles["8737767034"].at == datetime(2021, 7, 21, 8, 6, 34, 444_000, tzinfo=UTC)
    assert vehicles["902064"].at == datetime(2016, 1, 27, 18, 55, 47, tzinfo=UTC)
    assert vehicles["353861053849681"].at == datetime(2014, 6, 4, 9, 10, 11, tzinfo=UTC)
    assert vehicles["123456"].at == NOW, "without a timestamp it happened when it came"
    assert vehicles["123456789012345"].speed_kmh == pytest.approx(40 * 1.852)
    assert vehicles["861001000719969"].latitude == pytest.approx(41.666667)
    assert "mock" in vehicles["658765"].flags
    assert all("outside" in v.flags for v in vehicles.values() if v.latitude > 24)
    nobodys = FeedReader(waiting.FEED, parts)
    await nobodys.open()
    while await nobodys.read_once(block_ms=0):
        pass
    assert await Reading(engine, live).rejections("waste_trucks") == [], "no fleet's devices said it"
    assert {r.rejection.reason.code for r in await Reading(engine, live).rejections(WAITING)} == {
        "missing_device",
        "no_coordinates",
    }


async def test_a_day_of_a_real_fleet_counts_repeats_and_disorder_and_keeps_every_row_once(
    realdata: Path, reader: FeedReader, stream: RawStream, live: LiveState, engine: Engine
) -> None:
    path = realdata / "waste" / "capmetro_avl_2015" / "positions_2015-03-07.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        given = list(csv.DictReader(file))
    for start in range(0, len(given), 5_000):
        items = [
            {
                "feed": "waste_trucks",
                "measure": "position",
                "entity": row["vehicle_id"],
                "at": row["timestamp"],
                "latitude": float(row["latitude"]),
                "longitude": float(row["longitude"]),
                "source": "CapMetro",
            }
            for row in given[start : start + 5_000]
        ]
        await stream.append(
            Payload(
                feed="waste_trucks",
                format=Format.OBSERVATIONS,
                body=orjson.dumps(items),
                received_at=NOW,
                source="CapMetro",
            )
        )
    while await reader.read_once(block_ms=0):
        pass

    distinct = {(r["vehicle_id"], r["timestamp"], r["latitude"], r["longitude"]) for r in given}
    counts = feed_counts(engine)["waste_trucks"]
    assert counts.duplicates == len(given) - len(distinct) == 139
    with engine.connect() as connection:
        stored = connection.execute(select(fixes.c.quarantined, func.count()).group_by(fixes.c.quarantined)).all()
    by_quarantine = {bool(quarantined): n for quarantined, n in stored}
    assert sum(by_quarantine.values()) == len(distinct), "every row is kept exactly once"
    assert counts.accepted == by_quarantine[False]
    assert 0 <= by_quarantine.get(True, 0) - counts.rejected <= len({r["vehicle_id"] for r in given})

    assert disorder(given) == pytest.approx(0.013, abs=0.001)
    assert counts.late > 0
    newest = newest_of(given)
    markers = {v.device: v.at for v in await live.vehicles()}
    assert markers.keys() == newest.keys()
    assert all(markers[vehicle] <= at for vehicle, at in newest.items())
    assert sum(markers[vehicle] == at for vehicle, at in newest.items()) >= 0.95 * len(newest)


def disorder(given: list[dict[str, str]]) -> float:
    """Share of rows older than the one before of the same vehicle."""
    before: dict[str, datetime] = {}
    back = 0
    for row in given:
        at = datetime.fromisoformat(row["timestamp"])
        back += at < before.get(row["vehicle_id"], at)
        before[row["vehicle_id"]] = at
    return back / len(given)


def newest_of(given: list[dict[str, str]]) -> dict[str, datetime]:
    newest: dict[str, datetime] = {}
    for row in given:
        at = datetime.fromisoformat(row["timestamp"]).astimezone(UTC)
        newest[row["vehicle_id"]] = max(at, newest.get(row["vehicle_id"], at))
    return newest
