"""Digital teams: the register without names, their reports, and sums of each team's months."""

from alembic import op
import sqlalchemy as sa

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_COUNTS = ("sessions", "guided", "installs", "households")


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("territory", sa.String(16), nullable=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("hamlet", sa.Text, nullable=False),
        sa.Column("launched", sa.String(10), nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("told_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_teams")),
    )
    op.create_table(
        "team_reports",
        sa.Column("case_key", sa.String(64), nullable=False),
        sa.Column("team", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _COUNTS),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("told_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("case_key", name=op.f("pk_team_reports")),
    )
    op.create_index(op.f("ix_team_reports_team_day"), "team_reports", ["team", "day"])
    op.create_index(op.f("ix_team_reports_day"), "team_reports", ["day"])
    op.create_table(
        "team_months",
        sa.Column("team", sa.String(16), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("reports", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _COUNTS),
        sa.Column("told_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("team", "month", name=op.f("pk_team_months")),
    )
    op.create_index(op.f("ix_team_months_last_day"), "team_months", ["last_day"])


def downgrade() -> None:
    for table in ("team_months", "team_reports", "teams"):
        op.drop_table(table)
