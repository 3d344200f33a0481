"""What a carrier's covered area looks like on the map: the land within it, and the communes' land outside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

GeoJson = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalMap:
    """One area as it is drawn: simplified, so nothing is counted from it.

    ``id`` is the import that brought it, ``period`` the code of the period it describes. ``covered`` and ``gap`` are
    GeoJSON MultiPolygons in degrees WGS 84, both within the communes.
    """

    id: str
    carrier: str
    technology: str
    period: str
    source: str
    covered: GeoJson
    gap: GeoJson

    @property
    def key(self) -> str:
        """Its name in addresses, such as "viettel-4g"."""
        return f"{self.carrier}-{self.technology}"


def signal_of(key: str, maps: Iterable[SignalMap]) -> SignalMap | None:
    """The area with this key; None without one."""
    return next((one for one in maps if one.key == key), None)
