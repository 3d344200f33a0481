"""Turns planned streets into stretches between junctions of the street graph, to compare drives with; a run of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from math import ceil

import numpy as np

from domain.fleets.vehicle import plate_key
from domain.instant import day_start
from domain.waste.plan import DueRun, PlannedStreet, Route, Unit, VehicleClass
from domain.waste.plan_check import CONNECTED_M
from domain.waste.run import CLOSES_AFTER, run_key
from rounds.assigning import Candidate
from streets.graph import Floats
from streets.matching import Match, match_all
from streets.ways import Ways

# Match a planned line like a drive at 1 m/s with a fix every so many metres.
_EVERY_M = 25.0
# Shorter pieces belong to their neighbour: they arise where a line and a junction do not quite meet, and fixes, which
# are a few metres off, cannot tell whether somebody was there.
_SHORTEST_M = 10.0
# Longer pieces are judged in equal parts: a crew works an hour between the only two junctions of a long road, may leave
# it half way, and is seen to go on meanwhile. A part is long enough for stands at bins and the way between them.
_LONGEST_M = 300.0


@dataclass(frozen=True, slots=True)
class DueStretch:
    """Part of a planned line on one segment, in metres along the segment (from > to: planned backward) and along the
    line. ``segment`` -1: on no street of the graph.
    """  # fmt: skip

    segment: int
    from_m: float
    to_m: float
    line_from_m: float
    line_to_m: float

    @property
    def length_m(self) -> float:
        """Metres of the planned line."""
        return self.line_to_m - self.line_from_m


@dataclass(frozen=True, slots=True)
class DueStreet:
    """A planned entry on the graph. Stops and entries without a place on the map have no stretches."""

    planned: PlannedStreet
    stretches: tuple[DueStretch, ...]
    length_m: float

    def middles(self, metres: Callable[[Floats], Floats]) -> Floats:
        """The middle of each stretch, a row each; ``metres``: from longitude and latitude to a plane."""
        line = metres(np.array(self.planned.points))
        along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
        at_m = np.array([(stretch.line_from_m + stretch.line_to_m) / 2 for stretch in self.stretches])
        return np.column_stack([np.interp(at_m, along, line[:, axis]) for axis in (0, 1)])


EARLIEST = timedelta(hours=2)
"""A run may start so long before its planned begin: an early truck is early, not missing."""


@dataclass(frozen=True)
class RunPlan:
    """A due run on the street graph; ``streets`` are its entries in order. Derived values are computed once."""

    due: DueRun
    streets: tuple[DueStreet, ...]

    @cached_property
    def key(self) -> str:
        """Identifies the run within its day."""
        return run_key(self.due.route.id, self.due.number)

    @cached_property
    def window(self) -> tuple[datetime, datetime]:
        """Its planned begin and end (UTC); the whole service day when the plan gives no time."""
        midnight = day_start(self.due.day)
        begins = [s.planned.begins_s for s in self.streets if s.planned.begins_s is not None]
        ends = [s.planned.ends_s for s in self.streets if s.planned.ends_s is not None]
        route = self.due.route
        begin_s = min([*begins, *([route.begins_s] if route.begins_s is not None and not begins else [])], default=0)
        if ends or route.ends_s is not None:
            end_s = float(max([*ends, *([route.ends_s] if route.ends_s is not None else [])]))
        elif begins:
            last = max(
                (s for s in self.streets if s.planned.begins_s is not None), key=lambda s: s.planned.begins_s or 0
            )
            end_s = (last.planned.begins_s or 0) + self.due.takes_s(last.planned)
        else:
            end_s = 86_400.0
        return midnight + timedelta(seconds=begin_s), midnight + timedelta(seconds=max(end_s, begin_s + 1.0))

    @cached_property
    def timed(self) -> bool:
        """Whether the plan gives any hour of it."""
        hours = [self.due.route.begins_s, self.due.route.ends_s]
        return any(
            at is not None
            for at in [*hours, *(s.planned.begins_s for s in self.streets), *(s.planned.ends_s for s in self.streets)]
        )

    @cached_property
    def candidate(self) -> Candidate:
        """The run as a candidate for assigning vehicles."""
        begins, ends = self.window
        segments = np.array(sorted({st.segment for s in self.streets for st in s.stretches if st.segment >= 0}))
        since, until = (begins - EARLIEST).timestamp(), (ends + CLOSES_AFTER).timestamp()
        named, wanted = frozenset(map(plate_key, self.due.route.plates)), self.due.route.vehicle_class
        walks = None if wanted is None else wanted is VehicleClass.HANDCART
        return Candidate(self.key, segments, since, until, named, begins.timestamp(), walks)


def due_streets(ways: Ways, route: Route) -> tuple[DueStreet, ...]:
    """The entries of a route on the graph, in order."""
    tracks = [_track(street) for street in route.streets]
    matches = iter(match_all(ways, [track for track in tracks if track is not None]))
    return tuple(
        DueStreet(street, (), 0.0) if track is None else _due(street, next(matches), float(track[0][-1]))
        for street, track in zip(route.streets, tracks, strict=True)
    )


def lines_of(routes: Iterable[Route]) -> list[Floats]:
    """Every planned line and the short gaps between consecutive streets, to build a graph of their own."""
    lines = []
    for route in routes:
        placed = [np.array(s.points) for s in route.streets if s.unit is Unit.STREET and s.placed]
        lines += placed
        for before, after in pairwise(placed):
            gap = np.array((before[-1], after[0]))
            if 0 < _metres(gap).sum() <= CONNECTED_M:
                lines.append(gap)
    return lines


def _track(street: PlannedStreet) -> tuple[Floats, Floats] | None:
    """The planned line as a drive: metres along it, and the place at each; None for a stop or without a line."""
    if street.unit is Unit.STOP or not street.placed:
        return None
    line = np.array(street.points)
    along = np.concatenate(([0.0], np.cumsum(_metres(line))))
    if along[-1] == 0:
        return None
    at_m = np.linspace(0.0, along[-1], ceil(along[-1] / _EVERY_M) + 1)
    return at_m, np.column_stack([np.interp(at_m, along, line[:, axis]) for axis in (0, 1)])


def _due(street: PlannedStreet, matched: Match, length_m: float) -> DueStreet:
    driven: list[DueStretch] = []
    for p in matched.passages:
        same = driven and driven[-1].segment == p.segment
        if same and abs(driven[-1].to_m - p.from_m) < 1e-3 and (p.to_m - p.from_m) * _sign(driven[-1]) >= 0:
            driven[-1] = DueStretch(p.segment, driven[-1].from_m, p.to_m, driven[-1].line_from_m, p.to_s)
        else:
            driven.append(DueStretch(p.segment, p.from_m, p.to_m, p.from_s, p.to_s))
    return DueStreet(street, tuple(part for whole in _whole(driven, length_m) for part in _parts(whole)), length_m)


def _parts(whole: DueStretch) -> Iterator[DueStretch]:
    """Equal parts of a stretch on a street, none longer than ``_LONGEST_M``."""
    n = ceil(whole.length_m / _LONGEST_M) if whole.segment >= 0 else 1
    at_m = np.linspace(whole.from_m, whole.to_m, n + 1).tolist()
    line_m = np.linspace(whole.line_from_m, whole.line_to_m, n + 1).tolist()
    for (from_m, to_m), (line_from_m, line_to_m) in zip(pairwise(at_m), pairwise(line_m), strict=True):
        yield DueStretch(whole.segment, from_m, to_m, line_from_m, line_to_m)


def _sign(stretch: DueStretch) -> float:
    return stretch.to_m - stretch.from_m


def _whole(driven: list[DueStretch], length_m: float) -> tuple[DueStretch, ...]:
    """The stretches in order, with the pieces on no street between them, so that the metres add up to the line's."""
    lasting = any(stretch.length_m >= _SHORTEST_M for stretch in driven)
    found: list[DueStretch] = []
    # Up to where the pieces found reach, and up to where the line lies on a street or was found to lie on none.
    at_m = placed_m = 0.0
    for stretch in driven:
        if stretch.line_from_m - placed_m >= _SHORTEST_M:
            found.append(DueStretch(-1, 0.0, 0.0, at_m, stretch.line_from_m))
            at_m = stretch.line_from_m
        placed_m = stretch.line_to_m
        if stretch.length_m >= _SHORTEST_M or not lasting:
            found.append(DueStretch(stretch.segment, stretch.from_m, stretch.to_m, at_m, stretch.line_to_m))
            at_m = stretch.line_to_m
    if length_m - placed_m >= _SHORTEST_M or not found:
        found.append(DueStretch(-1, 0.0, 0.0, at_m, length_m))
    elif found[-1].line_to_m < length_m:
        last = found[-1]
        found[-1] = DueStretch(last.segment, last.from_m, last.to_m, last.line_from_m, length_m)
    return tuple(found)


def _metres(line: Floats) -> Floats:
    """Metres of each step of a line on a local plane."""
    scale = np.radians(6_371_008.8) * np.array([np.cos(np.radians(line[:, 1].mean())), 1.0])
    steps: Floats = np.hypot(*(np.diff(line, axis=0) * scale).T)
    return steps
