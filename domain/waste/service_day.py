"""One stored service day of waste collection: runs, vehicle days, overrides and corrections."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.waste.run import Audit, Override, RunResult
from domain.waste.work import VehicleDay


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDay:
    """Read once and shared by every page. ``due`` counts the runs that the plan requires on the day, judged or not.

    Only while no run is judged yet: ``routes`` counts the routes in use, ``first`` is when the first run is to begin,
    None when the plan gives no hour. Only once all are over: ``next_day`` is the same of the day after it.
    """

    day: date
    runs: tuple[RunResult, ...] = ()
    vehicles: tuple[VehicleDay, ...] = ()
    overrides: tuple[Override, ...] = ()
    audits: tuple[Audit, ...] = ()
    days: tuple[date, ...] = ()
    routes: int = 0
    due: int = 0
    first: datetime | None = None
    next_day: datetime | None = None

    def run(self, route: str, number: int) -> RunResult | None:
        """One run; None when it is not judged."""
        return next((run for run in self.runs if (run.route, run.number) == (route, number)), None)

    def vehicle(self, id_: str) -> VehicleDay | None:
        """One vehicle's day; None without data."""
        return next((one for one in self.vehicles if one.vehicle == id_), None)
