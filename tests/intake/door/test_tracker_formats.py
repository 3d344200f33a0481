"""Tracker messages of every format through stream and collector: repeats counted, late ones filed, nothing lost."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, func, select

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload
from domain.feeds.part import Part
from intake.collector.collector import FeedReader, Parts
from store.intake import FeedCounts, feed_counts
from store.reading import Reading
from store.registry import Registry
from store.tables.fleet import fixes, tracker_days
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
FEEDS = discover(data_sources, "FEED", Feed)
KEY = "waste_trucks"


@pytest.fixture
async def reader(stream: RawStream, live: LiveState, engine: Engine) -> FeedReader:
    Registry(engine).vouch(dict.fromkeys(("ba-gac:LA-B07", "BUS-0", "BUS-1", "BUS-2"), "t"), NOW, feed="waste_trucks")
    Registry(engine).seed_places()
    parts = Parts(
        stream=stream,
        live=live,
        engine=engine,
        feeds=FEEDS,
        clock=lambda: NOW,
        ticks=NOW.timestamp,
    )
    assert await stream.acquire_lease(Part(KEY), "one", 600)
    opened = FeedReader(FEEDS[KEY], parts)
    await opened.open()
    return opened


def owntracks(at: datetime, *, retained: bool = False, received_at: datetime = NOW, **said: Any) -> Payload:
    message = {"_type": "location", "tst": int(at.timestamp()), "lat": 10.5431, "lon": 106.4102, "vel": 8} | said
    return Payload(
        feed=KEY,
        format="owntracks",
        body=orjson.dumps(message),
        received_at=received_at,
        source="MQTT",
        name="owntracks/ba-gac/LA-B07",
        retained=retained,
    )


def gtfs_rt(timestamp: datetime, *, received_at: datetime) -> Payload:
    pb = pytest.importorskip("google.transit.gtfs_realtime_pb2")
    header = {"gtfs_realtime_version": "2.0", "timestamp": int(received_at.timestamp())}
    vehicles = [
        {
            "vehicle": {"id": f"BUS-{n}"},
            "position": {"latitude": 10.54 + n / 1000, "longitude": 106.41},
            "timestamp": int(timestamp.timestamp()),
        }
        for n in range(3)
    ]
    entity = [{"id": str(n), "vehicle": vehicle} for n, vehicle in enumerate(vehicles)]
    body = pb.FeedMessage(header=header, entity=entity).SerializeToString()
    return Payload(feed=KEY, format="gtfs-rt", body=body, received_at=received_at, source="buses.example")


async def taken(reader: FeedReader, stream: RawStream, *payloads: Payload) -> None:
    for payload in payloads:
        await stream.append(payload)
    while await reader.read_once(block_ms=0):
        pass


def counts(engine: Engine) -> FeedCounts:
    return feed_counts(engine)[KEY]


async def test_a_retained_copy_after_a_reconnect_is_a_repeat_and_keeps_the_markers_age(
    reader: FeedReader, stream: RawStream, engine: Engine, live: LiveState
) -> None:
    seen_at = NOW - timedelta(hours=3)
    await taken(reader, stream, owntracks(seen_at, received_at=seen_at), owntracks(seen_at, retained=True))
    (vehicle,) = await Reading(engine, live).vehicles()
    assert (vehicle.device, vehicle.at) == ("ba-gac:LA-B07", seen_at)
    assert (counts(engine).accepted, counts(engine).duplicates) == (1, 1)


async def test_a_buffer_sent_six_hours_late_is_filed_and_the_marker_stays(
    reader: FeedReader, stream: RawStream, engine: Engine, live: LiveState
) -> None:
    buffered = [owntracks(NOW - timedelta(hours=6, seconds=30 * n), lat=10.55 + n / 10_000) for n in range(20)]
    await taken(reader, stream, owntracks(NOW), *buffered)
    (vehicle,) = await Reading(engine, live).vehicles()
    assert (vehicle.at, vehicle.latitude) == (NOW, 10.5431)
    assert (counts(engine).accepted, counts(engine).late) == (21, 20)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(fixes)).scalar() == 21


async def test_a_vehicle_repeated_in_every_fetch_is_counted_and_filed_once(
    reader: FeedReader, stream: RawStream, engine: Engine, live: LiveState
) -> None:
    fetched = [gtfs_rt(NOW, received_at=NOW + timedelta(seconds=20 * n)) for n in range(4)]
    await taken(reader, stream, *fetched)
    assert (counts(engine).accepted, counts(engine).duplicates, counts(engine).rejected) == (3, 9, 0)
    assert {vehicle.at for vehicle in await Reading(engine, live).vehicles()} == {NOW}


async def test_messages_without_a_position_are_counted_by_their_reason(
    reader: FeedReader, stream: RawStream, engine: Engine, live: LiveState
) -> None:
    await taken(reader, stream, owntracks(NOW), owntracks(NOW, _type="card"), owntracks(NOW, _type="lwt"))
    refused = await Reading(engine, live).rejections(KEY)
    assert Counter(item.rejection.reason.code for item in refused) == {"no_position_message": 1, "device_offline": 1}
    assert counts(engine).accepted == 1


async def test_a_format_this_release_does_not_speak_is_kept_as_a_refusal(
    reader: FeedReader, stream: RawStream, engine: Engine, live: LiveState
) -> None:
    unknown = Payload(feed=KEY, format="of-tomorrow", body=b"news", received_at=NOW)
    await taken(reader, stream, unknown, owntracks(NOW))
    (refused,) = await Reading(engine, live).rejections(KEY)
    assert (refused.rejection.reason.code, refused.rejection.raw) == ("internal", "news")
    assert counts(engine).accepted == 1


async def test_a_fix_sent_again_to_another_collector_adds_nothing_to_its_day(
    reader: FeedReader, stream: RawStream, engine: Engine
) -> None:
    said = "id=LA-1&lat=10.54&lon=106.41&timestamp=2026-03-02T01:29:00.123456Z"
    payload = Payload(feed=KEY, format="osmand", body=b"", received_at=NOW, query=said)
    await taken(reader, stream, payload)
    await reader.open()
    await taken(reader, stream, payload)
    with engine.connect() as connection:
        day = connection.execute(select(tracker_days.c.fixes, tracker_days.c.duplicates)).one()
    assert tuple(day) == (1, 1)
