"""Tables of files that people hand in, one row a file, and of the answers remembered for a sender's layout."""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, LargeBinary, String, Table, Text

from store.tables.base import metadata

# ``outbox`` holds what was decided and is not yet in the stream; ``applied`` the figures that an approval wrote, each
# with the one it replaced, for a withdrawal.
file_imports = Table(
    "file_imports",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("importer", String(16), nullable=False),
    Column("feed", String(64), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("received_by", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("layout", String(64), nullable=False),
    Column("preview", Text, nullable=False),
    Column("refused", Text, nullable=False),
    Column("approved_ms", BigInteger),
    Column("approved_by", Text, nullable=False),
    Column("withdrawn_ms", BigInteger),
    Column("withdrawn_by", Text, nullable=False),
    Column("kept_back", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("applied", LargeBinary),
    Column("outbox", LargeBinary),
    Column("doing", Text, nullable=False, server_default=""),
    Column("done", Double, nullable=False, server_default="0"),
    Column("told_ms", BigInteger),
    Index(None, "received_ms"),
)

layout_answers = Table(
    "layout_answers",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("source", String(128), primary_key=True),
    Column("layout", String(64), primary_key=True),
    Column("answers", Text, nullable=False),
    Column("told_ms", BigInteger, nullable=False),
)
