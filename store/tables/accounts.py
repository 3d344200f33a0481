"""People's accounts, the hashes of their last passwords, and the codes for reserve of their second factors."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text

from store.tables.base import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("shown", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("units", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("renewed_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger),
    Column("disabled", Boolean, nullable=False),
    Column("second_secret", Text),
    Column("second_step", BigInteger),
    Column("subject", Text, index=True, unique=True),
)

# The newest is the one in use.
passwords = Table(
    "passwords",
    metadata,
    Column("account", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account", String(32), primary_key=True),
    Column("hash", String(64), primary_key=True),
)
