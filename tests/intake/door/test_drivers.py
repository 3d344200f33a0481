"""Drivers from the stream to a dispatcher's request: by fix time, never in live state, deleted in time."""

from datetime import timedelta

from collecting import NOW, clock, drain, parts, position, reader
from redis.asyncio import Redis
from sqlalchemy import Engine
from standing_clock import Clock

from domain.fleets.vehicle import Vehicle
from intake.collector.collector import Parts
from store.drivers import Drivers
from store.valkey.live_state import LiveState

__all__ = ["clock", "parts"]  # fixtures of the collector

HOUR = timedelta(hours=1)


async def test_a_late_upload_is_not_given_to_whoever_drives_now(
    parts: Parts, engine: Engine, live: LiveState, redis: "Redis", clock: Clock
) -> None:
    """Traccar #6015, from the message on: a truck's buffer of the morning comes when the next driver is in."""
    opened = await reader(parts)
    for minute in range(3):
        await parts.stream.append(position("A", NOW + timedelta(minutes=minute), minute * 100, driverUniqueId="B"))
    await drain(opened)
    uploaded = NOW + timedelta(minutes=3)
    clock.now = uploaded
    for minute in range(3):
        at = NOW - 6 * HOUR + timedelta(minutes=minute)
        await parts.stream.append(position("A", at, minute * 100, received=uploaded, driverUniqueId="A"))
    await drain(opened)
    found = Drivers(engine).stints("A", NOW - 12 * HOUR, NOW + 12 * HOUR)
    assert [(one.code, one.since, one.fixes) for one in found] == [("A", NOW - 6 * HOUR, 3), ("B", NOW, 3)]
    (shown,) = await live.vehicles()
    assert shown.at == NOW + timedelta(minutes=2), "the marker stays with the newest fix"


async def test_no_code_is_in_any_live_state_nor_a_stream_once_it_is_stored(
    parts: Parts, engine: Engine, live: LiveState, redis: "Redis"
) -> None:
    told: list[object] = []
    opened = await reader(parts)
    async with redis.pubsub() as channel:
        await channel.psubscribe("*")
        await parts.stream.append(position("A", NOW, driverUniqueId="TX-SECRET"))
        await parts.stream.append(position("A", NOW, lat="x", driverUniqueId="TX-SECRET"))
        await drain(opened)
        await redis.publish("the-end", b"")
        async for message in channel.listen():
            if message["channel"] == b"the-end":
                break
            told.append(message["data"])
    assert [one.code for one in Drivers(engine).stints("A", NOW, NOW + HOUR)] == ["TX-SECRET"]
    assert any(b"A" in one for one in told if isinstance(one, bytes)), "the channel was heard"
    assert not [one for one in told if isinstance(one, bytes) and b"TX-SECRET" in one]
    kept = [await redis.dump(key) async for key in redis.scan_iter()]
    assert not [one for one in kept if b"TX-SECRET" in one]
    (shown,) = await live.vehicles()
    assert isinstance(shown, Vehicle)
