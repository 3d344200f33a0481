"""The table of keys that sources and dispatchers hold."""

from sqlalchemy import (
    BigInteger,
    Column,
    String,
    Table,
    Text,
)

from store.tables.base import metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("role", String(16), nullable=False, server_default="source"),
)
