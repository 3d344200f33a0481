"""The plan's streets and exceptions for the residents' page, read again at most every fifteen seconds."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.place_history import candidates
from domain.places.place import IN_FORCE
from domain.places.territory import TERRITORIES, Level
from domain.waste.plan import PlanException, Route
from domain.waste.plan_import import Content
from rounds.lookup.street_directory import Directory
from rounds.lookup.street_search import Ward
from store import territories
from store.rounds.plan import Plan

KEEP = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInUse:
    """The plan in use as read at ``read_at``. ``changes`` counts all changes so far, for SEQUENCE in calendars.

    ``imported_at`` is the newest import; None = no plan was ever imported.
    """

    read_at: datetime
    routes: tuple[Route, ...]
    exceptions: tuple[PlanException, ...]
    directory: Directory
    sources: tuple[str, ...]
    changes: int
    imported_at: datetime | None


class Timetable:
    """One copy of the plan for all requests of this process."""

    def __init__(self, plan: Plan, clock: Callable[[], datetime]) -> None:
        self._plan = plan
        self._clock = clock
        self._known: PlanInUse | None = None
        self._reading = asyncio.Lock()

    async def known(self) -> PlanInUse:
        """The plan, at most fifteen seconds old; requests during a read wait for it."""
        async with self._reading:
            now = self._clock()
            if self._known is None or now - self._known.read_at >= KEEP:
                self._known = await asyncio.to_thread(self._read, now)
            return self._known

    def _read(self, now: datetime) -> PlanInUse:
        routes = tuple(kept.route for kept in self._plan.routes())
        imports = [done for done in self._plan.imports() if done.content is Content.PLAN]
        return PlanInUse(
            read_at=now,
            routes=routes,
            exceptions=tuple(self._plan.exceptions()),
            directory=Directory(routes, place_sets()),
            sources=tuple(sorted({route.source for route in routes if route.source})),
            # A withdrawal counts too; using a withdrawn import again is not counted.
            changes=len(imports) + sum(done.withdrawn for done in imports),
            imported_at=max((done.imported_at for done in imports), default=None),
        )


def place_sets() -> Mapping[str, frozenset[str]]:
    """The communes of each place set in force."""
    return {one.key: frozenset(one.codes) for one in territories.place_sets(IN_FORCE)}


def wards(text: str) -> Sequence[Ward]:
    """The communes that a text names, former ones with today's communes of their land; [] when it names none."""
    named = (place for known in TERRITORIES for place in territories.places_named(known.version, text))
    # "Hùng Vương, Long An" names only the province, no commune.
    found = [place for place in named if place.level is not Level.PROVINCE]
    return [
        Ward(candidate.place.name, frozenset({candidate.place.code}))
        if candidate.place.territory == IN_FORCE
        else Ward(candidate.label.vi, frozenset(share.code for share in candidate.today))
        for candidate in candidates(found)
    ]


def ward_names(codes: frozenset[str]) -> tuple[str, ...]:
    """The names of communes in force."""
    named = {place.code: place.name for place in territories.places(IN_FORCE)}
    return tuple(sorted(named.get(code, code) for code in codes))
