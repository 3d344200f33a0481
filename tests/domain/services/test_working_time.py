"""Deadlines in working days and hours, and what stops their clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instant import VIETNAM
from domain.services.working_time import Clock, Pause, SpecialDay, UnknownYearError, WorkingCalendar
from store.working_calendar import working_calendar

CALENDAR = working_calendar()
HOUR = timedelta(hours=1)


def at(day: int, month: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 24), False),  # Ngày Văn hóa Việt Nam, from 2026 on
        (date(2025, 11, 24), True),
        (date(2026, 4, 30), False),
        (date(2026, 5, 1), False),
        (date(2026, 2, 17), False),  # Tết
        (date(2026, 2, 23), True),
        (date(2026, 8, 22), True),  # a Saturday worked for Monday 31/8
        (date(2026, 8, 31), False),
        (date(2026, 11, 28), False),
        (date(2026, 11, 30), True),
    ],
)
def test_offices_work_on_weekdays_that_no_holiday_takes(day: date, works: bool):
    assert CALENDAR.works(day) is works


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (at(2, 11), 1, at(3, 11, 17, 30)),
        (at(23, 11), 1, at(25, 11, 17, 30)),  # over the holiday of 24/11
        (at(28, 4), 2, at(4, 5, 17, 30)),  # over 30/4, 1/5 and a weekend
        (at(13, 2), 1, at(23, 2, 17, 30)),  # over Tết
        (at(28, 11), 1, at(30, 11, 17, 30)),  # received on a Saturday
        (at(2, 11), 15, at(23, 11, 17, 30)),
        (at(30, 12), 2, at(4, 1, 17, 30, 2027)),
    ],
)
def test_a_deadline_in_working_days_is_the_end_of_work_on_the_last_of_them(
    received: datetime, days: int, due: datetime
):
    assert CALENDAR.due_after_days(received, days) == due


@pytest.mark.parametrize(
    ("received", "hours", "due"),
    [
        (at(2, 11, 9), 1, at(2, 11, 10)),
        (at(2, 11, 11), 1, at(2, 11, 14)),  # over the break at noon
        (at(2, 11, 16, 30), 2, at(3, 11, 8, 30)),
        (at(23, 11, 17), 1, at(25, 11, 8)),
        (at(1, 11, 12), 8, at(2, 11, 17, 30)),  # received on a Sunday
    ],
)
def test_a_deadline_in_working_hours_counts_sessions_only(received: datetime, hours: int, due: datetime):
    assert CALENDAR.due_after_hours(received, hours * HOUR) == due


def test_a_year_the_calendar_does_not_know_gives_no_deadline():
    with pytest.raises(UnknownYearError, match="2090"):
        CALENDAR.due_after_days(datetime(2090, 1, 1, tzinfo=UTC), 1)


def test_sessions_that_overlap_are_refused():
    with pytest.raises(ValueError, match="follow"):
        WorkingCalendar({}, ((time(7), time(12)), (time(11), time(17))))


def test_a_later_row_replaces_a_day():
    changed = WorkingCalendar.of([*CALENDAR.marked.values(), SpecialDay(day=date(2026, 11, 24), works=True, name="x")])
    assert changed.works(date(2026, 11, 24))


INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001


@given(since=INSTANTS, hours=st.integers(1, 200))
def test_working_time_until_a_deadline_is_the_time_allowed(since: datetime, hours: int):
    due = CALENDAR.due_after_hours(since, hours * HOUR)
    assert CALENDAR.time_between(since, due) == hours * HOUR
    assert CALENDAR.time_between(due, since) == timedelta()


@given(since=INSTANTS, days=st.integers(1, 60))
def test_days_between_counts_the_days_to_a_deadline(since: datetime, days: int):
    day = since.astimezone(VIETNAM).date()
    assert CALENDAR.days_between(day, CALENDAR.next_days(day, days)) == days


def test_one_supplement_pauses_the_clock():
    clock = Clock(at(10, 11, 17, 30), [Pause(at(9, 11, 9), at(11, 11, 9))])
    assert clock.stands(at(10, 11, 9))
    assert not clock.stands(at(11, 11, 9))
    assert clock.due_with_stops(CALENDAR, at(12, 11)) == at(12, 11, 17, 30)
    assert not clock.late(CALENDAR, at(12, 11, 17))
    assert clock.late(CALENDAR, at(13, 11, 8))


def test_an_item_whose_clock_stands_is_not_late_and_one_that_ended_stays_as_it_ended():
    clock = Clock(at(10, 11, 17, 30), [Pause(at(9, 11, 9))])
    assert not clock.late(CALENDAR, at(20, 11))
    assert not clock.late(CALENDAR, at(20, 11), ended=at(19, 11))
    assert Clock(at(10, 11)).late(CALENDAR, at(9, 11), ended=at(10, 11, 9, 1))


def test_a_stop_after_the_deadline_moves_nothing():
    clock = Clock(at(10, 11, 17, 30), [Pause(at(12, 11, 9), at(16, 11, 9))])
    assert clock.due_with_stops(CALENDAR, at(20, 11)) == at(10, 11, 17, 30)
