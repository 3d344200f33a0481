"""Citizens' feedback by unit: what is open and overdue now, and what the month settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.feeds.feed import Feed
from domain.instant import service_day
from domain.period import Span, period_of
from domain.services.dossier_counts import soon
from domain.services.feedback import FEEDBACK, FeedbackCounts
from queries.ask import Ask, Question


@dataclass(frozen=True, slots=True)
class FeedbackBoard:
    """Counts by unit; ``names`` of offices by code; ``told``: when the newest record came, None before any."""

    units: Sequence[FeedbackCounts] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    told: datetime | None = None


async def _read(asked: Question) -> FeedbackBoard:
    reading = asked.sources.reading
    told = await reading.feedback_told()
    if told is None:
        return FeedbackBoard()
    month = period_of(Span.MONTH, service_day(asked.now))
    units = await reading.feedback_counted(month, asked.now, soon(asked.now, await reading.working_calendar()))
    return FeedbackBoard(units, {code: one.name for code, one in (await reading.organisations()).items()}, told)


def _follows(feed: Feed) -> bool:
    return FEEDBACK in feed.cases


FEEDBACKS: Ask[FeedbackBoard] = Ask(_read, FeedbackBoard(), _follows)
