"""Numbers, ages, days and hours as people write them in Vietnamese and in English."""

from datetime import datetime, timedelta

from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_decimal

from domain.instant import VIETNAM
from domain.text import Language

UNKNOWN = "—"
_COMPACT_FROM = 10_000_000
_DAY_PATTERN = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}
_SHORT_DAY_PATTERN = {"vi": "dd/MM", "en": "d MMM"}
_WEEKDAY_PATTERN = {"vi": "EEEE dd/MM/yyyy", "en": "EEEE d MMM yyyy"}
_AGE_WORDS = {
    "vi": (("giây", "giây"), ("phút", "phút"), ("giờ", "giờ"), ("ngày", "ngày")),
    "en": (("second", "seconds"), ("minute", "minutes"), ("hour", "hours"), ("day", "days")),
}


def number(value: float | None, decimals: int, language: Language) -> str:
    """88,9 · 27.200 · 12,5 triệu; None is "—", never 0. From ten million on the number is given in millions."""
    if value is None:
        return UNKNOWN
    if abs(value) >= _COMPACT_FROM:
        return format_compact_decimal(value, format_type="long", locale=language, fraction_digits=1)
    return format_decimal(value, format="#,##0" + ("." + "0" * decimals if decimals else ""), locale=language)


def signed(value: float, decimals: int, language: Language) -> str:
    """+1,2 · −0,4 · 0: a difference, with a real minus sign."""
    text = number(abs(value), decimals, language)
    if not any(c in "123456789" for c in text):
        return text
    return ("+" if value > 0 else "\u2212") + text


def percent(share: float | None, decimals: int, language: Language) -> str:
    """Share 0..1 as 88,9%; None is "—"."""
    return UNKNOWN if share is None else number(share * 100, decimals, language) + "%"


def clock(at: datetime) -> str:
    """14:05, Việt Nam time."""
    return at.astimezone(VIETNAM).strftime("%H:%M")


def day(at: datetime, language: Language) -> str:
    """29/06/2025, the day in Việt Nam."""
    return format_date(at.astimezone(VIETNAM), _DAY_PATTERN[language], locale=language)


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
    """8 giây · 2 phút · 3 giờ · 23 ngày; the browser ages the same words by its own clock (assets)."""
    seconds = max(0, int(elapsed.total_seconds()))
    for limit, size, unit in ((60, 1, 0), (3600, 60, 1), (48 * 3600, 3600, 2)):
        if seconds < limit:
            return _counted(seconds // size, unit, language)
    return _counted(seconds // 86400, 3, language)


def age_of_ms(elapsed_ms: int, language: Language) -> str:
    """The same words from milliseconds."""
    return age(timedelta(milliseconds=elapsed_ms), language)


def _counted(count: int, unit: int, language: Language) -> str:
    one, many = _AGE_WORDS[language][unit]
    return f"{count} {one if count == 1 else many}"
