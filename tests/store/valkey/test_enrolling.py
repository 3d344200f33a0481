"""Codes of screens that wait: each is told once, ends, and cannot be asked for without end."""

from redis.asyncio import Redis

from domain.access.enrolled import hash_token
from store.valkey.enrolling import CODES_MAX, WAITS_S, Enrolling


async def test_a_code_leads_to_the_browser_that_shows_it_once(redis: "Redis") -> None:
    waiting = Enrolling(redis)
    begun = await waiting.begin("10.20.0.9")
    assert begun is not None
    code, token = begun
    assert await waiting.code_of(token) == code
    assert await waiting.code_of("another") is None
    stored = b" ".join([key + await redis.get(key) async for key in redis.scan_iter("*")])
    assert token.encode() not in stored
    assert all([0 < await redis.ttl(key) <= WAITS_S async for key in redis.scan_iter("*")])
    found = await waiting.take(code)
    assert found == (hash_token(token), "10.20.0.9")
    assert await waiting.take(code) is None


async def test_an_address_asks_for_a_bounded_number(redis: "Redis") -> None:
    waiting = Enrolling(redis)
    begun = [await waiting.begin("203.0.113.9") for _ in range(CODES_MAX + 1)]
    assert [one is None for one in begun] == [False] * CODES_MAX + [True]
    assert await waiting.begin("10.20.0.9") is not None
