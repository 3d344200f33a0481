"""Second factors of people's accounts, and their codes for reserve."""

from alembic import op
import sqlalchemy as sa

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("second_secret", sa.Text))
    op.add_column("accounts", sa.Column("second_step", sa.BigInteger))
    op.create_table(
        "recovery_codes",
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("account", "hash", name=op.f("pk_recovery_codes")),
    )


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_column("accounts", "second_step")
    op.drop_column("accounts", "second_secret")
