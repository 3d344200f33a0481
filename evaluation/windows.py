"""KPIs that look back: each contributor's figures are added up period by period, then one table is made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.health import StatusEvent
from domain.instant import service_day, to_ms
from domain.kpi import Described, Floats, Formula, Kpi
from domain.period import Period
from domain.result_columns import NEVER, Ints, ResultColumns
from domain.text import Text
from domain.window import Backward
from evaluation.buckets import Buckets
from evaluation.columns import Bools, Cell, Columns, Table
from evaluation.engine import plausible
from evaluation.evaluate import Shape, qualified

# What a window asks for is never too old for it.
_AGES = timedelta(days=365 * 1000)


@dataclass(frozen=True, slots=True)
class Added:
    """A formula over what its parts came to, added up over the periods of a window: it adds before it divides."""

    inner: Formula
    key: str
    divides: bool

    @property
    def needs(self) -> tuple[str, ...]:
        """The row of numerators and, when there is one, of denominators."""
        return (f"{self.key}:above", f"{self.key}:below")[: 1 + self.divides]

    @property
    def whole(self) -> float | None:
        """That of the formula."""
        return self.inner.whole

    @property
    def words(self) -> Text:
        """Those of the formula."""
        return self.inner.words

    @property
    def described(self) -> Described:
        """That of the formula."""
        return self.inner.described

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """Both sums."""
        return columns[0], columns[1] if self.divides else None

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """What the formula makes of sums."""
        return self.inner.value(numerator, denominator)


def told_row(key: str) -> str:
    """The row that counts the periods a contributor told."""
    return f"{key}:told"


def added(kpi: Kpi) -> Kpi:
    """The KPI as its window's table speaks: its formula over sums of parts."""
    nobody = np.empty((len(kpi.formula.needs), 0))
    divides = kpi.formula.parts(nobody)[1] is not None
    return replace(kpi, formula=Added(kpi.formula, kpi.key, divides))


@dataclass(frozen=True, slots=True)
class _Slice:
    """One period: KPI x contributor. ``above`` is NaN where a contributor did not tell all that the formula needs."""

    above: Floats
    below: Floats
    at_ms: Ints
    kind: Ints
    sources: NDArray[np.object_]


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
        self._places: dict[str, str] = {}
        self._slices: dict[Period, tuple[list[list[Cell]], _Slice]] = {}
        self._made: tuple[tuple[Period, ...], Sums] | None = None

    @property
    def feeds(self) -> frozenset[str]:
        """The feeds whose figures it adds up."""
        return frozenset(self._buckets)

    def sums(self, expected: Mapping[str, str], now: datetime) -> Sums:
        """The window at ``now``; the same object while nothing is different."""
        periods = self._window.periods(service_day(now))
        cells = {period: self._cells(period) for period in periods}
        places = dict(expected)
        for told in cells.values():
            places |= {one.contributor: one.place for part in told for one in part if one.contributor not in places}
        if places != self._places:
            self._places, self._slices, self._made = places, {}, None
        changed = [one for one in periods if one not in self._slices or not _same(self._slices[one][0], cells[one])]
        if self._made is None or self._made[0] != periods or changed:
            kept = {one: self._slices[one] for one in periods if one not in changed}
            self._slices = kept | {one: (cells[one], self._slice(cells[one])) for one in changed}
            self._made = periods, self._joined([self._slices[one][1] for one in periods])
        return self._made[1]

    def _cells(self, period: Period) -> list[list[Cell]]:
        return [self._buckets[feed].cells(period) for feed in sorted(self._buckets)]

    def _slice(self, told: Sequence[Sequence[Cell]]) -> _Slice:
        columns = Columns(self._measures)
        columns.expect(self._places)
        for feed, cells in zip(sorted(self._buckets), told, strict=True):
            home = feed == self._kpis[0].feed
            columns.put(one if home else one._replace(measure=f"{feed}/{one.measure}") for one in cells)
        table = columns.table()
        shape = (len(self._kpis), len(self._places))
        above, below = np.empty(shape), np.full(shape, np.nan)
        at_ms, kind = np.empty(shape, np.int64), np.empty(shape, np.int64)
        sources = np.empty(shape, np.object_)
        for row, kpi in enumerate(self._kpis):
            needs = [table.measures[name] for name in kpi.formula.needs]
            above[row], divisor = kpi.formula.parts(table.value[needs])
            if divisor is not None:
                below[row] = divisor
            above[row][~_told(kpi, above[row], divisor)] = np.nan
            at_ms[row], kind[row] = table.at_ms[needs].max(axis=0), table.kind[needs].max(axis=0)
            sources[row] = _names(table, needs)
        return _Slice(above, below, at_ms, kind, sources)

    def _joined(self, slices: Sequence[_Slice]) -> Sums:
        shape = (len(self._kpis), len(self._places))
        above, below = np.zeros(shape), np.zeros(shape)
        told, at_ms, kind = np.zeros(shape, np.int64), np.full(shape, NEVER), np.zeros(shape, np.int64)
        named: list[list[frozenset[str]]] = [[frozenset()] * shape[1] for _ in range(shape[0])]
        for one in slices:
            there = ~np.isnan(one.above)
            above += np.where(there, one.above, 0.0)
            below += np.where(there, one.below, 0.0)
            told += there
            at_ms = np.where(there, np.maximum(at_ms, one.at_ms), at_ms)
            kind = np.where(there, np.maximum(kind, one.kind), kind)
            for row, column in np.argwhere(there).tolist():
                if named[row][column] is not one.sources[row, column]:
                    named[row][column] |= one.sources[row, column]
        above[told == 0] = np.nan
        return Sums(self._table((above, below, told.astype(np.float64)), at_ms, kind, named), len(slices))

    def _table(
        self, parts: tuple[Floats, Floats, Floats], at_ms: Ints, kind: Ints, named: Sequence[Sequence[frozenset[str]]]
    ) -> Table:
        above, below, told = parts
        rows = [(row, name, part) for row, kpi in enumerate(self._kpis)
                for name, part in zip(added(kpi).formula.needs, (above, below), strict=False)]  # fmt: skip
        rows += [(row, told_row(kpi.key), told) for row, kpi in enumerate(self._kpis)]
        owner = [row for row, _, _ in rows]
        numbers: dict[str, int] = {}
        source = np.array(
            [[numbers.setdefault(", ".join(sorted(one)), len(numbers)) for one in line] for line in named], np.int64
        ).reshape(at_ms.shape)
        return Table(
            measures={name: at for at, (_, name, _) in enumerate(rows)},
            contributors=list(self._places),
            places=list(self._places.values()),
            value=np.stack([part[row] for row, _, part in rows]),
            at_ms=at_ms[owner],
            kind=kind[owner],
            source=source[owner],
            sources=list(numbers),
        )


@dataclass(slots=True)
class WindowShape:
    """KPIs of one feed, level and window, evaluated together; ``shape`` has them as `added` says."""

    shape: Shape
    table: WindowTable

    @property
    def feed(self) -> str:
        """The feed whose contributors count."""
        return self.shape.kpis[0].feed

    @property
    def feeds(self) -> frozenset[str]:
        """The feeds whose figures it adds up."""
        return self.table.feeds

    def evaluate(
        self, expected: Mapping[str, str], before: Mapping[str, ResultColumns], now: datetime
    ) -> tuple[list[ResultColumns], list[StatusEvent]]:
        """Results at ``now`` and what changed status since ``before``; ``expected`` are those who owe figures."""
        sums = self.table.sums(expected, now)
        made, events = self.shape.evaluate({self.feed: sums.table}, lambda _feed, _measure: _AGES, before, now)
        told = self.shape.totals([told_row(columns.key) for columns in made])
        for row, columns in enumerate(made):
            columns.told, columns.asked = told[row], columns.expected * sums.periods
            old = before.get(columns.key)
            if old is None or old.codes != columns.codes or old.told is None:
                continue
            # A day more or less is news even where the sum stays as it was.
            other = (old.told != columns.told) | (old.asked != columns.asked)
            columns.computed_ms = np.where(other, to_ms(now), columns.computed_ms)
        return made, events


def feeds_of(kpis: Sequence[Kpi]) -> set[str]:
    """The feeds whose figures these KPIs add up."""
    return {qualified(kpi, name)[0] for kpi in kpis for name in kpi.formula.needs}


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


def _names(table: Table, needs: Sequence[int]) -> list[frozenset[str]]:
    sets: dict[tuple[int, ...], frozenset[str]] = {}
    found = []
    for codes in table.source[needs].T.tolist():
        key = tuple(codes)
        if key not in sets:
            sets[key] = frozenset(table.sources[code] for code in key) if table.sources else frozenset()
        found.append(sets[key])
    return found
