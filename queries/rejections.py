"""Refused items, newest first."""

from collections.abc import Sequence

from domain.observation import Rejection
from queries.ask import Ask, Question

LIMIT = 100


async def _read(asked: Question) -> Sequence[Rejection]:
    return [item.rejection for item in await asked.sources.reading.rejections(limit=LIMIT)]


REJECTIONS: Ask[Sequence[Rejection]] = Ask(_read, ())
