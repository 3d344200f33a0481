"""Figures sent again with another value, newest first."""

from collections.abc import Sequence

from domain.correction import Correction
from queries.ask import Ask, Question

LIMIT = 100


async def _read(asked: Question) -> Sequence[Correction]:
    return await asked.sources.reading.corrections(LIMIT)


CORRECTIONS: Ask[Sequence[Correction]] = Ask(_read, ())
