"""Reads a commune's register of digital teams; a wrong row is told by its cell, names of people are never read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.apart import FirstSheet, read_rows
from data_sources.workbooks.cells import Cell, is_failed, text_of
from data_sources.workbooks.named import Named, heading_of, month_first, other_sheets, unreadable
from domain.public_text import is_public
from domain.teams.hamlet import names_person
from domain.teams.team import CODE, TeamKind, kind_of, place_of
from domain.text import Text

ROWS_MAX = 2_000
_HEADER_WITHIN_ROWS = 20
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("mã tổ", "code"),
    "hamlet": ("ấp, khu phố", "ấp/khu phố", "ấp", "khu phố", "hamlet"),
    "launched": ("ngày thành lập", "ngày ra mắt", "launched"),
}
_NEEDED = ("code", "hamlet")
_ROLES = {heading: role for role, headings in _HEADINGS.items() for heading in headings}
_NO_HEADER = Text("cần các cột Mã tổ và Ấp, khu phố.", "the columns Mã tổ and Ấp, khu phố are needed.")
_TOO_MANY = Text(f"tệp có hơn {ROWS_MAX} dòng.", f"more than {ROWS_MAX} rows.")
_BAD_CODE = Text("mã tổ viết dạng 27694-T01: {said}", "a team's code is written 27694-T01: {said}")
_ELSEWHERE = Text("tổ của xã khác: {said}", "another commune's team: {said}")
_NO_HAMLET = Text("thiếu tên ấp, khu phố.", "the hamlet's name is missing.")
_PRIVATE = Text("có số điện thoại hoặc số giấy tờ.", "holds a telephone or identity number.")
_BAD_DAY = Text("ngày viết dạng 31/05/2022: {said}", "a day is written 31/05/2022: {said}")
_PERSON = Text(
    "có vẻ có tên người; chỉ ghi tên ấp, khu phố, ví dụ “Khu phố 1”.",
    "seems to name a person; write only the hamlet, for example “Khu phố 1”.",
)
_FAILED = Text("ô có lỗi công thức: {said}", "holds a failed formula: {said}")
_FUTURE = Text("ngày ở tương lai: {said}", "a day in the future: {said}")
_YEARS = range(2000, 2101)
_TWICE = Text("mã tổ đã có ở dòng {row}.", "row {row} has the same code.")


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell that makes its row unusable: row and column from 1, and why."""

    row: int
    column: int
    why: Text

    @property
    def name(self) -> str:
        """As a spreadsheet names it: C7."""
        left, letters = self.column, ""
        while left:
            left, letter = divmod(left - 1, 26)
            letters = chr(65 + letter) + letters
        return f"{letters}{self.row}"


@dataclass(frozen=True, slots=True)
class TeamRegister:
    """The entries of a register as records of the feed, and the cells that were refused.

    ``unread`` counts columns with other headings, such as names: nothing of them is kept. ``warnings`` are about the
    whole.
    """

    records: tuple[Mapping[str, object], ...] = ()
    wrong: tuple[WrongCell, ...] = ()
    unread: int = 0
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """Whose teams are taken, and the day on which the register is read."""

    communes: frozenset[str]
    today: date


class _RowError(ValueError):
    def __init__(self, role: str, why: Text) -> None:
        super().__init__(role)
        self.role, self.why = role, why


def read_team_register(body: bytes, name: str, communes: Sequence[str], today: date) -> TeamRegister:
    """Read teams of hamlets from a CSV or spreadsheet; only teams of ``communes`` are taken. Never raises.

    A team that begins after ``today`` is refused: no team is counted before it exists.
    """
    try:
        sheet = read_rows(body, name)
    except RefusalError as refused:
        return TeamRegister(wrong=(WrongCell(1, 1, unreadable(refused).words),))
    rows = sheet.rows
    if len(rows) > ROWS_MAX + _HEADER_WITHIN_ROWS:
        return TeamRegister(wrong=(WrongCell(ROWS_MAX, 1, _TOO_MANY),))
    for at, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        said = [heading_of(cell, _ROLES) for cell in row]
        columns = {_ROLES[heading]: c for c, heading in reversed(list(enumerate(said))) if heading in _ROLES}
        if all(role in columns for role in _NEEDED):
            unread = sum(bool(heading) and heading not in _ROLES for heading in said)
            read = _read(rows[at + 1 :], at + 2, columns, _Known(frozenset(communes), today), unread)
            return replace(read, warnings=tuple(_warnings(sheet, at, columns)))
    return TeamRegister(wrong=(WrongCell(1, 1, _NO_HEADER),))


def _read(
    rows: Sequence[Sequence[Cell]], first: int, columns: Mapping[str, int], known: _Known, unread: int
) -> TeamRegister:
    found: dict[str, Mapping[str, object]] = {}
    rows_of: dict[tuple[str, int], int] = {}
    wrong = []
    for number, row in enumerate(rows, start=first):
        cells = {role: row[column] if column < len(row) else None for role, column in columns.items()}
        if not any(text_of(cell) for cell in cells.values()):
            continue
        try:
            record = _record(cells, known)
            code = str(record["team"])
            commune, _, counted = code.partition("-T")
            # T1 and T01 are one team written twice.
            first = rows_of.setdefault((commune, int(counted)), number)
            if first != number:
                raise _RowError("code", _TWICE.filled(row=str(first)))
            found[code] = record
        except _RowError as error:
            wrong.append(WrongCell(number, columns[error.role] + 1, error.why))
    return TeamRegister(tuple(found.values()), tuple(wrong), unread)


def _warnings(sheet: FirstSheet, at: int, columns: Mapping[str, int]) -> Iterator[Text]:
    """Days of which one has the month first, and other sheets with something on them."""
    days = columns.get("launched")
    below = enumerate(sheet.rows[at + 1 :], start=at + 2)
    named = [Named(row, {"launched": cells[days]}) for row, cells in below if days is not None and days < len(cells)]
    for found in (*month_first(named, ("launched",)), *other_sheets(sheet)):
        where = Text(f"dòng {found.row}: ", f"row {found.row}: ") if found.row else Text("", "")
        yield Text(where.vi + found.words.vi, where.en + found.words.en)


def _record(cells: Mapping[str, Cell], known: _Known) -> Mapping[str, object]:
    for role, cell in cells.items():
        if is_failed(cell):
            raise _RowError(role, _FAILED.filled(said=text_of(cell)))
    code, hamlet = text_of(cells["code"]).upper(), text_of(cells["hamlet"])
    if not CODE.fullmatch(code) or kind_of(code) is not TeamKind.HAMLET:
        raise _RowError("code", _BAD_CODE.filled(said=code[:20] if is_public(code) else "…"))
    if place_of(code)[1] not in known.communes:
        raise _RowError("code", _ELSEWHERE.filled(said=code))
    if not hamlet:
        raise _RowError("hamlet", _NO_HAMLET)
    if not is_public(hamlet):
        raise _RowError("hamlet", _PRIVATE)
    if names_person(hamlet):
        raise _RowError("hamlet", _PERSON)
    launched = _day(cells.get("launched"))
    if launched is not None and launched.year not in _YEARS:
        raise _RowError("launched", _BAD_DAY.filled(said=text_of(cells.get("launched"))[:20]))
    if launched is not None and launched > known.today:
        raise _RowError("launched", _FUTURE.filled(said=text_of(cells.get("launched"))[:20]))
    return {"team": code, "hamlet": hamlet[:60], "launched": None if launched is None else launched.isoformat()}


def _day(cell: Cell) -> date | None:
    said = text_of(cell)
    if not said:
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(said, form).date()  # noqa: DTZ007 - a day without an hour
        except ValueError:
            continue
    raise _RowError("launched", _BAD_DAY.filled(said=said[:20]))
