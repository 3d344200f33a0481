"""Maps and drivers on one desk: imports of maps stand among all files handed in, changes of drivers wait apart."""

import json

from alembic import op
import sqlalchemy as sa

revision = "0030"
down_revision = "0034"
branch_labels = None
depends_on = None

_ENDED = ("done", "unchanged")
_CUT_OFF = ("Việc nạp bị ngắt giữa chừng.", "The import was interrupted.")


def upgrade() -> None:
    op.create_table(
        "driver_changes",
        sa.Column("file_import", sa.String(16), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("active_to", sa.String(10), nullable=False),
        sa.Column("handed_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("file_import", "id", name=op.f("pk_driver_changes")),
    )
    op.create_index(op.f("ix_driver_changes_id"), "driver_changes", ["id"])
    op.add_column("file_imports", sa.Column("doing", sa.Text, nullable=False, server_default=""))
    op.add_column("file_imports", sa.Column("done", sa.Double, nullable=False, server_default="0"))
    op.add_column("file_imports", sa.Column("told_ms", sa.BigInteger))
    connection = op.get_bind()
    imports = sa.Table("map_imports", sa.MetaData(), autoload_with=connection)
    files = sa.Table("file_imports", sa.MetaData(), autoload_with=connection)
    rows = [_file_import(row) for row in connection.execute(sa.select(imports)).mappings()]
    if rows:
        connection.execute(files.insert(), rows)
    op.drop_table("map_imports")


def _file_import(row: sa.RowMapping) -> dict[str, object]:
    """The row of an import as a file handed in. Of the file itself nothing was kept."""
    ended = row["state"] in _ENDED
    words = (row["stage_vi"], row["stage_en"]) if row["state"] == "refused" else _CUT_OFF
    return {
        "id": row["id"],
        "importer": "maps",
        "feed": row["kind"],
        "file_name": row["file_name"],
        "source": "",
        "size": 0,
        "sha256": "",
        "stage": "applied" if ended else "refused",
        "received_ms": row["started_ms"],
        "received_by": row["started_by"],
        "answers": "{}",
        "layout": "",
        "preview": "",
        "refused": "" if ended else json.dumps(words, ensure_ascii=False),
        "approved_ms": row["updated_ms"] if ended else None,
        "approved_by": "",
        "withdrawn_ms": None,
        "withdrawn_by": "",
        "kept_back": 0,
        "body": b"",
        "applied": json.dumps([row["layer"], ""]).encode() if ended else None,
        "outbox": None,
        "doing": "",
        "done": 0.0,
        "told_ms": None,
    }


def downgrade() -> None:
    op.drop_table("driver_changes")
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
    for column in ("told_ms", "done", "doing"):
        op.drop_column("file_imports", column)
