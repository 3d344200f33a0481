"""Find declarations: every public module of a package may hold one (FEED, SCREEN) or several (KPIS).

A folder whose ``__init__.py`` says ``FAMILY = True`` holds declarations too; other folders hold their helpers.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Import each public module of ``package`` and its families in name order; a leading underscore marks helpers."""
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda i: i.name):
        if info.name.startswith("_"):
            continue
        found = importlib.import_module(f"{package.__name__}.{info.name}")
        if not info.ispkg:
            yield found
        elif getattr(found, "FAMILY", False):
            yield from modules(found)


def discover(package: ModuleType, name: str, cls: type[T]) -> dict[str, T]:
    """Collect constant ``name`` (one ``cls`` or a tuple of them) of each module by its ``key``.

    Raises ValueError when two declarations share a key, TypeError when a constant is of another type.
    """
    found: dict[str, T] = {}
    for module in modules(package):
        declared = getattr(module, name, ())
        for item in declared if isinstance(declared, tuple) else (declared,):
            if not isinstance(item, cls):
                raise TypeError(f"{module.__name__}.{name} is not {cls.__name__}")
            key = str(item.key)  # type: ignore[attr-defined]
            if key in found:
                raise ValueError(f"{key!r} is declared twice, again in {module.__name__}")
            found[key] = item
    return found
