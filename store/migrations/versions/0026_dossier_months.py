"""What QĐ 766 counts of dossiers by month and office; events of cases in the order of their instants."""

from datetime import UTC, datetime, timedelta, timezone

from alembic import op
import sqlalchemy as sa

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_SUMS = (
    "dossiers", "judged", "late", "ended", "received", "online", "with_fee", "paid_online", "ask_result", "e_results",
    "digitised", "reused", "shared", "verified",
)
_KEY = ("feed", "at_ms", "case_type", "case_key", "event", "revision")
_KEY_BEFORE = ("feed", "case_type", "case_key", "event", "at_ms", "revision")
_VIETNAM = timezone(timedelta(hours=7))
# What each sum counts, by the table's columns; ``r``: received in the month.
_COUNTS = """
    count(*), sum(CASE WHEN supplements > 1 OR due_ms IS NOT NULL THEN 1 ELSE 0 END),
    sum(CASE WHEN supplements > 1 OR ended_ms > due_ms THEN 1 ELSE 0 END), count(ended_ms),
    sum(r), sum(CASE WHEN channel = 'online' AND (e_result OR NOT asks_result) THEN r ELSE 0 END),
    sum(CASE WHEN has_fee THEN r ELSE 0 END), sum(CASE WHEN has_fee AND paid THEN r ELSE 0 END),
    sum(CASE WHEN asks_result THEN r ELSE 0 END), sum(CASE WHEN asks_result AND e_result THEN r ELSE 0 END),
    sum(CASE WHEN digitised THEN r ELSE 0 END), sum(CASE WHEN reused THEN r ELSE 0 END),
    sum(CASE WHEN shared THEN r ELSE 0 END), sum(CASE WHEN verified THEN r ELSE 0 END), max(told_ms)
"""


def upgrade() -> None:
    op.create_table(
        "dossier_months",
        sa.Column("month_ms", sa.BigInteger(), nullable=False),
        sa.Column("office", sa.String(64), nullable=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMS),
        sa.Column("told_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month_ms", "office", "place", "kind", name=op.f("pk_dossier_months")),
        sqlite_with_rowid=False,
    )
    _count(op.get_bind())
    for old in ("received_ms_office", "ended_ms_office", "office_procedure_received_ms", "told_ms"):
        op.drop_index(op.f(f"ix_dossiers_{old}"), "dossiers")
    op.create_index(op.f("ix_dossiers_office_received_ms"), "dossiers", ["office", "received_ms"])
    op.create_index(op.f("ix_dossiers_office_ended_ms"), "dossiers", ["office", "ended_ms"])
    op.drop_index(op.f("ix_case_events_feed_at_ms"), "case_events")
    _events(_KEY)


def _events(key: tuple[str, ...]) -> None:
    """Rebuild the events of cases under this key; no row is lost."""
    old = "case_events_before"
    op.rename_table("case_events", old)
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {old} RENAME CONSTRAINT pk_case_events TO pk_{old}")
    columns = (
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("case_type", sa.String(64), nullable=False),
        sa.Column("case_key", sa.String(64), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("territory", sa.String(16), nullable=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
    )
    names = ", ".join(column.name for column in columns)
    op.create_table(
        "case_events", *columns, sa.PrimaryKeyConstraint(*key, name=op.f("pk_case_events")), sqlite_with_rowid=False
    )
    op.execute(f"INSERT INTO case_events ({names}) SELECT {names} FROM {old} ORDER BY {', '.join(key)}")  # noqa: S608
    op.drop_table(old)


def _count(connection: sa.Connection) -> None:
    first, last = connection.execute(sa.text(
        "SELECT min(received_ms), max(coalesce(max_ms, received_ms)) FROM (SELECT received_ms, "
        "CASE WHEN ended_ms > received_ms THEN ended_ms END AS max_ms FROM dossiers) AS of_both"
    )).one()
    if first is None:
        return
    into = sa.text(
        f"INSERT INTO dossier_months (month_ms, office, place, kind, {', '.join(_SUMS)}, told_ms) "  # noqa: S608
        f"SELECT :since, office, place, kind, {_COUNTS} FROM (SELECT dossiers.*, "
        "CASE WHEN received_ms >= :since AND received_ms < :until THEN 1 ELSE 0 END AS r FROM dossiers "
        "WHERE (received_ms >= :since AND received_ms < :until) OR (ended_ms >= :since AND ended_ms < :until)) AS seen "
        "GROUP BY office, place, kind"
    )
    at = datetime.fromtimestamp(first / 1000, _VIETNAM).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while _ms(at) <= last:
        following = (at + timedelta(days=32)).replace(day=1)
        connection.execute(into, {"since": _ms(at), "until": _ms(following)})
        at = following


def _ms(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp()) * 1000


def downgrade() -> None:
    _events(_KEY_BEFORE)
    op.create_index(op.f("ix_case_events_feed_at_ms"), "case_events", ["feed", "at_ms"])
    for new in ("office_received_ms", "office_ended_ms"):
        op.drop_index(op.f(f"ix_dossiers_{new}"), "dossiers")
    op.create_index(op.f("ix_dossiers_received_ms_office"), "dossiers", ["received_ms", "office"])
    op.create_index(op.f("ix_dossiers_ended_ms_office"), "dossiers", ["ended_ms", "office"])
    op.create_index(
        op.f("ix_dossiers_office_procedure_received_ms"), "dossiers", ["office", "procedure", "received_ms"]
    )
    op.create_index(op.f("ix_dossiers_told_ms"), "dossiers", ["told_ms"])
    op.drop_table("dossier_months")
