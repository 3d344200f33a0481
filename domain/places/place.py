"""Places, identified by (territory version, code), because reforms reuse codes."""

from dataclasses import dataclass
from functools import lru_cache

from domain.places.territory import Level

IN_FORCE = "2025-07"
PROVINCE = "80"
# No name has a line break in it.
_BESIDE = "\n"
# A file names the same places in each of 100,000 rows; a text of its own for each row would take 60 MB.
_KEPT = 4096
_KINDS = ("Phường ", "Xã ", "Thị trấn ", "Huyện ", "Thị xã ", "Thành phố ", "Tỉnh ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A unit of one territory version. Latitude and longitude of its seat in degrees; ``parent`` is the unit above.

    ``population`` and ``households`` (census of 1/4/2019) serve as weights; None = not known.
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


def short_name(name: str) -> str:
    """The name without its kind of unit, for labels and sorting; a numbered unit keeps its kind ("Phường 1")."""
    kind = next((kind for kind in _KINDS if name.startswith(kind)), "")
    short = name.removeprefix(kind)
    return name if short.isdigit() else short


@lru_cache(maxsize=_KEPT)
def said_twice(code: str, name: str) -> str:
    """A place as a row tells it that has its code and its name; `told_twice` takes it apart."""
    return f"{code}{_BESIDE}{name}" if code and name else code or name


@lru_cache(maxsize=_KEPT)
def told_twice(said: str) -> tuple[str, str]:
    """What names the place, and the name that stands beside its code, "" without one."""
    what, _, beside = said.partition(_BESIDE)
    return what, beside
