"""Screens that wait to be let in: the code each one shows, and the token its browser will have."""

import secrets
from typing import NamedTuple, cast

import orjson
from redis.asyncio import Redis

from domain.access.enrolled import hash_token, new_code

WAITS_S = 600
CODES_MAX = 20
"""Codes an address may ask for within WAITS_S."""


class Waiting(NamedTuple):
    """A screen that waits: the hash of its browser's token, and where it is."""

    hashed: str
    network: str


class Enrolling:
    """Every method raises redis.exceptions.RedisError when the server does not answer."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def begin(self, network: str) -> tuple[str, str] | None:
        """A new code to show, and a token for the browser that shows it; None: the network asked for too many."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.set(_count(network), 0, ex=WAITS_S, nx=True)
        pipeline.incr(_count(network))
        if int((await pipeline.execute())[1]) > CODES_MAX:
            return None
        code, token = new_code(), secrets.token_urlsafe(32)
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.set(_code(code), orjson.dumps((hash_token(token), network)), ex=WAITS_S)
        pipeline.set(_waits(hash_token(token)), code, ex=WAITS_S)
        await pipeline.execute()
        return code, token

    async def code_of(self, token: str) -> str | None:
        """The code that the browser with this token shows; None when it has ended."""
        found = cast(bytes | None, await self._redis.get(_waits(hash_token(token))))
        return None if found is None else found.decode()

    async def take(self, code: str) -> Waiting | None:
        """The screen that shows ``code``, told once; None when nobody shows it."""
        found = cast(bytes | None, await self._redis.getdel(_code(code)))
        return None if found is None else Waiting(*orjson.loads(found))


# One slot of a cluster: they are written together.
def _code(code: str) -> str:
    return f"{{screen}}:code:{code}"


def _waits(hashed: str) -> str:
    return f"{{screen}}:waits:{hashed}"


def _count(network: str) -> str:
    return f"{{screen}}:count:{network}"
