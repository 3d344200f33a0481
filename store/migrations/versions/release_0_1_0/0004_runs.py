"""Judged runs of waste collection, vehicle days, dispatchers' overrides, the correction log."""

from alembic import op
import sqlalchemy as sa

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "run_results",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("route", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("computed_ms", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("day", "route", "number", name=op.f("pk_run_results")),
    )
    op.create_table(
        "vehicle_days",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("vehicle", sa.Text, nullable=False),
        sa.Column("computed_ms", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("day", "vehicle", name=op.f("pk_vehicle_days")),
    )
    for table in ("run_overrides", "run_audits"):
        op.create_table(
            table,
            sa.Column("id", _serial, autoincrement=True, nullable=False),
            sa.Column("day", sa.String(10), nullable=False),
            sa.Column("at_ms", sa.BigInteger, nullable=False),
            sa.Column("document", sa.Text, nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_day"), table, ["day"])
