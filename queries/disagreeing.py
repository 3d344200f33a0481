"""Where sources disagree now, over several feeds: for screens and the API alike."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.feed import Feed, Level
from domain.readings import Disagreement, disagreements
from queries.ask import Ask, Question
from store.reading import Reading


async def disagreeing(reading: Reading, feeds: Iterable[Feed], now: datetime) -> list[Disagreement]:
    """Widest apart first; only feeds that speak of places can have any."""
    found: list[Disagreement] = []
    for feed in feeds:
        if any(measure.level is Level.PLACE for measure in feed.measures):
            found += disagreements(feed, await reading.newest_observations(feed.key), now)
    return sorted(found, key=lambda one: -one.spread)


async def _read(asked: Question) -> Sequence[Disagreement]:
    watched = [asked.sources.feeds[key] for key in sorted({kpi.feed for kpi in asked.kpis.values()})]
    return await disagreeing(asked.sources.reading, watched, asked.now)


READINGS: Ask[Sequence[Disagreement]] = Ask(_read, ())
