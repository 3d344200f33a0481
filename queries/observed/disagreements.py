"""Disagreements between sources now, over several feeds; for screens and the API."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime

from domain.disagreement import Disagreement, disagreements
from domain.feeds.feed import Bearer, Feed
from domain.observation import Observation
from queries.ask import Ask, Question

Newest = Callable[[str], Awaitable[Sequence[Observation]]]
"""From a feed's key to the newest observation of each of its series."""


async def disagreeing(newest: Newest, feeds: Iterable[Feed], at: datetime) -> list[Disagreement]:
    """Disagreements among ``newest`` at the instant ``at``, widest first; only feeds that measure places have any."""
    found: list[Disagreement] = []
    for feed in feeds:
        if any(measure.bearer is Bearer.PLACE for measure in feed.measures):
            found += disagreements(feed, await newest(feed.key), at)
    return sorted(found, key=lambda one: -one.spread)


async def _read(asked: Question) -> Sequence[Disagreement]:
    watched = [asked.sources.feeds[key] for key in sorted({kpi.feed for kpi in asked.kpis.values()})]
    return await disagreeing(asked.sources.reading.newest_observations, watched, asked.now)


DISAGREEMENTS: Ask[Sequence[Disagreement]] = Ask(_read, ())
