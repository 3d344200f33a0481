"""Screens that an operator let in: they look without anybody signing in."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from store.tables.base import metadata

screens = Table(
    "screens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("network", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("seen_ms", BigInteger),
    Column("elsewhere", Text, nullable=False),
    Column("revoked_ms", BigInteger),
)
