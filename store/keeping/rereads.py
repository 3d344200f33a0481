"""Results of re-reading raw messages: counts, stored with each batch, and rejections that were resolved."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, update

from domain.instant import to_ms
from domain.reason import Reason
from store import rows
from store.database import writing
from store.records import RejectedItem
from store.tables.feeds import rejections
from store.tables.retention import rereads

# This rejection depends on the neighbouring fixes, so re-reading the message alone decides nothing.
_OF_CONTEXT = (Reason.IMPOSSIBLE_JUMP.code,)
_CHUNK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """The counts of one re-reading so far.

    ``read`` counts entries. Of their items ``accepted`` are new, ``repeats`` were known, ``corrected`` replaced known
    ones, ``refused`` are still rejected. ``resolved`` counts earlier rejections that no longer hold.
    """

    read: int = 0
    accepted: int = 0
    repeats: int = 0
    corrected: int = 0
    refused: int = 0
    resolved: int = 0


class Rereads:
    """Re-readings in SQL; blocking."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, id_: str, feed: str, now: datetime) -> None:
        """Record the start of a re-reading."""
        with writing(self._engine) as connection:
            connection.execute(rereads.insert().values(id=id_, feed=feed, began_ms=to_ms(now)))

    def found(self, id_: str) -> Reread:
        """The counts of the re-reading so far."""
        c = rereads.c
        query = select(c.read, c.accepted, c.repeats, c.corrected, c.refused, c.resolved).where(c.id == id_)
        with self._engine.connect() as connection:
            return Reread(**connection.execute(query).mappings().one())


def count(connection: Connection, id_: str, more: Reread) -> None:
    """Add to a re-reading's counts, in the transaction that stores its items."""
    c = rereads.c
    added = {name: c[name] + getattr(more, name) for name in Reread.__dataclass_fields__}
    connection.execute(update(rereads).where(c.id == id_).values(added))


def settle(
    connection: Connection,
    feed: str,
    entries: Sequence[str],
    refused: Sequence[RejectedItem],
    elsewhere: Set[tuple[str, int]] = frozenset(),
) -> tuple[int, int]:
    """Replace the rejections of these stream entries by ``refused``; returns (newly rejected, resolved).

    Leaves items (entry, number) that another part reads (``elsewhere``) alone.

    A rejection with the same reason keeps its row.
    """
    known = {at: row for at, row in _known(connection, feed, entries).items() if at not in elsewhere}
    given = {(item.stream_id, item.item): rows.rejection_row(item) for item in refused}
    same = {at for at, row in given.items() if at in known and known[at]["reason"] == row["reason"]}
    gone = [known[at]["id"] for at in known if at not in same]
    for start in range(0, len(gone), _CHUNK):
        connection.execute(delete(rejections).where(rejections.c.id.in_(gone[start : start + _CHUNK])))
    new = [row for at, row in given.items() if at not in same]
    if new:
        connection.execute(rejections.insert(), new)
    return len(given.keys() - known.keys()), len(known.keys() - given.keys())


def _known(connection: Connection, feed: str, entries: Sequence[str]) -> dict[tuple[str, int], Mapping[str, Any]]:
    c = rejections.c
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for start in range(0, len(entries), _CHUNK):
        chunk = entries[start : start + _CHUNK]
        query = select(c.id, c.stream_id, c.item, c.reason).where(
            c.feed == feed, c.stream_id.in_(chunk), c.reason.not_in(_OF_CONTEXT)
        )
        found |= {(row["stream_id"], row["item"]): row for row in connection.execute(query).mappings()}
    return found
