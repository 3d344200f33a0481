"""Finds a statement's subject: a registered organisation, or a place by its code or by a name only one place has."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from domain.case import CaseEvent
from domain.observation import Observation, Rejection
from domain.places.place import IN_FORCE, Place, told_twice
from domain.places.territory import TERRITORIES
from domain.reason import Reason
from domain.subject import Subject, SubjectKind
from store import territories

_SHOWN_CHARS = 60
_SHOWN_PLACES = 8

Told = Observation | CaseEvent
Registered = Callable[[str], bool]
"""Whether an organisation with this code is registered."""


def none_registered(_code: str) -> bool:
    """Without a register no organisation is known."""
    return False


def placed(item: Told, registered: Registered = none_registered) -> Told | Rejection:
    """The item with its subject's code; a Rejection when the subject is unknown, the name fits several places,
    or the name beside a code is that of another place.

    ``registered`` says whether an organisation's code stands in the register.
    """
    code = _organisation(item)
    if code and not registered(code):
        return _refused(item, Reason.UNKNOWN_ORGANISATION, code[:_SHOWN_CHARS])
    if not item.place:
        return item
    territory = item.territory if isinstance(item, Observation) else item.of.territory or IN_FORCE
    said, beside = told_twice(item.place)
    found = territories.places_named(territory, said)
    # A name that no unit has ("Một cửa phường Long An") says nothing against the code.
    meant = territories.places_named(territory, beside) if beside and found else ()
    if meant and not {*found} & {*meant}:
        told = f"{_listed(found)}; {beside[:_SHOWN_CHARS]} = {_listed(meant)}"
        return _refused(item, Reason.CODE_OF_ANOTHER, said[:_SHOWN_CHARS], told)
    if len(found) == 1:
        return _at(item, found[0].code)
    where = f"{territory[:_SHOWN_CHARS]}/{said[:_SHOWN_CHARS]}"
    named = _listed(found) if found else _elsewhere(territory, said)
    reason = Reason.AMBIGUOUS_PLACE if found else Reason.UNKNOWN_PLACE
    return _refused(item, reason, where, named)


def _organisation(item: Told) -> str:
    """The organisation that is the subject of an item, "" for any other subject."""
    if isinstance(item, Observation):
        return "" if item.entity else item.organisation
    return item.of.code if item.of.kind is SubjectKind.ORGANISATION else ""


def _at(item: Told, code: str) -> Told:
    if isinstance(item, Observation):
        return item if item.place == code else replace(item, place=code)
    of = Subject(item.of.kind, code, item.of.territory) if item.of.kind is SubjectKind.PLACE else item.of
    return replace(item, place=code, of=of)


def _refused(item: Told, reason: Reason, where: str, named: str = "") -> Rejection:
    what = item.measure if isinstance(item, Observation) else item.event
    # Keep only the event of a case: its attributes may identify a person.
    raw = f"{what}: {where} = {item.value}" if isinstance(item, Observation) else ""
    return Rejection(
        feed=item.feed,
        reason=reason,
        received_at=item.received_at,
        detail=f"{what}: {where} ({named})".removesuffix(" ()"),
        source=item.source,
        raw=raw,
    )


def _listed(found: Iterable[Place]) -> str:
    """The candidates by code, each with the unit above it."""
    shown = [f"{place.code} {place.name}{_above(place)}" for place in found]
    return "; ".join([*shown[:_SHOWN_PLACES], *(["…"] if len(shown) > _SHOWN_PLACES else [])])


def _above(place: Place) -> str:
    names = [above.name for above in territories.places(place.territory) if above.code == place.parent]
    return f", {names[0]}" if names else ""


def _elsewhere(territory: str, place: str) -> str:
    """Other versions that know the place: the file may lack its territory column."""
    others = (known.version for known in TERRITORIES if known.version != territory)
    known = [version for version in others if territories.places_named(version, place)]
    return f"có trong / found in {', '.join(known)}" if known else ""
