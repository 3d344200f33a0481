"""The collector: reads each feed's stream in order under a lease, writes, publishes, forgets; survives outages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from redis.exceptions import RedisError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.feed import Feed
from intake import unclaimed, waiting
from intake.session import Entry, Session, alike
from intake.stopping import stop_if_cancelled
from intake.together import until_one_fails
from store.intake import IntakeStore, LostLease
from store.live_state import LiveState
from store.raw_stream import RawStream, StreamUnreachable
from store.registry import Registry

_log = logging.getLogger(__name__)
# Long enough for one slow batch, short enough that a dead collector's feeds are taken over within seconds.
LEASE_S = 6.0
_RENEW_EVERY_S = LEASE_S / 3
# Well below what the client waits for an answer; what arrives ends it at once.
_BLOCK_MS = 5_000
_RETRY_FIRST_S = 0.1
_RETRY_MAX_S = 2.0
# A read takes as many entries as make about this many bytes, so a backlog of files stays out of memory.
_READ_BYTES = 2_048 * 2**10
_READ_FIRST, _READ_MAX = 8, 2_000
# A stream of single fixes is taken in steps: one commit and one announcement for all of a step. A lone fix never waits.
_STEP_S = 0.05
_OUTAGE = (StreamUnreachable, RedisError, SQLAlchemyError, OSError)


class LeaseGone(Exception):  # noqa: N818 - it names what happened, not a fault
    """The lease of a feed was not renewed in time; someone else may read it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a collector works with."""

    stream: RawStream
    live: LiveState
    engine: Engine
    feeds: Mapping[str, Feed]
    clock: Callable[[], datetime]
    ticks: Callable[[], float]
    wait: Callable[[float], Awaitable[object]] = asyncio.sleep


class Collector:
    """One collector; ``owner`` names it in leases. Any number may run, each feed is read by one of them."""

    def __init__(self, parts: Parts, owner: str) -> None:
        self._parts = parts
        self._owner = owner

    async def run(self) -> None:
        """Serve all feeds until cancelled."""
        feeds = [*self._parts.feeds.values(), waiting.FEED, unclaimed.UNCLAIMED]
        async with asyncio.TaskGroup() as tasks:
            for feed in feeds:
                tasks.create_task(self._serve(feed), name=f"feed {feed.key}")

    async def _serve(self, feed: Feed) -> None:
        """Take the feed's lease whenever it is free; come back after every outage, from what the database says."""
        pause_s = _RETRY_FIRST_S
        while True:
            try:
                asked_s = self._parts.ticks()
                if await self._parts.stream.acquire_lease(feed.key, self._owner, LEASE_S):
                    _log.info("%s: reading", feed.key)
                    await FeedReader(feed, self._parts, self._owner, ours_until_s=asked_s + LEASE_S).hold()
                pause_s = _RETRY_FIRST_S
                await self._parts.wait(_RENEW_EVERY_S)
            except (LostLease, LeaseGone) as lost:
                _log.warning("%s: %s", feed.key, lost)
            except _OUTAGE as outage:
                _log.warning("%s: %s; again in %.1f s", feed.key, outage, pause_s)
                await self._parts.wait(pause_s)
                pause_s = min(2 * pause_s, _RETRY_MAX_S)
            stop_if_cancelled()


class FeedReader:
    """Reads one feed while its lease is held; made anew, from the database, each time the lease is taken.

    ``ours_until_s`` (ticks): until then nobody else can have the lease.
    """

    def __init__(self, feed: Feed, parts: Parts, owner: str, *, ours_until_s: float = 0.0) -> None:
        self._feed = feed
        self._parts = parts
        self._owner = owner
        self._ours_until_s = ours_until_s
        self._store = IntakeStore(parts.engine)
        self._registry = Registry(parts.engine)
        self._one_at_a_time = asyncio.Lock()
        self._count = _READ_FIRST
        self._session: Session

    async def hold(self) -> None:
        """Read and renew until one of them fails, then give the lease back; raises what failed first."""
        try:
            await self.open()
            stop_if_cancelled()
            await until_one_fails([self._renew(), self._read()])
        finally:
            await self._give_back()

    async def open(self) -> None:
        """Load what the database knows of the feed and bring the live state in line with it."""
        parts = self._parts
        now = parts.clock()
        self._session = await asyncio.to_thread(Session, self._feed, self._store, self._registry, now)
        await parts.stream.forget(self._feed.key, self._session.cursor)
        await self._restore_markers()

    async def read_once(self, block_ms: int = _BLOCK_MS) -> int:
        """One batch: read, judge, publish, write, forget; returns the number of entries."""
        parts = self._parts
        entries = await parts.stream.read(self._feed.key, self._session.cursor, self._count, block_ms)
        if not entries:
            await self._look_again()
            return 0
        entries = alike(entries)
        async with self._one_at_a_time:
            judged = await asyncio.to_thread(self._session.judge, entries)
            # What the stream holds is on disk and will be written, by whoever reads it next: it need not be waited for.
            # One that may have lost its lease unnoticed judges by what it remembers, so it has to write first.
            surely_ours = parts.ticks() < self._ours_until_s
            if surely_ours:
                await parts.live.publish_positions(judged.moved)
            digested = await asyncio.to_thread(self._session.keep, judged, parts.clock(), parts.ticks())
        await parts.live.publish_positions((*(() if surely_ours else judged.moved), *digested.renamed))
        await parts.live.remove_vehicles(digested.gone)
        # At once: one waking of the server for both, and the evaluator need not wait for the trimming to be on disk.
        await asyncio.gather(
            parts.live.announce_dirty(self._feed.key), parts.stream.forget(self._feed.key, self._session.cursor)
        )
        self._count = _next_count(entries)
        return len(entries)

    async def _look_again(self) -> None:
        """Nothing arrives: a device that went to another fleet would stay on the map until something does."""
        if not self._feed.is_tracked:
            return
        async with self._one_at_a_time:
            found = await asyncio.to_thread(self._session.look_again, self._parts.clock(), self._parts.ticks())
        await self._parts.live.publish_positions(found[0])
        await self._parts.live.remove_vehicles(found[1])

    async def _read(self) -> None:
        while True:
            begun_s = self._parts.ticks()
            await self.read_once()
            stop_if_cancelled()
            await self._parts.wait(max(0.0, begun_s + _STEP_S - self._parts.ticks()))

    async def _renew(self) -> None:
        while True:
            # All feeds at the same moments: what comes together is one write to disk and one waking for all of them.
            await self._parts.wait(_RENEW_EVERY_S - self._parts.ticks() % _RENEW_EVERY_S)
            asked_s = self._parts.ticks()
            if not await self._parts.stream.renew_lease(self._feed.key, self._owner, LEASE_S):
                raise LeaseGone("lease expired")
            self._ours_until_s = asked_s + LEASE_S
            stop_if_cancelled()

    async def _give_back(self) -> None:
        try:
            await self._parts.stream.release_lease(self._feed.key, self._owner)
        except StreamUnreachable as error:
            _log.info("%s: lease not given back: %s", self._feed.key, error)

    async def _restore_markers(self) -> None:
        """Live state is a cache: after a crash between commit and publish it is behind the database."""
        async with self._one_at_a_time:
            positions = self._session.positions()
        ids = {position.id for position in positions}
        shown = [vehicle for vehicle in await self._parts.live.vehicles() if vehicle.id not in ids]
        await self._parts.live.publish_positions(positions)
        await self._parts.live.remove_vehicles(self._session.misplaced(shown))


def _next_count(entries: Sequence[Entry]) -> int:
    """How many entries to read next, from the size of these."""
    mean_bytes = sum(len(payload.body) + len(payload.query) for _, payload in entries) / len(entries) + 1
    return max(1, min(_READ_MAX, int(_READ_BYTES / mean_bytes), 4 * len(entries) + _READ_FIRST))
