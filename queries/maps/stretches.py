"""The streets of the service day on the map: each judged piece and where it lies."""

from collections.abc import Sequence

from queries.ask import Ask, Question
from queries.collection import asked_day
from store.rounds.cut_streets import Piece


async def _read(asked: Question) -> Sequence[Piece]:
    _mark, found = await asked.sources.service_days.cut(asked_day(asked.query.get("day"), asked.now))
    return found.pieces


STRETCHES: Ask[Sequence[Piece]] = Ask(_read, ())
