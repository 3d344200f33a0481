"""Places: a place is (territory version, code), because codes are reused across reforms."""

from dataclasses import dataclass

from domain.territory import Level

IN_FORCE = "2025-07"
PROVINCE = "80"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A unit of one territory version; latitude/longitude are its seat, degrees. ``parent`` is the code above it.

    ``population`` and ``households`` are the census of 1/4/2019 and serve as weights; None = not known.
    """

    territory: str
    code: str
    name: str
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    households: int | None = None
    level: Level = Level.COMMUNE
    parent: str = ""
    area_km2: float | None = None
