"""Citizens' feedback as it stands, one row an item, made of its newest record."""

from alembic import op
import sqlalchemy as sa

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_ms IS NULL")


def upgrade() -> None:
    op.create_table(
        "feedback_items",
        sa.Column("case_key", sa.String(64), nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("office", sa.String(64), nullable=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("contacted_ms", sa.BigInteger()),
        sa.Column("due_ms", sa.BigInteger()),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger()),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("published_ms", sa.BigInteger()),
        sa.Column("liked", sa.Boolean()),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_key", name=op.f("pk_feedback_items")),
    )
    op.create_index(
        "ix_feedback_items_open", "feedback_items", ["due_ms", "office"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    for column in ("ended_ms", "received_ms", "told_ms"):
        op.create_index(op.f(f"ix_feedback_items_{column}"), "feedback_items", [column])


def downgrade() -> None:
    op.drop_table("feedback_items")
