"""The tables with personal data: the driver register, and what each import of it changes."""

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

# ``entry`` and ``before`` are entries as JSON. ``before`` NULL: not applied yet; "": a new driver. ``active_to`` is the
# newest that anybody said of the driver, so that all copies are forgotten together.
driver_changes = Table(
    "driver_changes",
    metadata,
    Column("file_import", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("entry", Text, nullable=False),
    Column("before", Text),
    Column("active_to", String(10), nullable=False),
    Column("handed_ms", BigInteger, nullable=False),
    Index(None, "id"),
)

# Partial index for the erasure job: only fixes that name a driver.
_told = text("driver IS NOT NULL")
Index("ix_fixes_driver_told", fixes.c.at_ms, sqlite_where=_told, postgresql_where=_told)
