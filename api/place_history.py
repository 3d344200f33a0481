"""Places across territory versions: a unit's days in force, its origins, and where its land lies today."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from api.place_answers import Candidate, PlaceAnswer, PlaceVersion, ShareAnswer
from domain.places.crosswalk import Portion
from domain.places.place import IN_FORCE, Place
from domain.places.territory import TERRITORIES, Level, territory
from present.answers import BothLanguages
from store import territories

VERSIONS = tuple(known.version for known in TERRITORIES)


def candidates(found: Iterable[Place]) -> list[Candidate]:
    """A candidate for each unit; places with the same code, name and unit above are one unit in all versions."""
    newest = {_unit(place): place for place in sorted(found, key=lambda place: place.territory)}
    return [_candidate(place) for place in newest.values()]


def version_of(place: Place) -> PlaceVersion:
    """A place with its predecessors at the reform before its version and its successors at the one after."""
    at = VERSIONS.index(place.territory)
    known = territory(place.territory)
    before = territories.crosswalk(VERSIONS[at - 1], place.territory).origins_of(place.code) if at else ()
    return PlaceVersion(
        place=place_answer(place),
        valid_from=known.valid_from,
        valid_to=known.valid_to,
        label=_label(place, known.valid_from, known.valid_to),
        predecessors=[_share(share, VERSIONS[at - 1], share.origin) for share in before],
        successors=_successors(place, VERSIONS[at + 1]) if at + 1 < len(VERSIONS) and _ends(place) else [],
    )


def place_answer(place: Place) -> PlaceAnswer:
    """A place as an API answer."""
    return PlaceAnswer(
        territory=place.territory,
        code=place.code,
        name=place.name,
        level=place.level,
        parent=place.parent or None,
        latitude=place.latitude,
        longitude=place.longitude,
        area_km2=place.area_km2,
        population=place.population,
        households=place.households,
    )


def _candidate(place: Place) -> Candidate:
    lasting = [territory(p.territory) for version in VERSIONS for p in territories.places(version) if _same(p, place)]
    since, until = lasting[0].valid_from, lasting[-1].valid_to
    today = [] if place.territory == IN_FORCE else _successors(place, IN_FORCE)
    return Candidate(
        place=place_answer(place),
        valid_from=since,
        valid_to=until,
        label=_label(place, since, until),
        today=today,
        divided=place.level is Level.COMMUNE and len(today) > 1,
    )


def _ends(place: Place) -> bool:
    """Whether a unit ends with its version; every commune does, because its land and people may change."""
    later = VERSIONS[VERSIONS.index(place.territory) + 1]
    return place.level is Level.COMMUNE or not any(_same(place, other) for other in territories.places(later))


def _unit(place: Place) -> tuple[str, str, str]:
    return place.code, place.name, place.parent


def _same(one: Place, other: Place) -> bool:
    return _unit(one) == _unit(other)


def _successors(place: Place, version: str) -> list[ShareAnswer]:
    """Where a place lies in a later version; a district or the province sums its communes' successors."""
    walk = territories.crosswalk(place.territory, version)
    if place.level is Level.COMMUNE:
        return [_share(share, version, share.target) for share in walk.targets_of(place.code)]
    parts: dict[str, list[tuple[Place, Portion]]] = defaultdict(list)
    for commune in _communes(place):
        for share in walk.targets_of(commune.code):
            parts[share.target].append((commune, share))
    return [_share_of_several(place, version, code, shares) for code, shares in sorted(parts.items())]


def _communes(place: Place) -> list[Place]:
    everywhere = place.level is Level.PROVINCE
    below = territories.places(place.territory)
    return [p for p in below if p.level is Level.COMMUNE and (everywhere or p.parent == place.code)]


def _share(share: Portion, version: str, code: str) -> ShareAnswer:
    return ShareAnswer(
        territory=version,
        code=code,
        name=_name(version, code),
        people=share.population if share.known else None,
        households=share.households if share.known else None,
        whole=share.whole,
    )


def _share_of_several(place: Place, version: str, code: str, parts: Sequence[tuple[Place, Portion]]) -> ShareAnswer:
    known = all(share.known for _, share in parts)
    people = sum((commune.population or 0) * share.population for commune, share in parts)
    households = sum((commune.households or 0) * share.households for commune, share in parts)
    return ShareAnswer(
        territory=version,
        code=code,
        name=_name(version, code),
        people=people / place.population if known and place.population else None,
        households=households / place.households if known and place.households else None,
        whole=all(share.whole for _, share in parts),
    )


def _name(version: str, code: str) -> str:
    return next(place.name for place in territories.places(version) if place.code == code)


def _label(place: Place, since: date | None, until: date | None) -> BothLanguages:
    """Label such as "Xã Long An, Huyện Cần Giuộc, Tỉnh Long An (đến 30/6/2025)", unique in the register."""
    names = [place.name]
    by_code = {known.code: known for known in territories.places(place.territory)}
    above = by_code.get(place.parent)
    while above is not None:
        law = f"Tỉnh {territory(above.territory).province}"
        names.append(law if above.level is Level.PROVINCE else above.name)
        above = by_code.get(above.parent)
    said = ", ".join(names)
    vi = [f"từ {_day(since)}" if since else "", f"đến {_day(until)}" if until else ""]
    en = [f"from {_day(since)}" if since else "", f"to {_day(until)}" if until else ""]
    return BothLanguages(vi=f"{said} ({' '.join(filter(None, vi))})", en=f"{said} ({' '.join(filter(None, en))})")


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
