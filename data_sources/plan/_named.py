"""Rows of a table by the role of their columns, for tables that are not routes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from data_sources._cells import Cell, text_of
from data_sources._parse import RefusalError
from domain.plan_draft import Finding, Problem
from domain.reason import Reason
from domain.text import Text

_HEADER_WITHIN_ROWS = 20
_COLUMNS = "cần các cột / columns needed: "


@dataclass(frozen=True, slots=True)
class Named:
    """A row with its number as people see it, and its cells by role."""

    row: int
    cells: Mapping[str, Cell]

    def cell(self, role: str) -> Cell:
        """The cell of a role, None without."""
        return self.cells.get(role)

    def text(self, role: str) -> str:
        """The cell of a role as clean text, "" without."""
        return text_of(self.cells.get(role))


def named_rows(
    rows: Sequence[Sequence[Cell]], headings: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> list[Named]:
    """The rows under the first header that has all ``needed`` roles; RefusalError WRONG_SHAPE when there is none."""
    role_of = {heading: role for role, known in headings.items() for heading in known}
    for at, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        said = [" ".join(normalize("NFC", text_of(cell)).casefold().split()) for cell in row]
        roles = {role_of[heading]: c for c, heading in reversed(list(enumerate(said))) if heading in role_of}
        if all(role in roles for role in needed):
            return [
                Named(number, {role: cells[c] for role, c in roles.items() if c < len(cells)})
                for number, cells in enumerate(rows[at + 1 :], start=at + 2)
                if any(text_of(cell) for cell in cells)
            ]
    raise RefusalError(Reason.WRONG_SHAPE, _COLUMNS + ", ".join(headings[role][0] for role in needed))


def unreadable(refused: RefusalError) -> Finding:
    """A table that cannot be read, as a finding."""
    said = refused.reason.value
    detail = f": {refused.detail}" if refused.detail else ""
    return Finding(problem=Problem.UNREADABLE, words=Text(f"{said.vi}{detail}", f"{said.en}{detail}"))
