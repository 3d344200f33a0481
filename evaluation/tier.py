"""KPIs about one kind of subject in all feeds, those of feeds with the same contributors evaluated as one shape."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.kpis.health import StatusEvent
from domain.kpis.kpi import Kpi
from domain.kpis.result_columns import ResultColumns
from evaluation.columns import Table
from evaluation.evaluate import Shape, StaleAfter

Alike = tuple[tuple[str, ...], ...]
"""Feeds whose tables have the same contributors at the same places, group by group."""


@dataclass(slots=True)
class Tier:
    """KPIs about the same kind of subject: places or organisations, each by itself or the province alone.

    Most feeds are told by the same communes, and an evaluation costs by its calls rather than by its rows. ``form``
    makes the shape of some KPIs. Shapes are made anew, without memory, when other feeds are alike than before.
    """

    kpis: Sequence[Kpi]
    form: Callable[[Sequence[Kpi]], Shape]
    _alike: Alike = ()
    _shapes: list[Shape] = field(default_factory=list)

    def evaluate(
        self, tables: Mapping[str, Table], stale_after: StaleAfter, before: Mapping[str, ResultColumns], now: datetime
    ) -> tuple[list[ResultColumns], list[StatusEvent]]:
        """Changed results at ``now``, and status events since ``before`` (by KPI); see `Shape.evaluate`."""
        made: list[ResultColumns] = []
        events: list[StatusEvent] = []
        for shape in self._formed(tables):
            found, moved = shape.evaluate(tables, stale_after, before, now)
            made += found
            events += moved
        return made, events

    def _formed(self, tables: Mapping[str, Table]) -> list[Shape]:
        """The shapes for ``tables``."""
        alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
        for feed in dict.fromkeys(kpi.feed for kpi in self.kpis):
            table = tables[feed]
            alike.setdefault((tuple(table.contributors), tuple(table.places)), []).append(feed)
        groups = tuple(map(tuple, alike.values()))
        if groups != self._alike:
            self._alike = groups
            self._shapes = [self.form([kpi for kpi in self.kpis if kpi.feed in group]) for group in groups]
        return self._shapes
