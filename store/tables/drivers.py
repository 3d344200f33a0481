"""The table with personal data: the driver register."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, text

from store.tables.base import metadata
from store.tables.fleet import fixes

drivers = Table(
    "drivers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("licence_number", String(32), nullable=False),
    Column("licence_class", String(8), nullable=False),
    Column("licence_expires", String(10), nullable=False),
    Column("active_from", String(10), nullable=False),
    Column("active_to", String(10), nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("updated_by", Text, nullable=False),
)

# Partial index for the erasure job: only fixes that name a driver.
_told = text("driver IS NOT NULL")
Index("ix_fixes_driver_told", fixes.c.at_ms, sqlite_where=_told, postgresql_where=_told)
