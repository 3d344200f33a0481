"""The stored record of one plan import: the file, its source, what it contained and the findings."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain.finding import Finding


class Compared(NamedTuple):
    """Entries of a file beside what stands; ``gone`` ones stand, are of its source, and are not in the file."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0


def compared(given: Mapping[Hashable, object], stands: Mapping[Hashable, object], gone: int) -> Compared:
    """Compare entries by what tells them apart."""
    known = [key for key in given if key in stands]
    same = sum(given[key] == stands[key] for key in known)
    return Compared(len(given) - len(known), len(known) - same, same, gone)


class Content(StrEnum):
    """Content of an imported waste collection file."""

    PLAN = "plan"
    FACILITIES = "facilities"
    WEIGHBRIDGE = "weighbridge"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanImport:
    """An import. ``routes`` and ``entries`` count the file's, ``changed`` the routes that got a new revision.

    For facilities and weighbridge tickets ``entries`` counts the rows kept. ``withdrawn``: no longer used, but kept.
    """

    id: str
    content: Content
    file_name: str
    sha256: str
    source: str
    imported_at: datetime
    imported_by: str
    routes: int = 0
    entries: int = 0
    changed: int = 0
    findings: tuple[Finding, ...] = ()
    withdrawn: bool = False
