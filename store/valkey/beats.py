"""Heartbeats of processes: a process that lives and does nothing any more has none."""

from datetime import datetime
from typing import cast

from redis.asyncio import Redis

from domain.instant import to_ms

_KEPT_S = 300


class Beats:
    """The last heartbeat by process. Its methods raise redis.exceptions.RedisError when the server does not answer."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def beat(self, who: str, now: datetime) -> None:
        """Note that ``who`` is at work."""
        await self._redis.set(f"beat:{who}", to_ms(now), ex=_KEPT_S)

    async def last(self, who: str) -> int | None:
        """When ``who`` was last at work (epoch ms, by its own clock); None for minutes without a heartbeat."""
        said = cast(bytes | None, await self._redis.get(f"beat:{who}"))
        return None if said is None else int(said)
