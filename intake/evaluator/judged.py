"""A day of collection as the assessor judged it, read for the KPIs only when it changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine

from domain.places.place import IN_FORCE
from evaluation.inputs.rounds import CollectionDay, PlanRoute
from store import territories
from store.rounds.judged_days import JudgedDays
from store.rounds.plan import Plan
from store.rounds.runs import Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A day of collection, and the residents of each ward (census 2019)."""

    day: CollectionDay
    residents: Mapping[str, int]


class Collecting:
    """Reads days of collection; blocking, one call at a time."""

    def __init__(self, engine: Engine) -> None:
        self._runs, self._plan = Runs(engine), Plan(engine)
        self._days = JudgedDays(self._runs)
        self._routes: tuple[str, list[PlanRoute]] = ("", [])
        self._residents = {p.code: p.population for p in territories.places(IN_FORCE) if p.population}

    def of(self, day: date) -> Collected:
        """The service day as judged so far."""
        version = self._plan.version()
        if version != self._routes[0]:
            kept = self._plan.routes()
            listed = [PlanRoute(id=k.route.id, places=k.route.places, valid=k.valid, kind=k.route.kind) for k in kept]
            self._routes = version, listed
        judged, before = self._days.of(day), self._days.of(day - timedelta(days=1))
        found = CollectionDay(routes=self._routes[1], runs=judged.runs, before=before.runs, vehicles=judged.vehicles)
        return Collected(day=found, residents=self._residents)

    def changed_since(self, at_ms: int, before: date) -> tuple[int, set[date]]:
        """When anything was judged last (epoch ms), and the days before ``before`` that were judged after ``at_ms``."""
        changed = self._runs.changed_since(at_ms)
        return max(changed.values(), default=at_ms), {day for day in changed if day < before}
