"""The newest status events, newest first."""

from collections.abc import Sequence

from domain.kpis.health import StatusEvent
from queries.ask import Ask, Question

LIMIT = 200


async def _read(asked: Question) -> Sequence[StatusEvent]:
    return await asked.sources.reading.events(LIMIT)


EVENTS: Ask[Sequence[StatusEvent]] = Ask(_read, ())
