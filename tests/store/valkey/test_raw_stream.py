"""The raw streams: durable, grouped appends; ordered reads from a cursor that remove nothing; leases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hangs import come
from redis.asyncio import Redis

from domain.feeds.feed import Format, Payload
from domain.feeds.part import Part
from store.valkey.raw_stream import RawStream, StreamUnreachable, lease_of
from store.valkey.server import connect

FEED = "waste_trucks"
NOW = datetime(2026, 11, 22, 8, 0, 0, 123000, tzinfo=UTC)


def payload(number: int = 0, feed: str = FEED) -> Payload:
    return Payload(feed=feed, format="osmand", body=b"", received_at=NOW, query=f"id=LA-001&n={number}")


START = "0-0"


async def queries(stream: RawStream, after: str = START, count: int = 100) -> list[str]:
    return [entry.query for _, entry in await stream.read(Part(FEED), after, count, 0)]


async def test_a_payload_comes_back_as_it_was_given(stream: RawStream) -> None:
    given = Payload(
        feed="coverage",
        format=Format.FILE,
        body=bytes(range(256)),
        received_at=NOW,
        source="Sở Khoa học và Công nghệ",
        query="a=\ud800&b=\0",
        content_type="text/csv; charset=utf-16",
        name="phủ sóng.csv",
    )
    id_ = await stream.append(given)
    assert await stream.read(Part("coverage"), START, 10, 0) == [(id_, given)]


async def test_an_empty_stream_gives_nothing(stream: RawStream) -> None:
    assert await stream.read(Part(FEED), START, 10, 0) == []
    assert await stream.read(Part(FEED), START, 10, 1) == [], "who waits for a moment does not wait for ever"
    assert await stream.length(FEED) == 0


async def test_reading_wakes_up_when_something_arrives(stream: RawStream, redis: "Redis") -> None:
    reader = asyncio.create_task(RawStream(redis).read(Part(FEED), START, 10, 5000))
    await asyncio.sleep(0)
    await stream.append(payload())
    assert len(await come(reader)) == 1


async def test_appends_of_one_turn_share_round_trips_and_keep_their_order(
    stream: RawStream, redis: "Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    trips = 0
    pipeline = redis.pipeline

    def counted(transaction: bool = True) -> object:
        nonlocal trips
        trips += 1
        return pipeline(transaction=transaction)

    monkeypatch.setattr(redis, "pipeline", counted)
    ids = await asyncio.gather(*(stream.append(payload(n)) for n in range(500)))
    assert trips == 1
    assert len(set(ids)) == 500
    read = await stream.read(Part(FEED), START, 1000, 0)
    assert [id_ for id_, _ in read] == ids
    assert [entry.query for _, entry in read] == [payload(n).query for n in range(500)]


async def test_appends_during_a_round_trip_travel_in_the_next(stream: RawStream) -> None:
    first = asyncio.create_task(stream.append(payload(1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = asyncio.create_task(stream.append(payload(2)))
    assert await first < await second
    assert await stream.append(payload(3)) > second.result()


async def test_one_call_may_append_to_several_feeds(stream: RawStream) -> None:
    ids = await stream.append_many([payload(1), payload(2, "coverage"), payload(3)])
    assert len(ids) == 3
    assert await stream.length(FEED) == 2
    assert await stream.length("coverage") == 1
    assert await stream.append_many([]) == []


async def test_a_cancelled_sender_does_not_take_its_neighbours_along(stream: RawStream) -> None:
    cancelled = asyncio.create_task(stream.append(payload(1)))
    kept = asyncio.create_task(stream.append(payload(2)))
    await asyncio.sleep(0)
    cancelled.cancel()
    assert await kept
    assert await stream.length(FEED) == 2


async def test_forgotten_entries_are_gone_for_good_and_no_others(stream: RawStream) -> None:
    ids = await stream.append_many([payload(n) for n in range(4)])
    await stream.forget(Part(FEED), ids[1])
    assert await queries(stream) == [payload(2).query, payload(3).query]
    assert await stream.length(FEED) == 2
    await stream.forget(Part(FEED), ids[0])
    await stream.forget(Part(FEED), START)
    assert await stream.length(FEED) == 2
    await stream.forget(Part(FEED), ids[3])
    assert await stream.length(FEED) == 0
    assert await stream.append(payload(9)) > ids[3]


async def test_reading_continues_behind_the_given_id(stream: RawStream) -> None:
    ids = await stream.append_many([payload(n) for n in range(5)])
    assert await queries(stream, count=2) == [payload(0).query, payload(1).query]
    assert await queries(stream, ids[1], 9) == [payload(2).query, payload(3).query, payload(4).query]
    assert await queries(stream, ids[4]) == []


async def test_a_reader_that_came_too_late_takes_nothing_away(redis: "Redis", stream: RawStream) -> None:
    ids = await stream.append_many([payload(n) for n in range(3)])
    stale = RawStream(redis)
    assert len(await stale.read(Part(FEED), START, 100, 0)) == 3
    assert await queries(stream, ids[0]) == [payload(1).query, payload(2).query]


async def test_a_lease_has_one_holder_who_alone_can_renew_or_release_it(stream: RawStream, redis: "Redis") -> None:
    assert await stream.acquire_lease(Part(FEED), "one", 30)
    assert not await stream.acquire_lease(Part(FEED), "two", 30)
    assert await stream.acquire_lease(Part("coverage"), "two", 30)
    assert await stream.renew_lease(Part(FEED), "one", 60)
    assert 30_000 < await redis.pttl(lease_of(Part(FEED))) <= 60_000
    assert not await stream.renew_lease(Part(FEED), "two", 60)
    await stream.release_lease(Part(FEED), "two")
    assert not await stream.acquire_lease(Part(FEED), "two", 30)
    await stream.release_lease(Part(FEED), "one")
    assert await stream.acquire_lease(Part(FEED), "two", 30)
    assert not await stream.renew_lease(Part(FEED), "one", 60)


@pytest.fixture
async def lost(tmp_path: Path) -> "AsyncIterator[RawStream]":
    """A stream whose server is not there."""
    client = connect(f"unix://{tmp_path}/nobody.sock")
    yield RawStream(client)
    await client.aclose()


async def test_every_call_says_so_when_the_server_is_away(lost: RawStream) -> None:
    senders = await asyncio.gather(lost.append(payload(1)), lost.append(payload(2)), return_exceptions=True)
    assert [type(error) for error in senders] == [StreamUnreachable, StreamUnreachable]
    for call in (
        lost.append_many([payload()]),
        lost.read(Part(FEED), START, 1, 0),
        lost.forget(Part(FEED), "1-0"),
        lost.length(FEED),
        lost.ping(),
        lost.acquire_lease(Part(FEED), "one", 1),
        lost.renew_lease(Part(FEED), "one", 1),
        lost.release_lease(Part(FEED), "one"),
    ):
        with pytest.raises(StreamUnreachable, match=r"không trả lời / does not answer"):
            await call


async def test_a_refusal_of_the_server_is_not_taken_for_success(stream: RawStream, redis: "Redis") -> None:
    await redis.set(f"raw:{FEED}", "not a stream")
    with pytest.raises(StreamUnreachable, match=r"từ chối / refused"):
        await stream.append(payload())
    assert await stream.append(payload(feed="coverage"))


async def test_reading_goes_on_after_the_stream_was_lost(stream: RawStream, redis: "Redis") -> None:
    lost = await stream.append(payload(1))
    await redis.flushdb()
    assert await queries(stream, lost) == []
    # A server that lost its stream needs longer than a millisecond to return; ids begin with the millisecond.
    while await _server_ms(redis) <= int(lost.partition("-")[0]):
        pass
    await stream.append(payload(2))
    assert await queries(stream, lost) == [payload(2).query]


async def _server_ms(redis: "Redis") -> int:
    seconds, microseconds = await redis.time()
    return int(seconds) * 1000 + int(microseconds) // 1000
