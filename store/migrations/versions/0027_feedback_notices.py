"""What the public reads about feedback, after a second person let it out."""

from alembic import op
import sqlalchemy as sa

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_notices",
        sa.Column("case_key", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_ms", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("case_key", name=op.f("pk_feedback_notices")),
    )
    op.create_index(op.f("ix_feedback_notices_written_ms"), "feedback_notices", ["written_ms"])


def downgrade() -> None:
    op.drop_table("feedback_notices")
