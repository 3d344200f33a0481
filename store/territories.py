"""Shipped territory data (store/seed/): places of every version, crosswalks and place sets."""

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from domain.places.crosswalk import Crosswalk, Parcel
from domain.places.place import IN_FORCE, Place
from domain.places.place_names import NameIndex
from domain.places.place_set import PlaceSet
from domain.places.territory import TERRITORIES, Level
from domain.text import Text

_SEED = Path(__file__).parent / "seed"
# The cache is bounded, because files from outside also name versions.
_VERSIONS_KEPT = 8


@lru_cache(maxsize=_VERSIONS_KEPT)
def places(territory: str) -> tuple[Place, ...]:
    """Every place of a territory version, including province and districts, by code; empty for an unknown version."""
    return tuple(sorted((p for p in _all_places() if p.territory == territory), key=lambda place: place.code))


def unit_named(code: str) -> str:
    """The name of a unit of the territory in force, or its code."""
    return next((place.name for place in places(IN_FORCE) if place.code == code), code)


@cache
def crosswalk(origin_version: str, target_version: str) -> Crosswalk:
    """The crosswalk between the communes of two versions, in either direction; KeyError for an unknown version."""
    return Crosswalk.of_parts(_parts(), origin_version, target_version)


@lru_cache(maxsize=_VERSIONS_KEPT * len(Level))
def same_units(territory: str, level: Level) -> tuple[str, ...]:
    """The versions with the same units of this level, this version first: districts outlived a reform of communes."""
    others = [t.version for t in TERRITORIES if t.version != territory]
    return territory, *(version for version in others if _land(version, level) == _land(territory, level))


def _land(version: str, level: Level) -> list[tuple[str, str]]:
    """For each piece of land that no reform divided: code and name of its unit of this level."""
    known = {place.code: place for place in places(version)}
    if not any(place.level is level for place in known.values()):
        return [(version, "")]
    found = []
    for part in _parts():
        unit = known[part.codes[version]]
        while unit.level is not level and unit.parent in known:
            unit = known[unit.parent]
        found.append((unit.code, unit.name))
    return found


@lru_cache(maxsize=_VERSIONS_KEPT)
def place_sets(territory: str) -> tuple[PlaceSet, ...]:
    """The place sets of a territory version; empty for an unknown version."""
    return tuple(
        PlaceSet(
            key=row["key"],
            names=Text(row["vi"], row["en"]),
            territory=territory,
            codes=tuple(row["codes"].split()),
        )
        for row in _rows("place_sets.csv")
        if row["territory"] == territory
    )


@lru_cache(maxsize=_VERSIONS_KEPT)
def name_index(*versions: str) -> NameIndex:
    """The names of the places of these territory versions."""
    return NameIndex(place for version in versions for place in places(version))


@lru_cache(maxsize=4_096)
def places_named(territory: str, text: str) -> tuple[Place, ...]:
    """The places that a code or typed name may mean: one is found, several need a question to the user."""
    return name_index(territory).named(text)


@cache
def _all_places() -> tuple[Place, ...]:
    return tuple(
        Place(
            territory=row["territory"],
            code=row["code"],
            name=row["name"],
            latitude=_number(row["latitude"]),
            longitude=_number(row["longitude"]),
            population=_count(row["population"]),
            households=_count(row["households"]),
            level=Level(row["level"]),
            parent=row["parent"],
            area_km2=_number(row["area_km2"]),
        )
        for row in _rows("places.csv")
    )


@cache
def _parts() -> tuple[Parcel, ...]:
    return tuple(
        Parcel(
            codes={version.version: row[version.version] for version in TERRITORIES},
            population=_count(row["population"]),
            households=_count(row["households"]),
        )
        for row in _rows("crosswalk.csv")
    )


def _rows(file: str) -> list[Mapping[str, str]]:
    with (_SEED / file).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _number(said: str) -> float | None:
    return float(said) if said else None


def _count(said: str) -> int | None:
    return int(said) if said else None
