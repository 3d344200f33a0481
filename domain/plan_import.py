"""One import of the plan as it is kept: the file, where it comes from, what it brought and what was found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.plan_draft import Finding


class Content(StrEnum):
    """What an imported file of waste collection holds."""

    PLAN = "plan"
    FACILITIES = "facilities"
    WEIGHBRIDGE = "weighbridge"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanImport:
    """An import. ``routes`` and ``entries`` are those of the file, ``changed`` the routes that got a new revision.

    For facilities and weighbridge tickets ``entries`` are the rows kept. ``withdrawn``: taken back, but kept.
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
