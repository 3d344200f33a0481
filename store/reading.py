"""All queries of screens and the read API, as coroutines: SQL runs in threads, live state on the event loop."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import overload

from redis.exceptions import RedisError
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from domain.case import CaseEvent, CaseType
from domain.correction import Correction
from domain.feeds.feed import Feed
from domain.feeds.pull import PullState
from domain.fleets.vehicle import Vehicle
from domain.instant import to_ms
from domain.kpis.alarm import Handling
from domain.kpis.health import FeedHealth, StatusEvent
from domain.kpis.kpi import KpiResult
from domain.kpis.rhythm import SPANS
from domain.observation import Fix, Observation
from domain.organisation import Organisation
from domain.period import Period
from domain.places.place import IN_FORCE, PROVINCE, Place
from domain.places.signal_map import SignalMap
from domain.retention import RetentionRun
from domain.services.dossier import Dossier
from domain.services.dossier_counts import DossierCounts, DueNow
from domain.services.feedback import FeedbackCounts
from domain.services.working_time import WorkingCalendar
from domain.teams.team import TeamBoard
from store import rows
from store.cases import Cases
from store.casework.alarm_handlings import AlarmHandlings
from store.casework.dossiers import Dossiers
from store.casework.feedback import Feedback, Progress
from store.casework.teams import Teams
from store.intake import IntakeStore
from store.keeping.retaining import retention_runs_of
from store.keeping.retention import RULES
from store.maps.signal_maps import SignalMaps
from store.past import AsKnown, Past
from store.records import Device, RegisteredVehicle, RejectedItem, WaitingDevice
from store.registry import Registry
from store.results import Results
from store.revisions import Corrections
from store.tables.feeds import rejections
from store.tables.fleet import bindings, fixes
from store.valkey.live_state import LiveState
from store.working_calendar import WorkingDays

PENDING_LIMIT = 50

MAX_TRACK_FIXES = 20_000

# Live cards read every course anew once a minute (live/follow.py).
COURSE_KEPT_FOR = timedelta(seconds=90)
# The evaluator counts the month again each minute too.


@dataclass(frozen=True, slots=True)
class _Course:
    since: datetime
    until: datetime
    results: Sequence[KpiResult]


class Reading:
    """Queries of the web side; it keeps nothing but what `course` says."""

    def __init__(self, engine: Engine, live: LiveState) -> None:
        self._engine = engine
        self._live = live
        self._results = Results(engine)
        self._registry = Registry(engine)
        self._intake = IntakeStore(engine)
        self._dossiers = Dossiers(engine)
        self._feedback = Feedback(engine)
        self._teams = Teams(engine)
        self._working_days = WorkingDays(engine)
        self._corrections = Corrections(engine)
        self._cases = Cases(engine)
        self._signals = SignalMaps(engine)
        self._alarm_handlings = AlarmHandlings(engine)
        self._courses: dict[str, _Course] = {}

    async def vehicles(self) -> list[Vehicle]:
        """Newest position of every vehicle and of every unbound device."""
        return await self._live.vehicles()

    async def fleet(self, feed: str) -> dict[str, RegisteredVehicle]:
        """The vehicle register of one fleet, by id; a vehicle may never have sent a position."""
        return await asyncio.to_thread(self._registry.vehicles_of, feed)

    async def fleet_of(self, vehicle: str) -> str | None:
        """The feed of the fleet that knows a vehicle; None when none does."""
        return await asyncio.to_thread(self._registry.fleet_of, vehicle)

    async def track(self, vehicle_id: str, since: datetime, until: datetime, limit: int = MAX_TRACK_FIXES) -> list[Fix]:
        """Accepted fixes of a vehicle with since <= at < until, oldest first, the newest ``limit`` of them.

        Follows the vehicle through every device it carried. Empty when the vehicle is unknown.
        """
        return await asyncio.to_thread(self._track, vehicle_id, to_ms(since), to_ms(until), limit)

    async def results_latest(self, territory: str = IN_FORCE) -> list[KpiResult]:
        """Newest result of every KPI and place."""
        return await asyncio.to_thread(self._results.latest, territory)

    async def result_series(
        self, key: str, territory: str, place: str, since: datetime, until: datetime, limit: int = 1000
    ) -> list[KpiResult]:
        """History of one KPI at one place by as_of, oldest first (see `Results.series`)."""
        return await asyncio.to_thread(
            self._results.series, key, territory, place, since=since, until=until, limit=limit
        )

    async def result_course(
        self, key: str, territory: str, place: str, since: datetime, until: datetime, spans: int
    ) -> list[KpiResult]:
        """History of one KPI at one place as a chart shows it, oldest first (see `Results.course`)."""
        return await asyncio.to_thread(
            self._results.course, key, territory, place, since=since, until=until, spans=spans
        )

    async def course(self, key: str, since: datetime, until: datetime, *, anew: bool = False) -> Sequence[KpiResult]:
        """The province's `result_course` of one KPI, up to 90 s old; ``anew`` reads it again.

        Pages and live cards show the same history of every KPI: reading it for each view was most of a view's cost.
        """
        kept = self._courses.get(key)
        fits = kept and kept.since <= since and abs(until - kept.until) < COURSE_KEPT_FOR
        if kept is None or anew or not fits:
            found = await self.result_course(key, IN_FORCE, PROVINCE, since, until, SPANS)
            kept = self._courses[key] = _Course(since, until, found)
        return [result for result in kept.results if result.as_of is not None and since <= result.as_of < until]

    @overload
    def at(self, instant: datetime) -> Past: ...
    @overload
    def at(self, instant: datetime, known: datetime | None) -> AsKnown: ...
    def at(self, instant: datetime, known: datetime | None = None) -> AsKnown:
        """What stood at ``instant``: as it is known today, or the part that can be told as it was ``known`` then."""
        return Past(self._engine, instant) if known is None else AsKnown(self._engine, instant, known)

    async def evaluated_at(self) -> datetime | None:
        """When the evaluator last stored a tick (at least every 10 s while it runs); None before its first."""
        return await asyncio.to_thread(self._results.evaluated_at)

    async def alarm_handlings(self) -> dict[str, Handling]:
        """What somebody last did about each alarm, by the alarm's id."""
        return await asyncio.to_thread(self._alarm_handlings.newest)

    async def feeds(self) -> list[FeedHealth]:
        """Health of every feed that a collector has reported."""
        return await self._live.feeds()

    async def pulls(self, feeds: Iterable[Feed]) -> list[PullState]:
        """The newest fetch from each source of those ``feeds`` that the centre fetches."""
        return await self._live.pulls(feed.key for feed in feeds if feed.fetched)

    async def newest_observations(self, feed: str) -> list[Observation]:
        """Newest observation of every series of ``feed``; for the waste feed this is the roster."""
        return await asyncio.to_thread(self._intake.latest_observations, feed)

    async def observations(self, feed: str, measure: str, since: datetime, until: datetime) -> list[Observation]:
        """Observations of one measure with since <= at < until, oldest first."""
        return await asyncio.to_thread(self._intake.observations_between, feed, measure, since, until)

    async def organisations(self) -> Mapping[str, Organisation]:
        """The register of organisations by code."""
        return await asyncio.to_thread(self._registry.organisations.all)

    async def dossiers_told(self) -> datetime | None:
        """When the newest record of a dossier came; None before any."""
        return await asyncio.to_thread(self._dossiers.newest)

    async def dossiers_due(self, now: datetime, horizon: datetime) -> list[DueNow]:
        """Open dossiers by office (see `Dossiers.due_now`)."""
        return await asyncio.to_thread(self._dossiers.due_now, now, horizon)

    async def dossiers_counted(self, month: Period, now: datetime, office: str = "") -> list[DossierCounts]:
        """What a month counts, by office, or by procedure of one (see `Dossiers`)."""
        if office:
            return await asyncio.to_thread(self._dossiers.by_procedure, month, now, office)
        return await asyncio.to_thread(self._dossiers.counted, month, now)

    async def dossier_rows(self, month: Period, office: str, procedure: str, limit: int) -> list[Dossier]:
        """Dossiers of one procedure at one office (see `Dossiers.rows`)."""
        return await asyncio.to_thread(self._dossiers.rows, month, office, procedure, limit)

    async def working_calendar(self) -> WorkingCalendar:
        """The working days in force."""
        return await asyncio.to_thread(self._working_days.calendar)

    async def feedback_told(self) -> datetime | None:
        """When the newest record of feedback came; None before any."""
        return await asyncio.to_thread(self._feedback.newest)

    async def feedback_counted(self, month: Period, now: datetime, horizon: datetime) -> list[FeedbackCounts]:
        """Feedback by unit (see `Feedback.counted`)."""
        return await asyncio.to_thread(self._feedback.counted, month, now, horizon)

    async def team_board(self) -> TeamBoard:
        """Every digital team with the sums of its reports."""
        return await asyncio.to_thread(self._teams.board)

    async def feedback_progress(self, case_key: str) -> Progress | None:
        """How far the item with this keyed hash is; None when there is none."""
        return await asyncio.to_thread(self._feedback.progress, case_key)

    async def rejections(
        self, feed: str | None = None, limit: int = 100, before_id: int | None = None
    ) -> list[RejectedItem]:
        """Rejected items, newest first; ``before_id`` gets the next page."""
        return await asyncio.to_thread(self._rejections, feed, limit, before_id)

    async def corrections(self, limit: int = 100, feed: str | None = None) -> list[Correction]:
        """Corrected figures, newest first, each with its previous value."""
        return await asyncio.to_thread(self._corrections.newest, limit, feed)

    async def places(self, territory: str = IN_FORCE) -> list[Place]:
        """Places of one territory version, including the province, by code."""
        return await asyncio.to_thread(self._registry.places, territory)

    async def devices(self) -> list[Device]:
        """Every tracker that ever sent something, newest first."""
        return await asyncio.to_thread(self._registry.devices)

    async def pending_devices(self, limit: int = PENDING_LIMIT, search: str = "") -> list[WaitingDevice]:
        """The newest trackers "chờ gắn xe" (waiting for a vehicle), of those whose id contains ``search``.

        Limited, because anybody may send any name.
        """
        return await asyncio.to_thread(self._registry.pending_devices, limit, search)

    async def count_pending(self, search: str = "") -> int:
        """How many trackers wait for a vehicle, of those whose id contains ``search``."""
        return await asyncio.to_thread(self._registry.count_pending, search)

    async def events(self, limit: int = 200) -> list[StatusEvent]:
        """Newest status events, newest first."""
        return await asyncio.to_thread(self._results.events, limit)

    async def listed_cases(self, feed: str, kind: CaseType, since: datetime) -> list[CaseEvent]:
        """Events of a feed's cases that are open or ended at or after ``since``, oldest first."""
        return await asyncio.to_thread(self._cases.listed, feed, kind, since)

    async def signal_maps(self) -> list[SignalMap]:
        """Carriers' covered areas whose figures count, by key."""
        return await asyncio.to_thread(self._signals.shown)

    async def retention(self) -> list[RetentionRun]:
        """The newest retention run of each rule."""
        return await asyncio.to_thread(retention_runs_of, self._engine, RULES)

    async def ping(self) -> list[str]:
        """Which of "store" and "stream" do not answer; empty when both do."""
        silent = []
        try:
            await asyncio.to_thread(self._ping_store)
        except SQLAlchemyError:
            silent.append("store")
        try:
            await self._live.ping()
        except (RedisError, OSError):
            silent.append("stream")
        return silent

    def _ping_store(self) -> None:
        with self._engine.connect() as connection:
            connection.execute(select(func.count()).select_from(bindings.select().limit(1).subquery()))

    def _track(self, vehicle_id: str, since_ms: int, until_ms: int, limit: int) -> list[Fix]:
        carried = self._registry.carried_by(vehicle_id, since_ms, until_ms)
        c = fixes.c
        found: list[Fix] = []
        with self._engine.connect() as connection:
            for device, start, end in carried:
                query = (
                    select(fixes)
                    .where(c.device == device, c.at_ms >= start, c.at_ms < end, c.quarantined.is_(False))
                    .order_by(c.at_ms.desc())
                    .limit(limit)
                )
                found += [rows.fix_of(row) for row in connection.execute(query).mappings()]
        return sorted(found, key=lambda fix: fix.at)[-limit:]

    def _rejections(self, feed: str | None, limit: int, before_id: int | None) -> list[RejectedItem]:
        query = select(rejections).order_by(rejections.c.id.desc()).limit(limit)
        if feed is not None:
            query = query.where(rejections.c.feed == feed)
        if before_id is not None:
            query = query.where(rejections.c.id < before_id)
        with self._engine.connect() as connection:
            return [rows.rejection_of(row) for row in connection.execute(query).mappings()]
