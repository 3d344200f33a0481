"""Table rows by the role of their columns, for tables without routes; and registers with one entry per row."""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.apart import FirstSheet, read_rows
from data_sources.workbooks.cells import Cell, is_failed, text_of
from domain.finding import Finding, Problem, Severity
from domain.reason import Reason
from domain.text import Text, folded

_HEADER_WITHIN_ROWS = 20
_COLUMNS = "cần các cột / columns needed: "
REGISTER_ROWS_MAX = 20_000
_EMPTY = Text("không có dòng dữ liệu nào dưới tiêu đề.", "there is no row below the headings.")
_TOO_MANY = Text("tệp có hơn {n} dòng; hãy chia nhỏ tệp.", "more than {n} rows; split the file.")

_UNREAD = Text("cột “{said}” không được đọc.", "the column “{said}” is not read.")
_OTHER_SHEETS = Text(
    "trang tính thứ {said} có nội dung nhưng không được đọc; hãy gửi riêng trang ấy nếu cần.",
    "something is written on sheet {said}, which is not read; send it on its own if it is needed.",
)
_SECOND = Text(
    "cột “{said}” trùng nghĩa với cột “{first}”; chỉ đọc cột đầu.",
    "the column “{said}” means the same as “{first}”; only the first is read.",
)
_MONTH_FIRST = Text(
    "dòng này ghi tháng trước ngày; các ngày khác trong cột được hiểu là ngày/tháng/năm, hãy kiểm tra cả cột.",
    "this row has the month first; the other days of the column are read day/month/year, check all of them.",
)
_FAILED = Text("ô “{column}” có lỗi công thức: {said}.", "the cell “{column}” holds a failed formula: {said}.")
# "Vĩ độ (độ)", "Mã tổ (*)".
_BRACKETS = re.compile(r"\s*(?:[(\[][^()\[\]]*[)\]]|\*+|:)\s*$")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}(?!\d)")
_NUMBERING = ("tt", "stt", "no", "no.", "#")

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
    at, roles = _header(rows, headings, needed)
    return [
        Named(number, {role: cells[c] for role, c in roles.items() if c < len(cells)})
        for number, cells in enumerate(rows[at + 1 :], start=at + 2)
        if any(text_of(cell) for cell in cells)
    ]


def not_read(
    rows: Sequence[Sequence[Cell]], headings: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> list[Finding]:
    """A warning for each column with content that nobody reads, also for the second of two with one meaning."""
    at, roles = _header(rows, headings, needed)
    columns = {heading: roles[role] for role, known in headings.items() if role in roles for heading in known}
    filled = {c for row in rows[at + 1 :] for c, cell in enumerate(row) if text_of(cell)}
    found = []
    for c in sorted(filled - {*roles.values()}):
        said = (text_of(rows[at][c]) if c < len(rows[at]) else "") or str(c + 1)
        if folded(said) in _NUMBERING:
            continue
        first = columns.get(heading_of(said, columns))
        told = _UNREAD.filled(said=said)
        if first is not None:
            told = _SECOND.filled(said=said, first=text_of(rows[at][first]))
        problem = Problem.NOT_UNDERSTOOD if first is None else Problem.DUPLICATE
        found.append(Finding(problem=problem, severity=Severity.WARNING, words=told, row=at + 1, column=said))
    return found


def other_sheets(sheet: FirstSheet) -> list[Finding]:
    """A warning when something is written on other sheets too, by their numbers: a name may be a person's."""
    if not sheet.others:
        return []
    words = _OTHER_SHEETS.filled(said=", ".join(map(str, sheet.others)))
    return [Finding(problem=Problem.NOT_UNDERSTOOD, severity=Severity.WARNING, words=words)]


def month_first(rows: Sequence[Named], roles: Iterable[str]) -> list[Finding]:
    """A warning for each column of days in which one can only be month first: the others may be meant so too."""
    found = []
    for role in roles:
        for row in rows:
            written = _SLASHED.match(row.text(role))
            if written and int(written[1]) <= 12 < int(written[2]):
                told = Finding(problem=Problem.AMBIGUOUS, severity=Severity.WARNING, words=_MONTH_FIRST, row=row.row)
                found.append(told)
                break
    return found


def _header(
    rows: Sequence[Sequence[Cell]], headings: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> tuple[int, dict[str, int]]:
    """Index of the header, and the first column of each role."""
    role_of = {heading: role for role, known in headings.items() for heading in known}
    for at, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        said = [heading_of(cell, role_of) for cell in row]
        roles = {role_of[heading]: c for c, heading in reversed(list(enumerate(said))) if heading in role_of}
        if all(role in roles for role in needed):
            return at, roles
    raise RefusalError(Reason.WRONG_SHAPE, _COLUMNS + ", ".join(_both(headings[role]) for role in needed))


def heading_of(cell: Cell, known: Collection[str]) -> str:
    """A heading as it is known: as written, or without the brackets or mark that end it; a column of its own wins."""
    said = folded(text_of(cell))
    bare = _BRACKETS.sub("", said)
    return bare if said not in known and bare in known else said


def _both(known: Sequence[str]) -> str:
    """A heading as people write it here, with the template's own where that is another."""
    here = next((one for one in known if not one.isascii()), known[0])
    return here if here == known[0] else f"{here} ({known[0]})"


def unreadable(refused: RefusalError) -> Finding:
    """The finding for an unreadable table."""
    said = refused.reason.value
    detail = f": {refused.detail}" if refused.detail else ""
    return Finding(problem=Problem.UNREADABLE, words=Text(f"{said.vi}{detail}", f"{said.en}{detail}"))


def _require_computed(row: Named, headings: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a row in which a formula failed: the error's sign would become a name or a code."""
    for role, cell in row.cells.items():
        if is_failed(cell):
            said = _FAILED.filled(column=_both(headings[role]), said=text_of(cell))
            raise RowError(Problem.BAD_VALUE, said)


def read_register(
    body: bytes,
    name: str,
    headings: Mapping[str, tuple[str, ...]],
    needed: tuple[str, ...],
    *,
    made: Callable[[Named], Entry],
    key: Callable[[Entry], Hashable],
    twice: Text,
    days: tuple[str, ...] = (),
) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """Entries built by ``made`` from the rows of a CSV or spreadsheet, and findings. Never raises.

    Refused rows are errors; columns that nobody reads, and columns of ``days`` with the month first, warnings.

    ``made`` raises `RowError`. The first entry of a ``key`` stays; a later one with other content is refused with
    ``twice``, whose {row} is the first one's.
    """
    try:
        read = read_rows(body, name)
        rows = named_rows(read.rows, headings, needed)
        unread = [*not_read(read.rows, headings, needed), *other_sheets(read)]
    except RefusalError as refused:
        return (), (unreadable(refused),)
    if not 0 < len(rows) <= REGISTER_ROWS_MAX:
        words = _TOO_MANY.filled(n=str(REGISTER_ROWS_MAX)) if rows else _EMPTY
        return (), (Finding(problem=Problem.UNREADABLE, words=words),)
    kept: dict[Hashable, tuple[int, Entry]] = {}
    findings: list[Finding] = []
    for row in rows:
        try:
            _require_computed(row, headings)
            entry = made(row)
            first, known = kept.setdefault(key(entry), (row.row, entry))
            if known != entry:
                raise RowError(Problem.DUPLICATE, twice.filled(row=str(first)))
        except RowError as wrong:
            findings.append(Finding(problem=wrong.problem, words=wrong.words, row=row.row))
    return tuple(entry for _, entry in kept.values()), (*findings, *month_first(rows, days), *unread)
