"""KPIs that look back, live: reads their statements from the database once, then only what batches changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from domain.feeds.feed import Feed
from domain.instant import day_start, service_day
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import Kpi
from domain.kpis.result_columns import ResultColumns
from domain.kpis.window import Backward, Newest
from domain.period import Period
from domain.places.place import IN_FORCE
from domain.places.place_set import PlaceSet
from evaluation.added import feeds_of
from evaluation.buckets import Buckets
from evaluation.evaluate import needed
from evaluation.organisations import Offices
from evaluation.shapes import window_shapes
from evaluation.windows import WindowShape
from store import territories
from store.told import ToldFigures

Expecting = Callable[[str], Mapping[str, str]]
"""From a feed to the reporters that owe it figures, each with its place."""


class Looking:
    """What KPIs with windows need, from declarations alone. Raises ValueError for a measure that no feed declares."""

    def __init__(
        self, feeds: Mapping[str, Feed], kpis: Iterable[Kpi], sets: Sequence[PlaceSet], offices: Offices
    ) -> None:
        self.kpis = [kpi for kpi in kpis if not isinstance(kpi.window, Newest)]
        self.measures = {feed: names for feed, names in needed(self.kpis).items() if names}
        self._feeds, self._sets, self.offices = feeds, sets, offices
        self.windows: dict[str, set[Backward]] = {feed: set() for feed in self.measures}
        for kpi in self.kpis:
            for feed in feeds_of([kpi]):
                assert not isinstance(kpi.window, Newest)
                self.windows[feed].add(kpi.window)
        for feed, names in self.measures.items():
            for name in names:
                if feed not in feeds or feeds[feed].measure(name) is None:
                    raise ValueError(f"no figures of {feed}/{name} are kept: no window can look back at it")

    def buckets(self) -> dict[str, Buckets]:
        """Empty buckets, by feed."""
        return {
            feed: Buckets(self._feeds[feed], names, {one.span for one in self.windows[feed]}, territories.crosswalk)
            for feed, names in self.measures.items()
        }

    def shapes(self, buckets: Mapping[str, Buckets], feed: str | None = None) -> list[WindowShape]:
        """The KPIs as shapes over ``buckets``; ``feed``: only those that read it."""
        mine = [kpi for kpi in self.kpis if feed is None or feed in feeds_of([kpi])]
        return window_shapes(mine, IN_FORCE, self._sets, self.offices, buckets=buckets)

    def stale_after(self, feed: str, measure: str) -> timedelta:
        """The age from which figures of a measure are old."""
        return self._feeds[feed].stale_after_of(measure)

    def first_day(self, feed: str, day: date) -> date:
        """The first day that any window over ``feed`` covers on ``day``."""
        return min(first_of(window.periods(day)[0]) for window in self.windows[feed])


class Windows:
    """The windows of all KPIs, equal to the database; discarded with the ticks. Blocking."""

    def __init__(self, engine: Engine, looking: Looking) -> None:
        self._told, self._looking = ToldFigures(engine), looking
        self._buckets = looking.buckets()
        self._shapes = looking.shapes(self._buckets)
        self._day = date.min

    def take(self, feed: str, after: int, now: datetime) -> None:
        """Read what batches later than ``after`` wrote to ``feed``; -1: everything its windows cover.

        Reads today and yesterday whole, because the newest of a series does not tell which of its figures are new;
        of earlier days only those that batches wrote to. An evaluator that slept for a day has lost its lease.
        """
        buckets = self._buckets.get(feed)
        if buckets is None:
            return
        today = service_day(now)
        first = self._looking.first_day(feed, today)
        recent = first if after < 0 else today - timedelta(days=1)
        buckets.take(self._told.between(feed, buckets.measures, day_start(recent)))
        if after >= 0:
            for day in self._told.late_since(feed, after):
                if first <= day < recent:
                    buckets.take(self._told.of_day(feed, buckets.measures, day))

    def evaluate(
        self, expecting: Expecting, before: Mapping[str, ResultColumns], now: datetime
    ) -> tuple[list[ResultColumns], list[StatusEvent]]:
        """Results at ``now`` and what changed status since ``before`` (by KPI)."""
        today = service_day(now)
        if today != self._day:
            self._day = today
            for feed, buckets in self._buckets.items():
                buckets.forget(self._looking.first_day(feed, today))
        made: list[ResultColumns] = []
        events: list[StatusEvent] = []
        for shape in self._shapes:
            found, moved = shape.evaluate(expecting(shape.feed), self._looking.stale_after, before, now)
            made += found
            events += moved
        return made, events


def first_of(period: Period) -> date:
    """First day of a calendar period."""
    assert period.start is not None, "a window looks at calendar periods"
    return period.start
