"""Evaluate a feed's KPIs when something changed and as time passes; record and publish what came out differently."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from domain.feed import Feed
from domain.health import FeedHealth
from domain.instant import day_start, service_day, to_ms
from domain.kpi import Kpi, KpiResult
from domain.place import IN_FORCE, PROVINCE
from domain.place_set import PlaceSet
from intake.collected import Collecting
from intake.inputs import expected_contributors, health, is_tracked, newest_inputs
from intake.session import Snapshot
from intake.stopping import stop_if_cancelled
from kpi._evaluate import Evaluation, evaluate
from kpi._status import State
from store.intake import IntakeStore
from store.live_state import LiveState
from store.records import FeedCounts
from store.results import Results

_log = logging.getLogger(__name__)
AT_MOST_EVERY_S = 1.0
AT_LEAST_EVERY_S = 10.0
PAST_DAYS_AT_ONCE = 60


class KpiRun:
    """The KPIs of one feed, evaluated by whoever holds its lease. Results of past days go into the history only.

    ``take`` returns what is newest (it waits for a batch under way); ``counts`` reads the feed's counters.
    """

    def __init__(
        self,
        feed: Feed,
        kpis: Sequence[Kpi],
        *,
        take: Callable[[date], Awaitable[Snapshot]],
        counts: Callable[[], FeedCounts | None],
        store: IntakeStore,
        results: Results,
        live: LiveState,
        places: Sequence[str],
        sets: Sequence[PlaceSet],
        clock: Callable[[], datetime],
        collecting: Collecting | None = None,
    ) -> None:
        self._feed = feed
        self._kpis = kpis
        self._take = take
        self._counts = counts
        self._store = store
        self._results = results
        self._live = live
        self._places = places
        self._sets = sets
        self._clock = clock
        self._collecting = collecting
        self._judged_ms = to_ms(clock())
        self._dirty = asyncio.Event()
        self._past: set[date] = set()
        self._states: Mapping[tuple[str, str], State] = {}
        self._health: FeedHealth | None = None

    def mark(self, past_days: frozenset[date] = frozenset()) -> None:
        """Something new is in the database; ``past_days`` are days before today it belongs to."""
        self._past |= past_days
        self._dirty.set()

    async def run(self) -> None:
        """For ever, after `resume`: at most once a second after a change, at least every 10 s as time passes."""
        while True:
            self._dirty.clear()
            await self.once()
            stop_if_cancelled()
            await asyncio.sleep(AT_MOST_EVERY_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(AT_LEAST_EVERY_S - AT_MOST_EVERY_S):
                    await self._dirty.wait()

    async def resume(self) -> None:
        """Take up the status machines where the database left them, and publish the newest results as they stand."""
        keys = [kpi.key for kpi in self._kpis]
        kept = await asyncio.to_thread(self._results.states, keys)
        self._states = {
            series: State(state.status, state.since, state.pending, state.pending_since)
            for series, state in kept.items()
        }
        latest = await asyncio.to_thread(self._results.latest)
        await self._live.publish_results([result for result in latest if result.key in keys])

    async def once(self) -> None:
        """Evaluate past days that changed, then now; record, publish what changed and the feed's health."""
        now = self._clock()
        snapshot = await self._take(service_day(now))
        if self._collecting is not None:
            # What the assessor corrected of past days changes their history, never today.
            today = service_day(now)
            newest = await asyncio.to_thread(self._collecting.changed_since, self._judged_ms, today)
            self._judged_ms, past = newest
            self._past |= past
        for day in self._next_past_days():
            await asyncio.to_thread(self._evaluate_past, day, snapshot)
        evaluation, changed, state = await asyncio.to_thread(self._evaluate_now, snapshot, now)
        self._states = evaluation.states
        await self._live.publish_results(changed)
        await self._live.publish_events(evaluation.events)
        if state != self._health:
            await self._live.publish_feeds([state])
            self._health = state

    def _next_past_days(self) -> list[date]:
        """The newest 60 of the past days, oldest first; older ones wait for the next run."""
        chosen = sorted(self._past)[-PAST_DAYS_AT_ONCE:]
        self._past.difference_update(chosen)
        if self._past:
            self._dirty.set()
        return chosen

    def _evaluate_now(self, snapshot: Snapshot, now: datetime) -> tuple[Evaluation, list[KpiResult], FeedHealth]:
        collected = self._collecting.of(service_day(now)) if self._collecting else None
        expected = expected_contributors(self._feed, snapshot, self._places, now, collected)
        evaluation = evaluate(
            self._kpis,
            newest_inputs(self._feed, snapshot, now, collected),
            territory=IN_FORCE,
            expected=expected,
            stale_after=self._feed.stale_after,
            previous=self._states,
            now=now,
            sets=self._sets,
        )
        changed = self._results.record(evaluation.results, states=evaluation.states, events=evaluation.events)
        # Figures of the whole province are one contributor's.
        wanted = expected["contributor"] if any(kpi.by_place for kpi in self._kpis) else [PROVINCE]
        known = health(self._feed, snapshot, self._counts(), wanted, now, collected)
        return evaluation, changed, known

    def _evaluate_past(self, day: date, newest: Snapshot) -> None:
        """The results as they stood at the end of ``day``, from what is known today about that day.

        Markers only lend their names: which vehicle a device rides on is taken from today.
        """
        end = day_start(day + timedelta(days=1)) - timedelta(milliseconds=1)
        devices = [vehicle.device for vehicle in newest.vehicles]
        snapshot = Snapshot(
            observations=self._store.observations_as_of(self._feed.key, end),
            vehicles=newest.vehicles,
            days=list(self._store.tracker_days(day, devices).values()) if is_tracked(self._feed) else (),
        )
        collected = self._collecting.of(day) if self._collecting else None
        evaluation = evaluate(
            self._kpis,
            newest_inputs(self._feed, snapshot, end, collected),
            territory=IN_FORCE,
            expected=expected_contributors(self._feed, snapshot, self._places, end, collected),
            stale_after=self._feed.stale_after,
            previous={},
            now=end,
            sets=self._sets,
        )
        self._results.record(evaluation.results)
