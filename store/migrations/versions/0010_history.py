"""Tracker days count fixes from an archive apart, because they say nothing about network delay."""

from alembic import op
import sqlalchemy as sa

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tracker_days", sa.Column("history", sa.Integer, nullable=False, server_default=sa.text("0")))
