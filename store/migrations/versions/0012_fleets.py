"""Vehicles and bindings know their fleet; each feed keeps its own newest fix and days of a device."""

from alembic import op
import sqlalchemy as sa

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Before, there was one fleet, and devices without a vehicle were stored under its name.
_FLEET, _WAITING = "waste_trucks", "waiting"
_KEYS = {
    "vehicles": ("id",),
    "bindings": ("device", "from_ms"),
    "fixes_latest": ("device", "feed"),
    "tracker_days": ("day", "device", "feed"),
}


def upgrade() -> None:
    op.drop_index(op.f("ix_bindings_vehicle"), "bindings")
    for name, key in _KEYS.items():
        _rebuild(name, key)
    op.create_index(op.f("ix_bindings_vehicle"), "bindings", ["vehicle"])
    for name in ("fixes_latest", "tracker_days"):
        op.execute(
            f"UPDATE {name} SET feed = '{_WAITING}' WHERE feed = '{_FLEET}' "
            f"AND NOT EXISTS (SELECT 1 FROM bindings WHERE bindings.device = {name}.device) "
            f"AND NOT EXISTS (SELECT 1 FROM vehicles WHERE vehicles.id = {name}.device)"
        )
    op.create_table(
        "registers",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_registers")),
    )


def _rebuild(name: str, key: tuple[str, ...]) -> None:
    """Rebuild a table with ``feed`` and the primary key ``key``; rows without a fleet get the one fleet."""
    old = f"{name}_0010"
    told = sa.inspect(op.get_bind()).get_columns(name)
    op.rename_table(name, old)
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {old} RENAME CONSTRAINT pk_{name} TO pk_{old}")
    columns = [
        sa.Column(
            column["name"],
            column["type"],
            nullable=column["nullable"],
            server_default=None if column["default"] is None else sa.text(column["default"]),
        )
        for column in told
    ]
    names = [column["name"] for column in told]
    more = [] if "feed" in names else [sa.Column("feed", sa.String(64), nullable=False)]
    op.create_table(name, *columns, *more, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")))
    given = ", ".join(f'"{one}"' for one in names)
    op.execute(
        f"INSERT INTO {name} ({given}, \"feed\") SELECT {given}, '{_FLEET}' FROM {old}"
        if more
        else f"INSERT INTO {name} ({given}) SELECT {given} FROM {old}"
    )
    op.drop_table(old)
