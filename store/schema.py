"""All tables of the centre: every module of `store/tables/` adds its own to one metadata."""

import importlib
import pkgutil

from sqlalchemy import MetaData

from store import tables
from store.tables.base import metadata


def whole() -> MetaData:
    """The metadata with the tables of each family; a new file is found by its place."""
    for info in pkgutil.iter_modules(tables.__path__):
        importlib.import_module(f"{tables.__name__}.{info.name}")
    return metadata
