"""One plan entry in any format: its cells by role, their position in the file, and its points."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from data_sources.workbooks.cells import Cell, text_of
from domain.finding import Finding, Problem, Severity
from domain.text import Text, folded
from domain.waste.plan import Position

HEADINGS = {
    "route": ("route", "route_id", "tuyến", "mã tuyến"),
    "route_name": ("route_name", "tên tuyến", "lộ trình"),
    "places": ("places", "place", "mã xã", "mã đơn vị", "địa bàn"),
    "vehicle_class": ("vehicle_class", "vehicle", "loại xe", "phương tiện"),
    "plates": ("plates", "plate", "biển số", "bks", "số xe"),
    "weekdays": ("weekdays", "days"),
    "weekdays_vi": ("thứ", "ngày trong tuần", "ngày thu gom", "thứ trong tuần"),
    "id": ("id", "stop_id", "mã điểm"),
    "order": ("order", "stop_sequence", "seq", "stt", "thứ tự"),
    "name": ("street", "name", "stop_name", "tên đường", "đường", "tuyến đường", "hẻm", "tên điểm", "điểm thu gom"),
    "unit": ("unit", "loại điểm", "loại"),
    "kerb": ("kerb", "side", "lề", "lề đường", "bên", "phía"),
    "start": ("from", "start", "từ", "điểm đầu", "từ (điểm đầu)"),
    "end": ("to", "end", "đến", "điểm cuối", "đến (điểm cuối)"),
    "begins": ("begins", "time", "arrival_time", "giờ", "giờ bắt đầu", "từ giờ", "thời điểm"),
    "ends": ("ends", "departure_time", "giờ kết thúc", "đến giờ"),
    "window": ("window", "khung giờ", "thời gian", "thời gian thu gom"),
    "route_window": ("route_window", "ca", "khung giờ tuyến", "giờ của tuyến"),
    "latitude": ("latitude", "lat", "stop_lat", "vĩ độ"),
    "longitude": ("longitude", "lon", "lng", "stop_lon", "kinh độ"),
    "valid_from": ("valid_from", "hiệu lực từ", "từ ngày"),
    "valid_to": ("valid_to", "hiệu lực đến", "đến ngày"),
    "kind": ("kind", "loại số liệu"),
    "day": ("day", "ngày"),
    "action": ("action", "thay đổi"),
    "moved_to": ("moved_to", "dời sang", "chuyển sang"),
    "shift": ("shift_minutes", "lệch phút"),
    "note": ("note", "ghi chú"),
}
"""Role of a column → its accepted headings; the first is the template's."""

DAYS = ("day", "moved_to", "valid_from", "valid_to")
"""The roles of days."""
_UNREAD = Text(
    "cột “{said}” không được đọc; xem tên cột trong docs/collection-plan.md.",
    "the column “{said}” is not read; docs/collection-plan.md lists the headings.",
)
_SECOND = Text(
    "cột “{said}” trùng nghĩa với cột “{first}”; chỉ đọc cột đầu.",
    "the column “{said}” means the same as “{first}”; only the first is read.",
)
_MONTH_FIRST = Text(
    "“{said}” ghi tháng trước ngày; các ngày khác trong cột được hiểu là ngày/tháng/năm, hãy kiểm tra cả cột.",
    "“{said}” has the month first; the other days of the column are read day/month/year, check all of them.",
)
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}")
_NUMBERING = ("tt", "no", "no.", "#")
"""Headings of columns that only number the rows."""

_ROLE_OF = {heading: role for role, headings in HEADINGS.items() for heading in headings}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry. ``columns`` are the file's own headings, for findings; ``points`` is a line that is already known.

    ``words`` are other words for weekdays (word → ISO weekday); ``order`` is its position in the route, once known.
    """

    row: int | None
    cells: Mapping[str, Cell]
    columns: Mapping[str, str] = field(default_factory=dict)
    points: tuple[Position, ...] = ()
    words: Mapping[str, int] = field(default_factory=dict)
    file: str = ""
    order: int | None = None

    def text(self, role: str) -> str:
        """The cell of a role as clean text, "" when there is none."""
        return text_of(self.cells.get(role))


def role_of(heading: Cell) -> str:
    """The role of a heading, "" for none."""
    return _ROLE_OF.get(folded(text_of(heading)), "")


def header(rows: Sequence[Sequence[Cell]], within: int = 20) -> tuple[int, dict[str, int]] | None:
    """Index of the header row, column of each role; None when no row has columns for a route and a street or stop."""
    for index, row in enumerate(rows[:within]):
        roles = {role: c for c, cell in reversed(list(enumerate(row))) if (role := role_of(cell))}
        if len(roles) >= 2 and roles.keys() & {"name", "latitude", "action"}:
            return index, roles
    return None


def records_of(
    rows: Sequence[Sequence[Cell]], first: int, roles: Mapping[str, int], headings: Sequence[Cell], file: str = ""
) -> list[Record]:
    """The rows under a header as records; ``first`` is the row number of the first one as people count."""
    columns = {role: text_of(headings[c]) for role, c in roles.items()}
    return [
        Record(
            row=number,
            cells={role: row[c] for role, c in roles.items() if c < len(row)},
            columns=columns,
            file=file,
        )
        for number, row in enumerate(rows, start=first)
        if any(text_of(cell) for cell in row)
    ]


def unread_columns(rows: Sequence[Sequence[Cell]], at: int, roles: Mapping[str, int]) -> Iterator[Finding]:
    """A warning for each column with content that nobody reads; ``at`` is the header's index."""
    headings = rows[at]
    filled = {c for row in rows[at + 1 :] for c, cell in enumerate(row) if text_of(cell)}
    for c in sorted(filled - {*roles.values()}):
        said = (text_of(headings[c]) if c < len(headings) else "") or str(c + 1)
        role = role_of(said)
        if folded(said) in _NUMBERING:
            continue
        words = _SECOND.filled(said=said, first=text_of(headings[roles[role]])) if role else _UNREAD.filled(said=said)
        problem = Problem.DUPLICATE if role else Problem.NOT_UNDERSTOOD
        yield Finding(problem=problem, severity=Severity.WARNING, words=words, row=at + 1, column=said)


def month_first(records: Sequence[Record], roles: Iterable[str]) -> Iterator[Finding]:
    """A warning when a day can only be read month first: then the others in its column may be meant so too."""
    for role in roles:
        for record in records:
            said = record.text(role)
            written = _SLASHED.fullmatch(said)
            if written and int(written[1]) <= 12 < int(written[2]):
                words = _MONTH_FIRST.filled(said=said)
                column = record.columns.get(role, role)
                yield Finding(
                    problem=Problem.AMBIGUOUS, severity=Severity.WARNING, words=words, row=record.row, column=column
                )
                break
