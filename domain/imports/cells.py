"""The cells of a file: where each of its cells went."""

from dataclasses import dataclass
from enum import StrEnum

from domain.text import Text


class SheetPart(StrEnum):
    """The part of a workbook that was not read."""

    SHEET = "sheet"
    COLUMN = "column"
    ROW = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """A sheet, column or row that holds ``cells`` and was not read, with the reason.

    ``sheet`` is its name. ``row`` and ``column`` count from 1; None where they do not apply. ``name`` is the heading,
    or the beginning of the row. ``aside``: it holds no figures by its own words (numbering, notes, sums of rows read).
    """

    part: SheetPart
    words: Text
    cells: int
    sheet: str = ""
    row: int | None = None
    column: int | None = None
    name: str = ""
    aside: bool = False

    @property
    def place(self) -> Text:
        """Where it stands: "Sheet1, cột 5 “Ghi chú”"."""
        number = f"{self.column or self.row or ''}"
        what = Text("cột", "column") if self.column else Text("dòng", "row") if self.row else Text("", "")
        vi, en = (f"{word} {number}".strip() + (f" “{self.name}”" if self.name else "") for word in what)
        return Text(*(", ".join(filter(None, (self.sheet, one.strip()))) for one in (vi, en)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cells with something in them: each is a label, a value or not read.

    ``labels`` are titles, headings and the cells that say whose, of what and when a value is. Each value, and each of
    the ``blanks`` under a measure, became one item, kept or refused.
    """

    cells: int = 0
    labels: int = 0
    values: int = 0
    not_read: int = 0
    blanks: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether no cell went missing."""
        return self.cells == self.labels + self.values + self.not_read

    def __add__(self, other: "Cells") -> "Cells":
        """Both together."""
        return Cells(
            cells=self.cells + other.cells,
            labels=self.labels + other.labels,
            values=self.values + other.values,
            not_read=self.not_read + other.not_read,
            blanks=self.blanks + other.blanks,
        )


NO_CELLS = Cells()
