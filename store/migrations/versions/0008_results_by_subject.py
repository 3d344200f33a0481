"""Results have subjects; the newest results of a KPI are one document; late days wait in SQL; ticks have numbers."""

import json

from alembic import op
import sqlalchemy as sa

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SERIES = ("key", "territory", "subject_kind", "subject")
_STATUSES = ("normal", "advisory", "warning", "critical", "stale", "no_data", "not_applicable")
_KINDS = ("measured", "declared", "estimated", "simulated")
_NEVER = -(2**63)


def upgrade() -> None:
    connection = op.get_bind()
    newest = connection.execute(sa.text("SELECT * FROM kpi_latest ORDER BY key, territory, place")).mappings().all()
    _history()
    op.create_table("kpi_series", *_series(), sa.PrimaryKeyConstraint(*_SERIES, name=op.f("pk_kpi_series")),
                    sqlite_with_rowid=False)  # fmt: skip
    op.execute(f"INSERT INTO kpi_series SELECT DISTINCT {', '.join(_SERIES)} FROM kpi_results")
    op.drop_table("kpi_latest")
    latest = op.create_table(
        "kpi_latest",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("territory", sa.String(16), nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", "territory", "subject_kind", name=op.f("pk_kpi_latest")),
    )
    groups: "dict[tuple[str, str], list[sa.RowMapping]]" = {}
    for row in newest:
        groups.setdefault((row["key"], row["territory"]), []).append(row)
    documents = [_document(key, territory, found) for (key, territory), found in groups.items()]
    if documents:
        connection.execute(latest.insert(), documents)
    _events()
    op.create_table(
        "late_days",
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("batch", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("feed", "day", name=op.f("pk_late_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evaluations",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("tick", sa.BigInteger, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_evaluations")),
    )


def _series() -> "tuple[sa.Column[str], ...]":
    return (
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("territory", sa.String(16), nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
    )


def _aside(name: str, *indexes: str) -> str:
    """Rename a table and its indexes, so that the new table can take the names."""
    old = f"{name}_0006"
    for index in indexes:
        op.drop_index(index, table_name=name)
    op.rename_table(name, old)
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {old} RENAME CONSTRAINT pk_{name} TO pk_{old}")
    return old


def _history() -> None:
    old = _aside("kpi_results", op.f("ix_kpi_results_key_territory_place_as_of_ms_computed_ms"))
    op.create_table(
        "kpi_results",
        *_series(),
        sa.Column("computed_ms", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("numerator", sa.Double),
        sa.Column("denominator", sa.Double),
        sa.Column("reporting", sa.Integer, nullable=False),
        sa.Column("expected", sa.Integer, nullable=False),
        sa.Column("as_of_ms", sa.BigInteger),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("stated", sa.Text),
        sa.PrimaryKeyConstraint(*_SERIES, "computed_ms", name=op.f("pk_kpi_results")),
        sqlite_with_rowid=False,
    )
    said = ("computed_ms, value, numerator, denominator, reporting, expected, as_of_ms, status, since_ms, kinds, "
            "sources")  # fmt: skip
    op.execute(
        f"INSERT INTO kpi_results ({', '.join(_SERIES)}, {said}) "
        f"SELECT key, territory, 'place', place, {said} FROM {old}"
    )
    op.drop_table(old)
    op.create_index("ix_kpi_results_as_of", "kpi_results", [*_SERIES, "as_of_ms", "computed_ms"])


def _events() -> None:
    old = _aside("status_events", op.f("ix_status_events_at_ms"))
    op.create_table(
        "status_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        *_series(),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("value", sa.Double),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_events")),
    )
    said = "before, after, value"
    op.execute(
        f"INSERT INTO status_events (id, at_ms, key, territory, subject_kind, subject, {said}) "
        f"SELECT id, at_ms, key, territory, 'place', place, {said} FROM {old}"
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('status_events', 'id'), "
                   "(SELECT coalesce(max(id), 0) + 1 FROM status_events), false)")  # fmt: skip
    op.drop_table(old)
    op.create_index(op.f("ix_status_events_at_ms"), "status_events", ["at_ms"])


def _document(key: str, territory: str, found: "list[sa.RowMapping]") -> "dict[str, str]":
    sources = list(dict.fromkeys(row["sources"] for row in found))
    kinds = list(dict.fromkeys(row["kinds"] for row in found))
    counts = [json.loads(one) for one in kinds]

    def instants(name: str) -> "list[int]":
        return [_NEVER if row[name] is None else row[name] for row in found]

    document = {
        "key": key,
        "territory": territory,
        "kind": "place",
        "codes": [row["place"] for row in found],
        **{name: [row[name] for row in found] for name in ("value", "numerator", "denominator", "reporting", "expected")},
        "as_of_ms": instants("as_of_ms"),
        "computed_ms": instants("computed_ms"),
        "status": [_STATUSES.index(row["status"]) for row in found],
        "since_ms": instants("since_ms"),
        "pending": [-1 if row["pending_status"] is None else _STATUSES.index(row["pending_status"]) for row in found],
        "pending_since_ms": instants("pending_since_ms"),
        "kind_counts": [[one.get(kind, 0) for kind in _KINDS] for one in counts],
        "kinds": [kinds.index(row["kinds"]) for row in found],
        "source_names": [json.loads(one) for one in sources],
        "sources": [sources.index(row["sources"]) for row in found],
        "stated": None,
    }
    return {"key": key, "territory": territory, "subject_kind": "place", "document": json.dumps(document)}
