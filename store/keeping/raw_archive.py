"""Archives raw messages for some days: one row per collector batch, in its transaction, so exactly once."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from domain.feeds.feed import Payload
from domain.instant import to_ms
from store.database import execute_many
from store.tables.retention import raw
from store.valkey.raw_stream import fields_of, payload_of

# A body is a sequence of entries, deflated at level 1, which costs a hundredth of decoding. An entry is its number of
# fields, then for each field the lengths of name and value, the name and the value.
_COUNT = struct.Struct(">H")
_FIELD = struct.Struct(">HI")
_LEVEL = 1
_ID = b"id"
_ONE_MORE = raw.insert().inline()

Entry = tuple[str, Payload]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBatch:
    """Packed entries of one feed; ``told_bytes`` is their size before packing."""

    feed: str
    since_ms: int
    until_ms: int
    entries: int
    told_bytes: int
    body: bytes


def packed(entries: Sequence[Entry]) -> RawBatch | None:
    """Stream entries (id, payload) of one feed for the archive; None when there are none."""
    if not entries:
        return None
    parts: list[bytes] = []
    for stream_id, payload in entries:
        fields = fields_of(payload)
        parts += (_COUNT.pack(len(fields) + 1), _FIELD.pack(len(_ID), len(stream_id)), _ID, stream_id.encode())
        for name, value in fields.items():
            parts += (_FIELD.pack(len(name), len(value)), name.encode(), value)
    told = b"".join(parts)
    received = [to_ms(payload.received_at) for _, payload in entries]
    return RawBatch(
        feed=entries[0][1].feed,
        since_ms=min(received),
        until_ms=max(received),
        entries=len(entries),
        told_bytes=len(told),
        body=zlib.compress(told, _LEVEL),
    )


def unpacked(feed: str, body: bytes) -> list[Entry]:
    """The original entries of a row."""
    told, at = zlib.decompress(body), 0
    found: list[Entry] = []
    while at < len(told):
        (count,) = _COUNT.unpack_from(told, at)
        at += _COUNT.size
        fields: dict[bytes, bytes] = {}
        for _ in range(count):
            name_length, length = _FIELD.unpack_from(told, at)
            at += _FIELD.size
            name, at = told[at : at + name_length], at + name_length
            fields[name], at = told[at : at + length], at + length
        found.append((fields.pop(_ID).decode(), payload_of(feed, fields)))
    return found


def archive(connection: Connection, batch: RawBatch) -> None:
    """Archive a batch in the transaction that stores its decoded content."""
    row = {
        "feed": batch.feed,
        "since_ms": batch.since_ms,
        "until_ms": batch.until_ms,
        "entries": batch.entries,
        "bytes": batch.told_bytes,
        "kept_bytes": len(batch.body),
        "body": batch.body,
    }
    execute_many(connection, _ONE_MORE, [row])


class RawArchive:
    """Reads archived raw messages; blocking."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def batches(self, feed: str, since: datetime, until: datetime) -> Iterator[list[Entry]]:
        """Entries of ``feed`` received in [since, until), in order of arrival, one batch at a time."""
        c, last = raw.c, 0
        begin_ms, end_ms = to_ms(since), to_ms(until)
        here = (c.feed == feed, c.until_ms >= begin_ms, c.since_ms < end_ms)
        while True:
            query = select(c.id, c.body).where(*here, c.id > last).order_by(c.id).limit(1)
            with self._engine.connect() as connection:
                row = connection.execute(query).first()
            if row is None:
                return
            last = row.id
            chosen = [entry for entry in unpacked(feed, row.body) if since <= entry[1].received_at < until]
            if chosen:
                yield chosen
