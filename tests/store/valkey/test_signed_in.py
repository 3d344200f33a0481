"""Sessions and tries in Valkey and Redis: a hash instead of the token, two ends, counts that begin before a look."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from domain.access.lockout import ACCOUNT_MAX, ADDRESS_MAX, PAIR_MAX, WHOLE_MAX, WITHIN_S, Locked
from store.valkey.signed_in import SignedIn

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)


@pytest.fixture
def ticks() -> list[float]:
    return [0.0]


@pytest.fixture
def kept(redis: "Redis", ticks: list[float]) -> SignedIn:
    return SignedIn(redis, IDLE, LONGEST, lambda: ticks[0])


async def test_the_server_keeps_only_a_hash_of_the_token(kept: SignedIn, redis: "Redis") -> None:
    token = await kept.open("lan", 3, NOW)
    stored = b" ".join([key + await redis.get(key) async for key in redis.scan_iter("*")])
    assert token.encode() not in stored
    found = await kept.of(token, NOW)
    assert found is not None
    assert (found.name, found.epoch) == ("lan", 3)
    assert await kept.of("guessed", NOW) is None


async def test_it_ends_when_nobody_does_anything_and_after_a_shift(
    kept: SignedIn, redis: "Redis", ticks: list[float]
) -> None:
    token = await kept.open("lan", 1, NOW)
    (key,) = [one async for one in redis.scan_iter("signin:session:*")]
    assert 0 < await redis.ttl(key) <= IDLE.total_seconds()
    session = await kept.of(token, NOW)
    assert session is not None
    await redis.expire(key, 5)
    ticks[0] += 120
    await kept.touch(token, session, NOW)
    assert await redis.ttl(key) > 5
    near_end = NOW + LONGEST - timedelta(seconds=10)
    ticks[0] += 120
    await kept.touch(token, session, near_end)
    assert await redis.ttl(key) <= 10, "however busy"
    assert await kept.of(token, near_end) is not None
    assert await kept.of(token, NOW + LONGEST) is None


async def test_a_closed_session_is_dead_at_once_here_and_soon_elsewhere(
    kept: SignedIn, redis: "Redis", ticks: list[float]
) -> None:
    elsewhere = SignedIn(redis, IDLE, LONGEST, lambda: ticks[0])
    token = await kept.open("lan", 1, NOW)
    assert await elsewhere.of(token, NOW) is not None
    await kept.close(token)
    assert await kept.of(token, NOW) is None
    ticks[0] += 3
    assert await elsewhere.of(token, NOW) is None


async def test_many_tries_at_once_are_no_way_around_the_limit(kept: SignedIn) -> None:
    tries = await asyncio.gather(*(kept.begin_try("lan", "203.0.113.9") for _ in range(50)))
    assert sum(one.locked() is None for one in tries) == PAIR_MAX
    assert (await kept.begin_try("minh", "203.0.113.9")).locked() is None
    assert (await kept.begin_try("lan", "10.20.0.5")).locked() is None


async def test_a_thousand_strangers_do_not_lock_a_person_out_of_the_own_desk(kept: SignedIn) -> None:
    await kept.begin_try("lan", "10.20.0.5")
    await kept.note_right("lan", "10.20.0.5")
    for stranger in range(ACCOUNT_MAX + 1):
        last = await kept.begin_try("lan", f"198.51.100.{stranger}")
    assert last.locked() is Locked.ACCOUNT
    assert (await kept.begin_try("lan", "192.0.2.1")).locked() is Locked.ACCOUNT, "also for the next stranger"
    assert (await kept.begin_try("lan", "10.20.0.5")).locked() is None


async def test_right_tries_count_for_nothing(kept: SignedIn) -> None:
    for _ in range(3 * PAIR_MAX):
        tries = await kept.begin_try("lan", "10.20.0.5")
        assert tries.locked() is None
        await kept.note_right("lan", "10.20.0.5")
    assert (tries.pair, tries.address, tries.account) == (1, 1, 1)


async def test_one_address_with_many_names_locks_itself_and_nobody_else(kept: SignedIn) -> None:
    for number in range(WHOLE_MAX + 2):
        last = await kept.begin_try(f"name{number}", "203.0.113.9")
    assert last.locked() is Locked.ADDRESS
    other = await kept.begin_try("lan", "198.51.100.1")
    assert (other.locked(), other.whole) == (None, ADDRESS_MAX + 1)


async def test_names_guessed_from_everywhere_are_bounded_together(kept: SignedIn) -> None:
    """One password tried with each name, from addresses that all keep below their own limits."""
    await kept.begin_try("lan", "10.20.0.5")
    await kept.note_right("lan", "10.20.0.5")
    for number in range(WHOLE_MAX):
        tries = await kept.begin_try(f"name{number}", f"198.51.{number // ADDRESS_MAX}.1")
        assert tries.locked() is None, number
    assert (await kept.begin_try("minh", "192.0.2.1")).locked() is Locked.WHOLE
    assert (await kept.begin_try("lan", "10.20.0.5")).locked() is None, "the own desk stays open"


async def test_a_count_that_ended_during_a_right_try_does_not_stay_for_ever(kept: SignedIn, redis: "Redis") -> None:
    await kept.begin_code("lan", "10.20.0.5")
    async for key in redis.scan_iter("{signin}:*"):
        await redis.delete(key)  # as its end would
    await kept.note_right("lan", "10.20.0.5", two_factors=True)
    counts = [key async for key in redis.scan_iter("{signin}:*") if b"familiar" not in key]
    assert len(counts) == 4
    for key in counts:
        assert 0 < await redis.ttl(key) <= WITHIN_S
