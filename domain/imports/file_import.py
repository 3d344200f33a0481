"""A file that somebody hands in: what was understood of it, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.imports.cells import NO_CELLS, Cells, NotRead
from domain.imports.kind import file_kinds
from domain.imports.question import Doubt
from domain.text import Text


class Stage(StrEnum):
    """How far a file has come. REFUSED, GIVEN_UP and WITHDRAWN are ends; APPLIED can be withdrawn.

    RECEIVED: it is kept. READ: its sheets and cells were read. PREVIEWED: something is asked. MAPPED: nothing is asked,
    so that somebody may approve. APPROVED: decided, on its way to the figures. APPLIED: the figures count. GIVEN_UP:
    whoever handed it in took it back before anybody decided.
    """

    RECEIVED = "received"
    READ = "read"
    PREVIEWED = "previewed"
    MAPPED = "mapped"
    APPROVED = "approved"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


_UNTAKEN = (Stage.REFUSED, Stage.GIVEN_UP)
NEXT: Mapping[Stage, frozenset[Stage]] = {
    Stage.RECEIVED: frozenset({Stage.READ, *_UNTAKEN}),
    # Of two that read a file at once, each leads it to its end: neither knows that the other lives.
    Stage.READ: frozenset({Stage.READ, Stage.PREVIEWED, Stage.MAPPED, *_UNTAKEN}),
    Stage.PREVIEWED: frozenset({Stage.PREVIEWED, Stage.MAPPED, *_UNTAKEN}),
    Stage.MAPPED: frozenset({Stage.PREVIEWED, Stage.MAPPED, Stage.APPROVED, *_UNTAKEN}),
    Stage.APPROVED: frozenset({Stage.APPLIED}),
    Stage.APPLIED: frozenset({Stage.WITHDRAWN}),
    Stage.WITHDRAWN: frozenset(),
    **{stage: frozenset() for stage in _UNTAKEN},
}
"""The stages that may follow each; the store allows no others."""
OPEN = frozenset({Stage.RECEIVED, Stage.READ, Stage.PREVIEWED, Stage.MAPPED})
"""Nothing was decided yet: answers may change and the file may be refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnShown:
    """A column of a sheet: its heading, and the measure or role it was understood as ("" = not read)."""

    number: int
    heading: str
    meaning: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetShown:
    """The beginning of a sheet as it stands, with the kind of each row; ``rows`` counts all of them.

    ``header`` are its first and last row of headings, from 0; None without a table.
    """

    index: int
    name: str
    hidden: bool
    used: bool
    rows: int
    grid: tuple[tuple[str, ...], ...] = ()
    kinds: tuple[str, ...] = ()
    header: tuple[int, int] | None = None
    columns: tuple[ColumnShown, ...] = ()
    period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemShown:
    """A value or entry that was refused, where it stands (from 1, 0 = unknown), and why; ``code`` is for programs."""

    sheet: str
    row: int
    column: int
    reason: Text
    detail: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """A figure that would change: None before means new, None after missing."""

    subject: str
    measure: str
    period: str
    before: float | None
    after: float | None
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What was understood of a file, and what it would change.

    ``facts`` say in words what it holds, where no sheet shows it.

    ``new``, ``changed``, ``unchanged`` and ``refused`` add up to the items of the account (values and blanks), except
    that a blank under two headings of one measure is one item. ``gone`` counts figures of the same source, measures and
    periods that stand and that the file does not have.
    """

    sheets: tuple[SheetShown, ...] = ()
    questions: tuple[Doubt, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    warnings: tuple[Text, ...] = ()
    facts: tuple[Text, ...] = ()
    account: Cells = NO_CELLS
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    gone: int = 0
    problems: tuple[ProblemShown, ...] = ()
    changes: tuple[ChangeShown, ...] = ()

    @property
    def usable(self) -> int:
        """How many figures could be applied or stand already."""
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImport:
    """One file on its way. ``importer`` says what it brings; ``feed`` whose figures. ``source`` is who sends them.

    ``refused`` says why it ended. ``layout`` identifies sheets and headings: answers are remembered for its sender.
    ``doing`` and ``done`` (0 to 1) say how far whoever reads it had come at ``told_at``.
    """

    id: str
    importer: str
    feed: str
    file_name: str
    source: str
    size: int
    sha256: str
    stage: Stage
    received_at: datetime
    received_by: str
    answers: Mapping[str, str] = field(default_factory=dict)
    layout: str = ""
    preview: Preview | None = None
    refused: Text | None = None
    approved_at: datetime | None = None
    approved_by: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    kept_back: int = 0
    doing: Text | None = None
    done: float = 1.0
    told_at: datetime | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the file itself is kept: a register of people is not, nor what an earlier release imported."""
        other = file_kinds().get(self.importer)
        return (other is None or other.keeps_file) and self.size > 0


class OvertakenError(Exception):
    """Somebody else decided first; carries the import as it is now."""

    def __init__(self, now: FileImport) -> None:
        super().__init__(f"{now.id}: {now.stage}")
        self.now = now


class PrivateFileError(Exception):
    """The file is a register of people, sent as something else that would be kept."""


class SamePersonError(Exception):
    """Who hands a file in does not approve it, nor does a key or a command where a person has to."""
