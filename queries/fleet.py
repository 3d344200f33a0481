"""Vehicles in service of the page's fleet, each with its ward, including those that never sent a position."""

from collections.abc import Mapping

from queries.ask import Ask, Question


async def _read(asked: Question) -> Mapping[str, str]:
    registered = (await asked.sources.reading.fleet(asked.fleet)).values() if asked.fleet else ()
    return {vehicle.id: vehicle.place for vehicle in registered if vehicle.in_service}


FLEET: Ask[Mapping[str, str]] = Ask(_read, {})
