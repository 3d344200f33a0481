"""The plan of waste collection: routes, exceptions, imports, facilities and weighbridge tickets."""

from alembic import op
import sqlalchemy as sa

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_routes",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("imported", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("places", sa.Text, nullable=False),
        sa.Column("vehicle_class", sa.String(16), nullable=False),
        sa.Column("weekdays", sa.String(7), nullable=False),
        sa.Column("begins_s", sa.Integer),
        sa.Column("ends_s", sa.Integer),
        sa.Column("valid_from", sa.String(10), nullable=False),
        sa.Column("valid_to", sa.String(10), nullable=False),
        sa.Column("plates", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("valid", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", "revision", name=op.f("pk_plan_routes")),
    )
    op.create_index(op.f("ix_plan_routes_imported"), "plan_routes", ["imported"])
    op.create_table(
        "plan_streets",
        sa.Column("route", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("unit", sa.String(16), nullable=False),
        sa.Column("kerb", sa.String(16), nullable=False),
        sa.Column("start", sa.Text, nullable=False),
        sa.Column("end", sa.Text, nullable=False),
        sa.Column("begins_s", sa.Integer),
        sa.Column("ends_s", sa.Integer),
        sa.Column("weekdays", sa.String(7)),
        sa.Column("points", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("route", "revision", "number", name=op.f("pk_plan_streets")),
    )
    op.create_table(
        "plan_exceptions",
        sa.Column("imported", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("route", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("moved_to", sa.String(10), nullable=False),
        sa.Column("shift_s", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("imported", "day", "route", "action", "moved_to", "shift_s", name=op.f("pk_plan_exceptions")),
    )
    op.create_table(
        "plan_imports",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("content", sa.String(16), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("imported_ms", sa.BigInteger, nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.Column("routes", sa.Integer, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_imports")),
    )
    op.create_table(
        "facilities",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("imported", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("radius_m", sa.Double, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", "imported", name=op.f("pk_facilities")),
    )
    op.create_table(
        "weighbridge_tickets",
        sa.Column("plant", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("imported", sa.String(16), nullable=False),
        sa.Column("plate", sa.String(16), nullable=False),
        sa.Column("entered_ms", sa.BigInteger, nullable=False),
        sa.Column("left_ms", sa.BigInteger),
        sa.Column("gross_kg", sa.Double),
        sa.Column("tare_kg", sa.Double),
        sa.Column("net_kg", sa.Double, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("plant", "id", "imported", name=op.f("pk_weighbridge_tickets")),
    )
    op.create_index(op.f("ix_weighbridge_tickets_entered_ms"), "weighbridge_tickets", ["entered_ms"])


def downgrade() -> None:
    op.drop_table("weighbridge_tickets")
    op.drop_table("facilities")
    op.drop_table("plan_imports")
    op.drop_table("plan_exceptions")
    op.drop_table("plan_streets")
    op.drop_table("plan_routes")
