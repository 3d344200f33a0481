"""Counts dossiers for the KPIs: again when a batch brought some, and each minute, because due dates pass."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from domain.instant import service_day
from domain.period import Span, period_of
from domain.services.dossier_counts import DossierCounts, soon
from domain.services.working_time import WorkingCalendar
from evaluation.columns import Cell
from evaluation.inputs.dossiers import dossier_inputs
from store.casework.dossiers import Dossiers

AGAIN = timedelta(minutes=1)
Place = Callable[[str], str]
"""The commune that an office serves, "" for none."""


class Counting:
    """The month's dossiers so far and what is open now; blocking."""

    def __init__(self, engine: Engine, calendar: WorkingCalendar) -> None:
        self._dossiers, self._calendar = Dossiers(engine), calendar
        self._last: tuple[int, datetime] | None = None

    def cells(self, batch: int, place: Place, source: str, now: datetime) -> list[Cell] | None:
        """The inputs at ``now``; None while the last ones stand. [] before any dossier."""
        if self._last is not None and self._last[0] == batch and now - self._last[1] < AGAIN:
            return None
        self._last = batch, now
        told = self._dossiers.newest()
        if told is None:
            return []
        month = self._dossiers.counted(period_of(Span.MONTH, service_day(now)), now)
        due = self._dossiers.due_now(now, soon(now, self._calendar))
        return dossier_inputs([_placed(one, place) for one in month], due, min(told, now), source)


def _placed(one: DossierCounts, place: Place) -> DossierCounts:
    return one if one.place else replace(one, place=place(one.office))
