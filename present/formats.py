"""Numbers, ages, days and hours as people write them in Vietnamese and in English."""

from bisect import bisect
from datetime import datetime, timedelta

from babel.dates import format_date

from domain.instant import VIETNAM
from domain.numbers import UNKNOWN, number, percent, signed, trimmed
from domain.period import Span, written_period
from domain.text import Language, Text
from present.wire import AGE_FROM_S, AGE_UNITS_S, AGE_WORDS

__all__ = [
    "UNKNOWN",
    "age",
    "age_of_ms",
    "at_words",
    "clock",
    "clock_s",
    "day",
    "moment",
    "number",
    "percent",
    "period",
    "period_or_instant",
    "rhythm",
    "short_day",
    "signed",
    "trimmed",
    "weekday",
]

_DAY_PATTERN = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}
_SHORT_DAY_PATTERN = {"vi": "dd/MM", "en": "d MMM"}
_RHYTHMS = tuple(
    (timedelta(hours=least), timedelta(hours=most), Text(vi, en))
    for least, most, vi, en in (
        (1, 1, "mỗi giờ", "hourly"),
        (24, 24, "hằng ngày", "daily"),
        (7 * 24, 7 * 24, "hằng tuần", "weekly"),
        (28 * 24, 31 * 24, "hằng tháng", "monthly"),
        (90 * 24, 92 * 24, "hằng quý", "quarterly"),
        (365 * 24, 366 * 24, "hằng năm", "yearly"),
    )
)
_WEEKDAY_PATTERN = {"vi": "EEEE dd/MM/yyyy", "en": "EEEE d MMM yyyy"}
_LAST_MINUTE = "23:59"
_ROMAN = ("I", "II", "III", "IV")


def clock(at: datetime) -> str:
    """14:05, Việt Nam time."""
    return at.astimezone(VIETNAM).strftime("%H:%M")


def clock_s(at: datetime) -> str:
    """14:05:32, Việt Nam time."""
    return at.astimezone(VIETNAM).strftime("%H:%M:%S")


def day(at: datetime, language: Language) -> str:
    """29/06/2025, the day in Việt Nam."""
    return format_date(at.astimezone(VIETNAM), _DAY_PATTERN[language], locale=language)


def period(code: str, language: Language) -> str:
    """Quý III/2026, tháng 10/2026, 31/10/2026 or năm 2026, of a period's code. Raises ValueError for no code."""
    told = written_period(code)
    assert told.start is not None
    if told.span is Span.DAY:
        return format_date(told.start, _DAY_PATTERN[language], locale=language)
    quarter, month = (told.start.month + 2) // 3, told.start.month
    words = {
        Span.QUARTER: Text(f"quý {_ROMAN[quarter - 1]}/{told.start.year}", f"quarter {quarter} of {told.start.year}"),
        Span.MONTH: Text(f"tháng {month}/{told.start.year}", f"{month}/{told.start.year}"),
    }
    return words.get(told.span, Text(f"năm {told.start.year}", str(told.start.year))).to(language)


def period_or_instant(code: str, language: Language) -> str:
    """A day, or a day with its hour, or a period's code, as people write it; anything else as it stands."""
    try:
        return period(code, language)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(code).astimezone(VIETNAM)
    except ValueError:
        return code
    return day(at, language) if (at.hour, at.minute) == (0, 0) else f"{clock(at)} {day(at, language)}"


def short_day(at: datetime, language: Language) -> str:
    """29/06, the day in Việt Nam."""
    return format_date(at.astimezone(VIETNAM), _SHORT_DAY_PATTERN[language], locale=language)


def weekday(at: datetime, language: Language) -> str:
    """Thứ Hai 23/11/2026."""
    return format_date(at.astimezone(VIETNAM), _WEEKDAY_PATTERN[language], locale=language)


def moment(at: datetime, now: datetime, language: Language) -> str:
    """14:05 today, 14:05 22/11 this year, 29/06/2025 before that: as short as is still unmistakable."""
    local, today = at.astimezone(VIETNAM), now.astimezone(VIETNAM)
    if local.date() == today.date():
        return clock(at)
    if local.year == today.year:
        return f"{clock(at)} {format_date(local, _SHORT_DAY_PATTERN[language], locale=language)}"
    return day(at, language)


def age(elapsed: timedelta, language: Language) -> str:
    """8 giây · 2 phút · 3 giờ · 23 ngày · 3 năm; assets/scripts/20-age.js counts on in the same words."""
    seconds = max(0, int(elapsed.total_seconds()))
    unit = bisect(AGE_FROM_S, seconds) - 1
    count = seconds // AGE_UNITS_S[unit]
    one, many = AGE_WORDS[language][unit]
    return f"{count} {one if count == 1 else many}"


def rhythm(every: timedelta, language: Language) -> str:
    """mỗi giờ · hằng tháng · mỗi 5 phút: how often somebody sends; months, quarters and years differ by days."""
    for least, most, said in _RHYTHMS:
        if least <= every <= most:
            return said.to(language)
    return Text(f"mỗi {age(every, 'vi')}", f"every {age(every, 'en')}").to(language)


def age_of_ms(elapsed_ms: int, language: Language) -> str:
    """`age` from milliseconds."""
    return age(timedelta(milliseconds=elapsed_ms), language)


def period_end(at: datetime, now: datetime, language: Language) -> str:
    """31/10 for the figure of a whole day, month or year, which ends with the last minute; else as `moment`."""
    said = moment(at, now, language)
    return said.removeprefix(f"{_LAST_MINUTE} ") if clock(at) == _LAST_MINUTE and " " in said else said


def at_words(at: datetime, now: datetime, language: Language) -> str:
    """lúc 14:05, ngày 31/10, ngày 29/06/2025: stays true on a page without scripts, where no age counts on."""
    said = period_end(at, now, language)
    return (Text("lúc", "at") if ":" in said else Text("ngày", "on")).to(language) + f" {said}"
