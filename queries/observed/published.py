"""Figures that others published, as the store has them: the newest of each source, measure and territory version."""

from collections.abc import Sequence

from domain.observation import Observation
from queries.ask import Ask, Question


async def _read(asked: Question) -> Sequence[Observation]:
    sources = asked.sources
    feeds = [feed.key for feed in sources.feeds.values() if feed.published]
    return [one for key in feeds for one in await sources.reading.newest_observations(key)]


PUBLISHED: Ask[Sequence[Observation]] = Ask(_read, (), follows=lambda feed: feed.published)
