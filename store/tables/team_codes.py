"""Codes that a commune hands out to its teams, and the tokens that phones got for them; photos of reports."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from store.tables.base import metadata

# ``token`` is null until a phone has typed the code; both columns hold hashes only.
team_codes = Table(
    "team_codes",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("team", String(16), nullable=False),
    Column("code", String(64), nullable=False, unique=True),
    Column("token", String(64), unique=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("used_ms", BigInteger),
    Column("revoked_ms", BigInteger),
    Index(None, "team"),
)

# A photo by its report's keyed hash: sent twice it is one. It carries no metadata (pages/teams/photo.py).
team_photos = Table(
    "team_photos",
    metadata,
    Column("case_key", String(64), primary_key=True),
    Column("team", String(16), nullable=False),
    Column("taken_ms", BigInteger, nullable=False),
    Column("jpeg", LargeBinary, nullable=False),
    Index(None, "team", "taken_ms"),
    Index(None, "taken_ms"),
)
