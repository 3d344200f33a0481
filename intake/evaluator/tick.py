"""One tick: what changed is read, every KPI evaluated, what came out differently kept in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

import numpy as np
from sqlalchemy import Engine

from domain.feed import Feed
from domain.health import FeedHealth, StatusEvent
from domain.instant import day_start, service_day, to_ms
from domain.kpi import Kpi, KpiResult
from domain.place import IN_FORCE
from domain.place_set import PlaceSet
from domain.reporter import Register
from domain.result_columns import NEVER, Ints, ResultColumns
from evaluation.columns import Table
from evaluation.evaluate import needed, shapes
from intake.evaluator.collected import Collecting
from intake.evaluator.health import health
from intake.evaluator.known import Known
from store.changes import Changes
from store.intake import IntakeStore, feed_counts
from store.organisations import Organisations
from store.results import Results

# A series goes into the history this often, and whenever it changes its status (decision 0007).
GRAIN_MS = 60_000
# As many results go into the history in one transaction.
SLICE = 400
PAST_DAYS_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a tick changed, ready to be published."""

    results: Sequence[ResultColumns] = ()
    events: Sequence[StatusEvent] = ()
    feeds: Sequence[FeedHealth] = ()


@dataclass(slots=True)
class _Newest:
    """The newest results of one KPI; ``recorded_ms``: which result of each subject the history has, and since when."""

    columns: ResultColumns
    recorded_ms: Ints
    flushed_ms: int = 0


class Ticks:
    """Everything the evaluator knows, equal to the database; thrown away when a tick could not be kept. Blocking."""

    def __init__(
        self,
        engine: Engine,
        feeds: Mapping[str, Feed],
        kpis: Mapping[str, Kpi],
        *,
        places: Sequence[str],
        sets: Sequence[PlaceSet],
        now: datetime,
    ) -> None:
        self._feeds, self._kpis, self._places, self._sets = feeds, kpis, places, sets
        self._engine = engine
        self._results, self._changes = Results(engine), Changes(engine)
        self._store, self._collecting = IntakeStore(engine), Collecting(engine)
        self._shapes = shapes(kpis.values(), IN_FORCE, sets)
        self._needed = {feed: set[str]() for feed in feeds} | needed(kpis.values())
        self._tick = self._results.last_tick()
        newest = [columns for columns in self._results.documents() if columns.key in kpis]
        self._newest = {one.key: _Newest(one, np.full(len(one.codes), NEVER)) for one in newest}
        # Days judged while nobody evaluated: from the last tick on.
        self._judged_ms = to_ms(self._results.evaluated_at() or now)
        self._judged: set[date] = set()
        self._known = {key: Known(feed, self._needed[key], places) for key, feed in feeds.items()}
        self._organisations = Organisations(engine)
        self._batches = dict.fromkeys(feeds, -1)
        self._fleets: dict[str, tuple[int, tuple[int, ...], date]] = {}
        self._health: dict[str, FeedHealth] = {}

    @property
    def newest(self) -> list[ResultColumns]:
        """The newest results of every declared KPI."""
        return [one.columns for one in self._newest.values()]

    def take(self, now: datetime) -> None:
        """Read what batches have changed since the last tick."""
        for feed, batch in self._changes.batches().items():
            known = self._known.get(feed)
            if known is None or batch == self._batches[feed]:
                continue
            known.take(self._changes.observations(feed, self._batches[feed]))
            self._batches[feed] = batch
        tracked = [known for known in self._known.values() if known.feed.is_tracked]
        registered = self._changes.registered() if tracked else ()
        for known in tracked:
            feed, state = known.feed.key, (self._batches[known.feed.key], registered, service_day(now))
            if self._fleets.get(feed) != state:
                known.devices = self._changes.devices(feed, state[-1])
                self._fleets[feed] = state
        for known in self._known.values():
            if isinstance(known.feed.reporters, Register) and not known.feed.is_collected:
                known.organisations = tuple(self._organisations.all().values())

    def once(self, now: datetime) -> Told:
        """Evaluate every KPI at ``now`` and keep what came out differently; what is to be published.

        Raises store.results.LostTurn when another evaluator has kept results since.
        """
        tables, feeds = self._tables(now)
        before = {key: one.columns for key, one in self._newest.items()}
        changed: list[ResultColumns] = []
        events: list[StatusEvent] = []
        for shape in self._shapes:
            found, moved = shape.evaluate(tables, self._stale_after, before, now)
            changed += found
            events += moved
        history = [result for one in changed for result in self._moved(one, before.get(one.key))]
        self._results.keep(self._tick, now, changed, events=events, history=history)
        self._tick += 1
        for one in changed:
            self._remember(one)
        told = [one for one in feeds if self._health.get(one.feed) != one]
        self._health |= {one.feed: one for one in told}
        return Told(results=changed, events=events, feeds=told)

    def flush(self, now: datetime) -> int:
        """Put newest results that are not in the history yet into it, each series at most once a minute; how many.

        One slice a call: it is a transaction of its own, beside the ticks. A result that is not flushed when the
        process dies is in its document still, and flushed after the start.
        """
        now_ms = to_ms(now)
        due = [one for one in self._newest.values() if now_ms - one.flushed_ms >= GRAIN_MS]
        given: list[KpiResult] = []
        for one in sorted(due, key=lambda one: one.flushed_ms):
            if len(given) >= SLICE:
                break
            rows = np.flatnonzero(one.columns.computed_ms != one.recorded_ms).tolist()
            given += [one.columns.row(row) for row in rows]
            one.recorded_ms, one.flushed_ms = one.columns.computed_ms.copy(), now_ms
        if given:
            self._results.add_history(given)
        return len(given)

    def past(self, now: datetime) -> int:
        """Evaluate some of the days before today that late data or the assessor changed: history only; how many."""
        today = service_day(now)
        self._judged_ms, judged = self._collecting.changed_since(self._judged_ms, today)
        self._judged |= judged
        waiting = [(feed, day, batch) for feed, day, batch in self._results.late_days() if feed in self._feeds]
        collected = [key for key, feed in self._feeds.items() if feed.is_collected]
        waiting += [(key, day, -1) for day in sorted(self._judged, reverse=True) for key in collected]
        done = waiting[:PAST_DAYS_AT_ONCE]
        for feed, day, batch in done:
            self._results.add_past_day(feed, day, batch, self._of_past(self._feeds[feed], day))
        self._judged -= {day for _, day, batch in done if batch < 0}
        return len(done)

    def _tables(self, now: datetime) -> tuple[dict[str, Table], list[FeedHealth]]:
        collected = (
            self._collecting.of(service_day(now)) if any(feed.is_collected for feed in self._feeds.values()) else None
        )
        counts, tables, feeds = feed_counts(self._engine), {}, []
        for key, known in self._known.items():
            seen = collected if known.feed.is_collected else None
            expected = known.expected(now, seen)
            tables[key] = known.table(expected, now, seen)
            feeds.append(health(known.feed, known, counts.get(key), expected, now, seen))
        return tables, feeds

    def _of_past(self, feed: Feed, day: date) -> list[KpiResult]:
        """The results as they stood at the end of ``day``, from what is known today about that day.

        Markers only lend their names: which vehicle a device rides on is taken from today.
        """
        end = day_start(day + timedelta(days=1)) - timedelta(milliseconds=1)
        then = Known(feed, self._needed[feed.key], self._places)
        then.take(self._store.observations_as_of(feed.key, end))
        then.organisations = self._known[feed.key].organisations
        if feed.is_tracked:
            then.devices = self._changes.devices(feed.key, day)
        collected = self._collecting.of(day) if feed.is_collected else None
        table = then.table(then.expected(end, collected), end, collected)
        mine = [kpi for kpi in self._kpis.values() if kpi.feed == feed.key and not _foreign(kpi)]
        made = [
            shape.evaluate({feed.key: table}, self._stale_after, {}, end)[0]
            for shape in shapes(mine, IN_FORCE, self._sets)
        ]
        return [result for columns in chain.from_iterable(made) for result in columns.results()]

    def _stale_after(self, feed: str, measure: str) -> timedelta:
        return self._feeds[feed].stale_after_of(measure)

    def _moved(self, new: ResultColumns, old: ResultColumns | None) -> list[KpiResult]:
        """The results that changed status, and those before them that are not in the history yet."""
        if old is None or old.codes != new.codes:
            return [] if old is None else list(old.results())
        rows = np.flatnonzero(new.status != old.status)
        unrecorded = rows[old.computed_ms[rows] != self._newest[new.key].recorded_ms[rows]]
        return [*map(old.row, unrecorded.tolist()), *map(new.row, rows.tolist())]

    def _remember(self, new: ResultColumns) -> None:
        known = self._newest.get(new.key)
        if known is None or known.columns.codes != new.codes:
            self._newest[new.key] = _Newest(new, np.full(len(new.codes), NEVER))
            return
        moved = new.status != known.columns.status
        known.recorded_ms = np.where(moved, new.computed_ms, known.recorded_ms)
        known.columns = new


def _foreign(kpi: Kpi) -> bool:
    return any("/" in name for name in kpi.formula.needs)
