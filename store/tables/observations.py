"""Tables of observations (every revision, and the newest of each series), organisations and case events."""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, String, Table, Text, text

from store.tables.base import metadata

_CORRECTED = text("revision > 1")


def _series() -> tuple[Column[str], ...]:
    """The columns that identify a series of observations."""
    return (
        Column("feed", String(64), primary_key=True),
        Column("measure", String(64), primary_key=True),
        Column("subject_kind", String(16), primary_key=True),
        Column("subject", Text, primary_key=True),
        Column("territory", String(16), primary_key=True),
        Column("source", Text, primary_key=True),
        Column("span", String(16), primary_key=True),
    )


def _observed() -> tuple[Column[object], ...]:
    """The columns of an observation beyond its identity; ``place`` (of a territory version) is where it counts."""
    return (
        Column("place", String(16), nullable=False),
        Column("place_territory", String(16), nullable=False),
        Column("received_ms", BigInteger, nullable=False),
        Column("value", Double),
        Column("kind", String(16), nullable=False),
        Column("status", String(1), nullable=False),
        Column("author", Text, nullable=False),
    )


observations = Table(
    "observations",
    metadata,
    *_series(),
    Column("at_ms", BigInteger, primary_key=True),
    Column("period", String(16), primary_key=True),
    Column("revision", BigInteger, primary_key=True),
    *_observed(),
    Index("ix_observations_corrected", "received_ms", sqlite_where=_CORRECTED, postgresql_where=_CORRECTED),
    sqlite_with_rowid=False,
)

# ``batch`` is the feed's batch number: a process with a copy asks for rows after the last batch it has seen.
observations_latest = Table(
    "observations_latest",
    metadata,
    *_series(),
    Column("at_ms", BigInteger, nullable=False),
    Column("period", String(16), nullable=False),
    Column("revision", BigInteger, nullable=False),
    *_observed(),
    Column("batch", BigInteger, nullable=False, server_default=text("0")),
    Index(None, "feed", "batch"),
    sqlite_with_rowid=False,
)

organisations = Table(
    "organisations",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parent", String(64), nullable=False),
    Column("territory", String(16), nullable=False),
    Column("place", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
)

# ``case_key`` is the keyed hash of the case id; ``attributes`` is JSON with only the attributes that the feed allows.
# The key begins with the instant: a hash that came first put every event of a batch on a page of its own.
case_events = Table(
    "case_events",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    Column("case_type", String(64), primary_key=True),
    Column("case_key", String(64), primary_key=True),
    Column("event", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("subject_kind", String(16), nullable=False),
    Column("subject", Text, nullable=False),
    Column("territory", String(16), nullable=False),
    Column("place", String(16), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    sqlite_with_rowid=False,
)
