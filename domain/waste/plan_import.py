"""The stored record of one plan import: the file, its source, what it contained and the findings."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.finding import Finding


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
