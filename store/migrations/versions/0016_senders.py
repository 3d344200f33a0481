"""A binding knows its sender, and a device without one keeps its newest fix only, in a bounded table."""

from alembic import op
import sqlalchemy as sa

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KEPT = 10_000
_POSITION = (
    "device, at_ms, received_ms, latitude, longitude, speed_kmh, course_deg, altitude_m, accuracy_m, valid, kind, "
    "source, flags, attributes"
)


def upgrade() -> None:
    op.add_column("bindings", sa.Column("sender", sa.Text, nullable=False, server_default=""))
    # A source that named a vehicle bound it to itself, from the beginning of time.
    op.execute("UPDATE bindings SET sender = 'key:' || \"by\" WHERE from_ms = 0 AND device = vehicle AND \"by\" <> ''")
    op.create_table(
        "waiting",
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("first_seen_ms", "last_seen_ms", "fixes")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("at_ms", "received_ms")),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("latitude", "longitude")),
        *(sa.Column(name, sa.Double) for name in ("speed_kmh", "course_deg", "altitude_m", "accuracy_m")),
        sa.Column("valid", sa.Boolean, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "flags", "attributes")),
        sa.PrimaryKeyConstraint("device", "sender", name=op.f("pk_waiting")),
    )
    op.create_index(op.f("ix_waiting_last_seen_ms"), "waiting", ["last_seen_ms"])
    op.execute(
        f"INSERT INTO waiting ({_POSITION}, sender, first_seen_ms, last_seen_ms, fixes) SELECT "
        f"{', '.join(f'f.{name}' for name in _POSITION.split(', '))}, '', d.first_seen_ms, d.last_seen_ms, d.fixes "
        "FROM fixes_latest f JOIN devices d ON d.device = f.device WHERE f.feed = 'waiting' "
        f"ORDER BY d.last_seen_ms DESC LIMIT {_KEPT}"
    )
    op.execute("DELETE FROM fixes_latest WHERE feed = 'waiting'")
    op.execute("DELETE FROM tracker_days WHERE feed = 'waiting'")


def downgrade() -> None:
    op.drop_table("waiting")
    op.drop_column("bindings", "sender")
