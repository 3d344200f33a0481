"""Tables of cases as they stand: one row a dossier or an item of feedback, made of its newest record."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, String, Table, Text, text

from domain.services.dossier import FACTS
from store.tables.base import metadata

_OPEN = text("ended_ms IS NULL")

dossiers = Table(
    "dossiers",
    metadata,
    Column("case_key", String(64), primary_key=True),
    Column("feed", String(64), nullable=False),
    Column("office", String(64), nullable=False),
    Column("place", String(16), nullable=False),
    Column("procedure", String(64), nullable=False),
    Column("field", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger),
    Column("ended_ms", BigInteger),
    Column("refused", Boolean, nullable=False),
    Column("supplements", SmallInteger, nullable=False),
    Column("waits", Boolean, nullable=False),
    *(Column(name, Boolean, nullable=False) for name in FACTS),
    Column("kind", String(16), nullable=False),
    Column("told_ms", BigInteger, nullable=False),
    Index("ix_dossiers_open", "due_ms", "office", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(None, "received_ms", "office"),
    Index(None, "ended_ms", "office"),
    Index(None, "office", "procedure", "received_ms"),
    Index(None, "told_ms"),
)

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

# A centre's own days in place of the release's (store/seed/working_days.csv): swap days, Tết as the Government decided.
working_days = Table(
    "working_days",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("works", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
)
