"""Sessions of people who signed in, in Valkey; the browser has a random token, the server only its hash."""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple, cast

import orjson
from redis.asyncio import Redis

from domain.access.lockout import WITHIN_S, SignInTries
from domain.instant import to_ms

_FRESH_S = 3.0
_KEPT = 2_000
_TOUCHED_S = 60.0
_FAMILIAR_S = 45 * 86_400


class SignIn(NamedTuple):
    """A session: whose, of which epoch of the account, since when (epoch ms), whether entered with both factors."""

    name: str
    epoch: int
    began_ms: int
    two_factors: bool = False


class SignedIn:
    """Every method raises redis.exceptions.RedisError when the server does not answer.

    A session ends ``idle`` after its last request, and ``longest`` after its begin. Each worker keeps what it read
    for three seconds.
    """

    def __init__(
        self, redis: "Redis", idle: timedelta, longest: timedelta, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        """``ticks`` are monotonic seconds."""
        self._redis = redis
        self._idle_s, self.longest_s = int(idle.total_seconds()), int(longest.total_seconds())
        self._ticks = ticks
        self._read: OrderedDict[str, tuple[float, SignIn | None]] = OrderedDict()
        self._touched: dict[str, float] = {}

    async def open(self, name: str, epoch: int, now: datetime, *, two_factors: bool = False) -> str:
        """Begin a session; returns its token."""
        token = secrets.token_urlsafe(32)
        value = orjson.dumps((name, epoch, to_ms(now), two_factors))
        await self._redis.set(_session(token), value, ex=min(self._idle_s, self.longest_s))
        return token

    async def of(self, token: str, now: datetime) -> SignIn | None:
        """The session of this token; None when it has ended or never existed."""
        key = _session(token)
        kept = self._read.get(key)
        if kept is None or self._ticks() - kept[0] >= _FRESH_S:
            kept = self._read[key] = self._ticks(), _read(cast(bytes | None, await self._redis.get(key)))
            self._read.move_to_end(key)
            while len(self._read) > _KEPT:
                self._touched.pop(self._read.popitem(last=False)[0], None)
        found = kept[1]
        return found if found and to_ms(now) - found.began_ms < self.longest_s * 1000 else None

    async def touch(self, token: str, session: SignIn, now: datetime) -> None:
        """Its owner does something: the session's idle time begins anew. Written once a minute at most."""
        key = _session(token)
        if self._ticks() - self._touched.get(key, float("-inf")) < min(_TOUCHED_S, self._idle_s / 4):
            return
        self._touched[key] = self._ticks()
        left_s = self.longest_s - (to_ms(now) - session.began_ms) // 1000
        await self._redis.expire(key, max(1, min(self._idle_s, left_s)))

    async def close(self, token: str) -> None:
        """End a session; does nothing for an unknown one."""
        key = _session(token)
        self._read.pop(key, None)
        await self._redis.delete(key)

    async def begin_try(self, name: str, address: str) -> SignInTries:
        """Count a try to sign in before its password is looked at, so that many at once are no way around the limits.

        ``name`` as it was typed: names that no account has are counted as those that one has, or the lock would tell
        them apart. What the counts of its pair or its address forbid counts for nobody else: one sender alone locks
        no other out. Each count ends WITHIN_S after its first try.
        """
        (pair,) = await self._counted(_pair(name, address))
        tries = SignInTries(pair=pair)
        if tries.locked():
            return tries
        (of_address,) = await self._counted(_address(address))
        familiar = bool(await self._redis.exists(_familiar(name, address)))
        tries = replace(tries, address=of_address, familiar=familiar)
        if tries.locked():
            return tries
        account, whole = await self._counted(_account(name), _WHOLE)
        return replace(tries, account=account, whole=whole)

    async def begin_code(self, name: str, address: str) -> SignInTries:
        """Count a try of the second factor, as `begin_try` counts one of the password, and in a count of its own."""
        tries = await self.begin_try(name, address)
        if tries.locked():
            return tries
        (codes,) = await self._counted(_codes(name))
        return replace(tries, codes=codes)

    async def _counted(self, *keys: str) -> list[int]:
        pipeline = self._redis.pipeline(transaction=True)
        for key in keys:
            pipeline.set(key, 0, ex=WITHIN_S, nx=True)
            pipeline.incr(key)
        return [int(found) for found in (await pipeline.execute())[1::2]]

    async def note_right(self, name: str, address: str, *, two_factors: bool = False) -> None:
        """Remember the address as one of this person; the tries and the person's slips there no longer count."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.delete(_pair(name, address))
        counted = dict.fromkeys((_address(address), _account(name), _WHOLE), 2 if two_factors else 1)
        if two_factors:
            counted[_codes(name)] = 1
        for key, tries in counted.items():
            pipeline.decrby(key, tries)
            pipeline.expire(key, WITHIN_S, nx=True)  # it may have ended meanwhile: the new one must end, too
        pipeline.set(_familiar(name, address), 1, ex=_FAMILIAR_S)
        await pipeline.execute()


def _read(value: bytes | None) -> SignIn | None:
    return None if value is None else SignIn(*orjson.loads(value))


def _session(token: str) -> str:
    return f"signin:session:{hashlib.sha256(token.encode()).hexdigest()}"


# Counts of one try are written together: the tag keeps them in one slot of a cluster.
_WHOLE = "{signin}:whole"


def _familiar(name: str, address: str) -> str:
    return f"{{signin}}:familiar:{name}:{address}"


def _pair(name: str, address: str) -> str:
    return f"{{signin}}:pair:{_slot(name)}:{address}"


def _address(address: str) -> str:
    return f"{{signin}}:address:{address}"


def _account(name: str) -> str:
    return f"{{signin}}:account:{_slot(name)}"


def _codes(name: str) -> str:
    return f"{{signin}}:codes:{name}"


def _slot(name: str) -> str:
    """One of 65,536 counts for whatever is typed, so that made-up names fill no memory."""
    return hashlib.sha256(name.encode()).hexdigest()[:4]
