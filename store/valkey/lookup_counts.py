"""Counts of residents' look-ups per service day and outcome, over all web processes. No query or address is stored."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from redis.asyncio import Redis

_KEEP_S = 3 * 86_400
_TELLING = "lookups:telling"


class LookupCounts:
    """Counters by day in Valkey. Every method raises redis.exceptions.RedisError when the server does not answer."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def add(self, day: date, names: tuple[str, ...]) -> None:
        """Count one look-up under each of ``names``."""
        pipeline = self._redis.pipeline(transaction=True)
        for name in names:
            pipeline.hincrby(_key(day), name, 1)
        pipeline.expire(_key(day), _KEEP_S)
        await pipeline.execute()

    async def of(self, day: date) -> Mapping[str, int]:
        """The counts of a day by name; a name without counts is absent."""
        kept = await cast(Any, self._redis.hgetall(_key(day)))
        return {name.decode(): int(count) for name, count in kept.items()}

    async def claim(self, ttl_s: int) -> bool:
        """Become the one process that reports the counts for ``ttl_s``; False when another one holds the claim."""
        return bool(await self._redis.set(_TELLING, b"1", nx=True, ex=ttl_s))

    async def told(self, day: date) -> tuple[int, int] | None:
        """The last report of a day: number of look-ups and its time (epoch ms); None = not reported yet."""
        said = await self._redis.get(_told(day))
        if said is None:
            return None
        number, at_ms = said.split()
        return int(number), int(at_ms)

    async def mark_told(self, day: date, number: int, at_ms: int) -> None:
        """Remember the last report of a day."""
        await self._redis.set(_told(day), f"{number} {at_ms}", ex=_KEEP_S)


def _key(day: date) -> str:
    return f"lookups:{day.isoformat()}"


def _told(day: date) -> str:
    return f"lookups:told:{day.isoformat()}"
