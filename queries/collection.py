"""The service day of waste collection that the address names, else today's."""

from datetime import date, datetime

from domain.feeds.feed import ROUTES
from domain.instant import service_day
from domain.waste.service_day import ServiceDay
from queries.ask import Ask, Question


async def _read(asked: Question) -> ServiceDay | None:
    return await asked.sources.service_days.day(asked_day(asked.query.get("day"), asked.now))


def asked_day(named: str | None, now: datetime) -> date:
    """Today when the address names no day, or none there is."""
    try:
        return date.fromisoformat(named or "")
    except ValueError:
        return service_day(now)


COLLECTION: Ask[ServiceDay | None] = Ask(_read, None, follows=lambda feed: feed.reporters == ROUTES)
