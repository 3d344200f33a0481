"""Tables of feedback: a row an item, of its newest record, and what the public reads about it."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, text

from store.tables.base import metadata

_OPEN = text("ended_ms IS NULL")

# ``due_ms``: until when it is to be answered or refused, the clock's stops counted; null while the clock stands.
feedback_items = Table(
    "feedback_items",
    metadata,
    Column("case_key", String(64), primary_key=True),
    Column("feed", String(64), nullable=False),
    Column("office", String(64), nullable=False),
    Column("place", String(16), nullable=False),
    Column("field", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("contacted_ms", BigInteger),
    Column("due_ms", BigInteger),
    Column("waits", Boolean, nullable=False),
    Column("ended_ms", BigInteger),
    Column("refused", Boolean, nullable=False),
    Column("published_ms", BigInteger),
    Column("liked", Boolean),
    Column("repeated", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("told_ms", BigInteger, nullable=False),
    Index("ix_feedback_items_open", "due_ms", "office", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(None, "ended_ms"),
    Index(None, "received_ms"),
    Index(None, "told_ms"),
)

# What the public reads about an item, once ``approved_ms`` is set; see `domain.services.notice`.
feedback_notices = Table(
    "feedback_notices",
    metadata,
    Column("case_key", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("written_by", Text, nullable=False),
    Column("written_ms", BigInteger, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("approved_ms", BigInteger),
    Index(None, "written_ms"),
)
