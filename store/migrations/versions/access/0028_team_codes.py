"""Codes that communes hand out to their teams, and photos of reports."""

from alembic import op
import sqlalchemy as sa

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_codes",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("team", sa.String(16), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("token", sa.String(64)),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("used_ms", sa.BigInteger),
        sa.Column("revoked_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_team_codes_code")),
        sa.UniqueConstraint("token", name=op.f("uq_team_codes_token")),
    )
    op.create_index(op.f("ix_team_codes_team"), "team_codes", ["team"])
    op.create_table(
        "team_photos",
        sa.Column("case_key", sa.String(64), nullable=False),
        sa.Column("team", sa.String(16), nullable=False),
        sa.Column("taken_ms", sa.BigInteger, nullable=False),
        sa.Column("jpeg", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_key", name=op.f("pk_team_photos")),
    )
    op.create_index(op.f("ix_team_photos_team_taken_ms"), "team_photos", ["team", "taken_ms"])
    op.create_index(op.f("ix_team_photos_taken_ms"), "team_photos", ["taken_ms"])


def downgrade() -> None:
    op.drop_table("team_photos")
    op.drop_table("team_codes")
