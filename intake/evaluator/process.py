"""The evaluator's loop under a lease: tick after changes and at least every 10 s, publish, flush, redo past days."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from domain.feeds.feed import Feed
from domain.feeds.part import Part
from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE
from intake.evaluator.tick import TickChanges, Ticks
from intake.running.leased import Lease, LeaseGone, serve
from intake.running.together import until_one_fails
from store import territories
from store.registry import Registry
from store.results import LostTurn
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream
from store.valkey.stopping import stop_if_cancelled

AT_MOST_EVERY_S = 1.0
AT_LEAST_EVERY_S = 10.0
_LEASE = Part("evaluation")


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
        await serve(Lease(_LEASE, self._parts.stream, self._owner, time.monotonic), self._work, self._parts.wait)

    async def open(self) -> None:
        """Load the state from the database and publish the newest results."""
        parts = self._parts
        places = await asyncio.to_thread(Registry(parts.engine).places, IN_FORCE)
        codes, sets = [place.code for place in places], territories.place_sets(IN_FORCE)
        self._ticks = await asyncio.to_thread(
            Ticks, parts.engine, parts.feeds, parts.kpis, places=codes, sets=sets, now=parts.clock()
        )
        await parts.live.publish_results(self._ticks.newest)

    async def once(self) -> None:
        """One tick, then the work that may wait: a slice of the history, a few past days."""
        now = self._parts.clock()
        self._ticks.behind = await self._parts.stream.behind(self._parts.feeds, now)
        told = await asyncio.to_thread(self._evaluate, now)
        await self._parts.live.publish(results=told.results, events=told.events, feeds=told.feeds)
        if await asyncio.to_thread(self._later, now):
            self._dirty.set()

    async def _work(self) -> None:
        try:
            await self.open()
            await until_one_fails([self._listen(), self._evaluate_for_ever()])
        except LostTurn as lost:
            raise LeaseGone(str(lost)) from lost

    async def _evaluate_for_ever(self) -> None:
        while True:
            self._dirty.clear()
            await self.once()
            stop_if_cancelled()
            await self._parts.wait(AT_MOST_EVERY_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(AT_LEAST_EVERY_S - AT_MOST_EVERY_S):
                    await self._dirty.wait()

    async def _listen(self) -> None:
        async for _ in self._parts.live.dirty():
            self._dirty.set()

    def _evaluate(self, now: datetime) -> TickChanges:
        self._ticks.take(now)
        return self._ticks.once(now)

    def _later(self, now: datetime) -> int:
        """Write a slice of the history and evaluate a few past days; returns how many days."""
        self._ticks.flush(now)
        return self._ticks.past(now)
