"""Which place an observation speaks of: its code, or a name that only one place of its territory version has."""

from collections.abc import Iterable
from dataclasses import replace

from domain.observation import Observation, Rejection
from domain.place import Place
from domain.reason import Reason
from domain.territory import TERRITORIES
from store import territories

_SHOWN_CHARS = 60
_SHOWN_PLACES = 8


def placed(item: Observation) -> Observation | Rejection:
    """The observation under its place's code; refused when no place, or more than one, is meant."""
    if not item.place:
        return item
    found = territories.places_named(item.territory, item.place)
    if len(found) == 1:
        return replace(item, place=found[0].code)
    said = item.place[:_SHOWN_CHARS]
    where = f"{item.measure}: {item.territory[:_SHOWN_CHARS]}/{said}"
    reason = Reason.AMBIGUOUS_PLACE if found else Reason.UNKNOWN_PLACE
    return Rejection(
        feed=item.feed,
        reason=reason,
        received_at=item.received_at,
        detail=f"{where} ({_listed(found) if found else _elsewhere(item)})".removesuffix(" ()"),
        source=item.source,
        raw=f"{where} = {item.value}",
    )


def _listed(found: Iterable[Place]) -> str:
    """The candidates by code, each with the unit above it."""
    shown = [f"{place.code} {place.name}{_above(place)}" for place in found]
    return "; ".join([*shown[:_SHOWN_PLACES], *(["…"] if len(shown) > _SHOWN_PLACES else [])])


def _above(place: Place) -> str:
    names = [above.name for above in territories.places(place.territory) if above.code == place.parent]
    return f", {names[0]}" if names else ""


def _elsewhere(item: Observation) -> str:
    """Which other versions know the place: the file may lack its territory column."""
    others = (known.version for known in TERRITORIES if known.version != item.territory)
    known = [version for version in others if territories.places_named(version, item.place)]
    return f"có trong / found in {', '.join(known)}" if known else ""
