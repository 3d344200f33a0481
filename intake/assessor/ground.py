"""Lays the plan on a street graph: the imported one where it fits, else one made of the plan's own lines."""

import logging
from dataclasses import dataclass, field
from datetime import date
from zipfile import BadZipFile

from domain.places.map_layer import LayerKind
from domain.waste.plan import DueRun, PlanException, Route, due
from rounds.arrivals import Fence, fences
from rounds.due import DueStreet, RunPlan, due_streets, lines_of
from store.maps.map_layers import MapLayers
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from streets.graph import StreetGraph
from streets.lines import graph_of_lines
from streets.ways import Ways

_log = logging.getLogger(__name__)
# Below this share of matched plan length, assume the imported streets belong to another area.
_FITS_SHARE = 0.5


@dataclass(frozen=True)
class Ground:
    """Routes with their entries on one street graph; ``version`` names plan, graph and facilities together."""

    version: str
    ways: Ways
    routes: tuple[Route, ...]
    streets: dict[str, tuple[DueStreet, ...]]
    exceptions: tuple[PlanException, ...]
    fences: list[Fence]
    _days: dict[date, list[RunPlan]] = field(default_factory=dict)

    def runs(self, day: date) -> list[RunPlan]:
        """The runs due on a service day, on the streets."""
        if day not in self._days:
            self._days[day] = [self._laid(run) for run in due(self.routes, self.exceptions, day)]
        return self._days[day]

    def _laid(self, run: DueRun) -> RunPlan:
        """The entries due, with that day's times, on the segments where their route was laid."""
        laid = {street.planned.order: street for street in self.streets[run.route.id]}
        entries = ((planned, laid[planned.order]) for planned in run.streets)
        return RunPlan(run, tuple(DueStreet(planned, there.stretches, there.length_m) for planned, there in entries))


class Grounds:
    """Lays the plan again whenever plan, streets or facilities have changed."""

    def __init__(self, plan: Plan, maps: MapLayers, facilities: Facilities) -> None:
        self._plan, self._maps, self._facilities = plan, maps, facilities
        self._known: Ground | None = None

    def current(self) -> Ground:
        """The ground as it is now; the same object as long as nothing changed."""
        layer = self._maps.active(LayerKind.STREETS, "")
        places = self._facilities.facilities()
        version = f"{self._plan.version()}/{layer.id if layer else ''}/{hash(tuple(places))}"
        if self._known is None or self._known.version != version:
            imported = self._streets(layer.id) if layer else None
            routes = tuple(kept.route for kept in self._plan.routes())
            ways, streets = _laid(routes, imported)
            exceptions = tuple(self._plan.exceptions())
            self._known = Ground(version, ways, routes, streets, exceptions, fences(places))
        return self._known

    def _streets(self, layer: str) -> StreetGraph | None:
        """The imported streets; None when their file cannot be read: judging then uses the plan's own lines."""
        try:
            return StreetGraph.load(self._maps.graph(layer))
        except (OSError, EOFError, ValueError, KeyError, BadZipFile):
            _log.exception("street layer %s cannot be read: measured on the plan's own lines", layer)
            return None


def _laid(routes: tuple[Route, ...], imported: StreetGraph | None) -> tuple[Ways, dict[str, tuple[DueStreet, ...]]]:
    if imported is not None:
        ways = Ways(imported)
        streets = {route.id: due_streets(ways, route) for route in routes}
        share = _share_placed(streets)
        # Without a plan the imported streets still serve to match drives.
        if share >= _FITS_SHARE or not routes:
            return ways, streets
        _log.warning("%.0f %% of the plan lies on the imported streets: measured on the plan's own lines", 100 * share)
    ways = Ways(graph_of_lines(lines_of(routes)))
    return ways, {route.id: due_streets(ways, route) for route in routes}


def _share_placed(streets: dict[str, tuple[DueStreet, ...]]) -> float:
    stretches = [stretch for entries in streets.values() for entry in entries for stretch in entry.stretches]
    whole_m = sum(stretch.length_m for stretch in stretches)
    return sum(stretch.length_m for stretch in stretches if stretch.segment >= 0) / whole_m if whole_m else 0.0
