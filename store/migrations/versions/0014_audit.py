"""The audit log. Its first entries are the known reads of drivers' data, which had a table of their own."""

import hashlib

from alembic import op
import orjson
import sqlalchemy as sa

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    entries = op.create_table(
        "audit_entries",
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("of", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_act_number"), "audit_entries", ["act", "number"])
    heads = op.create_table(
        "audit_heads",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_heads")),
    )
    _move_reads(entries, heads)
    op.drop_index(op.f("ix_driver_reads_at_ms"), "driver_reads")
    op.drop_table("driver_reads")


def downgrade() -> None:
    op.create_table(
        "driver_reads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_driver_reads")),
    )
    op.create_index(op.f("ix_driver_reads_at_ms"), "driver_reads", ["at_ms"])
    op.execute(
        'INSERT INTO driver_reads (at_ms, "by", what) SELECT at_ms, name, "of" FROM audit_entries '
        "WHERE act = 'drivers_read' ORDER BY number"
    )
    op.drop_table("audit_heads")
    op.drop_table("audit_entries")


def _move_reads(entries: sa.Table, heads: sa.Table) -> None:
    known = op.get_bind().execute(sa.text('SELECT at_ms, "by", what FROM driver_reads ORDER BY id')).all()
    rows, seal = [], ""
    for number, read in enumerate(known, 1):
        told = (number, read.at_ms, "source", read.by, "", "drivers_read", read.what, "", "")
        seal = hashlib.sha256(orjson.dumps((seal, *told))).hexdigest()
        rows.append(dict(zip(entries.c.keys(), (*told, seal), strict=True)))
    op.bulk_insert(entries, rows)
    op.bulk_insert(heads, [{"id": 1, "number": len(rows), "seal": seal}])
