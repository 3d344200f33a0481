"""Who an account's owner is at the authority's own sign-in."""

from alembic import op
import sqlalchemy as sa

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("subject", sa.Text))
    op.create_index(op.f("ix_accounts_subject"), "accounts", ["subject"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_accounts_subject"), "accounts")
    op.drop_column("accounts", "subject")
