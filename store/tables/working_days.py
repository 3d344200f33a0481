"""The table of days on which offices work or rest against the rule of the week."""

from sqlalchemy import BigInteger, Boolean, Column, String, Table, Text

from store.tables.base import metadata

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
