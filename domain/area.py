"""An area: one domain of the centre. Wall, navigation, leader's order, tables and maps follow from its declaration."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One file in areas/, one AREA.

    ``feeds`` are keys; the area lives by the first: while that one is silent, the area waits. ``order`` is the place
    on the wall and in the navigation, ``leader_order`` the place on the leader's page (None: the same).
    ``map_kpi`` colours its map at first, "" none. ``fleet`` is the feed whose vehicles its map shows and whose silence
    on duty is an alarm, "" for an area without vehicles.
    """

    key: str
    title: Text
    feeds: tuple[str, ...]
    order: int
    leader_order: int | None = None
    map_kpi: str = ""
    fleet: str = ""

    @property
    def path(self) -> str:
        """Address of its screen: its own file in layouts/ with this key, else the general one."""
        return "/" + self.key.replace("_", "-")


def on_wall(areas: Iterable[Area]) -> tuple[Area, ...]:
    """In the order of wall and navigation."""
    return tuple(sorted(areas, key=lambda area: (area.order, area.key)))


def feeds_for_leader(areas: Iterable[Area]) -> tuple[str, ...]:
    """Feed keys in the order a leader reads them."""

    def place(area: Area) -> tuple[int, str]:
        return (area.order if area.leader_order is None else area.leader_order, area.key)

    return tuple(feed for area in sorted(areas, key=place) for feed in area.feeds)


def fleets(areas: Iterable[Area]) -> tuple[str, ...]:
    """Keys of the feeds whose vehicles are missed when they are silent."""
    return tuple(sorted({area.fleet for area in areas if area.fleet}))
