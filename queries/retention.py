"""The newest retention run, rule by rule."""

from collections.abc import Sequence

from domain.retention import RetentionRun
from queries.ask import Ask, Question


async def _read(asked: Question) -> Sequence[RetentionRun]:
    return await asked.sources.reading.retention()


RETENTION: Ask[Sequence[RetentionRun]] = Ask(_read, ())
