"""Counts cases for the KPIs: again when a batch brought some, and each minute, because due dates pass."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from domain.instant import service_day
from domain.period import Span, period_of
from domain.services.dossier import DOSSIER
from domain.services.dossier_counts import DossierCounts, soon
from domain.services.feedback import FEEDBACK
from domain.teams.team import TEAM_REPORT, by_commune
from evaluation.columns import Cell
from evaluation.inputs.dossiers import dossier_inputs
from evaluation.inputs.feedback import feedback_inputs
from evaluation.inputs.team_work import team_inputs
from store.casework.dossiers import Dossiers
from store.casework.feedback import Feedback
from store.casework.teams import Teams
from store.working_calendar import WorkingDays

AGAIN = timedelta(minutes=1)
Place = Callable[[str], str]
"""The commune that an office serves, "" for none."""
_Made = Callable[[Place, str, datetime], list[Cell]]


class Counting:
    """The cases of one feed: the month so far and what is open now; blocking."""

    def __init__(self, made: _Made) -> None:
        self._made = made
        self._last: tuple[int, datetime] | None = None

    def cells(self, batch: int, place: Place, source: str, now: datetime) -> list[Cell] | None:
        """The inputs at ``now``; None while the last ones stand. [] before any case."""
        if self._last is not None and self._last[0] == batch and now - self._last[1] < AGAIN:
            return None
        self._last = batch, now
        return self._made(place, source, now)


def counted_cases(engine: Engine) -> Mapping[str, Counting]:
    """How the cases of each type are counted, by the type's key."""
    dossiers, feedback, days = Dossiers(engine), Feedback(engine), WorkingDays(engine)
    teams = Teams(engine)

    def of_dossiers(place: Place, source: str, now: datetime) -> list[Cell]:
        told = dossiers.newest()
        if told is None:
            return []
        month = dossiers.counted(period_of(Span.MONTH, service_day(now)), now)
        due = dossiers.due_now(now, soon(now, days.calendar()))
        return dossier_inputs([_placed(one, place) for one in month], due, min(told, now), source)

    def of_feedback(place: Place, source: str, now: datetime) -> list[Cell]:
        told = feedback.newest()
        if told is None:
            return []
        counts = feedback.counted(period_of(Span.MONTH, service_day(now)), now, soon(now, days.calendar()))
        return feedback_inputs(counts, lambda office: place(office) or _own(office), min(told, now), source)

    def of_teams(_place: Place, source: str, now: datetime) -> list[Cell]:
        board = teams.board()
        if board.told is None:
            return []
        return team_inputs(by_commune(board.standings, service_day(now)), min(board.told, now), source)

    return {
        DOSSIER.key: Counting(of_dossiers),
        FEEDBACK.key: Counting(of_feedback),
        TEAM_REPORT.key: Counting(of_teams),
    }


def _placed(one: DossierCounts, place: Place) -> DossierCounts:
    return one if one.place else replace(one, place=place(one.office))


def _own(office: str) -> str:
    """A commune is its own place; an organisation's code begins with a letter."""
    return office if office.isdecimal() else ""
