"""Browser sessions in Valkey, shared by all web processes. The browser gets a random token, never the key itself."""

import hashlib
import secrets
from typing import Any, cast

from redis.asyncio import Redis

LASTS_S = 8 * 3_600
"""One shift; after that people sign in again."""
WRONG_WITHIN_S = 60


class Sessions:
    """Every method raises redis.exceptions.RedisError when the server does not answer."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def open(self, hashed: str) -> str:
        """Start a session for the key with the hash ``hashed``; returns its token, which is stored only as a hash."""
        token = secrets.token_urlsafe(32)
        await self._redis.set(_session(token), hashed.encode(), ex=LASTS_S)
        return token

    async def key_of(self, token: str) -> str | None:
        """The hash of the key that this session began with; None when it has ended or never existed."""
        hashed: bytes | None = await cast(Any, self._redis.get(_session(token)))
        return None if hashed is None else hashed.decode()

    async def close(self, token: str) -> None:
        """End a session; does nothing for an unknown one."""
        await self._redis.delete(_session(token))

    async def wrong_from(self, address: str) -> int:
        """How many wrong keys came from an address recently."""
        return int(await self._redis.get(_wrong(address)) or 0)

    async def note_wrong(self, address: str) -> None:
        """Count a wrong key; the count expires a minute after the first."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.set(_wrong(address), 0, ex=WRONG_WITHIN_S, nx=True)
        pipeline.incr(_wrong(address))
        await pipeline.execute()


def _session(token: str) -> str:
    return f"session:{hashlib.sha256(token.encode()).hexdigest()}"


def _wrong(address: str) -> str:
    return f"session:wrong:{address}"
