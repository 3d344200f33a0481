"""The time a value covers: an instant, a day, a month, a quarter, a year, or everything up to its date."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.instant import day_start, service_day


class Span(StrEnum):
    """Length of a period. TO_DATE accumulates from the beginning ("27.200 lượt đến 29/06/2025")."""

    INSTANT = "instant"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TO_DATE = "to_date"


# A year outside these is a typing error; the range also keeps calendar arithmetic within datetime's limits.
_YEARS = range(1900, 2201)
_WRITTEN = {
    Span.DAY: re.compile(r"(\d{4})-(\d\d)-(\d\d)"),
    Span.MONTH: re.compile(r"(\d{4})-(\d\d)"),
    Span.QUARTER: re.compile(r"(\d{4})-Q([1-4])"),
    Span.YEAR: re.compile(r"(\d{4})"),
}


class Period(NamedTuple):
    """A span and its first service day; ``start`` is None for an instant and a total to date."""

    span: Span = Span.INSTANT
    start: date | None = None

    @property
    def code(self) -> str:
        """Its written and stored form: "2026-11-28", "2026-11", "2026-Q4", "2026"; "" without a calendar span."""
        if self.start is None:
            return ""
        match self.span:
            case Span.MONTH:
                return f"{self.start:%Y-%m}"
            case Span.QUARTER:
                return f"{self.start.year:04d}-Q{(self.start.month + 2) // 3}"
            case Span.YEAR:
                return f"{self.start:%Y}"
            case _:
                return self.start.isoformat()

    @property
    def last(self) -> date | None:
        """Its last service day; None without a calendar span."""
        if self.start is None:
            return None
        days = {Span.DAY: 1, Span.MONTH: 31, Span.QUARTER: 92, Span.YEAR: 366}[self.span]
        following = self.start + timedelta(days=days)
        begun = following if self.span is Span.DAY else period_of(self.span, following).start
        assert begun is not None
        return begun - timedelta(days=1)

    @property
    def previous(self) -> "Period":
        """The period before it; itself without a calendar span."""
        return self if self.start is None else period_of(self.span, self.start - timedelta(days=1))

    def as_of(self, told_at: datetime) -> datetime | None:
        """The instant that a figure of this period describes when it was sent at ``told_at`` without an instant.

        It is the start of the period's last day, or of the sending day while the period runs. None without a calendar
        span.
        """
        if self.start is None or self.last is None:
            return None
        today = service_day(told_at)
        return day_start(today if self.start <= today < self.last else self.last)


INSTANT = Period()
TO_DATE = Period(Span.TO_DATE)


def period_of(span: Span, day: date) -> Period:
    """The period of this span that contains the service day ``day``."""
    match span:
        case Span.DAY:
            return Period(span, day)
        case Span.MONTH:
            return Period(span, day.replace(day=1))
        case Span.QUARTER:
            return Period(span, day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1))
        case Span.YEAR:
            return Period(span, day.replace(month=1, day=1))
        case _:
            return Period(span)


def written_period(text: str) -> Period:
    """Parse a calendar period written as `Period.code`. Raises ValueError when ``text`` is not one."""
    for span, pattern in _WRITTEN.items():
        found = pattern.fullmatch(text)
        if found is None:
            continue
        numbers = [int(group) for group in found.groups()]
        if numbers[0] not in _YEARS:
            break
        if span is Span.QUARTER:
            numbers[1] = 3 * numbers[1] - 2
        return Period(span, date(*[*numbers, 1, 1][:3]))
    raise ValueError(f"not a period: {text[:40]!r}")
