"""A window as one table: sums each contributor's figures over the periods, recomputing only changed periods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from domain.instant import service_day
from domain.kpis.kpi import Floats, Kpi
from domain.kpis.result_columns import NEVER, Ints
from domain.kpis.window import Backward
from domain.period import Period
from evaluation.added import added, told_row
from evaluation.buckets import Buckets
from evaluation.columns import Bools, Cell, Columns, Table
from evaluation.declared import Declared

# A sum may have several sources but a table cell one name: join names with this, and split them in the figures.
BETWEEN_NAMES = "\x1f"
_NO_SOURCE = 2**31


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum over periods, KPI x contributor. ``told`` counts the periods with every measure that the formula needs.

    ``lowest`` and ``highest`` are indices of sets of sources (the sources of one figure are such a set).
    """

    above: Floats
    below: Floats
    told: Ints
    at_ms: Ints
    kind: Ints
    lowest: Ints
    highest: Ints


@dataclass(frozen=True, slots=True)
class Sums:
    """A window as a table, with an extra row per KPI: how many of ``periods`` it sums (`told_row`)."""

    table: Table
    periods: int


class WindowTable:
    """Sums for ``kpis`` of one feed by contributor over ``window``, from ``buckets`` by feed.

    A period counts for a contributor when it has every measure that the formula needs and, if the formula divides, a
    plausible value: 12 of 10 files on time on one day would hide in a month's sum.
    """

    def __init__(self, kpis: Sequence[Kpi], window: Backward, buckets: Mapping[str, Buckets]) -> None:
        self._kpis, self._window, self._buckets = tuple(kpis), window, buckets
        self._declared = [Declared.of([kpi]) for kpi in kpis]
        self._measures = sorted({name for kpi in kpis for name in kpi.formula.needs})
        self._names: dict[frozenset[str], int] = {}
        self._expected: Mapping[str, str] = {}
        self._places: dict[str, str] = {}
        self._cells: dict[Period, list[list[Cell]]] = {}
        self._who: dict[Period, dict[str, str]] = {}
        self._days: dict[Period, _Sum] = {}
        self._months: dict[tuple[int, int], tuple[Sequence[_Sum], _Sum]] = {}
        self._made: Sums | None = None

    @property
    def feeds(self) -> frozenset[str]:
        """The feeds whose figures it sums."""
        return frozenset(self._buckets)

    def sums(self, expected: Mapping[str, str], now: datetime) -> Sums:
        """The window at ``now``; the same object while nothing changes."""
        periods = self._window.periods(service_day(now))
        cells = {one: [self._buckets[feed].cells(one) for feed in sorted(self._buckets)] for one in periods}
        changed = [one for one in periods if one not in self._cells or not _same(self._cells[one], cells[one])]
        gone = self._cells.keys() - cells.keys()
        if self._made is not None and not changed and not gone and expected == self._expected:
            return self._made
        self._cells, self._expected = cells, expected
        self._who = {one: self._who[one] for one in periods if one not in changed} | {
            one: {told.contributor: told.place for part in cells[one] for told in part} for one in changed
        }
        places = self._known(periods)
        if places != self._places:
            self._places, self._days, self._months, changed = places, {}, {}, list(periods)
        self._days = {one: self._days[one] for one in periods if one not in changed} | {
            one: self._of(cells[one]) for one in changed
        }
        self._made = Sums(self._table(self._added_up(periods)), len(periods))
        return self._made

    def _known(self, periods: Sequence[Period]) -> dict[str, str]:
        """Expected contributors, then others with figures, each with the place where it counts."""
        told: dict[str, str] = {}
        for one in periods:
            told |= self._who[one]
        return dict(self._expected) | {name: told[name] for name in sorted(told.keys() - self._expected.keys())}

    def _of(self, told: Sequence[Sequence[Cell]]) -> _Sum:
        """The sum of one period."""
        columns = Columns(self._measures)
        columns.expect(self._places)
        for feed, cells in zip(sorted(self._buckets), told, strict=True):
            home = feed == self._kpis[0].feed
            columns.put(one if home else one._replace(measure=f"{feed}/{one.measure}") for one in cells)
        table = columns.table()
        shape = (len(self._kpis), len(self._places))
        made = _Sum(np.zeros(shape), np.zeros(shape), *(np.zeros(shape, np.int64) for _ in range(5)))
        for row, kpi in enumerate(self._kpis):
            needs = [table.measures[name] for name in kpi.formula.needs]
            above, below = kpi.formula.parts(table.value[needs])
            there = _told(self._declared[row], above, below)
            made.told[row], made.above[row] = there, np.where(there, above, 0.0)
            if below is not None:
                made.below[row] = np.where(there, below, 0.0)
            made.at_ms[row] = np.where(there, table.at_ms[needs].max(axis=0), NEVER)
            made.kind[row] = np.where(there, table.kind[needs].max(axis=0), 0)
            numbers = self._numbered(table, needs)
            made.lowest[row], made.highest[row] = np.where(there, numbers, _NO_SOURCE), np.where(there, numbers, -1)
        return made

    def _numbered(self, table: Table, needs: Sequence[int]) -> list[int]:
        """The index of each contributor's set of sources."""
        known: dict[tuple[int, ...], int] = {}
        codes = [tuple(line) for line in table.source[needs].T.tolist()]
        for key in set(codes):
            named = frozenset(table.sources[code] for code in key) if table.sources else frozenset[str]()
            known[key] = self._names.setdefault(named, len(self._names))
        return [known[key] for key in codes]

    def _added_up(self, periods: Sequence[Period]) -> _Sum:
        """The sum of all periods; sums by month are recomputed only when one of their periods changed."""
        months: dict[tuple[int, int], list[_Sum]] = {}
        for one in periods:
            assert one.start is not None
            months.setdefault((one.start.year, one.start.month), []).append(self._days[one])
        for month, days in months.items():
            held = self._months.get(month)
            if held is None or len(held[0]) != len(days) or any(a is not b for a, b in zip(held[0], days, strict=True)):
                self._months[month] = days, _merged(days)
        self._months = {month: self._months[month] for month in months}
        return _merged([made for _, made in self._months.values()])

    def _table(self, made: _Sum) -> Table:
        """The table of the sums, each with its newest time, least factual kind and sources; NaN without figures."""
        values = {
            "above": np.where(made.told > 0, made.above, np.nan),
            "below": made.below,
            "told": made.told.astype(np.float64),
        }
        source, names = self._sources(made)
        rows = [(row, name) for row, kpi in enumerate(self._kpis)
                for name in (*added(kpi).formula.needs, told_row(kpi.key))]  # fmt: skip
        owner = [row for row, _ in rows]
        return Table(
            measures={name: at for at, (_, name) in enumerate(rows)},
            contributors=list(self._places),
            places=list(self._places.values()),
            value=np.stack([values[name.partition(":")[2]][row] for row, name in rows]),
            at_ms=made.at_ms[owner],
            kind=made.kind[owner],
            source=source[owner],
            sources=names,
        )

    def _sources(self, made: _Sum) -> tuple[Ints, list[str]]:
        """The source index of each sum, and the names; usually one source, the same in every period."""
        joined = dict(self._names)
        sets = list(self._names)
        found = np.where(made.lowest == made.highest, made.lowest, 0)
        for row, column in np.argwhere(made.lowest < made.highest).tolist():
            mine = {int(day.lowest[row, column]) for day in self._days.values()} - {_NO_SOURCE}
            found[row, column] = joined.setdefault(frozenset().union(*(sets[one] for one in mine)), len(joined))
        return found, [BETWEEN_NAMES.join(sorted(one)) for one in joined]


def _merged(sums: Sequence[_Sum]) -> _Sum:
    def over(join: np.ufunc, name: str) -> Any:
        return join.reduce([getattr(one, name) for one in sums])

    return _Sum(
        above=over(np.add, "above"),
        below=over(np.add, "below"),
        told=over(np.add, "told"),
        at_ms=over(np.maximum, "at_ms"),
        kind=over(np.maximum, "kind"),
        lowest=over(np.minimum, "lowest"),
        highest=over(np.maximum, "highest"),
    )


def _same(one: Sequence[list[Cell]], other: Sequence[list[Cell]]) -> bool:
    return all(a is b for a, b in zip(one, other, strict=True))


def _told(declared: Declared, above: Floats, below: Floats | None) -> Bools:
    if below is None:
        return ~np.isnan(above)
    there: Bools = ~(np.isnan(above) | np.isnan(below))
    if not declared.divides[0, 0]:
        return there
    there &= declared.sensible(declared.quotient(above[None, :], below[None, :]))[0]
    return there
