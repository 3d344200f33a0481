"""Parsers for the values in a plan: times, windows, weekdays, kerbs, vehicles, coordinates."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeVar

from data_sources.messages import parse
from data_sources.workbooks.cells import Cell, is_missing, text_of
from domain.fleets.vehicle import plate_key
from domain.text import Text
from domain.vietnamese import words_of
from domain.waste.plan import DAY_S, EVERY_DAY, Kerb, Position, Unit, VehicleClass

_T = TypeVar("_T")
_CLOCK = re.compile(r"(\d{1,2}) ?(?:[hg:]|giờ) ?(?:(\d{2})(?::(\d{2}))? ?(?:phút|p|')?)?", re.IGNORECASE)
_RANGE = re.compile(r" ?(?:-|–|—|→|đến|tới|to) ?", re.IGNORECASE)
_DAY_WORD = re.compile(r"[^\W\d_]+|\d+|[-–—]")
_DASHES = ("-", "–", "—")
_UNTIL = ("đến", "tới", "to")
_UNMARKED = re.compile(r"\bthu(?= ?\d)")
# A plate, or a fleet number as in its register ("LA-001").
_PLATE = re.compile(
    r"(?<!\w)(?:\d{2} ?-?[A-ZĐ]{1,2}\d?[ .-]?(?:\d{3}\.?\d{2}|\d{2}\.\d{3}|\d{4})|[A-ZĐ]{2}-\d{3})(?![\w-])"
)
_HOURS_MAX = 47
_WRITTEN_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
_SHORT_YEAR = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2})")
_YEARS = range(1950, 2101)
_SOUTH, _NORTH, _WEST, _EAST = 6.0, 24.0, 101.0, 118.0
# "1.000" may be one or a thousand.
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")

_KERBS = {
    Kerb.LEFT: ("left", "trái", "lề trái", "bên trái", "phía trái"),
    Kerb.RIGHT: ("right", "phải", "lề phải", "bên phải", "phía phải"),
    Kerb.BOTH: ("both", "hai bên", "2 bên", "cả hai bên", "hai lề", "2 lề", "cả hai lề", "cả 2 bên", "cả 2 lề"),
    Kerb.ANY: ("any", "tuỳ ý", "tùy ý", "bên nào cũng được"),
}
_VEHICLES = {
    VehicleClass.COMPACTOR: ("compactor", "xe ép", "xe ép rác", "xe cuốn ép", "xe cuốn ép rác", "ép rác"),
    VehicleClass.TRUCK: ("truck", "xe tải", "xe ben"),
    VehicleClass.THREE_WHEELER: (
        "three_wheeler",
        "three-wheeler",
        "xe ba gác",
        "ba gác",
        "xe lôi",
        "xe 3 gác",
        "xe ba bánh",
    ),
    VehicleClass.HANDCART: ("handcart", "xe đẩy", "xe đẩy tay", "xe cải tiến", "xe gom"),
}
_UNITS = {
    Unit.STREET: ("street", "đường", "tuyến đường", "hẻm"),
    Unit.STOP: ("stop", "điểm", "điểm thu gom", "điểm tập kết", "chợ"),
}
_DAILY = ("hàng ngày", "hằng ngày", "mỗi ngày", "cả tuần", "các ngày trong tuần", "daily", "every day")
_WEEKDAYS = {
    "hai": 1, "ba": 2, "tư": 3, "bốn": 3, "năm": 4, "sáu": 5, "bảy": 6, "bẩy": 6, "cn": 7, "nhật": 7,
    "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7,
    "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 7,
}  # fmt: skip
_MARKS = frozenset({"thứ", "t"})
_BETWEEN_DAYS = _MARKS | {"chủ", "và", "and", "ngày"}

_RANGE_OR_LIST = Text(
    "không rõ {first}-{last} là các ngày từ thứ {first} đến thứ {last} hay chỉ hai ngày đó; hãy ghi “T{first}-T{last}” "
    "hoặc “{first}, {last}”.",
    "{first}-{last} may mean all days from T{first} to T{last} or these two only; write “T{first}-T{last}” or "
    "“{first}, {last}”.",
)
_TWO_DIGITS = Text(
    "năm của “{said}” chỉ có hai chữ số; hãy ghi đủ bốn chữ số, ví dụ 31/12/2026.",
    "the year of “{said}” has two digits; write all four, for example 31/12/2026.",
)
_ONE_OR_THOUSAND = Text(
    "không rõ “{said}” là số lẻ hay hàng nghìn; hãy ghi {plain} hoặc bỏ dấu.",
    "“{said}” may be a fraction or thousands; write {plain} or leave the separator out.",
)


class UnclearError(ValueError):
    """A writing that has two meanings or none that can be; ``words`` say what to write instead."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.vi)
        self.words = words


def clock(cell: Cell) -> int | None:
    """Seconds after midnight from "10h10", "10:10", "10 giờ 10" or a time cell; None = blank; ValueError otherwise."""
    if is_missing(cell):
        return None
    if isinstance(cell, datetime | time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    if isinstance(cell, timedelta):
        return int(cell.total_seconds())
    found = _CLOCK.fullmatch(text_of(cell).rstrip("."))
    if found is None:
        raise ValueError(text_of(cell))
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    if hours > _HOURS_MAX or minutes > 59 or seconds > 59:
        raise ValueError(text_of(cell))
    return hours * 3600 + minutes * 60 + seconds


def window(cell: Cell) -> tuple[int | None, int | None]:
    """Start and end of "17:30 - 22:00", or a single time as start; an end before the start is on the next day.

    Equal times stay equal: the check reports an empty window. ValueError = not a window.
    """
    if not isinstance(cell, str):
        return clock(cell), None
    parts = _RANGE.split(text_of(cell).removeprefix("từ ").removeprefix("Từ "))
    if len(parts) > 2:
        raise ValueError(text_of(cell))
    begins, ends = clock(parts[0]), clock(parts[1]) if len(parts) == 2 else None
    return begins, ends_after(begins, ends)


def ends_after(begins_s: int | None, ends_s: int | None) -> int | None:
    """The end of a window that starts at ``begins_s``; on the next day when its time is earlier."""
    if begins_s is None or ends_s is None or ends_s >= begins_s:
        return ends_s
    return ends_s + DAY_S


def follows(before_s: int | None, said_s: int) -> int:
    """A time after another one on the same route, on this day or the next, whichever is nearer to that one."""
    if before_s is None or said_s >= DAY_S:
        return said_s
    return min((said_s, said_s + DAY_S), key=lambda at: abs(at - before_s))


def weekdays(cell: Cell, more: Mapping[str, int] | None = None, *, numbers: bool = True) -> frozenset[int]:
    """ISO weekdays from "Thứ 2, 4, 6", "T2-T7", "2-4-6", "CN", "hàng ngày", "Mon, Wed"; ``more`` adds other words.

    A dash between three days or more makes a list, between two a range; UnclearError when the two may be a list as
    well ("2-4"). ``numbers``: a number without "thứ" is Vietnamese too (2 is Monday); else it raises ValueError, as any
    other word does.
    """
    said = _UNMARKED.sub("thứ", text_of(cell).casefold())
    if said.strip(" .") in _DAILY:
        return EVERY_DAY
    chains: list[list[_Day]] = []
    joined, until, named, marked = False, False, numbers, False
    for piece in _DAY_WORD.findall(said):
        if piece in _DASHES or piece in _UNTIL:
            joined, until = bool(chains), piece in _UNTIL
        elif piece in _BETWEEN_DAYS:
            named, marked = True, piece in _MARKS
        else:
            day = _Day(_weekday(piece, more or {}, named=named), bare=piece.isdecimal() and not marked, until=until)
            if joined:
                chains[-1].append(day)
            else:
                chains.append([day])
            joined, until, marked = False, False, False
    if joined or (said and not chains and not is_missing(cell)):
        raise ValueError(said)
    return frozenset(day for chain in chains for day in _days_of(chain))


class _Day(NamedTuple):
    """A weekday as written: ``bare`` is a number without "thứ" or T, ``until`` stands after "đến"."""

    day: int
    bare: bool
    until: bool


def _days_of(chain: Sequence[_Day]) -> Iterable[int]:
    """The days of words that dashes join: a list of three or more, a range of two."""
    days = [said.day for said in chain]
    if days != sorted(set(days)) or (len(days) > 2 and any(said.until for said in chain)):
        raise ValueError(days)
    if len(days) != 2:
        return days
    first, last = days
    # The working week ("2-6", "2-7") is no pair of days on which anybody collects.
    whole_week = first == 1 and last >= 5
    if chain[1].bare and not chain[1].until and last > first + 1 and not whole_week:
        raise UnclearError(_RANGE_OR_LIST.filled(first=first + 1, last=last + 1))
    return range(first, last + 1)


def _weekday(word: str, more: Mapping[str, int], *, named: bool) -> int:
    if word in more:
        return more[word]
    if word.isdecimal() and named and word in ("2", "3", "4", "5", "6", "7", "8"):
        return int(word) - 1
    if word not in _WEEKDAYS:
        raise ValueError(word)
    return _WEEKDAYS[word]


def kerb(cell: Cell) -> Kerb | None:
    """The kerb; None = blank; ValueError for any other word."""
    return _choice(cell, _KERBS)


def vehicle_class(cell: Cell) -> VehicleClass | None:
    """The vehicle class; None = blank; ValueError for any other word."""
    return _choice(cell, _VEHICLES)


def unit(cell: Cell) -> Unit | None:
    """Street or stop; None = blank; ValueError for any other word."""
    return _choice(cell, _UNITS)


def _choice(cell: Cell, choices: Mapping[_T, tuple[str, ...]]) -> _T | None:
    if is_missing(cell):
        return None
    said = words_of(text_of(cell))
    for choice, names in choices.items():
        for name in map(words_of, names):
            # Typed marks must match: "le phai" is read, "lễ phái" is not.
            if said == name or (not any(w.marked for w in said) and [w.bare for w in said] == [w.bare for w in name]):
                return choice
    raise ValueError(text_of(cell))


def day(cell: Cell) -> date | None:
    """A day, ISO or 31/12/2026; None = blank; UnclearError when the year has two digits; ValueError = not a day."""
    if is_missing(cell):
        return None
    if isinstance(cell, datetime):
        cell = cell.date()
    said = text_of(cell)
    if _SHORT_YEAR.fullmatch(said):
        raise UnclearError(_TWO_DIGITS.filled(said=said))
    written = _WRITTEN_DAY.fullmatch(said)
    found = date(int(written[4]), int(written[3]), int(written[1])) if written else date.fromisoformat(said)
    if found.year not in _YEARS:
        raise ValueError(said)
    return found


def number(cell: Cell) -> float | None:
    """A plain number with decimal point or comma; None = blank; ValueError = not a number."""
    if is_missing(cell):
        return None
    found = parse.json_number(cell)
    if found is None and isinstance(cell, str):
        found = parse.number(text_of(cell).replace(",", "."))
    if found is None:
        raise ValueError(text_of(cell))
    return found


def amount(cell: Cell) -> float | None:
    """A number that may be a thousand or more; UnclearError for "1.000", which may be one or a thousand."""
    if isinstance(cell, str) and _GROUPED.fullmatch(text_of(cell)):
        raise UnclearError(_ONE_OR_THOUSAND.filled(said=text_of(cell), plain=re.sub("[.,]", "", text_of(cell))))
    return number(cell)


def position(longitude: float | None, latitude: float | None) -> Position | None:
    """A position; None = both blank. ValueError for only one, off the earth, 0,0, or the same number twice."""
    if longitude is None and latitude is None:
        return None
    if longitude is None or latitude is None or not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise ValueError(f"{latitude}, {longitude}")
    on_earth = abs(longitude) <= 180 and abs(latitude) <= 90
    # The same number in both columns is a copied cell, 0,0 an unfilled one: no place in Việt Nam has such coordinates.
    if not on_earth or longitude == latitude:
        raise ValueError(f"{latitude:g}, {longitude:g}")
    return longitude, latitude


def within_vietnam(found: Position) -> Position:
    """The position itself; ValueError where it is not within Việt Nam, its islands and waters."""
    longitude, latitude = found
    if not (_SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST):
        raise ValueError(f"{latitude:g}, {longitude:g}: ngoài Việt Nam / outside Việt Nam")
    return found


def plates(text: str) -> tuple[str, ...]:
    """The distinct plates in a text, without punctuation ("62C12345")."""
    return tuple(dict.fromkeys(map(plate_key, _PLATE.findall(text.upper()))))
