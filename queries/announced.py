"""What public screens announce of the collection plan: the next collections and the days that differ."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from domain.instant import service_day
from domain.places.place import IN_FORCE
from domain.waste.plan import PlanException
from domain.waste.run import Span
from queries.ask import Ask, Question
from rounds.lookup.coming import Coming, Entry, coming, hours
from store import territories

COLLECTIONS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """``wards``: names of the communes in force by code; ``planned``: whether there is a plan at all."""

    planned: bool = False
    collections: tuple[Coming, ...] = ()
    exceptions: tuple[PlanException, ...] = ()
    wards: tuple[tuple[str, str], ...] = ()


async def _read(asked: Question) -> Announced:
    today = await asked.sources.service_days.day(service_day(asked.now))
    return await asyncio.to_thread(_announced, asked, hours(today.runs, asked.now))


def _announced(asked: Question, told: Mapping[Entry, Span | None]) -> Announced:
    plan = asked.sources.plan
    routes = tuple(kept.route for kept in plan.routes())
    exceptions = tuple(plan.exceptions())
    sets = {one.key: frozenset(one.codes) for one in territories.place_sets(IN_FORCE)}
    found = coming(routes, exceptions, sets, asked.now, COLLECTIONS, told)
    named = frozenset().union(*(one.wards for one in found))
    wards = tuple((place.code, place.name) for place in territories.places(IN_FORCE) if place.code in named)
    return Announced(planned=bool(routes), collections=found, exceptions=exceptions, wards=wards)


ANNOUNCED: Ask[Announced] = Ask(_read, Announced())
