"""Shapes: groups of KPIs that are evaluated together, with their tables, subjects and memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from domain.instant import to_ms
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import Kpi
from domain.kpis.result_columns import NEVER, Ints, ResultColumns
from evaluation.columns import Grouping, Table, grouping
from evaluation.declared import Declared
from evaluation.engine import Figures, Memory, figures, results
from evaluation.partials import totals
from evaluation.stack import Stack
from evaluation.watch import Watch

StaleAfter = Callable[[str, str], timedelta]
"""Maps (feed, measure) to the age from which its values are stale; the same for the life of a shape."""
_MS = timedelta(milliseconds=1)
# An age that no value reaches, far enough from the ends of 64 bits that differences of instants hold too.
_AGELESS_MS = 1 << 62


def needed(kpis: Iterable[Kpi]) -> dict[str, set[str]]:
    """The measures that ``kpis`` read, by feed; includes the KPIs' feeds without measures."""
    found: dict[str, set[str]] = {}
    for kpi in kpis:
        found.setdefault(kpi.feed, set())
        for name in kpi.reads:
            feed, measure = qualified(kpi, name)
            found.setdefault(feed, set()).add(measure)
    return found


def qualified(kpi: Kpi, name: str) -> tuple[str, str]:
    """(feed, measure) of a measure in a formula's notation."""
    feed, slash, measure = name.partition("/")
    return (feed, measure) if slash else (kpi.feed, name)


@dataclass(slots=True)
class Shape:
    """KPIs evaluated together: at the same level, of one feed or of feeds with the same contributors.

    It remembers what rarely changes between evaluations: the groups, the fresh contributors with kinds and sources, and
    the KPIs whose results cannot change yet.
    """

    kpis: tuple[Kpi, ...]
    territory: str
    sets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _watch: Watch = field(default_factory=Watch)
    _places: Sequence[str] = ()
    _memory: Memory | None = None
    _groups: Grouping | None = None
    _last: Table | None = None
    _stale_ms: tuple[Mapping[str, int], Ints] | None = None
    _stack: Stack = field(init=False)
    declared: Declared = field(init=False)
    _due: tuple[Ints, Declared] = field(init=False)

    def __post_init__(self) -> None:
        self._stack = Stack(tuple(dict.fromkeys(kpi.feed for kpi in self.kpis)))
        self.declared = Declared.of(self.kpis)
        self._due = np.arange(len(self.kpis)), self.declared

    def evaluate(
        self, tables: Mapping[str, Table], stale_after: StaleAfter, before: Mapping[str, ResultColumns], now: datetime
    ) -> tuple[list[ResultColumns], list[StatusEvent]]:
        """Changed results at ``now`` in the order of ``kpis``, and status events since ``before`` (by KPI).

        Evaluates only KPIs whose results may change: see `evaluation.watch`.
        """
        table, groups = self._grouped(tables)
        due = self._watch.due(self.kpis, table, before, to_ms(now), every=self._memory is None)
        if not len(due):
            return [], []
        declared = self._of(due)
        known = self._memory
        fresh_from = self._fresh_from(table, stale_after, now)
        some = len(due) < len(self.kpis)
        found, left = figures(declared, table, groups, fresh_from, known.rows(due) if known and some else known)
        self._memory = known.replaced(due, left) if known and some else left
        made, events, until_ms = results(declared, self._shown(found), self.territory, before, now)
        self._watch.seen(due, until_ms, {kpi.key: before[kpi.key] for kpi in declared.kpis if kpi.key in before}
                         | {one.key: one for one in made})  # fmt: skip
        return made, events

    def said(self, tables: Mapping[str, Table], stale_after: StaleAfter, now: datetime) -> Figures:
        """The figures of every KPI at ``now``, before the status machines."""
        table, groups = self._grouped(tables)
        fresh_from = self._fresh_from(table, stale_after, now)
        found, self._memory = figures(self.declared, table, groups, fresh_from, self._memory)
        self._last = table
        return self._shown(found)

    def totals(self, names: Sequence[str]) -> Ints:
        """Sums of rows of the last evaluated table per subject, ignoring values that do not count."""
        assert self._last is not None
        assert self._groups is not None
        by_place = self.kpis[0].by_place
        each = np.nan_to_num(self._last.value[[self._last.measures[name] for name in names]]).astype(np.int64)
        each[:, self._groups.province == by_place] = 0
        return self._pick(totals(each, self._groups, province_only=not by_place))

    def _of(self, due: Ints) -> Declared:
        """The declarations of the KPIs that are due; kept, because mostly the same ones are due the next time."""
        if not np.array_equal(due, self._due[0]):
            self._due = due, Declared.of([self.kpis[row] for row in due.tolist()])
        return self._due[1]

    def _grouped(self, tables: Mapping[str, Table]) -> tuple[Table, Grouping]:
        """The table to evaluate, and the grouping of its contributors."""
        table = self._placed(self._table(tables))
        if self._groups is None or self._places != table.places:
            self._places, self._groups, self._memory = table.places, self._grouping(table.places), None
        return table, self._groups

    def _fresh_from(self, table: Table, stale_after: StaleAfter, now: datetime) -> Ints:
        """The instant (epoch ms) from which on the figures of each row are fresh; rows that no KPI reads are."""
        if self._stale_ms is None or self._stale_ms[0] != table.measures:
            ages_ms = np.full(len(table.measures), _AGELESS_MS)
            for kpi in self.kpis:
                for name in kpi.reads:
                    ages_ms[table.row(kpi.feed, name)] = stale_after(*qualified(kpi, name)) // _MS
            self._stale_ms = table.measures, ages_ms
        return to_ms(now) - self._stale_ms[1]

    def _grouping(self, places: Sequence[str]) -> Grouping:
        return grouping(places, self.sets)

    def _placed(self, table: Table) -> Table:
        """The relevant contributors, each at the subject where it counts."""
        return table

    def _shown(self, found: Figures) -> Figures:
        """The figures reduced to the shown subjects."""
        return found

    def _pick(self, by_group: Ints) -> Ints:
        """The columns of the shown subjects."""
        return by_group

    def _table(self, tables: Mapping[str, Table]) -> Table:
        """The table of its feeds, joined by contributor with the measures of other feeds."""
        table = self._stack.table(tables)
        foreign = sorted({name for kpi in self.kpis for name in kpi.reads if "/" in name} - table.measures.keys())
        for name in foreign:
            feed, _, measure = name.partition("/")
            table = _joined(table, name, tables[feed], measure)
        return table


def _joined(home: Table, name: str, other: Table, measure: str) -> Table:
    """``home`` with one more row: its contributors' values of a measure of ``other``."""
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
