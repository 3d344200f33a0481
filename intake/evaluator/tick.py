"""One tick: read what changed, evaluate every KPI, keep the changed results in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import Engine

from domain.feeds.feed import Feed
from domain.feeds.reporter import Register
from domain.instant import service_day, to_ms
from domain.kpis.health import Behind, FeedHealth, StatusEvent
from domain.kpis.kpi import Kpi, KpiResult
from domain.kpis.result_columns import NEVER, Ints, ResultColumns
from domain.places.place import IN_FORCE, PROVINCE
from domain.places.place_set import PlaceSet
from domain.subject import SubjectKind
from evaluation.columns import Table
from evaluation.composites import composed, composites
from evaluation.evaluate import needed
from evaluation.organisations import Offices
from evaluation.shapes import of_newest, tiers
from intake.evaluator.counting import counted_cases
from intake.evaluator.health import health
from intake.evaluator.judged import Collecting
from intake.evaluator.known import KnownFeed
from intake.evaluator.past import Declared, Past
from intake.evaluator.windows import Expecting, Looking, Windows
from store.changes import Changes
from store.intake import IntakeStore, feed_counts
from store.registry import Registry
from store.results import Results

# A series goes into the history this often, and whenever it changes its status (decision 0007).
GRAIN_MS = 60_000
# About this many results go into the history in one transaction.
SLICE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class TickChanges:
    """A tick's changes, ready to be published."""

    results: Sequence[ResultColumns] = ()
    events: Sequence[StatusEvent] = ()
    feeds: Sequence[FeedHealth] = ()


@dataclass(slots=True)
class _Newest:
    """One KPI's newest results; ``recorded_ms``: by subject, computed_ms of the result that the history has."""

    columns: ResultColumns
    recorded_ms: Ints
    flushed_ms: int = 0


class Ticks:
    """The evaluator's state, equal to the database; discarded when a tick could not be kept. Blocking.

    ``behind``: by feed, the parts whose reading is behind, as last seen.
    """

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
        self._feeds, self._kpis = feeds, kpis
        self._engine = engine
        self._results, self._changes = Results(engine), Changes(engine)
        self._store, self._collecting = IntakeStore(engine), Collecting(engine)
        self._registry, self._offices = Registry(engine), Offices()
        self._tiers = tiers(kpis.values(), IN_FORCE, sets, self._offices)
        looking = Looking(feeds, kpis.values(), sets, self._offices)
        self._windows, self._composites = Windows(engine, looking), composites(kpis)
        self._needed = {feed: set[str]() for feed in feeds} | needed(of_newest(kpis.values()))
        self._tick = self._results.last_tick()
        newest = [columns for columns in self._results.documents() if columns.key in kpis]
        self._newest = {one.key: _Newest(one, np.full(len(one.codes), NEVER)) for one in newest}
        declared = Declared(
            feeds=feeds, kpis=kpis, composites=self._composites, looking=looking, places=places, sets=sets
        )
        # From the last tick on: days may have been judged while no evaluator ran.
        self._past = Past(engine, declared, to_ms(self._results.evaluated_at() or now))
        self._known = {key: KnownFeed(feed, self._needed[key], places) for key, feed in feeds.items()}
        self._owing = [one for one in self._known.values() if isinstance(one.feed.reporters, Register)
                       and not one.feed.is_collected]  # fmt: skip
        counting = counted_cases(engine)
        self._counting = {
            key: counting[one.key] for key, feed in feeds.items() for one in feed.cases if one.key in counting
        }
        self._by_office = any(kpi.of is SubjectKind.ORGANISATION for kpi in kpis.values())
        self._batches = dict.fromkeys(feeds, -1)
        self._places_of: Mapping[str, str] = {}
        self._fleets: dict[str, tuple[int, int, date]] = {}
        self._health: dict[str, FeedHealth] = {}
        self.behind: Mapping[str, tuple[Behind, ...]] = {}

    @property
    def newest(self) -> list[ResultColumns]:
        """The newest results of every declared KPI."""
        return [one.columns for one in self._newest.values()]

    def take(self, now: datetime) -> None:
        """Read what batches have changed since the last tick."""
        self._take_organisations()
        batches = self._changes.batches()
        for feed, batch in batches.items():
            known = self._known.get(feed)
            if known is None or batch == self._batches[feed]:
                continue
            known.take(self._changes.observations(feed, self._batches[feed]))
            self._windows.take(feed, self._batches[feed], now)
            self._batches[feed] = batch
        tracked = [known for known in self._known.values() if known.feed.is_tracked]
        registered = self._registry.version() if tracked else 0
        for key, counting in self._counting.items():
            cells = counting.cells(self._batches[key], self._place_of, str(self._feeds[key].names.vi), now)
            if cells is not None:
                self._known[key].count(cells)
        for known in tracked:
            feed = known.feed.key
            state = (self._batches[feed], registered, service_day(now))
            if self._fleets.get(feed) != state:
                known.devices = self._changes.devices(feed, state[-1])
                self._fleets[feed] = state

    def _take_organisations(self) -> None:
        """Read the register of organisations when any of them owes figures or has results."""
        if self._owing or self._by_office or self._counting:
            listed = self._registry.organisations.all()
            self._offices.take(listed)
            self._places_of = {code: one.place for code, one in listed.items() if one.territory == IN_FORCE}
            for known in self._owing:
                known.organisations = tuple(listed.values())

    def _place_of(self, office: str) -> str:
        """The commune that a registered office serves, "" for none and for the province's own office."""
        place = self._places_of.get(office, "")
        return "" if place == PROVINCE else place

    def once(self, now: datetime) -> TickChanges:
        """Evaluate every KPI at ``now`` and keep the changed results; returns what to publish.

        Raises store.results.LostTurn when another evaluator has kept results since.
        """
        tables, feeds = self._tables(now)
        before = {key: one.columns for key, one in self._newest.items()}
        changed: list[ResultColumns] = []
        events: list[StatusEvent] = []
        for tier in self._tiers:
            found, moved = tier.evaluate(tables, self._stale_after, before, now)
            changed += found
            events += moved
        found, moved = self._windows.evaluate(self._expecting(now), before, now)
        changed, events = changed + found, events + moved
        parts = before | {one.key: one for one in changed}
        found, moved = composed(self._composites, parts, IN_FORCE, before, now)
        changed, events = changed + found, events + moved
        history = [result for one in changed for result in self._moved(one, before.get(one.key))]
        self._results.keep(self._tick, now, changed, events=events, history=history)
        self._tick += 1
        for one in changed:
            self._remember(one)
        told = [one for one in feeds if self._health.get(one.feed) != one]
        self._health |= {one.feed: one for one in told}
        return TickChanges(results=changed, events=events, feeds=told)

    def flush(self, now: datetime) -> int:
        """Write newest results that the history lacks, each series at most once a minute; returns how many.

        Each call writes one slice in a transaction of its own. A result that is not flushed when the process dies
        is still in its document and is flushed after the restart.
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
        """Evaluate some days before today that late data or the assessor changed (history only); returns how many."""
        return self._past.work(self._known, self._batches, self._expecting(now), now)

    def _tables(self, now: datetime) -> tuple[dict[str, Table], list[FeedHealth]]:
        collected = (
            self._collecting.of(service_day(now)) if any(feed.is_collected for feed in self._feeds.values()) else None
        )
        counts, tables, feeds = feed_counts(self._engine), {}, []
        for key, known in self._known.items():
            seen = collected if known.feed.is_collected else None
            expected = known.expected(now, seen)
            tables[key] = known.table(expected, now, seen)
            late = self.behind.get(key, ())
            feeds.append(health(known.feed, known, counts.get(key), expected, now, seen, behind=late))
        return tables, feeds

    def _expecting(self, now: datetime) -> Expecting:
        """By feed, the reporters that owe it figures."""
        return lambda feed: self._known[feed].expected(now, None)

    def _stale_after(self, feed: str, measure: str) -> timedelta:
        return self._feeds[feed].stale_after_of(measure)

    def _moved(self, new: ResultColumns, old: ResultColumns | None) -> list[KpiResult]:
        """The results that changed status, and those before them that are not in the history yet."""
        if old is None or old.codes != new.codes:
            return [] if old is None else list(old.results())
        if _alike(new.status, old.status):
            return []
        rows = np.flatnonzero(new.status != old.status)
        unrecorded = rows[old.computed_ms[rows] != self._newest[new.key].recorded_ms[rows]]
        return [*map(old.row, unrecorded.tolist()), *map(new.row, rows.tolist())]

    def _remember(self, new: ResultColumns) -> None:
        known = self._newest.get(new.key)
        if known is None or known.columns.codes != new.codes:
            self._newest[new.key] = _Newest(new, np.full(len(new.codes), NEVER))
            return
        if not _alike(new.status, known.columns.status):
            moved = new.status != known.columns.status
            known.recorded_ms = np.where(moved, new.computed_ms, known.recorded_ms)
        known.columns = new


def _alike(one: Ints, other: Ints) -> bool:
    """Whether two short columns are equal: asked of every KPI in every tick, and bytes compare ten times as fast."""
    return one.tobytes() == other.tobytes()
