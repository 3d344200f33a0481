"""Observations have subjects and periods; corrections and batches are counted; organisations and case events."""

from typing import Any

from alembic import op
import sqlalchemy as sa

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The span of each measure in the old release. It keeps this span, so that a figure sent again is recognised and its
# series continues.
_MONTHLY = ("files_due", "files_on_time", "files_received", "files_online", "files_with_fee", "files_paid_online")
_TO_DATE = ("app_installs", "training_turns")
_DAILY_FEEDS = ("waste_routes", "schedule_lookups")
_VIETNAM_S = 7 * 3600


def _series() -> "tuple[sa.Column[Any], ...]":
    return (
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("measure", sa.String(64), nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("territory", sa.String(16), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("span", sa.String(16), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("place_territory", sa.String(16), nullable=False),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(1), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
    )


_NAMES = ", ".join(column.name for column in _series())
_OF = ("feed", "measure", "subject_kind", "subject", "territory", "source", "span")
_KEYS = {"observations": (*_OF, "at_ms", "period", "revision"), "observations_latest": _OF}


def upgrade() -> None:
    for name in _KEYS:
        _subjects(name)
    corrected = sa.text("revision > 1")
    op.create_index(
        "ix_observations_corrected", "observations", ["received_ms"],
        sqlite_where=corrected, postgresql_where=corrected,
    )  # fmt: skip
    op.create_index(op.f("ix_observations_latest_feed_batch"), "observations_latest", ["feed", "batch"])
    _new_tables()
    zero = sa.text("0")
    op.add_column("feed_state", sa.Column("corrected", sa.BigInteger, nullable=False, server_default=zero))
    for name in ("feed_state", "fixes_latest", "tracker_days"):
        op.add_column(name, sa.Column("batch", sa.BigInteger, nullable=False, server_default=zero))


def _subjects(name: str) -> None:
    """Rebuild one table: the entity, else the place, becomes the subject; no row is lost."""
    old = f"{name}_0005"
    op.rename_table(name, old)
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {old} RENAME CONSTRAINT pk_{name} TO pk_{old}")
    batch = [sa.Column("batch", sa.BigInteger, nullable=False, server_default=sa.text("0"))]
    more = batch if name == "observations_latest" else []
    op.create_table(
        name, *_series(), *more, sa.PrimaryKeyConstraint(*_KEYS[name], name=op.f(f"pk_{name}")), sqlite_with_rowid=False
    )
    op.execute(f"INSERT INTO {name} ({_NAMES}) {_told(old, newest=name == 'observations_latest')}")
    op.drop_table(old)


def _told(old: str, *, newest: bool) -> str:
    """The old rows under their new names. A vehicle that had moved wards was two series and is now one: of the newest
    the newer stays, of the history equal identities are numbered anew in the order of their arrival."""
    quoted = {name: ", ".join(f"'{one}'" for one in of) for name, of in (("m", _MONTHLY), ("t", _TO_DATE), ("d", _DAILY_FEEDS))}
    span = (
        f"CASE WHEN feed = 'services' AND measure IN ({quoted['m']}) THEN 'month' "
        f"WHEN measure IN ({quoted['t']}) THEN 'to_date' WHEN feed IN ({quoted['d']}) THEN 'day' ELSE 'instant' END"
    )
    postgresql = op.get_context().dialect.name == "postgresql"

    def written(sqlite: str, other: str) -> str:
        local_s = f"(at_ms / 1000 + {_VIETNAM_S})"
        if postgresql:
            return f"to_char(to_timestamp({local_s}) AT TIME ZONE 'UTC', '{other}')"
        return f"strftime('{sqlite}', {local_s}, 'unixepoch')"

    period = (
        f"CASE ({span}) WHEN 'month' THEN {written('%Y-%m', 'YYYY-MM')} "
        f"WHEN 'day' THEN {written('%Y-%m-%d', 'YYYY-MM-DD')} ELSE '' END"
    )
    named = (
        "SELECT feed, measure, CASE WHEN entity <> '' THEN 'entity' ELSE 'place' END AS subject_kind, "
        "CASE WHEN entity <> '' THEN entity ELSE place END AS subject, "
        f"CASE WHEN entity <> '' THEN '' ELSE {old}.territory END AS territory, source, {span} AS span, at_ms, "
        f"{period} AS period, revision, place, {old}.territory AS place_territory, received_ms, value, kind, status, author FROM {old}"
    )
    of = ", ".join(_OF)
    if newest:
        ranked = f"row_number() OVER (PARTITION BY {of} ORDER BY at_ms DESC, revision DESC, received_ms DESC)"
        return f"SELECT {_NAMES} FROM (SELECT named.*, {ranked} AS rank FROM ({named}) AS named) AS ranked WHERE rank = 1"
    whole = f"{of}, at_ms, period"
    met = f"SELECT named.*, count(*) OVER (PARTITION BY {whole}, revision) AS met FROM ({named}) AS named"
    number = (
        f"CASE WHEN max(met) OVER (PARTITION BY {whole}) = 1 THEN revision "
        f"ELSE row_number() OVER (PARTITION BY {whole} ORDER BY revision, received_ms) END"
    )
    columns = _NAMES.replace("revision", f"{number} AS revision")
    return f"SELECT {columns} FROM ({met}) AS told"


def _new_tables() -> None:
    op.create_table(
        "organisations",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("parent", sa.String(64), nullable=False),
        sa.Column("territory", sa.String(16), nullable=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("updated_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_organisations")),
    )
    key = ("feed", "case_type", "case_key", "event", "at_ms", "revision")
    op.create_table(
        "case_events",
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("case_type", sa.String(64), nullable=False),
        sa.Column("case_key", sa.String(64), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("territory", sa.String(16), nullable=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("attributes", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_case_events")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_case_events_feed_at_ms"), "case_events", ["feed", "at_ms"])
