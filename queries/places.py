"""Places by code, of the page's territory version and of the one in force, and place sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.places.place import IN_FORCE, Place
from domain.places.place_set import PlaceSet
from queries.ask import Ask, Question
from queries.reprojected import divided
from store import territories


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """``here``: places of the page's version, with the province. ``now``: places in force.

    Vehicles, events and alarms name places in force. ``sets`` are place sets by key; they have results like places.
    ``divided`` are communes of an older version that a reform divided.
    """

    here: Mapping[str, Place] = field(default_factory=dict)
    now: Mapping[str, Place] = field(default_factory=dict)
    sets: Mapping[str, PlaceSet] = field(default_factory=dict)
    divided: frozenset[str] = frozenset()


async def _read(asked: Question) -> Places:
    now = {place.code: place for place in await asked.sources.reading.places(IN_FORCE)}
    sets = {one.key: one for one in territories.place_sets(asked.territory)}
    if asked.territory == IN_FORCE:
        return Places(here=now, now=now, sets=sets)
    here = {place.code: place for place in await asked.sources.reading.places(asked.territory)}
    return Places(here=here, now=now, sets=sets, divided=divided(asked.territory))


PLACES: Ask[Places] = Ask(_read, Places())
