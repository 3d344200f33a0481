"""Service days for screens and the API, cached until a judgement or an override changes the day."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.waste.plan import PlannedStreet, due
from domain.waste.run import RunState
from domain.waste.service_day import ServiceDay
from store.rounds.cut_streets import CutDay, cut
from store.rounds.judged_days import JudgedDays
from store.rounds.kept_days import KeptDays
from store.rounds.plan import Plan
from store.rounds.runs import Runs

Mark = tuple[int, int]
"""The last judgement of a day (epoch ms) and its number of overrides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """What the plan asks of a day; fields as in ServiceDay."""

    due: int
    routes: int = 0
    first: datetime | None = None


class ServiceDays:
    """Cached answers of `Runs` and `Plan`; one instance per process."""

    def __init__(self, runs: Runs, plan: Plan) -> None:
        self._runs = runs
        self._plan = plan
        self._judged = JudgedDays(runs)
        self._kept: KeptDays[tuple[Mark, ServiceDay]] = KeptDays()
        self._cut: KeptDays[tuple[Mark, CutDay]] = KeptDays()

    async def day(self, day: date) -> ServiceDay:
        """The whole service day."""
        return (await self.marked(day))[1]

    async def marked(self, day: date) -> tuple[Mark, ServiceDay]:
        """The service day, with a mark that changes whenever it does."""
        return await asyncio.to_thread(self._marked, day)

    async def cut(self, day: date) -> tuple[Mark, CutDay]:
        """Its streets as pieces of the plan's lines, cut once after each judging."""
        mark, found = await self.marked(day)
        known = self._cut.get(day)
        if known is None or known[0] != mark:
            known = self._cut.keep(day, (mark, await cut(found.runs, self.lines)))
        return known

    def _marked(self, day: date) -> tuple[Mark, ServiceDay]:
        overrides, judged = self._runs.overrides(day), self._judged.of(day)
        mark = judged.changed_at_ms, len(overrides)
        known = self._kept.get(day)
        # A day without runs reads the plan each time: it may have been imported a moment ago.
        if known is None or known[0] != mark or not known[1].runs:
            planned = _Planned(due=len(judged.runs)) if judged.runs else self._planned(day)
            over = judged.runs and all(run.state is RunState.CLOSED for run in judged.runs)
            found = ServiceDay(
                day=day,
                runs=tuple(judged.runs),
                vehicles=tuple(judged.vehicles),
                overrides=tuple(overrides),
                audits=tuple(self._runs.audits(day)),
                days=tuple(self._runs.days_judged()),
                routes=planned.routes,
                due=planned.due,
                first=planned.first,
                next_day=self._planned(day + timedelta(days=1)).first if over else None,
            )
            return self._kept.keep(day, (mark, found))
        return known

    async def planned(self, day: date, route: str, number: int) -> bool:
        """Whether the current plan contains this run; a judged run may have been withdrawn since."""
        kept = await asyncio.to_thread(self._plan.route, route)
        if kept is None:
            return False
        runs = due([kept.route], await asyncio.to_thread(self._plan.exceptions), day)
        return any(run.number == number for run in runs)

    def _planned(self, day: date) -> "_Planned":
        routes = [kept.route for kept in self._plan.routes()]
        runs = due(routes, self._plan.exceptions(), day) if routes else ()
        begins = (at for run in runs for street in run.streets if (at := run.window(street)[0]))
        return _Planned(routes=len(routes), due=len(runs), first=min(begins, default=None))

    async def lines(self, route: str, revision: int) -> dict[int, PlannedStreet]:
        """The entries of a route's revision by order; empty when it is not stored."""
        kept = await asyncio.to_thread(self._plan.route, route, revision)
        return {} if kept is None else {street.order: street for street in kept.route.streets}
