"""Tables of KPI results: newest documents, history rows, status events and days that wait for evaluation."""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, String, Table, Text, text

from store.tables.base import metadata, serial


def _series() -> tuple[Column[object], ...]:
    """The columns that identify a KPI of a subject; ``territory`` is the version it was evaluated for."""
    return (
        Column("key", String(64), primary_key=True),
        Column("territory", String(16), primary_key=True),
        Column("subject_kind", String(16), primary_key=True),
        Column("subject", String(64), primary_key=True),
    )


kpi_results = Table(
    "kpi_results",
    metadata,
    *_series(),
    Column("computed_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("value", Double),
    Column("numerator", Double),
    Column("denominator", Double),
    Column("reporting", Integer, nullable=False),
    Column("expected", Integer, nullable=False),
    Column("as_of_ms", BigInteger),
    Column("status", String(16), nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("sources", Text, nullable=False),
    Column("stated", Text),
    Column("told", Integer, nullable=False, server_default=text("0")),
    Column("asked", Integer, nullable=False, server_default=text("0")),
    Index("ix_kpi_results_as_of", "key", "territory", "subject_kind", "subject", "as_of_ms", "computed_ms"),
    sqlite_with_rowid=False,
)

# Every series with a history; reading the past takes one index seek per series.
kpi_series = Table("kpi_series", metadata, *_series(), sqlite_with_rowid=False)

# ``document`` is domain.kpis.result_columns.ResultColumns: every subject of one KPI with its status machine's memory.
kpi_latest = Table(
    "kpi_latest",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("territory", String(16), primary_key=True),
    Column("subject_kind", String(16), primary_key=True),
    Column("document", Text, nullable=False),
)

status_events = Table(
    "status_events",
    metadata,
    Column("id", serial, primary_key=True, autoincrement=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("key", String(64), nullable=False),
    Column("territory", String(16), nullable=False),
    Column("subject_kind", String(16), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("value", Double),
    Index(None, "at_ms"),
)

# Past days that batches wrote to and that the evaluator has not evaluated again yet.
late_days = Table(
    "late_days",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("batch", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# One row. The last tick's number fences off an evaluator that lost its lease; ``at_ms`` shows that one is alive.
evaluations = Table(
    "evaluations",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("tick", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
