"""The audit log and its newest entry."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from store.tables.base import metadata

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("act", String(32), nullable=False),
    Column("of", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("seal", String(64), nullable=False),
    Index(None, "act", "number"),
)

# One row: who writes an entry holds it until the end of the transaction, so that the chain never forks.
audit_heads = Table(
    "audit_heads",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("seal", String(64), nullable=False),
)
