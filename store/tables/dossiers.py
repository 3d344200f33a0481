"""Tables of dossiers: a row each, of its newest record, and sums of months."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, String, Table, text

from domain.services.dossier import FACTS
from domain.services.dossier_counts import MONTH_SUMS
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
    Index(None, "office", "received_ms"),
    Index(None, "office", "ended_ms"),
)

# What QĐ 766 counts of a month by office, kept beside the dossiers in their transaction: a sum of a row's parts is
# wrong the moment it is written apart. What only the hour makes late is not in ``late``.
dossier_months = Table(
    "dossier_months",
    metadata,
    Column("month_ms", BigInteger, primary_key=True),
    Column("office", String(64), primary_key=True),
    Column("place", String(16), primary_key=True),
    Column("kind", String(16), primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in MONTH_SUMS),
    Column("told_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
