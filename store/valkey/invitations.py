"""Links with which invited people choose their own password: one use, three days; only a hash of the link is kept."""

import hashlib
import secrets
from typing import cast

from redis.asyncio import Redis

LASTS_S = 3 * 86_400


class Invitations:
    """Every method raises redis.exceptions.RedisError when the server does not answer."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def make(self, name: str, epoch: int) -> str:
        """The token of a link for the account ``name``; it is worth nothing once the account's epoch has changed."""
        token = secrets.token_urlsafe(32)
        await self._redis.set(_key(token), f"{epoch} {name}", ex=LASTS_S)
        return token

    async def of(self, token: str) -> tuple[str, int] | None:
        """The account (name, epoch) a link is for; None when it has ended or never existed."""
        found = cast(bytes | None, await self._redis.get(_key(token)))
        if found is None:
            return None
        epoch, _, name = found.decode().partition(" ")
        return name, int(epoch)

    async def end(self, token: str) -> None:
        """The link was used."""
        await self._redis.delete(_key(token))


def _key(token: str) -> str:
    return f"invitation:{hashlib.sha256(token.encode()).hexdigest()}"
