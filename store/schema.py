"""All tables of the centre: every store module named ``*tables`` adds its own to one metadata."""

import importlib
import pkgutil

from sqlalchemy import MetaData

import store
from store.tables import metadata


def whole() -> MetaData:
    """The metadata with all tables; a new file is found by its name."""
    for info in pkgutil.iter_modules(store.__path__):
        if info.name.endswith("tables"):
            importlib.import_module(f"store.{info.name}")
    return metadata
