"""The outcome of the newest fetch from each source."""

from collections.abc import Sequence

from domain.feeds.pull import PullState
from queries.ask import Ask, Question


async def _read(asked: Question) -> Sequence[PullState]:
    return await asked.sources.reading.pulls(asked.sources.feeds.values())


PULLS: Ask[Sequence[PullState]] = Ask(_read, ())
