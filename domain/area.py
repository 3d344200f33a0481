"""An area: one field of work. Its declaration defines its place on the wall, navigation, tables and maps."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One file in areas/, one AREA.

    ``feeds`` are feed keys. While the first one is silent, the area shows as waiting. ``order`` is the position on the
    wall and in the navigation, ``leader_order`` the position on the leader's page (None: the same). ``map_kpi`` is the
    KPI that colours the map at first, "" for none. ``fleet`` is the feed whose vehicles the map shows and which raises
    an alarm when they are silent on duty; "" for an area without vehicles. ``on_data`` are the feeds whose figures
    stand on the Data page, because they tell how the centre itself is used. ``leads`` are the KPIs by which leaders are
    judged without a target of the province: they open the leader's page, and the area's goals follow them.
    """

    key: str
    title: Text
    feeds: tuple[str, ...]
    order: int
    leader_order: int | None = None
    map_kpi: str = ""
    fleet: str = ""
    on_data: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()

    @property
    def shown_feeds(self) -> tuple[str, ...]:
        """Feeds whose figures stand on the area's own screen."""
        return tuple(feed for feed in self.feeds if feed not in self.on_data)

    @property
    def path(self) -> str:
        """URL path of its screen: the file in layouts/ with this key, else the general screen."""
        return "/" + self.key.replace("_", "-")


def on_wall(areas: Iterable[Area]) -> tuple[Area, ...]:
    """The areas in the order of the wall and the navigation."""
    return tuple(sorted(areas, key=lambda area: (area.order, area.key)))


def feeds_for_leader(areas: Iterable[Area]) -> tuple[str, ...]:
    """Feed keys in the order a leader reads them."""

    def place(area: Area) -> tuple[int, str]:
        return (area.order if area.leader_order is None else area.leader_order, area.key)

    return tuple(feed for area in sorted(areas, key=place) for feed in area.feeds)


def fleets(areas: Iterable[Area]) -> tuple[str, ...]:
    """Keys of the feeds whose silent vehicles raise alarms."""
    return tuple(sorted({area.fleet for area in areas if area.fleet}))
