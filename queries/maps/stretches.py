"""The streets on the map, of the service day or of the run that the address names: each judged piece, where it lies."""

from collections.abc import Sequence

from queries.ask import Ask, Question
from queries.collection import asked_day
from store.rounds.cut_streets import Piece


async def _read(asked: Question) -> Sequence[Piece]:
    _mark, found = await asked.sources.service_days.cut(asked_day(asked.query.get("day"), asked.now))
    route, number = asked.query.get("run"), asked.query.get("number", "1")
    if route is None:
        return found.pieces
    return [one for one in found.pieces if (one.run.route, str(one.run.number)) == (route, number)]


STRETCHES: Ask[Sequence[Piece]] = Ask(_read, ())
