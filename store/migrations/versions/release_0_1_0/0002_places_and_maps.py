"""Levels of places, and the layers of the map with their imports."""

from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("places") as table:
        table.add_column(sa.Column("level", sa.String(16), nullable=False, server_default="commune"))
        table.add_column(sa.Column("parent", sa.String(16), nullable=False, server_default=""))
        table.add_column(sa.Column("area_km2", sa.Double))
    op.create_table(
        "map_layers",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("territory", sa.String(16), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("attribution", sa.Text, nullable=False),
        sa.Column("dated", sa.String(10), nullable=False),
        sa.Column("west", sa.Double, nullable=False),
        sa.Column("south", sa.Double, nullable=False),
        sa.Column("east", sa.Double, nullable=False),
        sa.Column("north", sa.Double, nullable=False),
        sa.Column("imported_ms", sa.BigInteger, nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_layers")),
    )
    op.create_table(
        "map_shapes",
        sa.Column("layer", sa.String(16), nullable=False),
        sa.Column("band", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("geometry", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("layer", "band", "code", name=op.f("pk_map_shapes")),
    )
    op.create_table(
        "map_imports",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("stage_vi", sa.Text, nullable=False),
        sa.Column("stage_en", sa.Text, nullable=False),
        sa.Column("done", sa.Double, nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("layer", sa.String(16), nullable=False),
        sa.Column("started_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_ms", sa.BigInteger, nullable=False),
        sa.Column("started_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_imports")),
    )


def downgrade() -> None:
    op.drop_table("map_imports")
    op.drop_table("map_shapes")
    op.drop_table("map_layers")
    with op.batch_alter_table("places") as table:
        table.drop_column("area_km2")
        table.drop_column("parent")
        table.drop_column("level")
