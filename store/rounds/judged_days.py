"""Cache of judged days for screens, API and KPIs. A day is valid until anything of it is judged again."""

from dataclasses import dataclass
from datetime import date

from domain.waste.run import RunResult
from domain.waste.work import VehicleDay
from store.rounds.kept_days import KeptDays
from store.rounds.runs import Runs


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """Runs and vehicle days of a service day, and the time of its last judgement (epoch ms, 0 = never)."""

    changed_at_ms: int
    runs: list[RunResult]
    vehicles: list[VehicleDay]


class JudgedDays:
    """Reads a day again only after a new judgement; blocking."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._kept: KeptDays[JudgedDay] = KeptDays()

    def of(self, day: date) -> JudgedDay:
        """The current state of a day; the same object as long as nothing changed."""
        newest_ms = self._runs.changed_at_ms(day)
        known = self._kept.get(day)
        if known is None or known.changed_at_ms != newest_ms:
            return self._kept.keep(day, JudgedDay(newest_ms, self._runs.runs(day), self._runs.vehicle_days(day)))
        return known
