"""Results over a window count how many of its expected figures were present."""

from alembic import op
import sqlalchemy as sa

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("told", "asked"):
        op.add_column("kpi_results", sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")))
