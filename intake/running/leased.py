"""Runs work in one process at a time: takes a lease, renews it, gives it back, takes it again after outages."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from domain.feeds.part import Part
from intake.running.together import until_one_fails
from store.valkey.raw_stream import RawStream, StreamUnreachable
from store.valkey.stopping import stop_if_cancelled

_log = logging.getLogger(__name__)
# Long enough for one slow batch, short enough that the work of a dead process is taken over within seconds.
LEASE_S = 6.0
_RENEW_EVERY_S = LEASE_S / 3
_RETRY_FIRST_S = 0.1
_RETRY_MAX_S = 2.0
_OUTAGE = (StreamUnreachable, RedisError, SQLAlchemyError, OSError)

Wait = Callable[[float], Awaitable[object]]


class LeaseGone(Exception):  # noqa: N818 - it names what happened, not a fault
    """The lease was not renewed in time, or the database says that someone else took over."""


class Lease:
    """One lease in the hands of ``owner``; ``ticks`` are monotonic seconds."""

    def __init__(self, part: Part, stream: RawStream, owner: str, ticks: Callable[[], float]) -> None:
        self.part = part
        self._stream = stream
        self._owner = owner
        self._ticks = ticks
        self._ours_until_s = -math.inf

    def surely_ours(self) -> bool:
        """Whether nobody else can hold it now, by the clock of this process, without asking the server."""
        return self._ticks() < self._ours_until_s

    def renewal_in_s(self) -> float:
        """Seconds until every lease of this process is renewed next."""
        return _RENEW_EVERY_S - self._ticks() % _RENEW_EVERY_S

    async def acquire(self) -> bool:
        """Take it when it is free. Raises StreamUnreachable."""
        asked_s = self._ticks()
        taken = await self._stream.acquire_lease(self.part, self._owner, LEASE_S)
        self._ours_until_s = asked_s + LEASE_S if taken else -math.inf
        return taken

    async def renew(self) -> None:
        """Hold it for longer. Raises LeaseGone, StreamUnreachable."""
        asked_s = self._ticks()
        if not await self._stream.renew_lease(self.part, self._owner, LEASE_S):
            raise LeaseGone("lease expired")
        self._ours_until_s = asked_s + LEASE_S

    async def give_back(self) -> None:
        """Release it so that another can take it at once; if the server does not answer, it expires."""
        self._ours_until_s = -math.inf
        try:
            await self._stream.release_lease(self.part, self._owner)
        except StreamUnreachable as error:
            _log.info("%s: lease not given back: %s", self.part, error)


async def _at_once() -> bool:
    return True


async def serve(
    lease: Lease,
    work: Callable[[], Coroutine[Any, Any, None]],
    wait: Wait = asyncio.sleep,
    wanted: Callable[[], Awaitable[bool]] = _at_once,
) -> None:
    """Run endless ``work`` whenever it is wanted and the lease is free; start it again after every outage.

    ``work`` raises LeaseGone when another process took over or it is no longer wanted.
    """
    pause_s = _RETRY_FIRST_S
    while True:
        try:
            if await wanted() and await lease.acquire():
                _log.info("%s: lease taken", lease.part)
                await _hold(lease, work, wait)
            pause_s = _RETRY_FIRST_S
            await wait(_RENEW_EVERY_S)
        except LeaseGone as lost:
            _log.warning("%s: %s", lease.part, lost)
        except _OUTAGE as outage:
            _log.warning("%s: %s; again in %.1f s", lease.part, outage, pause_s)
            await wait(pause_s)
            pause_s = min(2 * pause_s, _RETRY_MAX_S)
        stop_if_cancelled()


async def _hold(lease: Lease, work: Callable[[], Coroutine[Any, Any, None]], wait: Wait) -> None:
    """Work and renew until one of them fails, then give the lease back; raises what failed first."""
    try:
        await until_one_fails([_renew(lease, wait), work()])
    finally:
        await lease.give_back()


async def _renew(lease: Lease, wait: Wait) -> None:
    while True:
        # All leases renew at the same moment: one write to disk and one wake-up for all of them.
        await wait(lease.renewal_in_s())
        await lease.renew()
        stop_if_cancelled()
