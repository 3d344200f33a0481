"""Raw messages are archived once, and a corrected decoder rereads yesterday: no item is doubled or listed twice."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from collecting import FEEDS, NOW, clock, counted, drain, items, parts, position, reader
from hangs import HANG_S
from redis.asyncio import Redis
from sqlalchemy import Engine, func, select
from standing_clock import Clock

from domain.feeds.feed import Decoded, Payload
from domain.feeds.part import Part
from domain.feeds.way_in import Trackers
from domain.observation import Rejection
from domain.reason import Reason
from intake.collector.collector import FeedReader, Parts
from intake.collector.rereading import WAITING_AT_MOST, NobodyReads, rehearse, report, reread
from intake.messages.placing import none_registered
from intake.messages.sharing import Sharing
from store.cases import Cases
from store.intake import Batch, IntakeStore, LostLease
from store.keeping.raw_archive import RawArchive, packed, unpacked
from store.keeping.rereads import Reread, Rereads
from store.tables.feeds import rejections
from store.tables.fleet import devices, fixes, tracker_days
from store.tables.observations import observations
from store.tables.retention import raw
from store.valkey.raw_stream import RawStream

__all__ = ["clock", "parts"]  # fixtures of the collector

TRUCKS = FEEDS["waste_trucks"]
ALL = (NOW - timedelta(days=3), NOW + timedelta(days=3))


def broken(payload: Payload) -> Iterable[Decoded]:
    """A decoder that takes the southern trucks for nowhere."""
    for item in TRUCKS.decode(payload):
        if "device=S" in payload.query or "id=S" in payload.query:
            yield Rejection(
                feed=payload.feed, reason=Reason.BAD_COORDINATES, received_at=payload.received_at, raw=payload.query
            )
        else:
            yield item


def speaking(parts: Parts, decoder: Callable[[Payload], Iterable[Decoded]] | None) -> Parts:
    feed = replace(TRUCKS, ways_in=(Trackers({**TRUCKS.decoders, "osmand": decoder}),)) if decoder else TRUCKS
    return replace(parts, feeds={**parts.feeds, "waste_trucks": feed})


async def reading_with(parts: Parts, decoder: Callable[[Payload], Iterable[Decoded]] | None = None) -> FeedReader:
    opened = FeedReader(speaking(parts, decoder).feeds["waste_trucks"], speaking(parts, decoder))
    await opened.open()
    return opened


async def again(parts: Parts, engine: Engine, opened: FeedReader, feed: str = "waste_trucks") -> Reread:
    """The command, with the collector at work beside it."""

    done = asyncio.Event()

    async def collect() -> None:
        while not done.is_set():
            await opened.read_once(block_ms=0)
            await asyncio.sleep(0)

    collecting = asyncio.create_task(collect())
    try:
        async with asyncio.timeout(HANG_S):
            return await reread(
                feed, RawArchive(engine).batches(feed, *ALL), parts.stream, Rereads(engine), NOW, told=lambda *_: None
            )
    finally:
        done.set()
        await collecting


def everything(engine: Engine, table: Any) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]


def count(engine: Engine, table: Any) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


async def send(parts: Parts, *payloads: Payload) -> None:
    await parts.stream.append_many(payloads)


def northern_and_southern(minutes: int = 3) -> list[Payload]:
    return [
        position(device, NOW + timedelta(minutes=minute), 100 * minute)
        for minute in range(minutes)
        for device in ("N-1", "S-1")
    ]


async def test_a_batch_and_what_it_was_read_from_are_stored_together_or_not_at_all(
    parts: Parts, engine: Engine
) -> None:
    opened = await reading_with(parts)
    sent = [*northern_and_southern(), items("waste_trucks", {"measure": "in_service", "entity": "N-1", "value": 1})]
    await send(parts, *sent, position("N-1", NOW, lat="x"))
    await drain(opened)
    kept = [payload for batch in RawArchive(engine).batches("waste_trucks", *ALL) for _, payload in batch]
    assert kept[:-1] == sent
    assert kept[-1].query.startswith("id=N-1&lat=x"), "good or bad"
    size = count(engine, raw)
    batch = Batch(raw=packed([("9-9", sent[0])]))
    with pytest.raises(LostLease):
        IntakeStore(engine).write(Part("waste_trucks"), expected_cursor="0-0", cursor="9-9", batch=batch)
    assert count(engine, raw) == size


def test_a_payload_comes_out_of_the_archive_as_it_went_in() -> None:
    odd = Payload(
        feed="x", format="file", body=bytes(range(256)), received_at=NOW, source="Xã Bến Lức", query="a=\udcff",
        content_type="text/csv", name="T10.csv", retained=True,
    )  # fmt: skip
    plain = Payload(feed="x", format="osmand", body=b"", received_at=NOW + timedelta(milliseconds=7))
    batch = packed([("5-0", odd), ("6-1", plain)])
    assert batch is not None
    assert unpacked("x", batch.body) == [("5-0", odd), ("6-1", plain)]
    assert (batch.entries, batch.until_ms - batch.since_ms) == (2, 7)
    assert packed([]) is None


async def test_a_mended_decoder_reads_yesterday_again(parts: Parts, engine: Engine) -> None:
    await send(parts, *northern_and_southern(), position("S-1", NOW, lat="x"))
    await drain(await reading_with(parts, broken))
    counts = counted(engine)
    assert (counts.accepted, counts.rejected) == (3, 4)
    archived = count(engine, raw)

    mended = await reading_with(parts)
    found = await again(parts, engine, mended)
    assert found == Reread(read=7, accepted=3, repeats=3, refused=1, resolved=3)
    counts = counted(engine)
    assert (counts.accepted, counts.rejected, counts.duplicates, counts.late) == (6, 1, 0, 0)
    assert count(engine, raw) == archived, "what is read again is not archived again"
    assert count(engine, fixes) == 6
    listed = everything(engine, rejections)
    assert len(listed) == 1, "what is refused still stands once"
    days = {row[1]: row[4:6] for row in everything(engine, tracker_days)}
    assert days == {"N-1": (3, 0), "S-1": (3, 0)}, "nobody sent anything twice"
    assert await parts.stream.length("waste_trucks") == 0

    seen = everything(engine, devices)
    assert await again(parts, engine, mended) == Reread(read=7, repeats=6, refused=1)
    assert everything(engine, rejections) == listed
    assert everything(engine, devices) == seen, "no device was heard of by this"
    assert counted(engine) == counts
    assert "no longer refused: 3" in report(found)


async def test_a_decoder_that_became_stricter_says_so(parts: Parts, engine: Engine) -> None:
    """What it read before stays: rows are removed by nobody's second thoughts."""
    await send(parts, *northern_and_southern())
    await drain(await reading_with(parts))
    found = await again(parts, engine, await reading_with(parts, broken))
    assert (found.refused, found.resolved, found.accepted) == (3, 0, 0)
    assert count(engine, fixes) == 6
    assert counted(engine).rejected == count(engine, rejections) == 3


async def test_a_refusal_for_another_reason_is_listed_with_that_one(parts: Parts, engine: Engine) -> None:
    def otherwise(payload: Payload) -> Iterable[Decoded]:
        for item in broken(payload):
            yield replace(item, reason=Reason.BAD_TIME) if isinstance(item, Rejection) else item

    await send(parts, *northern_and_southern())
    await drain(await reading_with(parts, broken))
    found = await again(parts, engine, await reading_with(parts, otherwise))
    assert (found.refused, found.resolved) == (3, 0)
    with engine.connect() as connection:
        assert set(connection.scalars(select(rejections.c.reason))) == {"bad_time"}
    assert counted(engine).rejected == count(engine, rejections) == 3


async def test_new_messages_among_those_read_again_count_as_new(parts: Parts, engine: Engine) -> None:
    opened = await reading_with(parts)
    await send(parts, *northern_and_southern(1))
    await drain(opened)
    Rereads(engine).begin("r1", "waste_trucks", NOW)
    (batch,) = RawArchive(engine).batches("waste_trucks", *ALL)
    (first_id, first), (second_id, second) = batch
    new = position("N-2", NOW)
    await send(parts, replace(first, again=f"r1/{first_id}"), new, new, replace(second, again=f"r1/{second_id}"))
    await drain(opened)
    assert Rereads(engine).found("r1") == Reread(read=2, repeats=2)
    counts = counted(engine)
    assert (counts.accepted, counts.duplicates) == (3, 1)
    kept = [payload.query for batch in RawArchive(engine).batches("waste_trucks", *ALL) for _, payload in batch]
    assert sorted(kept) == sorted([first.query, second.query, new.query, new.query])


async def test_a_jump_that_its_neighbours_gave_away_is_not_taken_back_by_reading_again(
    parts: Parts, engine: Engine
) -> None:
    opened = await reading_with(parts)
    far = 60_000
    await send(
        parts, position("N-1", NOW), position("N-1", NOW + timedelta(seconds=10), far),
        position("N-1", NOW + timedelta(seconds=20), 20),
    )  # fmt: skip
    await drain(opened)
    listed = everything(engine, rejections)
    assert len(listed) == 1
    found = await again(parts, engine, opened)
    assert (found.repeats, found.resolved) == (3, 0)
    assert everything(engine, rejections) == listed


async def test_observations_read_again_are_repeats(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts, "coverage")
    await send(
        parts, items("coverage", {"measure": "households", "place": "27694", "territory": "2025-07", "value": 5})
    )
    await drain(opened)
    assert (await again(parts, engine, opened, "coverage")) == Reread(read=1, repeats=1)
    assert counted(engine, "coverage").duplicates == 0


async def test_a_time_of_the_future_mended_once_is_the_same_fix_again(parts: Parts, engine: Engine) -> None:
    opened = await reading_with(parts)
    await send(parts, position("N-1", NOW + timedelta(hours=7), received=NOW))
    await drain(opened)
    assert (await again(parts, engine, opened)) == Reread(read=1, repeats=1)
    assert count(engine, fixes) == 1


async def test_only_what_came_in_the_period_is_read(parts: Parts, engine: Engine) -> None:
    opened = await reading_with(parts)
    await send(parts, *northern_and_southern(4))
    await drain(opened)
    part = RawArchive(engine).batches("waste_trucks", NOW + timedelta(minutes=1), NOW + timedelta(minutes=2))
    assert [payload.received_at for batch in part for _, payload in batch] == [
        NOW + timedelta(minutes=1, seconds=2)
    ] * 2


async def test_a_rehearsal_counts_and_writes_nothing(parts: Parts, engine: Engine) -> None:
    await send(parts, *northern_and_southern(), position("S-1", NOW, lat="x"))
    await drain(await reading_with(parts, broken))
    before = [everything(engine, table) for table in (fixes, rejections, raw)], counted(engine)
    found = rehearse(
        TRUCKS, RawArchive(engine).batches("waste_trucks", *ALL), IntakeStore(engine), Cases(engine), none_registered
    )
    assert found == Reread(read=7, accepted=3, repeats=3, refused=1)
    assert ([everything(engine, table) for table in (fixes, rejections, raw)], counted(engine)) == before


async def test_without_a_collector_the_command_ends_and_says_so(parts: Parts, engine: Engine) -> None:
    await send(parts, *northern_and_southern(1))
    await drain(await reading_with(parts))
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    batches = RawArchive(engine).batches("waste_trucks", *ALL)
    with pytest.raises(NobodyReads):
        await reread(
            "waste_trucks", batches, parts.stream, Rereads(engine), NOW, told=lambda *_: None, wait=wait
        )  # fmt: skip
    assert sum(waited) < 60
    assert await parts.stream.length("waste_trucks") == 2, "it is read when a collector comes"


async def test_new_messages_never_wait_behind_many_that_are_read_again(
    parts: Parts, engine: Engine, clock: Clock
) -> None:
    opened = await reading_with(parts)
    for start in range(0, 3 * WAITING_AT_MOST, 500):
        await send(parts, *(position("N-1", NOW + timedelta(seconds=start + s), start + s) for s in range(500)))
        await drain(opened)
    longest = 0
    original = parts.stream.append_many

    async def measured(payloads: Any) -> list[str]:
        nonlocal longest
        ids = await original(payloads)
        longest = max(longest, await parts.stream.length("waste_trucks"))
        return ids

    parts.stream.append_many = measured  # type: ignore[method-assign]
    found = await again(parts, engine, opened)
    assert found.repeats == 3 * WAITING_AT_MOST
    assert longest <= 2 * WAITING_AT_MOST


async def test_a_message_of_several_parts_is_archived_once_and_read_again_without_doubling(
    parts: Parts, engine: Engine, redis: "Redis"
) -> None:
    parts = replace(parts, stream=RawStream(redis, 4, Sharing(parts.feeds)))
    readers = [FeedReader(TRUCKS, parts, Part("waste_trucks", number, 4)) for number in range(4)]
    for opened in readers:
        await opened.open()

    async def drain_all() -> None:
        for opened in readers:
            await drain(opened)

    roster = [{"measure": "in_service", "entity": f"T-{n}", "value": 1} for n in range(12)]
    await send(parts, items("waste_trucks", *roster, {"measure": "in_service", "entity": "T-0", "value": "x"}))
    assert sum((await parts.stream.waiting("waste_trucks")).values()) == 4, "a copy in each"
    await drain_all()
    before = everything(engine, rejections)
    assert len(before) == 1
    assert sum(len(batch) for batch in RawArchive(engine).batches("waste_trucks", *ALL)) == 1

    async def wait(_: float) -> None:
        await drain_all()

    batches = RawArchive(engine).batches("waste_trucks", *ALL)
    told = await reread("waste_trucks", batches, parts.stream, Rereads(engine), NOW, told=lambda *_: None, wait=wait)
    assert (told.read, told.accepted, told.repeats, told.refused, told.resolved) == (1, 0, 12, 1, 0)
    assert everything(engine, rejections) == before


async def test_messages_of_before_a_rename_count_once_however_often_they_are_read(parts: Parts, engine: Engine) -> None:
    """The same figure waits in the stream under its former name, is told again under the new one, and is read again."""
    assert await parts.stream.acquire_lease(Part("services"), "one", 60)
    opened = FeedReader(FEEDS["services"], parts)
    await opened.open()
    before, after = (
        items("services", {"measure": name, "place": "27694", "value": 7}) for name in ("files_due", "dossiers_due")
    )
    await send(parts, before, after, before)
    await drain(opened)
    counts = counted(engine, "services")
    assert (counts.accepted, counts.duplicates, counts.corrected, counts.rejected) == (1, 2, 0, 0)
    rehearsed = rehearse(
        FEEDS["services"],
        RawArchive(engine).batches("services", *ALL),
        IntakeStore(engine),
        Cases(engine),
        none_registered,
    )
    found = await again(parts, engine, opened, "services")
    assert (found.read, found.accepted, found.repeats) == (rehearsed.read, 0, rehearsed.repeats) == (3, 0, 3)
    with engine.connect() as connection:
        stored = connection.execute(select(observations.c.measure, observations.c.value, observations.c.revision)).all()
    assert [tuple(row) for row in stored] == [("dossiers_due", 7.0, 1)]
