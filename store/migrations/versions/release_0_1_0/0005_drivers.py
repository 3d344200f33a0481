"""Roles of keys; the driver register and who read it; the driver code of each fix."""

from alembic import op
import sqlalchemy as sa

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("role", sa.String(16), nullable=False, server_default="source"))
    op.add_column("fixes", sa.Column("driver", sa.Text))
    told = sa.text("driver IS NOT NULL")
    op.create_index(op.f("ix_fixes_driver_told"), "fixes", ["at_ms"], sqlite_where=told, postgresql_where=told)
    op.create_table(
        "drivers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("licence_number", sa.String(32), nullable=False),
        sa.Column("licence_class", sa.String(8), nullable=False),
        sa.Column("licence_expires", sa.String(10), nullable=False),
        sa.Column("active_from", sa.String(10), nullable=False),
        sa.Column("active_to", sa.String(10), nullable=False),
        sa.Column("updated_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drivers")),
    )
    op.create_table(
        "driver_reads",
        sa.Column("id", _serial, autoincrement=True, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_driver_reads")),
    )
    op.create_index(op.f("ix_driver_reads_at_ms"), "driver_reads", ["at_ms"])
