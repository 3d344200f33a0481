"""The table of carriers' covered areas as the map draws them, one row an import."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from store.tables.base import metadata

# ``covered`` and ``gap`` are GeoJSON text in WGS 84, simplified before they are stored.
signal_maps = Table(
    "signal_maps",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("carrier", String(32), nullable=False),
    Column("technology", String(8), nullable=False),
    Column("period", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("covered", Text, nullable=False),
    Column("gap", Text, nullable=False),
    Column("kept_ms", BigInteger, nullable=False),
    Index(None, "carrier", "technology"),
)
