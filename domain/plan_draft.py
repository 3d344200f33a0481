"""What an import of the plan gives: routes that may be kept, and findings for people to look at."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.plan import PlanException, Route
from domain.text import Text


class Severity(StrEnum):
    """``error``: what it speaks of is not usable as it is. ``warning``: usable, but somebody should look."""

    ERROR = "error"
    WARNING = "warning"


class Problem(StrEnum):
    """What kind of thing a finding is about; the closed list of stable codes."""

    UNREADABLE = "unreadable"
    MISSING = "missing"
    BAD_VALUE = "bad_value"
    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"
    NOT_UNDERSTOOD = "not_understood"
    BAD_COORDINATES = "bad_coordinates"
    OUTSIDE_AREA = "outside_area"
    BACKWARD_TIME = "backward_time"
    EMPTY_WINDOW = "empty_window"
    DISCONNECTED = "disconnected"
    NOT_PLACED = "not_placed"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing an import found. ``row`` and ``column`` are as people count them in the file; None, "" = not of a row.

    ``route`` and ``order`` name the route and its entry when they are known; ``file`` the part of an archive.
    """

    problem: Problem
    words: Text
    severity: Severity = Severity.ERROR
    route: str = ""
    order: int | None = None
    row: int | None = None
    column: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """Routes and exceptions read from a file, with everything that was found on the way.

    ``where`` tells the file and row of each entry, by (route, order).
    """

    routes: tuple[Route, ...] = ()
    exceptions: tuple[PlanException, ...] = ()
    findings: tuple[Finding, ...] = ()
    where: Mapping[tuple[str, int], tuple[str, int | None]] = field(default_factory=dict)

    @property
    def streets(self) -> int:
        """How many entries the routes have together."""
        return sum(len(route.streets) for route in self.routes)


def counted(findings: Iterable[Finding]) -> Counter[Problem]:
    """How many findings there are of each problem."""
    return Counter(finding.problem for finding in findings)
