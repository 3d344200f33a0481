"""The assessor: reads new fixes, matches them, judges the runs of the days they belong to and writes what changed.

Several may run: one at a time judges, under a lease, and the others stand by.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial, reduce
from time import monotonic, thread_time

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.feeds.part import Part
from domain.instant import day_start, service_day
from domain.waste.run import LEFT_OUT, AssignedBy, Audit, Override, RunResult, RunState, StreetState
from intake.assessor.effort import EVERY_S, Effort
from intake.assessor.fleet_day import FleetDay, VehicleDrive, days_until, marks_by_day
from intake.assessor.ground import Ground, Grounds
from intake.assessor.learning import Learning
from intake.assessor.unjudged import Unjudged
from intake.assessor.vehicle_days import VehicleDays
from kpi import waste
from rounds.arrivals import arrivals
from rounds.assigning import OnRun, assigned, meant, on_foot
from rounds.due import EARLIEST, RunPlan
from rounds.expecting import errors, foretold
from rounds.runs import Fleet, judge
from store.maps.map_layers import MapLayers
from store.registry import Registry
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.rounds.tracks import Mark, Tracks
from streets.graph import Floats

_log = logging.getLogger(__name__)
LEASE = Part("assessing")
# A fix that arrives more days than this after its day no longer corrects that day.
CORRECTED_DAYS = 35
# Check days before yesterday less often: most of their fixes have arrived.
_PAST_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One vehicle's part in a day's runs: its drive, dispatchers' overrides, assigned runs, arrivals."""

    vehicle: VehicleDrive
    said: list[OnRun]
    spans: list[OnRun]
    arrivals: Floats


class Assessor:
    """Judges collection runs from stored fixes. All its state can be rebuilt from the database."""

    def __init__(self, engine: Engine, maps: MapLayers) -> None:
        self._tracks, self._runs, self._registry = Tracks(engine, waste.FEED), Runs(engine), Registry(engine)
        self._grounds = Grounds(Plan(engine), maps, Facilities(engine))
        self.unjudged = Unjudged()
        self._vehicle_days = VehicleDays(engine, self.unjudged)
        self._ground: Ground | None = None
        self._fleets: dict[date, FleetDay] = {}
        self._unwritten: dict[date, dict[str, float]] = {}
        self._seen: dict[date, dict[str, _Seen]] = {}
        self._marks: dict[tuple[date, str], Mark] = {}
        self._results: dict[date, dict[str, RunResult]] = {}
        self._words: dict[date, int] = {}
        self._learning = Learning(self._runs.runs, lambda day: self._before(day).values())
        self._past_seen: datetime | None = None
        self._used_s = 0.0

    async def run(self, clock: Callable[[], datetime]) -> None:
        """Run for ever. Wait out database outages; after any other error read everything again."""
        effort = Effort()
        while True:
            begun_s = monotonic()
            cycle = asyncio.create_task(asyncio.to_thread(self._cycle, clock()))
            try:
                # A thread cannot be cancelled: let it write before another assessor takes over.
                await asyncio.shield(cycle)
            except asyncio.CancelledError:
                await asyncio.wait([cycle])
                raise
            except SQLAlchemyError as outage:
                _log.warning("assessor: %s; again in %.0f s", outage, EVERY_S)
            except Exception:
                _log.exception("assessor: nothing was judged; everything is read anew in %.0f s", EVERY_S)
                self._ground = None
            await asyncio.sleep(effort.rest_s(self._used_s, monotonic() - begun_s))

    def _cycle(self, now: datetime) -> None:
        begun_s = thread_time()
        try:
            self.once(now)
        finally:
            self._used_s = thread_time() - begun_s

    def once(self, now: datetime) -> int:
        """Read new fixes and judge the runs they concern; returns the number of runs written."""
        self._lay()
        today = service_day(now)
        kept = {today - timedelta(days=1), today}
        marks, touched = self._news(now, today)
        # A failed cycle has read changes without writing them: judge them now.
        changed = self._unwritten
        read: set[date] = set()
        written = 0
        # Today first, because people look at it: after an outage or a start every day arrives at once.
        for day in sorted(kept | touched | set(self._unwritten), reverse=True):
            # A run past midnight also needs the fixes of the next day.
            for of in (day, day + timedelta(days=1)):
                if of <= today and of not in read:
                    read.add(of)
                    self._refresh(of, marks.get(of, {}))
            written += self._assess(day, changed, now)
            if day not in kept:
                self._forget(day)
        for day in set(self._fleets) - kept:
            self._forget(day)
        self._unwritten = {}
        return written

    def _refresh(self, day: date, marks: Mapping[str, Mark]) -> None:
        """Read a day's new fixes; add the changed vehicles to those not yet written."""
        if day not in self._fleets:
            self._fleets[day] = FleetDay(day, self._laid.ways, self._laid.fences, self._tracks, self.unjudged)
        waiting = self._unwritten.setdefault(day, {})
        for vehicle, since_s in self._fleets[day].refresh(marks).items():
            waiting[vehicle] = min(since_s, waiting.get(vehicle, since_s))

    def _news(self, now: datetime, today: date) -> tuple[dict[date, dict[str, Mark]], set[date]]:
        """The marks of all days looked at now, and the days on which a device's mark differs from before."""
        past = self._past_seen is None or now - self._past_seen >= _PAST_EVERY
        marks = self._tracks.marks(days_until(today, CORRECTED_DAYS if past else 2)[0], today)
        touched = {day for (day, device), mark in marks.items() if self._marks.get((day, device)) != mark}
        if self._past_seen is None:
            # A day judged before this process started stands until new fixes arrive.
            touched = {day for day in touched if not self._runs.changed_at_ms(day)}
        if past:
            self._past_seen = now
        self._marks.update(marks)
        return marks_by_day(marks), touched

    @property
    def _laid(self) -> Ground:
        assert self._ground is not None
        return self._ground

    def _lay(self) -> None:
        """Forget all days when plan, streets or facilities changed: every drive must be matched again."""
        ground = self._grounds.current()
        if ground is not self._ground:
            self._ground = ground
            for day in list(self._fleets):
                self._forget(day)

    def _forget(self, day: date) -> None:
        for kept in (self._fleets, self._results, self._seen, self._words):
            kept.pop(day, None)
        self._vehicle_days.forget(day)
        self.unjudged.forget(day)

    def _assess(self, day: date, changed: Mapping[date, Mapping[str, float]], now: datetime) -> int:
        plans = self._laid.runs(day)
        over_s = day_start(day + timedelta(days=1)).timestamp()
        night = any(plan.candidate.until_s > over_s for plan in plans)
        of = [d for d in (day, day + timedelta(days=1)) if d in changed and (d == day or night)]
        news: dict[str, float] = {}
        for vehicle, since_s in (pair for d in of for pair in changed[d].items()):
            news[vehicle] = min(since_s, news.get(vehicle, since_s))
        before, words = self._before(day), self._runs.overrides(day)
        said = len(words) != self._words.get(day, 0 if day in self._seen else len(words))
        self._words[day] = len(words)
        drove = partial(self._drove, of, news)
        wanted = [plan for plan in plans if _asks(plan, before.get(plan.key), news, drove, said=said, now=now)]
        # When every run is over, vehicles still drive home, to the plant, and elsewhere.
        if not wanted and not changed[day] and not self._vehicle_days.asks(day, now):
            return 0
        fleet = self._fleet(day, plans, of, words, news)
        fresh: list[tuple[RunResult, Audit | None]] = []
        for plan in wanted:
            with self.unjudged.leaving_out(day, f"run {plan.key}"):
                run, audit = self._finished(judge(plan, fleet, now), before.get(plan.key), now)
                fresh += [(run, audit)] if run is not None else []
        days = self._vehicle_days.made(day, self._fleets[day], changed[day], fleet, plans, self._laid, now)
        self._runs.put([run for run, _ in fresh], days, [audit for _, audit in fresh if audit is not None])
        self._vehicle_days.keep(day, days, now)
        if any(one.closed_at for run, _ in fresh for one in (run, before.get(run.key)) if one):
            self._learning.changed()
        before.update({run.key: run for run, _ in fresh})
        return len(fresh)

    def _drove(self, of: Sequence[date], news: Mapping[str, float], segments: frozenset[int]) -> bool:
        """Whether any of the new fixes tells of a drive along one of ``segments``."""
        known = ((self._fleets[d].vehicles.get(vehicle), since_s) for d in of for vehicle, since_s in news.items())
        return any(
            drive.to_s > since_s
            for one, since_s in known
            if one is not None
            for segment in segments
            for drive in one.along.get(segment, ())
        )

    def _before(self, day: date) -> dict[str, RunResult]:
        if day not in self._results:
            self._results[day] = {run.key: run for run in self._runs.runs(day)}
        return self._results[day]

    def _fleet(
        self,
        day: date,
        plans: Sequence[RunPlan],
        of: Sequence[date],
        words: Sequence[Override],
        news: Mapping[str, float],
    ) -> Fleet:
        ground, seen = self._laid, self._seen.setdefault(day, {})
        spans: dict[str, list[OnRun]] = {}
        planned = {plan.key for plan in plans}
        # The plan may have changed since the dispatcher's override: skip it while its run is not planned.
        for word in (word for word in words if word.key in planned):
            span = OnRun(word.key, word.since.timestamp(), word.until.timestamp(), 1.0, overridden=True)
            spans.setdefault(word.vehicle, []).append(span)
        candidates = [plan.candidate for plan in plans]
        everyone = dict.fromkeys(id_ for d in of for id_ in self._fleets[d].vehicles)
        for id_ in everyone:
            said = spans.get(id_, [])
            if id_ in seen and id_ not in news and seen[id_].said == said:
                continue
            with self.unjudged.leaving_out(day, f"runs of {id_}"):
                known = reduce(
                    VehicleDrive.then, (self._fleets[d].vehicles[id_] for d in of if id_ in self._fleets[d].vehicles)
                )
                seen[id_] = _Seen(
                    known, said, assigned(known.drive, candidates, said), arrivals(known.drive, ground.fences)
                )
        in_service = [unit.id for unit in self._registry.vehicles_of(waste.FEED).values() if unit.in_service]

        def heard(since_s: float, until_s: float) -> bool:
            known = [seen[one].vehicle.drive for one in in_service if one in seen]
            return bool(known) and len(known) == len(in_service) and not any(d.gaps(since_s, until_s) for d in known)

        def parked(place: Floats) -> bool:
            return any(fence.holds(place[None])[0] for fence in ground.fences)

        return Fleet(
            drives={id_: one.vehicle.drive for id_, one in seen.items()},
            along={id_: one.vehicle.along for id_, one in seen.items()},
            spans={id_: one.spans for id_, one in seen.items()},
            arrivals={id_: one.arrivals for id_, one in seen.items()},
            heard=heard,
            parked=parked,
            metres=ground.ways.graph.metres,
            kinds={id_: (one.vehicle.kind, one.vehicle.source) for id_, one in seen.items()},
            on_foot=on_foot(candidates),
            meant=meant(candidates),
        )

    def _finished(
        self, run: RunResult, before: RunResult | None, now: datetime
    ) -> tuple[RunResult | None, Audit | None]:
        """The run with its expected times or, when it is over, their errors; None when nothing changed."""
        lessons = self._learning.lessons(now)
        if run.state is not RunState.CLOSED:
            run = foretold(run, lessons, now)
        elif before is None or before.state is not RunState.CLOSED:
            run = replace(run, eta_errors=errors(run, lessons))
        else:
            # Before its fixes came there was nothing to measure.
            run = replace(run, eta_errors=before.eta_errors or errors(run, lessons), revision=before.revision)
        if before is not None and replace(run, computed_at=before.computed_at) == before:
            return None, None
        if before is None or before.state is not RunState.CLOSED or _summary(before) == _summary(run):
            return run, None
        run = replace(run, revision=before.revision + 1)
        audit = Audit(
            at=now, day=run.day, route=run.route, number=run.number, because=_because(before, run),
            before=_summary(before), after=_summary(run),
        )  # fmt: skip
        return run, audit


def _asks(
    plan: RunPlan,
    before: RunResult | None,
    changed: Mapping[str, float],
    drove: Callable[[frozenset[int]], bool],
    *,
    said: bool,
    now: datetime,
) -> bool:
    """Whether to judge a run: it is new or open, or an override, late fixes or a new plan may change it.

    ``changed``: since when each vehicle has new fixes; ``drove``: whether one of them is of a drive along segments.
    """
    if before is None or before.state is not RunState.CLOSED or said:
        # Long before its window a run's result stays the same.
        return before is None or said or now >= plan.window[0] - EARLIEST
    if before.plan_revision != plan.due.route.revision:
        return True
    until_s = plan.candidate.until_s
    # Another run may collect what this one left out.
    return any(since_s <= until_s for since_s in changed.values()) or drove(_left_out(plan, before))


def _left_out(plan: RunPlan, before: RunResult) -> frozenset[int]:
    """The segments of streets that a run left out and nobody collected since."""
    out = {street.order for street in before.streets if street.state in LEFT_OUT and not street.later_at}
    return frozenset(one.segment for due in plan.streets if due.planned.order in out for one in due.stretches)


def _summary(run: RunResult) -> str:
    """The facts of a run that a correction may change, as a line of the audit log."""
    shares = ", ".join(f"{state} {run.count(state)}" for state in StreetState if run.count(state))
    return f"{'+'.join(run.vehicles) or '-'}: {run.metres(StreetState.SERVED):.0f}/{run.due_m:.0f} m; {shares}"


def _because(before: RunResult, after: RunResult) -> str:
    """Why the result of a closed run changed."""
    if before.plan_revision != after.plan_revision:
        return "plan"
    said = [[(one.vehicle, one.by) for one in run.assignments] for run in (before, after)]
    overridden = any(by is AssignedBy.OVERRIDE for assignments in said for _, by in assignments)
    return "dispatcher" if said[0] != said[1] and overridden else "late fixes"
