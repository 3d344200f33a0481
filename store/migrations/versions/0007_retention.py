"""Archived raw payloads, re-readings, retention runs, leases."""

from alembic import op
import sqlalchemy as sa

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_zero = sa.text("0")


def upgrade() -> None:
    op.create_table(
        "raw",
        sa.Column("id", _serial, autoincrement=True, nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("kept_bytes", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw")),
    )
    op.create_index(op.f("ix_raw_until_ms_kept_bytes"), "raw", ["until_ms", "kept_bytes"])
    op.create_index(op.f("ix_raw_feed_id"), "raw", ["feed", "id"])
    counted = ("read", "accepted", "repeats", "corrected", "refused", "resolved")
    op.create_table(
        "rereads",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("began_ms", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False, server_default=_zero) for name in counted),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rereads")),
    )
    op.create_table(
        "retention_runs",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("removed", sa.BigInteger, nullable=False),
        sa.Column("removed_ever", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger),
        sa.Column("held_bytes", sa.BigInteger),
        sa.Column("limit_bytes", sa.BigInteger),
        sa.Column("early", sa.Boolean, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_retention_runs")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_index(op.f("ix_rejections_received_ms"), "rejections", ["received_ms"])
    op.create_index(op.f("ix_rejections_feed_stream_id"), "rejections", ["feed", "stream_id"])
