"""Health by feed, as far as the evaluator has published it."""

from collections.abc import Mapping

from domain.kpis.health import FeedHealth
from queries.ask import Ask, Question


async def _read(asked: Question) -> Mapping[str, FeedHealth]:
    return {health.feed: health for health in await asked.sources.reading.feeds()}


HEALTH: Ask[Mapping[str, FeedHealth]] = Ask(_read, {})
