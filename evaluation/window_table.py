"""A window as one table: each contributor's figures are added up period by period, and only what changed anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from domain.instant import service_day
from domain.kpi import Floats, Kpi
from domain.period import Period
from domain.result_columns import NEVER, Ints
from domain.window import Backward
from evaluation.added import added, told_row
from evaluation.buckets import Buckets
from evaluation.columns import Bools, Cell, Columns, Table
from evaluation.engine import plausible

# A sum may rest on several sources, and a table holds one name: these are parted again in what is said.
BETWEEN_NAMES = "\x1f"


@dataclass(frozen=True, slots=True)
class _Slice:
    """One period: KPI x contributor. ``above`` is NaN where a contributor did not tell all that the formula needs.

    ``source`` numbers sets of names; all sources of one figure are such a set.
    """

    above: Floats
    below: Floats
    at_ms: Ints
    kind: Ints
    source: Ints


@dataclass(frozen=True, slots=True)
class Sums:
    """A window as a table, with a row more for each KPI: how many of ``periods`` went into it (`told_row`)."""

    table: Table
    periods: int


class WindowTable:
    """What ``kpis`` of one feed say of the contributors over ``window``, from ``buckets`` by feed.

    A period counts for a contributor when it told every measure the formula needs, and when what a formula that divides
    makes of it is plausible: 12 of 10 files on time on one day would hide in the sum of a month.
    """

    def __init__(self, kpis: Sequence[Kpi], window: Backward, buckets: Mapping[str, Buckets]) -> None:
        self._kpis, self._window, self._buckets = tuple(kpis), window, buckets
        self._measures = sorted({name for kpi in kpis for name in kpi.formula.needs})
        self._names: dict[frozenset[str], int] = {}
        self._expected: Mapping[str, str] = {}
        self._places: dict[str, str] = {}
        self._cells: dict[Period, list[list[Cell]]] = {}
        self._slices: dict[Period, _Slice] = {}
        self._made: Sums | None = None

    @property
    def feeds(self) -> frozenset[str]:
        """The feeds whose figures it adds up."""
        return frozenset(self._buckets)

    def sums(self, expected: Mapping[str, str], now: datetime) -> Sums:
        """The window at ``now``; the same object while nothing is different."""
        periods = self._window.periods(service_day(now))
        cells = {one: [self._buckets[feed].cells(one) for feed in sorted(self._buckets)] for one in periods}
        changed = [one for one in periods if one not in self._cells or not _same(self._cells[one], cells[one])]
        gone = self._cells.keys() - cells.keys()
        if self._made is not None and not changed and not gone and expected == self._expected:
            return self._made
        self._cells, self._expected = cells, expected
        places = self._known(cells)
        if places != self._places:
            self._places, self._slices, changed = places, {}, list(periods)
        self._slices = {one: self._slices[one] for one in periods if one not in changed} | {
            one: self._slice(cells[one]) for one in changed
        }
        self._made = self._joined([self._slices[one] for one in periods])
        return self._made

    def _known(self, cells: Mapping[Period, Sequence[Sequence[Cell]]]) -> dict[str, str]:
        """Who owes figures, then who told any, each with the place where it counts."""
        told = {one.contributor: one.place for parts in cells.values() for part in parts for one in part}
        return dict(self._expected) | {name: told[name] for name in sorted(told.keys() - self._expected.keys())}

    def _slice(self, told: Sequence[Sequence[Cell]]) -> _Slice:
        columns = Columns(self._measures)
        columns.expect(self._places)
        for feed, cells in zip(sorted(self._buckets), told, strict=True):
            home = feed == self._kpis[0].feed
            columns.put(one if home else one._replace(measure=f"{feed}/{one.measure}") for one in cells)
        table = columns.table()
        shape = (len(self._kpis), len(self._places))
        made = _Slice(np.empty(shape), np.zeros(shape), *(np.empty(shape, np.int64) for _ in range(3)))
        for row, kpi in enumerate(self._kpis):
            needs = [table.measures[name] for name in kpi.formula.needs]
            above, below = kpi.formula.parts(table.value[needs])
            made.above[row] = np.where(_told(kpi, above, below), above, np.nan)
            if below is not None:
                made.below[row] = below
            made.at_ms[row], made.kind[row] = table.at_ms[needs].max(axis=0), table.kind[needs].max(axis=0)
            made.source[row] = self._numbered(table, needs)
        return made

    def _numbered(self, table: Table, needs: Sequence[int]) -> list[int]:
        """The number of each contributor's set of sources."""
        known: dict[tuple[int, ...], int] = {}
        codes = [tuple(line) for line in table.source[needs].T.tolist()]
        for key in set(codes):
            named = frozenset(table.sources[code] for code in key) if table.sources else frozenset[str]()
            known[key] = self._names.setdefault(named, len(self._names))
        return [known[key] for key in codes]

    def _joined(self, slices: Sequence[_Slice]) -> Sums:
        """One table of all periods: sums, of each sum the newest figure, the least factual kind and every source."""
        above, below = (np.stack([getattr(one, name) for one in slices]) for name in ("above", "below"))
        there = ~np.isnan(above)
        told = there.sum(axis=0)
        values = {
            "above": np.where(told > 0, np.where(there, above, 0.0).sum(axis=0), np.nan),
            "below": np.where(there, below, 0.0).sum(axis=0),
            "told": told.astype(np.float64),
        }
        at_ms = np.where(there, np.stack([one.at_ms for one in slices]), NEVER).max(axis=0)
        kind = np.where(there, np.stack([one.kind for one in slices]), 0).max(axis=0)
        source, names = self._sources(np.stack([one.source for one in slices]), there)
        rows = [(row, name) for row, kpi in enumerate(self._kpis)
                for name in (*added(kpi).formula.needs, told_row(kpi.key))]  # fmt: skip
        owner = [row for row, _ in rows]
        table = Table(
            measures={name: at for at, (_, name) in enumerate(rows)},
            contributors=list(self._places),
            places=list(self._places.values()),
            value=np.stack([values[name.partition(":")[2]][row] for row, name in rows]),
            at_ms=at_ms[owner],
            kind=kind[owner],
            source=source[owner],
            sources=names,
        )
        return Sums(table, len(slices))

    def _sources(self, numbers: Ints, there: Bools) -> tuple[Ints, list[str]]:
        """The number of what each sum rests on, and its names: mostly one source, the same in every period."""
        sets = list(self._names)
        lowest = np.where(there, numbers, len(sets)).min(axis=0)
        highest = np.where(there, numbers, -1).max(axis=0)
        found = np.where(lowest == highest, lowest, -1)
        joined: dict[frozenset[str], int] = {one: at for at, one in enumerate(sets)}
        for row, column in np.argwhere(lowest < highest).tolist():
            mine = np.unique(numbers[there[:, row, column], row, column]).tolist()
            found[row, column] = joined.setdefault(frozenset().union(*(sets[one] for one in mine)), len(joined))
        return np.where(found < 0, 0, found), [BETWEEN_NAMES.join(sorted(one)) for one in joined]


def _same(one: Sequence[list[Cell]], other: Sequence[list[Cell]]) -> bool:
    return all(a is b for a, b in zip(one, other, strict=True))


def _told(kpi: Kpi, above: Floats, below: Floats | None) -> Bools:
    if below is None:
        return ~np.isnan(above)
    there: Bools = ~(np.isnan(above) | np.isnan(below))
    if kpi.formula.whole is None:
        return there
    with np.errstate(divide="ignore", invalid="ignore"):
        value = kpi.formula.value(above, below)
    low, high = plausible([kpi])
    there &= ~((value < low[0]) | (value > high[0]))
    return there
