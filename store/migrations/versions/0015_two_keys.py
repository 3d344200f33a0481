"""A source may have two valid keys, so a key is known by its hash and no longer by its source's name."""

from alembic import op
import sqlalchemy as sa

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rebuild(["hash"])


def downgrade() -> None:
    # Of two keys of one source, the earlier tables hold only the newer.
    op.execute(
        "DELETE FROM api_keys WHERE EXISTS (SELECT 1 FROM api_keys AS newer WHERE newer.name = api_keys.name AND "
        "(newer.created_ms, newer.hash) > (api_keys.created_ms, api_keys.hash))"
    )
    _rebuild(["name"], sa.UniqueConstraint("hash", name=op.f("uq_api_keys_hash")))


def _rebuild(key: list[str], *more: sa.UniqueConstraint) -> None:
    op.rename_table("api_keys", "api_keys_before")
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE api_keys_before RENAME CONSTRAINT pk_api_keys TO pk_api_keys_before")
        op.execute("ALTER TABLE api_keys_before DROP CONSTRAINT IF EXISTS uq_api_keys_hash")
    op.create_table(
        "api_keys",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("revoked_ms", sa.BigInteger),
        sa.Column("role", sa.String(16), nullable=False, server_default="source"),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_api_keys")),
        *more,
    )
    names = "hash, name, created_ms, revoked_ms, role"
    op.execute(f"INSERT INTO api_keys ({names}) SELECT {names} FROM api_keys_before")
    op.drop_table("api_keys_before")
