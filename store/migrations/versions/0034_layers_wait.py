"""A layer of the map waits for a second person."""

from alembic import op
import sqlalchemy as sa

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("map_layers", sa.Column("waits_of", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("map_layers", "waits_of")
