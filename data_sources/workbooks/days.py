"""Days and periods: in the cells of one column, in titles, and in the names of sheets and files."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from unicodedata import normalize

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.workbooks.cells import Cell, text_of
from domain.imports.question import DAY_FIRST, MONTH_FIRST, SWAPPED
from domain.instant import VIETNAM, day_start
from domain.period import Period, Span, period_of, written_period
from domain.reason import Reason
from domain.text import folded

_TWO_DIGITS = "năm có hai chữ số, hãy ghi đủ bốn / the year has two digits, write all four"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER = re.compile(r"(?:quý|q)\s*(iv|i{1,3}|[1-4])\s*(?:[/.-]|năm)?\s*(20\d\d)|(20\d\d)-q([1-4])", re.IGNORECASE)
_YEAR = re.compile(r"(?:năm\s*)?(20\d\d)", re.IGNORECASE)
_MONTH = re.compile(
    r"(20\d\d)-(\d\d)|(?:tháng\s*|t\s*)?(\d{1,2})\s*(?:[/-]|năm)\s*(20\d\d)|(?:tháng\s*|t\s*)(\d{1,2})\.(20\d\d)",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(20\d\d)([/.])(\d{1,2})\2(\d{1,2})")
_WRITTEN_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[ ,]+(\d{1,2}):(\d\d)(?::(\d\d))?)?")

# Free text, without accents, longest first: what is found is taken out before the next is sought.
_IN_TEXT: tuple[tuple[Span, re.Pattern[str], str], ...] = (
    (Span.DAY, re.compile(r"(?<!\d)(20\d\d)[-_](\d\d)[-_](\d\d)(?!\d)"), "ymd"),
    (Span.DAY, re.compile(r"(?<!\d)(\d{1,2})[-/._](\d{1,2})[-/._](20\d\d)(?!\d)"), "dmy"),
    (Span.DAY, re.compile(r"ngay\s*(\d{1,2})\s*thang\s*(\d{1,2})\s*nam\s*(20\d\d)(?!\d)"), "dmy"),
    (
        Span.QUARTER,
        re.compile(r"(?<![a-z])(?:quy|q)[\s_.-]*(iv|i{1,3}|[1-4])[\s_/.-]*(?:nam[\s_]*)?(20\d\d)(?!\d)"),
        "qy",
    ),
    (Span.QUARTER, re.compile(r"(?<!\d)(20\d\d)[-_]q([1-4])(?!\d)"), "yq"),
    (Span.MONTH, re.compile(r"(?<![a-z])(?:thang|t|ky)[\s_.-]*(\d{1,2})[\s_/.-]*(?:nam[\s_]*)?(20\d\d)(?!\d)"), "my"),
    (Span.MONTH, re.compile(r"(?<!\d)(20\d\d)-(\d\d)(?!-?\d)"), "ym"),
    (Span.MONTH, re.compile(r"(?<!\d)(\d{1,2})/(20\d\d)(?!\d)"), "my"),
    (Span.YEAR, re.compile(r"(?<![a-z])nam[\s_.-]*(20\d\d)(?!\d)"), "y"),
)
_MONTH_ALONE = re.compile(r"(?<![a-z])(?:thang|t)[\s_.-]*(\d{1,2})(?!\d)")
# Dates of the letter itself: "Long An, ngày 5 tháng 11 năm 2026", "(Kèm theo Báo cáo số 12/BC-UBND ngày …)".
_OF_THE_LETTER = re.compile(
    r"kem theo|quyet dinh|nghi quyet|cong van|thong tu|(?:^|\s)so:?\s*\d|mau so|bieu so|,\s*ngay"
)
_SAYS_WHEN = re.compile(r"thang|quy|nam|ky|ngay")


class Said(NamedTuple):
    """Periods that a text names, and a month without its year."""

    periods: tuple[Period, ...]
    month: int | None = None


def bare(text: str) -> str:
    """A text in lower case without accents, single blanks."""
    apart = normalize("NFD", folded(text))
    return "".join(char for char in apart if not "\u0300" <= char <= "\u036f").replace("đ", "d")


def said_in(name: str) -> Said:
    """The periods that the name of a file or sheet says."""
    text = bare(name)
    found: list[Period] = []
    for span, pattern, order in _IN_TEXT:
        read = (_of(span, order, match.groups()) for match in pattern.finditer(text))
        found += [period for period in read if period is not None]
        text = pattern.sub(" ", text)
    alone = None if found else _MONTH_ALONE.search(text)
    month = int(alone[1]) if alone and 1 <= int(alone[1]) <= 12 else None
    return Said(tuple(dict.fromkeys(found)), month)


def said_in_title(text: str) -> Said:
    """The periods that a title says; dates of the letter itself and numbers of forms say none."""
    plain = bare(text)
    if not _SAYS_WHEN.search(plain) or _OF_THE_LETTER.search(plain):
        return Said(())
    return said_in(text)


def _of(span: Span, order: str, groups: Sequence[str]) -> Period | None:
    told = dict(zip(order, groups, strict=True))
    quarter = told.get("q", "")
    number = _ROMAN.get(quarter) or int(quarter or 1)
    month = 3 * number if quarter else int(told.get("m", 1))
    try:
        return period_of(span, date(int(told["y"]), month, int(told.get("d", 1))))
    except ValueError:
        return None


def agreed(said: Iterable[Period]) -> tuple[Period | None, tuple[Period, ...]]:
    """The one period that all agree on, or the different ones. A day within the month that is named gives its date."""
    found = tuple(dict.fromkeys(said))
    days = [one for one in found if one.span is Span.DAY]
    if len(found) == 2 and len(days) == 1:
        (other,) = (one for one in found if one is not days[0])
        if other.span is Span.MONTH and days[0].start and period_of(Span.MONTH, days[0].start) == other:
            return days[0], ()
    return (found[0], ()) if len(found) == 1 else (None, found)


def doubt_of_days(cells: Sequence[Cell]) -> tuple[str, str]:
    """How the days of a column are written, and which doubt there is: "", "month_first" or "swapped".

    Day first, as in Việt Nam, unless a cell cannot be so. When every date cell has a day of at most 12 and texts have
    later ones, a spreadsheet set to English took days for months where it could.
    """
    firsts, seconds = [], []
    for cell in cells:
        if isinstance(cell, str) and (found := _WRITTEN_DAY.fullmatch(cell.strip())):
            firsts.append(int(found[1]))
            seconds.append(int(found[3]))
    if any(number > 12 for number in seconds):
        return MONTH_FIRST, MONTH_FIRST
    dates = [cell for cell in cells if isinstance(cell, date)]
    if dates and any(number > 12 for number in firsts) and all(cell.day <= 12 for cell in dates):
        return DAY_FIRST, SWAPPED
    return DAY_FIRST, ""


def moment(said: Cell, order: str = DAY_FIRST) -> tuple[datetime | None, Period | None]:
    """The instant or the period in a cell; ``order`` is DAY_FIRST, MONTH_FIRST or SWAPPED. Raises RefusalError."""
    period = _period(said)
    return (None, period) if period is not None else (_instant(said, order), None)


def code_of(said: str) -> Period:
    """A period or day as people answer it: "2026-10", "10/2026", "Quý III/2026", "30/11/2026". Raises ValueError."""
    try:
        return written_period(said.strip())
    except ValueError:
        at, period = _safely(said)
        if period is not None:
            return period
        if at is None:
            raise
        return Period(Span.DAY, at.astimezone(VIETNAM).date())


def _safely(said: str) -> tuple[datetime | None, Period | None]:
    try:
        return moment(said)
    except RefusalError:
        return None, None


def _period(said: Cell) -> Period | None:
    """The month, quarter or year in a cell; None for a day or an instant."""
    text = text_of(said) if isinstance(said, str | float | int) else ""
    if quarter := _QUARTER.fullmatch(text):
        number = quarter[4] or _ROMAN.get(str(quarter[1]).lower(), quarter[1])
        return period_of(Span.QUARTER, date(int(quarter[2] or quarter[3]), 3 * int(number), 1))
    try:
        if month := _MONTH.fullmatch(text):
            year, number = month[1] or month[4] or month[6], month[2] or month[3] or month[5]
            return period_of(Span.MONTH, date(int(year), int(number), 1))
    except ValueError:
        raise RefusalError(Reason.BAD_TIME, text[:60]) from None
    if year := _YEAR.fullmatch(text):
        return period_of(Span.YEAR, date(int(year[1]), 1, 1))
    return None


def _instant(said: Cell, order: str) -> datetime:
    if isinstance(said, date) and order == SWAPPED:
        said = said.replace(month=said.day, day=said.month) if said.day <= 12 else said
    if isinstance(said, datetime):
        return said.replace(tzinfo=VIETNAM).astimezone(UTC)
    if isinstance(said, date):
        return day_start(said)
    text = text_of(said)
    try:
        if day := _WRITTEN_DAY.fullmatch(text):
            if len(day[4]) == 2:
                raise RefusalError(Reason.BAD_TIME, f"{text[:60]}: {_TWO_DIGITS}")
            first, second = int(day[1]), int(day[3])
            month, number = (first, second) if order == MONTH_FIRST else (second, first)
            at = time(int(day[5] or 0), int(day[6] or 0), int(day[7] or 0))
            return datetime.combine(date(int(day[4]), month, number), at, VIETNAM).astimezone(UTC)
        if day := _YEAR_FIRST.fullmatch(text):
            return day_start(date(int(day[1]), int(day[3]), int(day[4])))
    except RefusalError:
        raise
    except ValueError:
        raise RefusalError(Reason.BAD_TIME, text[:60]) from None
    return parse.instant_of_text(text, zoneless_is="vietnam")
