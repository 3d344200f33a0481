"""The newest position of every vehicle, of all fleets."""

from collections.abc import Sequence

from domain.fleets.vehicle import Vehicle
from queries.ask import Ask, Question


async def _read(asked: Question) -> Sequence[Vehicle]:
    return await asked.sources.reading.vehicles()


VEHICLES: Ask[Sequence[Vehicle]] = Ask(_read, ())
