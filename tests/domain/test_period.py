"""Periods: the days they cover, their written form, and the instant to which their figures refer."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instant import day_start
from domain.period import INSTANT, TO_DATE, Period, Span, period_of, written_period

CALENDAR = [Span.DAY, Span.MONTH, Span.QUARTER, Span.YEAR]


@pytest.mark.parametrize(
    ("span", "day", "code", "last"),
    [
        (Span.DAY, date(2026, 11, 28), "2026-11-28", date(2026, 11, 28)),
        (Span.MONTH, date(2024, 2, 29), "2024-02", date(2024, 2, 29)),
        (Span.MONTH, date(2026, 12, 31), "2026-12", date(2026, 12, 31)),
        (Span.QUARTER, date(2026, 11, 28), "2026-Q4", date(2026, 12, 31)),
        (Span.QUARTER, date(2026, 1, 1), "2026-Q1", date(2026, 3, 31)),
        (Span.YEAR, date(2026, 6, 1), "2026", date(2026, 12, 31)),
    ],
)
def test_a_calendar_period_knows_its_days_and_its_writing(span: Span, day: date, code: str, last: date):
    period = period_of(span, day)
    assert (period.code, period.last) == (code, last)
    assert written_period(code) == period


@given(span=st.sampled_from(CALENDAR), day=st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_each_day_lies_in_its_period_and_the_next_period_begins_after_its_last_day(span: Span, day: date):
    period = period_of(span, day)
    assert period.start is not None
    assert period.last is not None
    assert period.start <= day <= period.last
    assert period_of(span, date.fromordinal(period.last.toordinal() + 1)).start != period.start
    assert written_period(period.code) == period


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-Q5", "2026-02-30", "11/2026", "26", "2026-11-28T00:00", "2026-11 ", "9999-12", "0001"]
)
def test_what_is_no_period_is_refused(text: str):
    with pytest.raises(ValueError):
        written_period(text)


def test_a_running_month_stands_as_of_the_day_it_was_told_and_a_finished_one_as_of_its_last_day():
    november = period_of(Span.MONTH, date(2026, 11, 1))
    assert november.as_of(datetime(2026, 11, 11, 3, tzinfo=UTC)) == day_start(date(2026, 11, 11))
    assert november.as_of(datetime(2026, 12, 5, 3, tzinfo=UTC)) == day_start(date(2026, 11, 30))
    # 17:30 UTC is already tomorrow in Việt Nam.
    assert november.as_of(datetime(2026, 11, 10, 17, 30, tzinfo=UTC)) == day_start(date(2026, 11, 11))


def test_what_has_no_calendar_span_has_no_days():
    for period in (INSTANT, TO_DATE, Period(Span.INSTANT)):
        assert period.code == ""
        assert period.last is None
        assert period.as_of(datetime(2026, 11, 11, tzinfo=UTC)) is None
