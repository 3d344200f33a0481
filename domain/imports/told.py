"""What a file said beside its figures, as its decoder passes it on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.imports.cells import NO_CELLS, Cells, NotRead
from domain.imports.question import Doubt
from domain.instant import require_utc
from domain.text import Text

_SHOWN = 12


def part_lines(parts: Sequence[NotRead]) -> list[str]:
    """What was not read, for a terminal."""
    return [f"  {_line(part)}" for part in parts[:_SHOWN]]


def _line(part: NotRead) -> str:
    return f"{part.place.vi} / {part.place.en}: {part.words.vi} / {part.words.en} ({part.cells})"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTold:
    """The account of a file, the parts that were not read, its questions, and sums that its figures do not make."""

    feed: str
    received_at: datetime
    source: str = ""
    account: Cells = NO_CELLS
    not_read: tuple[NotRead, ...] = ()
    questions: tuple[Doubt, ...] = ()
    warnings: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        require_utc(self.received_at, "received_at")

    @property
    def lines(self) -> list[str]:
        """The account, what was not read and what is asked, for a terminal."""
        given = self.account
        return [
            f"ô có nội dung / filled cells: {given.cells} = nhãn / labels {given.labels} + số / values {given.values} "
            f"+ không đọc / not read {given.not_read}; ô trống / blanks: {given.blanks}",
            *part_lines(self.not_read),
            *(f"  ! {words.vi} / {words.en}" for words in self.warnings[:_SHOWN]),
            *(f"  ? {question.words.vi} / {question.words.en}" for question in self.questions[:_SHOWN]),
        ]

    @property
    def lost(self) -> str:
        """The parts that may hold figures and were not read, in one line; "" when there are none."""
        parts = [part for part in self.not_read if not part.aside]
        said = [_line(part) for part in parts[:_SHOWN]]
        return "; ".join([*said, *([f"… +{len(parts) - _SHOWN}"] if len(parts) > _SHOWN else [])])
