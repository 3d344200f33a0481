"""One service day of waste collection as stores know it: runs, vehicles, what people said, what was mended."""

from dataclasses import dataclass
from datetime import date

from domain.run import Audit, Override, RunResult
from domain.work import VehicleDay


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDay:
    """Read once and shared by every page; ``routes`` in use are counted only while no run was judged.

    ``due`` are the runs the plan asks for on the day, judged or not.
    """

    day: date
    runs: tuple[RunResult, ...] = ()
    vehicles: tuple[VehicleDay, ...] = ()
    overrides: tuple[Override, ...] = ()
    audits: tuple[Audit, ...] = ()
    days: tuple[date, ...] = ()
    routes: int = 0
    due: int = 0

    def run(self, route: str, number: int) -> RunResult | None:
        """One run; None when it was not judged."""
        return next((run for run in self.runs if (run.route, run.number) == (route, number)), None)

    def vehicle(self, id_: str) -> VehicleDay | None:
        """One vehicle's day; None when nothing is known of it."""
        return next((one for one in self.vehicles if one.vehicle == id_), None)
