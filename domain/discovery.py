"""Find declarations: every public module of a package may hold one (FEED, SCREEN) or several (KPIS)."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Import each public module of ``package`` in name order; names with a leading underscore are helpers."""
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda i: i.name):
        if not info.name.startswith("_") and not info.ispkg:
            yield importlib.import_module(f"{package.__name__}.{info.name}")


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
