"""Tables of how feeds stand: cursors, counts, what was refused."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from store.tables.base import metadata, serial

rejections = Table(
    "rejections",
    metadata,
    Column("id", serial, primary_key=True, autoincrement=True),
    Column("feed", String(64), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("stream_id", String(40), nullable=False),
    Column("item", Integer, nullable=False),
    Index(None, "feed", "id"),
)


feed_state = Table(
    "feed_state",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("accepted", BigInteger, nullable=False, server_default=text("0")),
    Column("duplicates", BigInteger, nullable=False, server_default=text("0")),
    Column("rejected", BigInteger, nullable=False, server_default=text("0")),
    Column("late", BigInteger, nullable=False, server_default=text("0")),
    Column("corrected", BigInteger, nullable=False, server_default=text("0")),
    Column("batch", BigInteger, nullable=False, server_default=text("0")),
    Column("last_received_ms", BigInteger),
    Column("last_at_ms", BigInteger),
    Column("parts", Integer, nullable=False, server_default=text("1")),
)


# How far each part of a feed is in the database; feed_state.parts is the feed's current number of parts.
feed_cursors = Table(
    "feed_cursors",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("parts", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("last_stream_id", String(40), nullable=False),
)
