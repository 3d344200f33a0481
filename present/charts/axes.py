"""Axes with three labels: round figures around the values, instants in the words of their range."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import floor, isfinite, log10

from babel.dates import format_date

from domain.instant import VIETNAM, from_ms, to_ms
from domain.text import Language
from present import formats
from present.charts.chart import Axis, Mark

STEPS = (1.0, 2.0, 2.5, 5.0)
CLOCK_UP_TO, DAYS_UP_TO = timedelta(hours=36), timedelta(days=100)
_MONTH = {"vi": "MM/yyyy", "en": "MMM yyyy"}


def value_axis(values: Iterable[float], language: Language, decimals: int, whole: float | None = None) -> Axis:
    """The shortest axis of two equal round steps that holds all ``values``; ``whole`` is the most there can be.

    Its three labels differ and have at most the ``decimals`` of the figure: there is no security level 3,05. Raises
    ValueError without a finite value.
    """
    known = [value for value in values if isfinite(value)]
    if not known:
        raise ValueError("an axis needs a value")
    low, high = min(known), max(known)
    for step in _steps((high - low) / 2 or abs(high) / 100 or 1.0):
        if abs(round(step, decimals) - step) > 1e-9 * step:
            continue
        begin = floor(low / step + 1e-9) * step
        if whole is not None and high <= whole < begin + 2 * step:
            begin = whole - 2 * step
        if low >= 0:
            begin = max(0.0, begin)
        if begin + 2 * step < high - 1e-9 * step:
            continue
        marks = tuple(Mark(at, _label(at, step, language)) for at in (begin, begin + step, begin + 2 * step))
        if len({mark.words for mark in marks}) == len(marks):
            return Axis(begin, begin + 2 * step, marks)
    raise AssertionError("steps grow without end")


def time_axis(begin: datetime, end: datetime, language: Language) -> Axis:
    """From ``begin`` to ``end``, labelled at both and in the middle."""
    low, high = to_ms(begin), to_ms(end)
    marks = tuple(Mark(at, instant(from_ms(at), end - begin, language)) for at in (low, (low + high) // 2, high))
    return Axis(low, high, marks)


def instant(at: datetime, span: timedelta, language: Language) -> str:
    """An instant as it is written on an axis as long as ``span``: 14:05 · 22/11 · 11/2026."""
    if span <= CLOCK_UP_TO:
        return formats.clock(at)
    if span <= DAYS_UP_TO:
        return formats.short_day(at, language)
    return format_date(at.astimezone(VIETNAM), _MONTH[language], locale=language)


def _steps(least: float) -> Iterator[float]:
    """Round steps from ``least`` on."""
    power = floor(log10(least))
    while True:
        yield from (step * 10.0**power for step in STEPS if step * 10.0**power >= least * (1 - 1e-9))
        power += 1


def _label(at: float, step: float, language: Language) -> str:
    decimals = next((n for n in range(6) if abs(round(step, n) - step) < 1e-9 * step), 6)
    return formats.trimmed(round(at, decimals), decimals, language)
