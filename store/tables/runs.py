"""Tables of judged runs and vehicles' days, and of what dispatchers say of them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from store.tables.base import metadata, serial


# A judgement replaces a whole run or vehicle day, so each is one document (JSON of its domain type).
def _judged(name: str, *identity: Column[Any]) -> Table:
    said = (Column("computed_ms", BigInteger, nullable=False), Column("document", Text, nullable=False))
    return Table(name, metadata, Column("day", String(10), primary_key=True), *identity, *said)


_run = (Column("route", String(64), primary_key=True), Column("number", Integer, primary_key=True, autoincrement=False))
run_results = _judged("run_results", *_run)
vehicle_days = _judged("vehicle_days", Column("vehicle", Text, primary_key=True))


def _said_of_a_day(name: str) -> Table:
    identity = Column("id", serial, primary_key=True, autoincrement=True)
    said = (Column("at_ms", BigInteger, nullable=False), Column("document", Text, nullable=False))
    return Table(name, metadata, identity, Column("day", String(10), nullable=False), *said, Index(None, "day"))


run_overrides = _said_of_a_day("run_overrides")
run_audits = _said_of_a_day("run_audits")
