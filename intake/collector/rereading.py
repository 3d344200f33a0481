"""Read archived raw messages again with today's decoder, through the stream and the collector as usual."""

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from domain.case import CaseEvent
from domain.feeds.feed import Feed
from domain.observation import Fix, Observation, Rejection
from intake.collector.session import stored_key
from intake.messages.decoding import decode
from intake.messages.fix_quality import refusal
from intake.messages.placing import Registered
from store.cases import Cases
from store.intake import IntakeStore
from store.keeping.raw_archive import Entry
from store.keeping.rereads import Reread, Rereads
from store.revisions import statement
from store.valkey.raw_stream import RawStream

# At most this many wait in the stream, so new messages behind them wait a fraction of a second.
WAITING_AT_MOST = 500
# A collector takes over a feed within seconds; after this many idle rounds assume that none runs.
_PATIENCE_ROUNDS = 300
_ROUND_S = 0.1

Wait = Callable[[float], Awaitable[object]]


class NobodyReads(Exception):  # noqa: N818 - it names what happened, not a fault
    """No collector read the stream for a while; the appended entries stay there until one does."""


async def reread(
    feed: str,
    batches: Iterable[Sequence[Entry]],
    stream: RawStream,
    rereads: Rereads,
    now: datetime,
    *,
    told: Callable[[int, Reread], None],
    wait: Wait = asyncio.sleep,
) -> Reread:
    """Append the entries of ``batches`` to the stream of ``feed``, wait until all are read, return the counts.

    ``told`` gets progress: entries appended and the counts so far. Raises NobodyReads, StreamUnreachable.
    """
    id_ = secrets.token_hex(8)
    await asyncio.to_thread(rereads.begin, id_, feed, now)
    appended = 0
    for batch in batches:
        for start in range(0, len(batch), WAITING_AT_MOST):
            await _room(stream, feed, wait)
            portion = batch[start : start + WAITING_AT_MOST]
            await stream.append_many([replace(payload, again=f"{id_}/{stream_id}") for stream_id, payload in portion])
            appended += len(portion)
            told(appended, await asyncio.to_thread(rereads.found, id_))
    found, idle = await asyncio.to_thread(rereads.found, id_), 0
    while found.read < appended:
        await wait(_ROUND_S)
        before, found = found.read, await asyncio.to_thread(rereads.found, id_)
        idle = 0 if found.read > before else idle + 1
        if idle > _PATIENCE_ROUNDS:
            raise NobodyReads(feed)
    told(appended, found)
    return found


async def _room(stream: RawStream, feed: str, wait: Wait) -> None:
    shortest, idle = await stream.length(feed), 0
    while (length := await stream.length(feed)) > WAITING_AT_MOST:
        idle = 0 if length < shortest else idle + 1
        shortest = min(shortest, length)
        if idle > _PATIENCE_ROUNDS:
            raise NobodyReads(feed)
        await wait(_ROUND_S)


def rehearse(
    feed: Feed, batches: Iterable[Sequence[Entry]], store: IntakeStore, cases: Cases, registered: Registered
) -> Reread:
    """Count what reading again would give, writing nothing; each item is judged alone, not beside its neighbours.

    ``resolved`` stays 0: only a real reading shows which earlier refusals disappear.
    """
    read = accepted = repeats = refused = 0
    for batch in batches:
        items = [item for _, payload in batch for item in decode(feed, payload, registered)]
        good = [item for item in items if not isinstance(item, Rejection)]
        fixes = [item for item in good if isinstance(item, Fix)]
        believed = [fix for fix in fixes if refusal(fix) is None]
        observed = [item for item in good if isinstance(item, Observation)]
        events = [item for item in good if isinstance(item, CaseEvent)]
        stored = store.known_fixes(map(stored_key, believed))
        said = store.said_before(observed)
        known = [stored_key(fix) in stored for fix in believed] + [statement(item) in said for item in observed]
        read += len(batch)
        refused += len(items) - len(good) + len(fixes) - len(believed)
        told = sum(known) + cases.repeats(events)
        repeats += told
        accepted += len(known) + len(events) - told
    return Reread(read=read, accepted=accepted, repeats=repeats, refused=refused)


def report(found: Reread) -> str:
    """The counts in both languages."""
    return "\n".join(
        (
            f"đọc / read: {found.read}",
            f"nhận mới / accepted, new: {found.accepted}",
            f"trùng / repeats: {found.repeats}",
            f"đính chính / corrected: {found.corrected}",
            f"từ chối / refused: {found.refused}",
            f"hết bị từ chối / no longer refused: {found.resolved}",
        )
    )


def show_progress(appended: int, found: Reread) -> None:
    """Redraw one progress line on a terminal; print nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\rđã gửi / sent {appended}, đã đọc / read {found.read}", end="", file=sys.stderr, flush=True)
