"""Vehicles in service of the page's fleet, each with its ward, and where each stands in its hours of duty."""

from collections.abc import Mapping

from domain.waste.duty import Shift, rostered, shift
from queries.ask import Ask, Question


async def _read(asked: Question) -> Mapping[str, str]:
    registered = (await asked.sources.reading.fleet(asked.fleet)).values() if asked.fleet else ()
    return {vehicle.id: vehicle.place for vehicle in registered if vehicle.in_service}


async def _duty(asked: Question) -> Mapping[str, Shift]:
    roster = await asked.sources.reading.newest_observations(asked.fleet) if asked.fleet else ()
    return {id_: shift(unit.hours, asked.now) for id_, unit in rostered(roster).items() if unit.hours is not None}


FLEET: Ask[Mapping[str, str]] = Ask(_read, {})
"""Includes those that never sent a position."""
DUTY: Ask[Mapping[str, Shift]] = Ask(_duty, {})
"""Without those of which the roster says no hours."""
