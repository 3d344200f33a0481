"""Files that people hand in, and the answers remembered for a sender's layout."""

from alembic import op
import sqlalchemy as sa

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_imports",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("importer", sa.String(16), nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("layout", sa.String(64), nullable=False),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("approved_ms", sa.BigInteger()),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_ms", sa.BigInteger()),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.Column("kept_back", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("applied", sa.LargeBinary()),
        sa.Column("outbox", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_imports")),
    )
    op.create_index(op.f("ix_file_imports_received_ms"), "file_imports", ["received_ms"])
    op.create_table(
        "layout_answers",
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("source", sa.String(128), nullable=False),
        sa.Column("layout", sa.String(64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "source", "layout", name=op.f("pk_layout_answers")),
    )


def downgrade() -> None:
    op.drop_table("layout_answers")
    op.drop_table("file_imports")
