"""Tables of raw payloads, re-readings, retention runs and leases."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, text

from store.tables.base import metadata, serial
from store.tables.feeds import rejections

# One row per collector batch, written in its transaction; store/keeping/raw_archive.py packs ``body``.
raw = Table(
    "raw",
    metadata,
    Column("id", serial, primary_key=True, autoincrement=True),
    Column("feed", String(64), nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("kept_bytes", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "until_ms", "kept_bytes"),
    Index(None, "feed", "id"),
)

rereads = Table(
    "rereads",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("feed", String(64), nullable=False),
    Column("began_ms", BigInteger, nullable=False),
    Column("read", BigInteger, nullable=False, server_default=text("0")),
    Column("accepted", BigInteger, nullable=False, server_default=text("0")),
    Column("repeats", BigInteger, nullable=False, server_default=text("0")),
    Column("corrected", BigInteger, nullable=False, server_default=text("0")),
    Column("refused", BigInteger, nullable=False, server_default=text("0")),
    Column("resolved", BigInteger, nullable=False, server_default=text("0")),
)

# The newest run of each rule of store/keeping/retention.py.
retention_runs = Table(
    "retention_runs",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("days", Integer, nullable=False),
    Column("removed", BigInteger, nullable=False),
    Column("removed_ever", BigInteger, nullable=False),
    Column("bytes", BigInteger),
    Column("held_bytes", BigInteger),
    Column("limit_bytes", BigInteger),
    Column("early", Boolean, nullable=False),
    Column("problem", Text, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)

Index("ix_rejections_received_ms", rejections.c.received_ms)
Index("ix_rejections_feed_stream_id", rejections.c.feed, rejections.c.stream_id)
