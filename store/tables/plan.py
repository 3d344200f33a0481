"""Tables of the collection plan, of facilities and weighbridge tickets."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from store.tables.base import metadata

# A route keeps every revision; at most one is active.
plan_routes = Table(
    "plan_routes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("imported", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("places", Text, nullable=False),
    Column("vehicle_class", String(16), nullable=False),
    Column("weekdays", String(7), nullable=False),
    Column("begins_s", Integer),
    Column("ends_s", Integer),
    Column("valid_from", String(10), nullable=False),
    Column("valid_to", String(10), nullable=False),
    Column("plates", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("valid", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Index(None, "imported"),
)


plan_streets = Table(
    "plan_streets",
    metadata,
    Column("route", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("unit", String(16), nullable=False),
    Column("kerb", String(16), nullable=False),
    Column("start", Text, nullable=False),
    Column("end", Text, nullable=False),
    Column("begins_s", Integer),
    Column("ends_s", Integer),
    Column("weekdays", String(7)),
    Column("points", Text, nullable=False),
)


plan_exceptions = Table(
    "plan_exceptions",
    metadata,
    Column("imported", String(16), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("route", String(64), primary_key=True),
    Column("action", String(16), primary_key=True),
    Column("moved_to", String(10), primary_key=True),
    Column("shift_s", Integer, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
)


plan_imports = Table(
    "plan_imports",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("content", String(16), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("imported_ms", BigInteger, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("routes", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("findings", Text, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
)


facilities = Table(
    "facilities",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("imported", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("points", Text, nullable=False),
    Column("radius_m", Double, nullable=False),
    Column("source", Text, nullable=False),
)


weighbridge_tickets = Table(
    "weighbridge_tickets",
    metadata,
    Column("plant", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("imported", String(16), primary_key=True),
    Column("plate", String(16), nullable=False),
    # Many scales count from 0001 again every day.
    Column("entered_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("left_ms", BigInteger),
    Column("gross_kg", Double),
    Column("tare_kg", Double),
    Column("net_kg", Double, nullable=False),
    Column("source", Text, nullable=False),
    Index(None, "entered_ms"),
)
