"""Evaluates again, one after another and as of their end, the past days that a late figure changed through a window."""

from collections import deque
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.instant import day_start
from domain.kpis.result_columns import ResultColumns
from domain.observation import Observation, standing
from intake.evaluator.windows import Expecting, Looking
from store.told import ToldFigures


def end_of(day: date) -> datetime:
    """The last instant of a service day."""
    return day_start(day + timedelta(days=1)) - timedelta(milliseconds=1)


class Replay:
    """Days whose windows cover the period of a late figure, oldest first.

    A day knows only figures up to its end; a figure sent ahead of its time is known from its arrival.
    """

    def __init__(self, told: ToldFigures, looking: Looking, feed: str, days: Iterable[date]) -> None:
        """``days``: every day on which a window over ``feed`` covered a late figure."""
        self.days = deque(sorted(days))
        self._looking, self._buckets = looking, looking.buckets()
        self._shapes = looking.shapes(self._buckets, feed)
        self._items: deque[tuple[datetime, str, Observation]] = deque()
        if self.days:
            read = sorted({one for shape in self._shapes for one in shape.feeds})
            since = {one: day_start(looking.first_day(one, self.days[0])) for one in read}
            found = [(standing(item).at, one, item) for one in read
                     for item in told.between(one, looking.measures[one], since[one])]  # fmt: skip
            self._items.extend(sorted(found, key=lambda given: given[0]))

    def step(self, expecting: Expecting) -> tuple[date, list[ResultColumns]]:
        """The next day and the results at its end."""
        day = self.days.popleft()
        end = end_of(day)
        while self._items and self._items[0][0] <= end:
            _, feed, item = self._items.popleft()
            self._buckets[feed].take([item])
        ages = self._looking.stale_after
        return day, [one for shape in self._shapes for one in shape.evaluate(expecting(shape.feed), ages, {}, end)[0]]


def looked_at(told: ToldFigures, looking: Looking, feed: str, late: date, today: date) -> set[date]:
    """The days before ``today`` whose windows cover a period that has figures on the day ``late``."""
    spoken = looking.buckets()[feed].take(told.of_day(feed, looking.measures[feed], late))
    days = [late + timedelta(days=n) for n in range((today - late).days)]
    return {
        day
        for window in looking.windows[feed]
        for period in spoken
        if period.span is window.span
        for day in days
        if window.holds(period, day)
    }
