"""Tables of vehicles, devices, their fixes and their days."""

from collections.abc import Iterable
from typing import Any

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
    text,
)

from store.tables.base import metadata

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
    # Who may send for the device (domain/fleets/fleet.py: Carrier).
    Column("sender", Text, nullable=False, server_default=""),
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


def _newest_fix() -> Iterable[Column[Any]]:
    """Columns of a device's newest fix (store/rows.py: position_row)."""
    return (
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
    )


# The newest fix of each device and sender that no binding covers; bounded (store/waiting.py).
waiting = Table(
    "waiting",
    metadata,
    Column("device", Text, primary_key=True),
    Column("sender", Text, primary_key=True),
    Column("first_seen_ms", BigInteger, nullable=False),
    Column("last_seen_ms", BigInteger, nullable=False),
    Column("fixes", BigInteger, nullable=False),
    *_newest_fix(),
    Index(None, "last_seen_ms"),
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
    *_newest_fix(),
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
