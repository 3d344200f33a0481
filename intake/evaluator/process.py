"""The evaluator's loop: under a lease, a tick after every change and as time passes; publish, flush, past days."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from redis.exceptions import RedisError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.feed import Feed
from domain.kpi import Kpi
from domain.place import IN_FORCE
from intake.evaluator.tick import Ticks, Told
from intake.stopping import stop_if_cancelled
from intake.together import until_one_fails
from store import territories
from store.live_state import LiveState
from store.raw_stream import RawStream, StreamUnreachable
from store.registry import Registry
from store.results import LostTurn

AT_MOST_EVERY_S = 1.0
AT_LEAST_EVERY_S = 10.0
LEASE_S = 6.0
_LEASE = "evaluation"
_RETRY_S = 1.0
_OUTAGE = (StreamUnreachable, RedisError, SQLAlchemyError, OSError)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything an evaluator works with."""

    stream: RawStream
    live: LiveState
    engine: Engine
    feeds: Mapping[str, Feed]
    kpis: Mapping[str, Kpi]
    clock: Callable[[], datetime]
    wait: Callable[[float], Awaitable[object]] = asyncio.sleep


class Evaluator:
    """One evaluator; any number may run, one at a time evaluates and the others stand by."""

    def __init__(self, parts: Parts, owner: str) -> None:
        self._parts = parts
        self._owner = owner
        self._dirty = asyncio.Event()
        self._ticks: Ticks

    async def run(self) -> None:
        """Evaluate whenever the lease is free, through every outage; ends by cancellation."""
        while True:
            try:
                if await self._parts.stream.acquire_lease(_LEASE, self._owner, LEASE_S):
                    await self._hold()
            except LostTurn as lost:
                _log.warning("%s", lost)
            except _OUTAGE as outage:
                _log.warning("%s; again in %.1f s", outage, _RETRY_S)
            stop_if_cancelled()
            await self._parts.wait(_RETRY_S)

    async def open(self) -> None:
        """Take up everything where the database left it, and publish the newest results as they stand."""
        parts = self._parts
        places = await asyncio.to_thread(Registry(parts.engine).places, IN_FORCE)
        codes, sets = [place.code for place in places], territories.place_sets(IN_FORCE)
        self._ticks = await asyncio.to_thread(
            Ticks, parts.engine, parts.feeds, parts.kpis, places=codes, sets=sets, now=parts.clock()
        )
        await parts.live.publish_results(self._ticks.newest)

    async def once(self) -> None:
        """One tick, then what may wait: a slice of the history, a few past days."""
        now = self._parts.clock()
        told = await asyncio.to_thread(self._evaluate, now)
        await self._parts.live.publish(results=told.results, events=told.events, feeds=told.feeds)
        if await asyncio.to_thread(self._later, now):
            self._dirty.set()

    async def _hold(self) -> None:
        """Evaluate until the lease is lost or something fails; the lease is given back."""
        try:
            await self.open()
            await until_one_fails([self._renew(), self._listen(), self._evaluate_for_ever()])
        finally:
            with suppress(StreamUnreachable):
                await self._parts.stream.release_lease(_LEASE, self._owner)

    async def _evaluate_for_ever(self) -> None:
        while True:
            self._dirty.clear()
            await self.once()
            stop_if_cancelled()
            await self._parts.wait(AT_MOST_EVERY_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(AT_LEAST_EVERY_S - AT_MOST_EVERY_S):
                    await self._dirty.wait()

    async def _renew(self) -> None:
        while True:
            await self._parts.wait(LEASE_S / 3)
            if not await self._parts.stream.renew_lease(_LEASE, self._owner, LEASE_S):
                raise LostTurn("the lease of evaluation expired")
            stop_if_cancelled()

    async def _listen(self) -> None:
        async for _ in self._parts.live.dirty():
            self._dirty.set()

    def _evaluate(self, now: datetime) -> Told:
        self._ticks.take(now)
        return self._ticks.once(now)

    def _later(self, now: datetime) -> int:
        """How many past days were evaluated."""
        self._ticks.flush(now)
        return self._ticks.past(now)
