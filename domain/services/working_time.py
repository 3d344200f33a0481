"""Working time: which days offices work, when a deadline in working days or hours falls, what stops its clock."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise

from domain.instant import VIETNAM, service_day

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
OFFICE_HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 30)))
"""Morning and afternoon of eight hours, where a centre sets no others."""


class UnknownYearError(ValueError):
    """The calendar says nothing of a year, so no deadline in it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A day that differs from its weekday: a holiday (``works`` False) or a Saturday worked for one (True)."""

    day: date
    works: bool
    name: str
    source: str = ""


@dataclass(frozen=True)
class WorkingCalendar:
    """Offices work Monday to Friday, except on marked days.

    ``marked`` covers whole years; a year without any marked day is unknown. ``hours`` are the sessions of a working
    day in Việt Nam time, in order. Raises ValueError when sessions overlap.
    """

    marked: Mapping[date, SpecialDay]
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    _days: dict[int, list[date]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        ends = [end for session in self.hours for end in session]
        if not ends or any(later <= earlier for earlier, later in pairwise(ends)):
            raise ValueError("sessions of a working day must follow each other")

    @classmethod
    def of(cls, marked: Iterable[SpecialDay], hours: tuple[tuple[time, time], ...] = OFFICE_HOURS) -> "WorkingCalendar":
        """A calendar of these days; a later one replaces an earlier one of the same day."""
        return cls({one.day: one for one in marked}, hours)

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that it knows."""
        return frozenset(day.year for day in self.marked)

    @cached_property
    def day_length(self) -> timedelta:
        """Working time of one day."""
        day = date.min
        return sum(
            (datetime.combine(day, end) - datetime.combine(day, begin) for begin, end in self.hours), timedelta()
        )

    def works(self, day: date) -> bool:
        """Whether offices work on ``day``. Raises UnknownYearError."""
        if day.year not in self.years:
            raise UnknownYearError(f"lịch làm việc chưa có năm {day.year} / no working calendar for {day.year}")
        one = self.marked.get(day)
        return day.weekday() < _SATURDAY if one is None else one.works

    def next_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``; ``day`` itself for 0. Raises UnknownYearError."""
        if count <= 0:
            return day
        found = self._of_year(day.year)
        at = bisect_left(found, day + _ONE_DAY) + count - 1
        year = day.year
        while at >= len(found):
            at -= len(found)
            year += 1
            found = self._of_year(year)
        return found[at]

    def days_between(self, since: date, until: date) -> int:
        """How many working days d have since < d <= until; negative when ``until`` is before ``since``."""
        if until < since:
            return -self.days_between(until, since)
        return sum(
            bisect_left(days, until + _ONE_DAY) - bisect_left(days, since + _ONE_DAY)
            for days in map(self._of_year, range(since.year, until.year + 1))
        )

    def due_after_days(self, received: datetime, days: int) -> datetime:
        """The end of work on the ``days``-th working day after the day of receipt. Raises UnknownYearError.

        A receipt on a day off counts from the next working day on, like one of that day's eve. So an item of 15
        working days is overdue on the 16th.
        """
        return self._at(self.next_days(service_day(received), days), self.hours[-1][1])

    def due_after_hours(self, received: datetime, hours: timedelta) -> datetime:
        """The instant when ``hours`` of working time have passed since ``received``. Raises UnknownYearError."""
        left, day = hours, service_day(received)
        while True:
            for begin, end in self._sessions(day):
                begin = max(begin, received)
                if begin < end:
                    if left <= end - begin:
                        return begin + left
                    left -= end - begin
            day = self.next_days(day, 1)

    def time_between(self, since: datetime, until: datetime) -> timedelta:
        """Working time from ``since`` to ``until``; zero when ``until`` is not later. Raises UnknownYearError."""
        if until <= since:
            return timedelta()
        first, last = service_day(since), service_day(until)
        if first == last:
            return self._within(first, since, until)
        whole = self.days_between(first, last - _ONE_DAY)
        return self._within(first, since, until) + whole * self.day_length + self._within(last, since, until)

    def _within(self, day: date, since: datetime, until: datetime) -> timedelta:
        parts = ((max(begin, since), min(end, until)) for begin, end in self._sessions(day))
        return sum((end - begin for begin, end in parts if begin < end), timedelta())

    def _sessions(self, day: date) -> list[tuple[datetime, datetime]]:
        return [(self._at(day, begin), self._at(day, end)) for begin, end in self.hours] if self.works(day) else []

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, VIETNAM).astimezone(UTC)

    def _of_year(self, year: int) -> list[date]:
        """Its working days, ascending; read for every deadline, so found once a year of the calendar."""
        if year not in self._days:
            first = date(year, 1, 1)
            all_days = (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
            self._days[year] = [day for day in all_days if self.works(day)]
        return self._days[year]


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands from ``since`` (the office asked for a supplement) to ``until`` (it came; None: not yet)."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline with its stops: the state of an item at an instant."""

    due: datetime
    stops: Sequence[Pause] = ()

    def stands(self, now: datetime) -> bool:
        """Whether the clock is stopped at ``now``."""
        return any(stop.since <= now and (stop.until is None or now < stop.until) for stop in self.stops)

    def due_with_stops(self, calendar: WorkingCalendar, now: datetime) -> datetime:
        """The deadline, later by the working time for which the clock stood. Raises UnknownYearError."""
        due = self.due
        for stop in sorted(self.stops, key=lambda one: one.since):
            # A stop after the deadline passed moves nothing: the item was late before.
            if stop.since < due:
                stood = calendar.time_between(stop.since, min(stop.until or now, now))
                due = calendar.due_after_hours(due, stood) if stood else due
        return due

    def late(self, calendar: WorkingCalendar, now: datetime, ended: datetime | None = None) -> bool:
        """Whether it ended after its deadline, or is open beyond it at ``now`` with a running clock."""
        if ended is not None:
            return ended > self.due_with_stops(calendar, ended)
        return not self.stands(now) and now > self.due_with_stops(calendar, now)
