"""The collector: reads each feed's stream in order under a lease, writes, publishes, forgets; survives outages."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from domain.feed import Feed
from intake import unclaimed
from intake.leased import Lease, LeaseGone, serve
from intake.session import Entry, Session, alike
from intake.stopping import stop_if_cancelled
from store.intake import IntakeStore, LostLease
from store.live_state import LiveState
from store.raw_stream import RawStream
from store.registry import Registry

# Well below what the client waits for an answer; what arrives ends it at once.
_BLOCK_MS = 5_000
# A read takes as many entries as make about this many bytes, so a backlog of files stays out of memory.
_READ_BYTES = 2_048 * 2**10
_READ_FIRST, _READ_MAX = 8, 2_000
# A stream of single fixes is taken in steps: one commit and one announcement for all of a step. A lone fix never waits.
_STEP_S = 0.05


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
        feeds = [*self._parts.feeds.values(), unclaimed.UNCLAIMED]
        async with asyncio.TaskGroup() as tasks:
            for feed in feeds:
                tasks.create_task(self._serve(feed), name=f"feed {feed.key}")

    async def _serve(self, feed: Feed) -> None:
        parts = self._parts
        lease = Lease(feed.key, parts.stream, self._owner, parts.ticks)

        async def read() -> None:
            await FeedReader(feed, parts, surely_ours=lease.surely_ours).run()

        await serve(lease, read, parts.wait)


class FeedReader:
    """Reads one feed while its lease is held; made anew, from the database, each time the lease is taken.

    ``surely_ours`` says whether nobody else can have the lease now.
    """

    def __init__(self, feed: Feed, parts: Parts, *, surely_ours: Callable[[], bool] = lambda: False) -> None:
        self._feed = feed
        self._parts = parts
        self._surely_ours = surely_ours
        self._store = IntakeStore(parts.engine)
        self._registry = Registry(parts.engine)
        self._one_at_a_time = asyncio.Lock()
        self._count = _READ_FIRST
        self._session: Session

    async def run(self) -> None:
        """Read for ever, from what the database says. Raises LeaseGone when another took over."""
        try:
            await self.open()
            while True:
                stop_if_cancelled()
                begun_s = self._parts.ticks()
                await self.read_once()
                stop_if_cancelled()
                await self._parts.wait(max(0.0, begun_s + _STEP_S - self._parts.ticks()))
        except LostLease as lost:
            raise LeaseGone(str(lost)) from lost

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
            return 0
        entries = alike(entries)
        async with self._one_at_a_time:
            judged = await asyncio.to_thread(self._session.judge, entries)
            # What the stream holds is on disk and will be written, by whoever reads it next: it need not be waited for.
            # One that may have lost its lease unnoticed judges by what it remembers, so it has to write first.
            surely_ours = self._surely_ours()
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
