"""Tables of the centre in SQLAlchemy Core (more in ``*_tables``); the migrations create exactly these."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

# Times are epoch milliseconds in columns named *_ms (decision 0001); days are ISO dates of Asia/Ho_Chi_Minh.
# Absent parts of an identity are "" and never NULL: NULLs are distinct in unique keys, so repeats would pass.
# Tables read by their whole key are WITHOUT ROWID in SQLite: one B-tree instead of two.

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

serial = BigInteger().with_variant(Integer(), "sqlite")

places = Table(
    "places",
    metadata,
    Column("territory", String(16), primary_key=True),
    Column("code", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("population", Integer),
    Column("households", Integer),
    Column("level", String(16), nullable=False, server_default="commune"),
    Column("parent", String(16), nullable=False, server_default=""),
    Column("area_km2", Double),
)

map_layers = Table(
    "map_layers",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("territory", String(16), nullable=False),
    Column("level", String(16), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("dated", String(10), nullable=False),
    Column("west", Double, nullable=False),
    Column("south", Double, nullable=False),
    Column("east", Double, nullable=False),
    Column("north", Double, nullable=False),
    Column("imported_ms", BigInteger, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)

# One boundary per zoom band (domain/map_layer.py); geometry is GeoJSON text in WGS 84.
map_shapes = Table(
    "map_shapes",
    metadata,
    Column("layer", String(16), primary_key=True),
    Column("band", Integer, primary_key=True, autoincrement=False),
    Column("code", String(16), primary_key=True),
    Column("geometry", Text, nullable=False),
)

map_imports = Table(
    "map_imports",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("stage_vi", Text, nullable=False),
    Column("stage_en", Text, nullable=False),
    Column("done", Double, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("layer", String(16), nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("started_by", Text, nullable=False),
)

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
    Column("entered_ms", BigInteger, nullable=False),
    Column("left_ms", BigInteger),
    Column("gross_kg", Double),
    Column("tare_kg", Double),
    Column("net_kg", Double, nullable=False),
    Column("source", Text, nullable=False),
    Index(None, "entered_ms"),
)


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

api_keys = Table(
    "api_keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("role", String(16), nullable=False, server_default="source"),
    UniqueConstraint("hash"),
)

vehicles = Table(
    "vehicles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("place", String(16), nullable=False),
    Column("in_service", Boolean, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    # The feed of its fleet: one at a time.
    Column("feed", String(64), nullable=False),
)

# Grows with every change of vehicles and bindings: a process with a copy only compares this number.
registers = Table(
    "registers",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("version", BigInteger, nullable=False),
)

bindings = Table(
    "bindings",
    metadata,
    Column("device", Text, primary_key=True),
    Column("from_ms", BigInteger, primary_key=True),
    Column("vehicle", Text, nullable=False),
    Column("to_ms", BigInteger),
    Column("by", Text, nullable=False),
    Column("feed", String(64), nullable=False),
    Index(None, "vehicle"),
)

devices = Table(
    "devices",
    metadata,
    Column("device", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("first_seen_ms", BigInteger, nullable=False),
    Column("last_seen_ms", BigInteger, nullable=False),
    Column("fixes", BigInteger, nullable=False),
    Column("clock_offset_min", Integer),
)

fixes = Table(
    "fixes",
    metadata,
    Column("device", Text, primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    Column("latitude", Double, primary_key=True),
    Column("longitude", Double, primary_key=True),
    Column("feed", String(64), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("speed_kmh", Double),
    Column("course_deg", Double),
    Column("altitude_m", Double),
    Column("accuracy_m", Double),
    Column("valid", Boolean, nullable=False),
    Column("quarantined", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    # The driver code that the tracker sent: personal data that only `store/drivers.py` reads; retention clears it.
    Column("driver", Text),
    sqlite_with_rowid=False,
)

# Each feed keeps its own newest fix and days of a device: a device that changes its fleet leaves its past behind, and
# collectors of two feeds never write the same row.
fixes_latest = Table(
    "fixes_latest",
    metadata,
    Column("device", Text, primary_key=True),
    Column("feed", String(64), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("latitude", Double, nullable=False),
    Column("longitude", Double, nullable=False),
    Column("speed_kmh", Double),
    Column("course_deg", Double),
    Column("altitude_m", Double),
    Column("accuracy_m", Double),
    Column("valid", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("suspect", Text),
    Column("recent_latencies", Text, nullable=False),
    Column("batch", BigInteger, nullable=False, server_default=text("0")),
)

tracker_days = Table(
    "tracker_days",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("device", Text, primary_key=True),
    Column("feed", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("fixes", Integer, nullable=False),
    Column("duplicates", Integer, nullable=False),
    Column("out_of_order", Integer, nullable=False),
    Column("late_120s", Integer, nullable=False),
    Column("late_600s", Integer, nullable=False),
    Column("late_3600s", Integer, nullable=False),
    Column("online_s", Double, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Column("history", Integer, nullable=False, server_default=text("0")),
    Column("batch", BigInteger, nullable=False, server_default=text("0")),
)

rejections = Table(
    "rejections",
    metadata,
    Column("id", serial, primary_key=True, autoincrement=True),
    Column("feed", String(64), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("stream_id", String(40), nullable=False),
    Column("item", Integer, nullable=False),
    Index(None, "feed", "id"),
)

feed_state = Table(
    "feed_state",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("accepted", BigInteger, nullable=False, server_default=text("0")),
    Column("duplicates", BigInteger, nullable=False, server_default=text("0")),
    Column("rejected", BigInteger, nullable=False, server_default=text("0")),
    Column("late", BigInteger, nullable=False, server_default=text("0")),
    Column("corrected", BigInteger, nullable=False, server_default=text("0")),
    Column("batch", BigInteger, nullable=False, server_default=text("0")),
    Column("last_received_ms", BigInteger),
    Column("last_at_ms", BigInteger),
    Column("parts", Integer, nullable=False, server_default=text("1")),
)

# How far each part of a feed is in the database; feed_state.parts is the feed's current number of parts.
feed_cursors = Table(
    "feed_cursors",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("parts", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("last_stream_id", String(40), nullable=False),
)
