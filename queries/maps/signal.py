"""Carriers' covered areas that count now, and the one that the address asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.places.place import IN_FORCE
from domain.places.signal_map import SignalMap, signal_of
from queries.ask import Ask, Question

KEY, NONE = "signal", "none"


@dataclass(frozen=True, slots=True)
class Signals:
    """Every area by its key, and the one on the map: None for none."""

    maps: Sequence[SignalMap] = ()
    chosen: SignalMap | None = None


async def _read(asked: Question) -> Signals:
    if asked.territory != IN_FORCE:
        return Signals()
    maps = await asked.sources.reading.signal_maps()
    wanted = asked.query.get(KEY, "")
    if wanted == NONE:
        return Signals(maps)
    return Signals(maps, signal_of(wanted, maps) or next(iter(maps), None))


SIGNALS: Ask[Signals] = Ask(_read, Signals())
"""The first by key is drawn where the address names none that exists."""
