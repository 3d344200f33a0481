"""Table rows by the role of their columns, for tables without routes; and registers with one entry per row."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.apart import read_rows
from data_sources.workbooks.cells import Cell, text_of
from domain.finding import Finding, Problem
from domain.reason import Reason
from domain.text import Text, folded

_HEADER_WITHIN_ROWS = 20
_COLUMNS = "cần các cột / columns needed: "
REGISTER_ROWS_MAX = 20_000
_EMPTY = Text("không có dòng dữ liệu nào dưới tiêu đề.", "there is no row below the headings.")
_TOO_MANY = Text("tệp có hơn {n} dòng; hãy chia nhỏ tệp.", "more than {n} rows; split the file.")

Entry = TypeVar("Entry")


class RowError(ValueError):
    """A row of a register is refused; carries the `Finding`'s problem and words."""

    def __init__(self, problem: Problem, words: Text) -> None:
        super().__init__(problem)
        self.problem, self.words = problem, words


@dataclass(frozen=True, slots=True)
class Named:
    """A row: its number as people count it, and its cells by role."""

    row: int
    cells: Mapping[str, Cell]

    def cell(self, role: str) -> Cell:
        """The cell of a role; None without one."""
        return self.cells.get(role)

    def text(self, role: str) -> str:
        """The cell of a role as clean text; "" without one."""
        return text_of(self.cells.get(role))


def named_rows(
    rows: Sequence[Sequence[Cell]], headings: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> list[Named]:
    """The rows under the first header that has all ``needed`` roles; RefusalError WRONG_SHAPE when there is none."""
    role_of = {heading: role for role, known in headings.items() for heading in known}
    for at, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        said = [folded(text_of(cell)) for cell in row]
        roles = {role_of[heading]: c for c, heading in reversed(list(enumerate(said))) if heading in role_of}
        if all(role in roles for role in needed):
            return [
                Named(number, {role: cells[c] for role, c in roles.items() if c < len(cells)})
                for number, cells in enumerate(rows[at + 1 :], start=at + 2)
                if any(text_of(cell) for cell in cells)
            ]
    raise RefusalError(Reason.WRONG_SHAPE, _COLUMNS + ", ".join(headings[role][0] for role in needed))


def unreadable(refused: RefusalError) -> Finding:
    """The finding for an unreadable table."""
    said = refused.reason.value
    detail = f": {refused.detail}" if refused.detail else ""
    return Finding(problem=Problem.UNREADABLE, words=Text(f"{said.vi}{detail}", f"{said.en}{detail}"))


def read_register(
    body: bytes,
    name: str,
    headings: Mapping[str, tuple[str, ...]],
    needed: tuple[str, ...],
    *,
    made: Callable[[Named], Entry],
    key: Callable[[Entry], Hashable],
    twice: Text,
) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """Entries built by ``made`` from the rows of a CSV or spreadsheet, and findings for refused rows. Never raises.

    ``made`` raises `RowError`. The first entry of a ``key`` stays; a later one with other content is refused with
    ``twice``, whose {row} is the first one's.
    """
    try:
        rows = named_rows(read_rows(body, name), headings, needed)
    except RefusalError as refused:
        return (), (unreadable(refused),)
    if not 0 < len(rows) <= REGISTER_ROWS_MAX:
        words = _TOO_MANY.filled(n=str(REGISTER_ROWS_MAX)) if rows else _EMPTY
        return (), (Finding(problem=Problem.UNREADABLE, words=words),)
    kept: dict[Hashable, tuple[int, Entry]] = {}
    findings: list[Finding] = []
    for row in rows:
        try:
            entry = made(row)
            first, known = kept.setdefault(key(entry), (row.row, entry))
            if known != entry:
                raise RowError(Problem.DUPLICATE, twice.filled(row=str(first)))
        except RowError as wrong:
            findings.append(Finding(problem=wrong.problem, words=wrong.words, row=row.row))
    return tuple(entry for _, entry in kept.values()), tuple(findings)
