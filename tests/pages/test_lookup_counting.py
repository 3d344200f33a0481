"""Counting look-ups: their outcomes, sent once a minute by one process, without any typed text."""

from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from standing_clock import Clock

from data_sources.schedule_lookups import FEED, MEASURES
from domain.feeds.feed import Payload
from domain.observation import Observation
from pages.lookup_counting import LookupCounting, counted
from rounds.lookup.street_search import Answer, Outcome
from store.valkey.lookup_counts import LookupCounts

ONE, SEVERAL, NONE = (Answer(outcome=outcome) for outcome in (Outcome.ONE, Outcome.SEVERAL, Outcome.NONE))
MARKED_NONE = Answer(outcome=Outcome.NONE, marked=True)


class Stream:
    def __init__(self) -> None:
        self.kept: list[Payload] = []

    async def append(self, payload: Payload) -> str:
        self.kept.append(payload)
        return "1-0"


NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


class Unclaimed(LookupCounts):
    """Counters on which every turn to tell is free, as if a minute had passed."""

    async def claim(self, ttl_s: int) -> bool:
        return True


def told(payload: Payload) -> dict[str, float]:
    observations = list(FEED.decode(payload))
    assert all(isinstance(o, Observation) and o.place == "80" for o in observations)
    return {o.measure: o.value for o in observations if isinstance(o, Observation) and o.value is not None}


def test_a_look_up_is_counted_by_how_it_was_typed_and_ended():
    assert counted(ONE) == ("lookups", "lookups_plain", "lookups_one")
    assert counted(SEVERAL) == ("lookups", "lookups_plain")
    assert counted(MARKED_NONE) == ("lookups", "lookups_marked", "lookups_marked_none")


async def test_totals_of_all_processes_are_told_and_decode_as_the_feed_expects(redis: Redis):
    stream, clock = Stream(), Clock(NOW)
    one, other = (LookupCounting(Unclaimed(redis), stream, clock) for _ in range(2))
    for answer in (ONE, ONE, NONE):
        await one.count(answer)
    await other.count(MARKED_NONE)
    await other.tell()
    assert told(stream.kept[0]) == {
        "lookups": 4, "lookups_one": 2, "lookups_plain": 3, "lookups_plain_none": 1, "lookups_marked": 1,
        "lookups_marked_none": 1,
    }  # fmt: skip
    assert {m.key for m in MEASURES} == told(stream.kept[0]).keys()


async def test_one_process_tells_and_not_twice_within_a_minute(redis: Redis):
    stream, clock = Stream(), Clock(NOW)
    one, other = (LookupCounting(LookupCounts(redis), stream, clock) for _ in range(2))
    await one.count(ONE)
    await one.tell()
    await other.count(ONE)
    await other.tell()
    await one.tell()
    assert len(stream.kept) == 1


async def test_nothing_new_is_told_again_only_after_an_hour(redis: Redis):
    stream, clock = Stream(), Clock(NOW)
    counting = LookupCounting(Unclaimed(redis), stream, clock)
    await counting.tell()
    assert told(stream.kept[0])["lookups"] == 0, "nobody asked: a count, not silence"
    clock.now += timedelta(minutes=30)
    await counting.tell()
    assert len(stream.kept) == 1
    clock.now += timedelta(minutes=31)
    await counting.tell()
    assert len(stream.kept) == 2


async def test_the_last_minute_of_a_day_is_told_of_that_day(redis: Redis):
    stream, clock = Stream(), Clock(NOW)
    counting = LookupCounting(Unclaimed(redis), stream, clock)
    clock.now = datetime(2026, 11, 23, 16, 59, 50, tzinfo=UTC)
    await counting.count(ONE)
    clock.now = datetime(2026, 11, 23, 17, 0, 30, tzinfo=UTC)
    await counting.tell()
    yesterday, today = (orjson.loads(payload.body)[0] for payload in stream.kept)
    assert (yesterday["value"], yesterday["at"][:19]) == (1, "2026-11-23T16:59:59")
    assert (today["value"], today["at"][:19]) == (0, "2026-11-23T17:00:30")


async def test_an_outage_costs_the_count_and_not_the_answer(redis: Redis, monkeypatch: pytest.MonkeyPatch):
    async def down(day: date, names: tuple[str, ...]) -> None:
        raise RedisConnectionError

    counts = LookupCounts(redis)
    monkeypatch.setattr(counts, "add", down)
    await LookupCounting(counts, Stream(), Clock(NOW)).count(ONE)
