"""Carriers' covered areas as the map draws them."""

from alembic import op
import sqlalchemy as sa

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signal_maps",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("carrier", sa.String(32), nullable=False),
        sa.Column("technology", sa.String(8), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("covered", sa.Text, nullable=False),
        sa.Column("gap", sa.Text, nullable=False),
        sa.Column("kept_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_maps")),
    )
    op.create_index(op.f("ix_signal_maps_carrier_technology"), "signal_maps", ["carrier", "technology"])


def downgrade() -> None:
    op.drop_table("signal_maps")
