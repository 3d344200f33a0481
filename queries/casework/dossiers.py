"""Dossiers as they stand: due now and the month by office, by procedure of one office, and one procedure's rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.feeds.feed import Feed
from domain.instant import service_day
from domain.period import Span, period_of
from domain.services.dossier import DOSSIER, Dossier
from domain.services.dossier_counts import DossierCounts, DueNow, soon
from queries.ask import Ask, Question

OFFICE, PROCEDURE = "office", "procedure"
"""The parameters of an address that name an office, and one of its procedures."""
ROWS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierBoard:
    """``due`` and ``month`` by office; ``procedures`` of ``office`` ("" none asked for); ``rows`` of ``procedure``.

    ``names`` of offices by code. ``rows`` are the month's newest, at most `ROWS_MAX`.
    ``horizon``: until when a due date is near. ``told``: when the newest record came; None before any.
    """

    due: Sequence[DueNow] = ()
    month: Sequence[DossierCounts] = ()
    procedures: Sequence[DossierCounts] = ()
    office: str = ""
    rows: Sequence[Dossier] = ()
    procedure: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    horizon: datetime | None = None
    told: datetime | None = None


async def _read(asked: Question) -> DossierBoard:
    reading = asked.sources.reading
    told = await reading.dossiers_told()
    if told is None:
        return DossierBoard()
    month = period_of(Span.MONTH, service_day(asked.now))
    horizon = soon(asked.now, await reading.working_calendar())
    office, procedure = asked.query.get(OFFICE, ""), asked.query.get(PROCEDURE, "")
    return DossierBoard(
        due=await reading.dossiers_due(asked.now, horizon),
        month=await reading.dossiers_counted(month, asked.now),
        procedures=await reading.dossiers_counted(month, asked.now, office) if office else (),
        office=office,
        rows=await reading.dossier_rows(month, office, procedure, ROWS_MAX) if office and procedure else (),
        procedure=procedure if office else "",
        names={code: one.name for code, one in (await reading.organisations()).items()},
        horizon=horizon,
        told=told,
    )


def _follows(feed: Feed) -> bool:
    return DOSSIER in feed.cases


DOSSIERS: Ask[DossierBoard] = Ask(_read, DossierBoard(), _follows)
