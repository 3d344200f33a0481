"""The raw streams: durable, grouped appends; ordered reads that hand out again what was not acknowledged; leases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from domain.feed import Format, Payload
from store.raw_stream import RawStream, StreamUnreachable
from store.valkey_server import connect

FEED = "waste_trucks"
NOW = datetime(2026, 11, 22, 8, 0, 0, 123000, tzinfo=UTC)


def payload(number: int = 0, feed: str = FEED) -> Payload:
    return Payload(feed=feed, format=Format.OSMAND, body=b"", received_at=NOW, query=f"id=LA-001&n={number}")


async def queries(stream: RawStream, consumer: str = "one", count: int = 100) -> list[str]:
    return [entry.query for _, entry in await stream.read(FEED, consumer, count, 1)]


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
    assert await stream.read("coverage", "one", 10, 1) == [(id_, given)]


async def test_an_empty_stream_gives_nothing(stream: RawStream) -> None:
    assert await stream.read(FEED, "one", 10, 1) == []
    assert await stream.length(FEED) == 0


async def test_reading_wakes_up_when_something_arrives(stream: RawStream, redis: "Redis") -> None:
    reader = asyncio.create_task(RawStream(redis).read(FEED, "one", 10, 5000))
    await asyncio.sleep(0)
    await stream.append(payload())
    assert len(await asyncio.wait_for(reader, 2)) == 1


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
    read = await stream.read(FEED, "one", 1000, 1)
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


async def test_acknowledged_entries_are_gone_for_good(stream: RawStream) -> None:
    await stream.append_many([payload(1), payload(2)])
    read = await stream.read(FEED, "one", 1, 1)
    await stream.ack(FEED, [id_ for id_, _ in read])
    await stream.ack(FEED, [])
    assert await stream.length(FEED) == 1
    stream.rewind(FEED)
    assert await queries(stream) == [payload(2).query]


async def test_batches_read_ahead_are_not_handed_out_twice(stream: RawStream) -> None:
    await stream.append_many([payload(n) for n in range(5)])
    assert await queries(stream, count=2) == [payload(0).query, payload(1).query]
    assert await queries(stream, count=9) == [payload(2).query, payload(3).query, payload(4).query]
    assert await queries(stream) == []


async def test_the_next_reader_gets_what_the_last_one_left_then_the_new_in_order(redis: "Redis") -> None:
    first, second = RawStream(redis), RawStream(redis)
    assert await first.acquire_lease(FEED, "first", 30)
    await first.append_many([payload(n) for n in range(6)])
    read = await first.read(FEED, "first", 5, 1)
    await first.ack(FEED, [read[0][0]])
    await first.release_lease(FEED, "first")

    assert await second.acquire_lease(FEED, "second", 30)
    await second.append(payload(6))
    seen: list[str] = []
    while entries := await queries(second, "second", 2):
        seen += entries
    assert seen == [payload(n).query for n in range(1, 7)]


async def test_a_failed_batch_is_read_again_after_rewind(stream: RawStream) -> None:
    await stream.append_many([payload(n) for n in range(3)])
    assert len(await queries(stream)) == 3
    stream.rewind(FEED)
    assert await queries(stream) == [payload(n).query for n in range(3)]


async def test_a_lease_has_one_holder_who_alone_can_renew_or_release_it(stream: RawStream, redis: "Redis") -> None:
    assert await stream.acquire_lease(FEED, "one", 30)
    assert not await stream.acquire_lease(FEED, "two", 30)
    assert await stream.acquire_lease("coverage", "two", 30)
    assert await stream.renew_lease(FEED, "one", 60)
    assert 30_000 < await redis.pttl(f"lease:{FEED}") <= 60_000
    assert not await stream.renew_lease(FEED, "two", 60)
    await stream.release_lease(FEED, "two")
    assert not await stream.acquire_lease(FEED, "two", 30)
    await stream.release_lease(FEED, "one")
    assert await stream.acquire_lease(FEED, "two", 30)
    assert not await stream.renew_lease(FEED, "one", 60)


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
        lost.read(FEED, "one", 1, 1),
        lost.ack(FEED, ["1-0"]),
        lost.length(FEED),
        lost.ping(),
        lost.acquire_lease(FEED, "one", 1),
        lost.renew_lease(FEED, "one", 1),
        lost.release_lease(FEED, "one"),
    ):
        with pytest.raises(StreamUnreachable, match=r"không trả lời / does not answer"):
            await call


async def test_a_refusal_of_the_server_is_not_taken_for_success(stream: RawStream, redis: "Redis") -> None:
    await redis.set(f"raw:{FEED}", "not a stream")
    with pytest.raises(StreamUnreachable, match=r"từ chối / refused"):
        await stream.append(payload())
    assert await stream.append(payload(feed="coverage"))


async def test_reading_goes_on_after_the_stream_was_lost(stream: RawStream, redis: "Redis") -> None:
    await stream.append(payload(1))
    assert len(await queries(stream)) == 1
    await redis.flushdb()
    with pytest.raises(StreamUnreachable):
        await stream.read(FEED, "one", 1, 1)
    await stream.append(payload(2))
    assert await queries(stream) == [payload(2).query]
