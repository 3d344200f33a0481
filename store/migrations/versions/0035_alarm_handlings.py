"""What people did about alarms."""

from alembic import op
import sqlalchemy as sa

revision = "0035"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm_handlings",
        sa.Column("alarm", sa.String(200), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("done_by", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("alarm", name=op.f("pk_alarm_handlings")),
    )
    op.create_index(op.f("ix_alarm_handlings_at_ms"), "alarm_handlings", ["at_ms"])


def downgrade() -> None:
    op.drop_table("alarm_handlings")
