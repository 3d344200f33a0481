"""All declared KPIs at once: which are evaluated together, from which tables, and what each evaluation remembers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from domain.health import StatusEvent
from domain.instant import to_ms
from domain.kpi import Kpi
from domain.place_set import PlaceSet
from domain.result_columns import NEVER, ResultColumns
from evaluation.columns import Grouping, Table, grouping
from evaluation.engine import Memory, figures, results
from evaluation.watch import Watch

StaleAfter = Callable[[str, str], timedelta]
"""(feed, measure) to the age from which its values are old."""


def needed(kpis: Iterable[Kpi]) -> dict[str, set[str]]:
    """The measures that ``kpis`` read, by feed; every feed of a KPI is there, also one without a measure."""
    found: dict[str, set[str]] = {}
    for kpi in kpis:
        found.setdefault(kpi.feed, set())
        for name in kpi.formula.needs:
            feed, measure = qualified(kpi, name)
            found.setdefault(feed, set()).add(measure)
    return found


def qualified(kpi: Kpi, name: str) -> tuple[str, str]:
    """(feed, measure) of a measure as a formula writes it."""
    feed, slash, measure = name.partition("/")
    return (feed, measure) if slash else (kpi.feed, name)


@dataclass(slots=True)
class Shape:
    """KPIs that are evaluated together: of one feed's contributors, at the same level.

    It remembers what rarely changes between two evaluations: the groups, who was fresh, of which kinds and sources, and
    which KPIs cannot come out differently.
    """

    kpis: tuple[Kpi, ...]
    territory: str
    sets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _watch: Watch = field(default_factory=Watch)
    _memory: Memory | None = None
    _groups: Grouping | None = None

    def evaluate(
        self, tables: Mapping[str, Table], stale_after: StaleAfter, before: Mapping[str, ResultColumns], now: datetime
    ) -> tuple[list[ResultColumns], list[StatusEvent]]:
        """What says something new at ``now``, in order of ``kpis``, and what changed status since ``before`` (by KPI).

        Only KPIs that may come out differently are evaluated: see `evaluation.watch`.
        """
        table, now_ms = self._table(tables), to_ms(now)
        last = self._watch.table
        if self._groups is None or last is None or last.places != table.places:
            self._groups, self._memory = grouping(table.places, self.sets), None
        due = self._watch.due(self.kpis, table, before, now_ms, every=self._memory is None)
        if not len(due):
            return [], []
        kpis = [self.kpis[row] for row in due.tolist()]
        fresh_from = np.full(len(table.measures), NEVER)
        for kpi in kpis:
            for name in kpi.formula.needs:
                fresh_from[table.measures[name]] = to_ms(now - stale_after(*qualified(kpi, name)))
        known = self._memory
        found, left = figures(kpis, table, self._groups, fresh_from, known and known.rows(due))
        self._memory = left if known is None else known.replaced(due, left)
        made, events, until_ms = results(kpis, found, self.territory, before, now)
        self._watch.seen(due, until_ms, {kpi.key: before[kpi.key] for kpi in kpis if kpi.key in before}
                         | {one.key: one for one in made})  # fmt: skip
        return made, events

    def _table(self, tables: Mapping[str, Table]) -> Table:
        """The home feed's table, with the measures of other feeds joined to it by contributor."""
        table = tables[self.kpis[0].feed]
        foreign = sorted({name for kpi in self.kpis for name in kpi.formula.needs if "/" in name})
        for name in foreign:
            feed, _, measure = name.partition("/")
            table = _joined(table, name, tables[feed], measure)
        return table


def shapes(kpis: Iterable[Kpi], territory: str, sets: Iterable[PlaceSet] = ()) -> list[Shape]:
    """``kpis`` as shapes, in the order in which they are first declared."""
    groups: dict[tuple[object, ...], list[Kpi]] = {}
    for kpi in kpis:
        groups.setdefault((kpi.feed, kpi.by_place, kpi.of), []).append(kpi)
    members = {one.key: one.codes for one in sets}
    return [Shape(tuple(group), territory, members) for group in groups.values()]


def _joined(home: Table, name: str, other: Table, measure: str) -> Table:
    """``home`` with one more row: what its contributors say of a measure of ``other``."""
    column = {contributor: at for at, contributor in enumerate(other.contributors)}
    at = np.array([column.get(contributor, -1) for contributor in home.contributors], np.int64)
    there, row = at >= 0, other.measures[measure]

    def added(mine: np.ndarray, theirs: np.ndarray, absent: float) -> np.ndarray:
        line = np.full(len(at), absent, mine.dtype)
        line[there] = theirs[row, at[there]]
        return np.vstack([mine, line])

    return Table(
        measures={**home.measures, name: len(home.measures)},
        contributors=home.contributors,
        places=home.places,
        value=added(home.value, other.value, np.nan),
        at_ms=added(home.at_ms, other.at_ms, NEVER),
        kind=added(home.kind, other.kind, 0),
        source=added(home.source, other.source + len(home.sources), 0),
        sources=[*home.sources, *other.sources],
    )
