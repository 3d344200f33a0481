"""A feed is read in parts: one cursor per part, and the current number of parts."""

from alembic import op
import sqlalchemy as sa

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_cursors",
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("last_stream_id", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("feed", "parts", "part", name=op.f("pk_feed_cursors")),
    )
    op.execute("INSERT INTO feed_cursors SELECT feed, 1, 0, last_stream_id FROM feed_state")
    with op.batch_alter_table("feed_state") as table:
        table.add_column(sa.Column("parts", sa.Integer, nullable=False, server_default=sa.text("1")))
        table.drop_column("last_stream_id")
