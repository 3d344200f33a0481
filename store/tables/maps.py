"""Tables of places and of imported layers of the map."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Integer,
    String,
    Table,
    Text,
)

from store.tables.base import metadata

places = Table(
    "places",
    metadata,
    Column("territory", String(16), primary_key=True),
    Column("code", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("population", Integer),
    Column("households", Integer),
    Column("level", String(16), nullable=False, server_default="commune"),
    Column("parent", String(16), nullable=False, server_default=""),
    Column("area_km2", Double),
)


map_layers = Table(
    "map_layers",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("territory", String(16), nullable=False),
    Column("level", String(16), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("dated", String(10), nullable=False),
    Column("west", Double, nullable=False),
    Column("south", Double, nullable=False),
    Column("east", Double, nullable=False),
    Column("north", Double, nullable=False),
    Column("imported_ms", BigInteger, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("waits_of", Text, nullable=False, server_default=""),
)


# One boundary per zoom band (domain/places/map_layer.py); geometry is GeoJSON text in WGS 84.
map_shapes = Table(
    "map_shapes",
    metadata,
    Column("layer", String(16), primary_key=True),
    Column("band", Integer, primary_key=True, autoincrement=False),
    Column("code", String(16), primary_key=True),
    Column("geometry", Text, nullable=False),
)
