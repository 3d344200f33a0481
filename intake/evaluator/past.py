"""Evaluates days before today again, as of their end, when late data or the assessor changed them; history only."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from domain.feeds.feed import Feed
from domain.instant import service_day
from domain.kpis.kpi import LEVELS, Kpi, KpiResult, Status
from domain.kpis.result_columns import ResultColumns, gathered
from domain.kpis.window import Newest
from domain.places.place import IN_FORCE
from domain.places.place_set import PlaceSet
from evaluation.composites import components_of, composed
from evaluation.evaluate import qualified
from evaluation.shapes import of_newest, tiers
from intake.evaluator.judged import Collecting
from intake.evaluator.known import KnownFeed
from intake.evaluator.replay import Replay, end_of, looked_at
from intake.evaluator.windows import Expecting, Looking
from store.changes import Changes
from store.intake import IntakeStore
from store.results import Results
from store.told import ToldFigures

ROWS_AT_ONCE = 20
DAYS_AT_ONCE = 31

Row = tuple[str, date, int]
"""A feed, a waiting day, and the last batch that wrote to it; -1: the assessor judged it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What is evaluated, and for which places."""

    feeds: Mapping[str, Feed]
    kpis: Mapping[str, Kpi]
    composites: Sequence[Kpi]
    looking: Looking
    places: Sequence[str]
    sets: Sequence[PlaceSet]


@dataclass(slots=True)
class _Replaying:
    """Rows whose own day is already in the history; they wait for the later days whose windows cover it."""

    rows: list[Row]
    replay: Replay


@dataclass(slots=True)
class Past:
    """Evaluates waiting days, a few at a time; unfinished days keep waiting when the process dies. Blocking."""

    engine: Engine
    declared: Declared
    judged_ms: int
    _judged: set[date] = field(default_factory=set)
    _replaying: deque[_Replaying] = field(default_factory=deque)

    def work(
        self, known: Mapping[str, KnownFeed], batches: Mapping[str, int], expecting: Expecting, now: datetime
    ) -> int:
        """Evaluate some; returns how many. A row whose batch the windows have not read waits for the next tick."""
        if self._replaying:
            return self._replay(expecting)
        results, feeds = Results(self.engine), self.declared.feeds
        rows = [row for row in results.late_days() if row[0] in feeds and row[2] <= batches[row[0]]]
        done = (rows + self._anew(service_day(now)))[:ROWS_AT_ONCE]
        looking: dict[str, list[Row]] = {}
        for row in done:
            feed, day, batch = row
            made = self._with_composites(self._of(known[feed], day), day)
            if batch >= 0 and feed in self.declared.looking.windows:
                results.add_history(made)
                looking.setdefault(feed, []).append(row)
            else:
                results.add_past_day(feed, day, batch, made)
        self._judged -= {day for _, day, batch in done if batch < 0}
        for feed, late in looking.items():
            self._replaying.append(_Replaying(late, self._looked_at(feed, late, service_day(now))))
        return len(done)

    def _anew(self, today: date) -> list[Row]:
        """The days that the assessor judged again, one row for each collected feed."""
        self.judged_ms, judged = Collecting(self.engine).changed_since(self.judged_ms, today)
        self._judged |= judged
        collected = [key for key, feed in self.declared.feeds.items() if feed.is_collected]
        return [(key, day, -1) for day in sorted(self._judged, reverse=True) for key in collected]

    def _looked_at(self, feed: str, rows: Iterable[Row], today: date) -> Replay:
        told, looking = ToldFigures(self.engine), self.declared.looking
        days = {one for _, day, _ in rows for one in looked_at(told, looking, feed, day, today)}
        return Replay(told, looking, feed, days)

    def _replay(self, expecting: Expecting) -> int:
        """Evaluate some days of the windows; when all are done, remove the rows that waited for them."""
        results, current = Results(self.engine), self._replaying[0]
        done = 0
        while current.replay.days and done < DAYS_AT_ONCE:
            day, made = current.replay.step(expecting)
            results.add_history(self._with_composites(made, day))
            done += 1
        if not current.replay.days:
            for feed, day, batch in current.rows:
                results.add_past_day(feed, day, batch, ())
            self._replaying.popleft()
        return max(1, done)

    def _of(self, known: KnownFeed, day: date) -> list[ResultColumns]:
        """Results from the newest values as of the end of ``day``, as that day is known today.

        Which vehicle a device rides on is taken from today's register.
        """
        feed, end, declared = known.feed, end_of(day), self.declared
        mine = [kpi for kpi in of_newest(declared.kpis.values()) if kpi.feed == feed.key and not _foreign(kpi)]
        store, collecting = IntakeStore(self.engine), Collecting(self.engine)
        then = KnownFeed(feed, {name for kpi in mine for name in kpi.reads}, declared.places)
        then.take(store.observations_as_of(feed.key, end))
        then.organisations = known.organisations
        if feed.is_tracked:
            then.devices = Changes(self.engine).devices(feed.key, day)
        collected = collecting.of(day) if feed.is_collected else None
        table = then.table(then.expected(end, collected), end, collected)
        formed = tiers(mine, IN_FORCE, declared.sets, declared.looking.offices)
        return [one for tier in formed for one in tier.evaluate({feed.key: table}, self._stale_after, {}, end)[0]]

    def _with_composites(self, made: Sequence[ResultColumns], day: date) -> list[KpiResult]:
        """The results in ``made``, and those of the composites that use any of them."""
        own = {one.key: one for one in made}
        touched = [kpi for kpi in self.declared.composites if own.keys() & components_of(kpi)]
        end, parts = end_of(day), dict(own)
        for key in {key for kpi in touched for key in components_of(kpi)} - own.keys():
            recorded = self._recorded(self.declared.kpis[key], end)
            if recorded is not None:
                parts[key] = recorded
        found = composed(touched, parts, IN_FORCE, {}, end)[0]
        return [result for columns in [*made, *found] for result in columns.results()]

    def _recorded(self, kpi: Kpi, end: datetime) -> ResultColumns | None:
        """The recorded results at ``end``; a value too old by then becomes STALE."""
        found = Results(self.engine).at(end, key=kpi.key)
        if not found:
            return None
        ages = [self._stale_after(*qualified(kpi, name)) for name in kpi.formula.needs]
        limit = max(ages) if isinstance(kpi.window, Newest) else timedelta.max
        return gathered(kpi.key, IN_FORCE, [
            replace(one, status=Status.STALE)
            if one.status in LEVELS and one.as_of is not None and end - one.as_of > limit else one
            for one in found
        ])  # fmt: skip

    def _stale_after(self, feed: str, measure: str) -> timedelta:
        return self.declared.feeds[feed].stale_after_of(measure)


def _foreign(kpi: Kpi) -> bool:
    return any("/" in name for name in kpi.formula.needs)
