"""What somebody should look at in a file that was handed in."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.text import Text


class Severity(StrEnum):
    """``error``: not usable as it is. ``warning``: usable, but somebody should check it."""

    ERROR = "error"
    WARNING = "warning"


class Problem(StrEnum):
    """Kind of a finding: a closed list of stable codes."""

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
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding of an import. ``row`` counts from 1, ``column`` is a heading or a position; None, "" = unknown.

    ``route`` and ``order`` name the route and its entry when known; ``file`` is the file within an archive.
    """

    problem: Problem
    words: Text
    severity: Severity = Severity.ERROR
    route: str = ""
    order: int | None = None
    row: int | None = None
    column: str = ""
    file: str = ""


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those for which something was refused; the others are kept and told."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def counted(findings: Iterable[Finding]) -> Counter[Problem]:
    """Number of findings by problem."""
    return Counter(finding.problem for finding in findings)
