"""A weighbridge may count from 0001 again every day: the time of entry is part of a ticket's key."""

from alembic import op
import sqlalchemy as sa

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NAME, _OLD = "weighbridge_tickets", "weighbridge_tickets_0016"


def upgrade() -> None:
    _rebuild(("plant", "id", "imported", "entered_ms"))


def downgrade() -> None:
    """Of a number that one import has twice, the later ticket stays."""
    op.execute(
        f"DELETE FROM {_NAME} WHERE EXISTS (SELECT 1 FROM {_NAME} AS later WHERE later.plant = {_NAME}.plant AND "
        f"later.id = {_NAME}.id AND later.imported = {_NAME}.imported AND later.entered_ms > {_NAME}.entered_ms)"
    )
    _rebuild(("plant", "id", "imported"))


def _rebuild(key: tuple[str, ...]) -> None:
    told = sa.inspect(op.get_bind()).get_columns(_NAME)
    op.drop_index(op.f("ix_weighbridge_tickets_entered_ms"), _NAME)
    op.rename_table(_NAME, _OLD)
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {_OLD} RENAME CONSTRAINT pk_{_NAME} TO pk_{_OLD}")
    columns = [sa.Column(one["name"], one["type"], nullable=one["nullable"]) for one in told]
    op.create_table(_NAME, *columns, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{_NAME}")))
    names = ", ".join(f'"{one["name"]}"' for one in told)
    op.execute(f"INSERT INTO {_NAME} ({names}) SELECT {names} FROM {_OLD}")
    op.drop_table(_OLD)
    op.create_index(op.f("ix_weighbridge_tickets_entered_ms"), _NAME, ["entered_ms"])
