"""The collector: reads each part of each feed in order under a lease, writes, publishes, forgets; survives outages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from domain.feeds.feed import Feed
from domain.feeds.part import Part
from intake.collector.session import Entry, Session, alike
from intake.messages import unclaimed, waiting
from intake.running.leased import Lease, LeaseGone, serve
from intake.running.together import until_one_fails
from store.intake import IntakeStore, LostLease
from store.registry import Registry
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream, StreamUnreachable
from store.valkey.stopping import stop_if_cancelled

_log = logging.getLogger(__name__)
# How often a collector checks for entries that wait under another number of parts.
_LOOK_EVERY_S = 2.0
# Well below the client's timeout; a new entry ends the wait at once.
_BLOCK_MS = 5_000
# A read takes as many entries as make about this many bytes, so a backlog of files stays out of memory.
_READ_BYTES = 2_048 * 2**10
_READ_FIRST, _READ_MAX = 8, 2_000
# Read frequent single fixes in steps: one commit and one announcement a step. A lone fix never waits.
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
    """One collector; ``owner`` names it in leases. Any number may run, each part of a feed is read by one of them."""

    def __init__(self, parts: Parts, owner: str) -> None:
        self._parts = parts
        self._owner = owner
        # Parts of other divisions in which entries wait; None before the first look.
        self._earlier: frozenset[Part] | None = None
        self._looked = asyncio.Condition()

    async def run(self) -> None:
        """Serve all feeds until cancelled."""
        feeds = {**self._parts.feeds, waiting.FEED.key: waiting.FEED, unclaimed.KEY: unclaimed.UNCLAIMED}
        of = self._parts.stream.parts
        async with asyncio.TaskGroup() as tasks:
            for feed in feeds.values():
                for part in (Part(feed.key, number, of) for number in range(of)):
                    tasks.create_task(self._serve(feed, part), name=f"part {part}")
            tasks.create_task(self._look(feeds, tasks), name="earlier parts")

    async def _serve(self, feed: Feed, part: Part) -> None:
        parts = self._parts
        lease = Lease(part, parts.stream, self._owner, parts.ticks)

        async def wanted() -> bool:
            async with self._looked:
                await self._looked.wait_for(lambda: self._earlier is not None)
                return self._has_turn(part)

        async def watch() -> None:
            async with self._looked:
                await self._looked.wait_for(lambda: not self._has_turn(part))
            raise LeaseGone("parts of another division are read first" if part.of == parts.stream.parts else "read out")

        async def read() -> None:
            reader = FeedReader(feed, parts, part, surely_ours=lease.surely_ours)
            await until_one_fails([reader.run(), watch()])

        await serve(lease, read, parts.wait, wanted)

    def _has_turn(self, part: Part) -> bool:
        """Whether to read a part now: entries that wait under an earlier number of parts go first."""
        earlier = self._earlier or frozenset()
        return part in earlier or (
            part.of == self._parts.stream.parts and all(other.feed != part.feed for other in earlier)
        )

    async def _look(self, feeds: Mapping[str, Feed], tasks: asyncio.TaskGroup) -> None:
        """Find entries that wait under another number of parts, of all feeds at once, and read them out."""
        stream, served = self._parts.stream, set[Part]()
        while True:
            try:
                earlier = frozenset(part for part in await stream.waiting(*feeds) if part.of != stream.parts)
            except StreamUnreachable as outage:
                if self._earlier is None:  # later the readers log it
                    _log.warning("%s; again in %.0f s", outage, _LOOK_EVERY_S)
            else:
                async with self._looked:
                    self._earlier = earlier
                    self._looked.notify_all()
                for part in earlier - served:
                    served.add(part)
                    tasks.create_task(self._serve(feeds[part.feed], part), name=f"part {part}")
            stop_if_cancelled()
            await self._parts.wait(_LOOK_EVERY_S)


class FeedReader:
    """Reads one part of a feed while its lease is held; rebuilt from the database each time the lease is taken.

    ``surely_ours`` says whether nobody else can have the lease now.
    """

    def __init__(
        self, feed: Feed, parts: Parts, part: Part | None = None, *, surely_ours: Callable[[], bool] = lambda: False
    ) -> None:
        self._feed = feed
        self._part = part or Part(feed.key)
        self._parts = parts
        self._surely_ours = surely_ours
        self._store = IntakeStore(parts.engine)
        self._registry = Registry(parts.engine)
        self._one_at_a_time = asyncio.Lock()
        self._count = _READ_FIRST
        self._session: Session

    async def run(self) -> None:
        """Read for ever, from the database's cursor on. Raises LeaseGone when another collector took over."""
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
        self._session = await asyncio.to_thread(Session, self._feed, self._part, self._store, self._registry, now)
        await parts.stream.forget(self._part, self._session.cursor)
        await self._restore_markers()

    async def read_once(self, block_ms: int = _BLOCK_MS) -> int:
        """One batch: read, judge, publish, write, forget; returns the number of entries."""
        parts = self._parts
        entries = await parts.stream.read(self._part, self._session.cursor, self._count, block_ms)
        if not entries:
            await self._look_again()
            return 0
        entries = alike(entries)
        async with self._one_at_a_time:
            judged = await asyncio.to_thread(self._session.judge, entries, parts.clock())
            # Publish before writing: the stream is on disk, so whoever reads it next will write these entries.
            # A collector that may have lost its lease judges from an outdated memory: it must write first.
            surely_ours = self._surely_ours()
            if surely_ours:
                await parts.live.publish_positions(judged.moved)
            digested = await asyncio.to_thread(self._session.keep, judged, parts.clock(), parts.ticks())
        await parts.live.publish_positions((*(() if surely_ours else judged.moved), *digested.renamed))
        await parts.live.remove_vehicles(digested.gone)
        # Both at once: the server wakes once, and the evaluator does not wait until the trimming is on disk.
        await asyncio.gather(
            parts.live.announce_dirty(self._feed.key), parts.stream.forget(self._part, self._session.cursor)
        )
        self._count = _next_count(entries)
        return len(entries)

    async def _look_again(self) -> None:
        """Without new entries, take devices that moved to another fleet off the map."""
        if not self._feed.is_tracked:
            return
        async with self._one_at_a_time:
            found = await asyncio.to_thread(self._session.look_again, self._parts.clock(), self._parts.ticks())
        await self._parts.live.publish_positions(found[0])
        await self._parts.live.remove_vehicles(found[1])

    async def _restore_markers(self) -> None:
        """Live state is a cache: after a crash between commit and publish it is behind the database."""
        async with self._one_at_a_time:
            positions = self._session.positions()
        ids = {position.id for position in positions}
        shown = [vehicle for vehicle in await self._parts.live.vehicles() if vehicle.id not in ids]
        await self._parts.live.publish_positions(positions)
        await self._parts.live.remove_vehicles(self._session.misplaced(shown))


def _next_count(entries: Sequence[Entry]) -> int:
    """How many entries to read next, judged by the size of these."""
    mean_bytes = sum(len(payload.body) + len(payload.query) for _, payload in entries) / len(entries) + 1
    return max(1, min(_READ_MAX, int(_READ_BYTES / mean_bytes), 4 * len(entries) + _READ_FIRST))
