"""Days as judged, kept in memory until anything of them is judged again: for screens, API and KPIs alike."""

from dataclasses import dataclass
from datetime import date

from domain.run import RunResult
from domain.work import VehicleDay
from store.kept_days import KeptDays
from store.runs import Runs


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """Runs and vehicles' days of a service day, and when anything of it was judged last (epoch ms, 0 = never)."""

    changed_at_ms: int
    runs: list[RunResult]
    vehicles: list[VehicleDay]


class JudgedDays:
    """Reads a day again only when it was judged again; blocking."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._kept: KeptDays[JudgedDay] = KeptDays()

    def of(self, day: date) -> JudgedDay:
        """What is known of a day now; the same object as long as nothing changed."""
        newest_ms = self._runs.changed_at_ms(day)
        known = self._kept.get(day)
        if known is None or known.changed_at_ms != newest_ms:
            return self._kept.keep(day, JudgedDay(newest_ms, self._runs.runs(day), self._runs.vehicle_days(day)))
        return known
