"""Dossiers as they stand, one row each, made of their newest record."""

from alembic import op
import sqlalchemy as sa

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_FACTS = ("has_fee", "paid", "asks_result", "e_result", "digitised", "reused", "shared", "verified")
_OPEN = sa.text("ended_ms IS NULL")


def upgrade() -> None:
    op.create_table(
        "dossiers",
        sa.Column("case_key", sa.String(64), nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("office", sa.String(64), nullable=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("procedure", sa.String(64), nullable=False),
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger()),
        sa.Column("ended_ms", sa.BigInteger()),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("supplements", sa.SmallInteger(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in _FACTS),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_key", name=op.f("pk_dossiers")),
    )
    op.create_index("ix_dossiers_open", "dossiers", ["due_ms", "office"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index(op.f("ix_dossiers_received_ms_office"), "dossiers", ["received_ms", "office"])
    op.create_index(op.f("ix_dossiers_ended_ms_office"), "dossiers", ["ended_ms", "office"])
    op.create_index(
        op.f("ix_dossiers_office_procedure_received_ms"), "dossiers", ["office", "procedure", "received_ms"]
    )
    op.create_index(op.f("ix_dossiers_told_ms"), "dossiers", ["told_ms"])


def downgrade() -> None:
    op.drop_table("dossiers")
