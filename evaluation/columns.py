"""Newest values of a feed in memory, measure x contributor, updated in place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.fleets.device_columns import KIND_CODE
from domain.kpis.kpi import Floats
from domain.kpis.result_columns import NEVER, Ints
from domain.observation import Kind
from domain.places.place import PROVINCE

Bools = NDArray[np.bool_]
_FIRST_WIDTH = 64


class Cell(NamedTuple):
    """The newest value of a measure from a contributor that counts at ``place``; None = reported as missing."""

    measure: str
    contributor: str
    place: str
    at_ms: int
    value: float | None
    kind: Kind
    source: str


@dataclass(frozen=True, slots=True)
class Block:
    """Newest values of one instant, measure x contributor (each at its place); NaN = no value."""

    measures: Sequence[str]
    contributors: Sequence[str]
    places: Sequence[str]
    at_ms: int
    value: Floats
    kind: Ints
    sources: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The input of one evaluation. Rows are ``measures``, columns are ``contributors``, each at its place.

    ``value`` is NaN for no value or one reported as missing; ``source`` is an index into ``sources``.
    """

    measures: Mapping[str, int]
    contributors: Sequence[str]
    places: Sequence[str]
    value: Floats
    at_ms: Ints
    kind: Ints
    source: Ints
    sources: Sequence[str]

    def row(self, feed: str, name: str) -> int:
        """The row of ``name``, a measure in the notation of a formula of ``feed``; tables of several feeds name both.

        Raises KeyError for a measure that it has not.
        """
        own = self.measures.get(f"{feed}/{name}")
        return self.measures[name] if own is None else own


class Columns:
    """The newest cell of each (measure, contributor). Ignores measures that no KPI needs.

    An expected contributor has a column before it reports; one that reports unexpectedly gets a column then.
    """

    def __init__(self, measures: Iterable[str]) -> None:
        self._measures = {name: row for row, name in enumerate(sorted(set(measures)))}
        self._column: dict[str, int] = {}
        self._places: list[str] = []
        self._sources: dict[str, int] = {}
        self._value = np.full((len(self._measures), _FIRST_WIDTH), np.nan)
        self._at_ms = np.full(self._value.shape, NEVER)
        self._kind = np.zeros(self._value.shape, np.int64)
        self._source = np.zeros(self._value.shape, np.int64)

    def expect(self, contributors: Mapping[str, str]) -> None:
        """Give each of ``contributors`` (name → place) a column; it counts at the register's place."""
        for name, place in contributors.items():
            self._places[self._column_of(name, place)] = place

    def put(self, cells: Iterable[Cell]) -> None:
        """Add ``cells``; per (measure, contributor) the newest one wins, among equally old ones the last."""
        # Oldest first, as `stand` keeps the last.
        oldest_first = sorted(self._needed(cells), key=lambda cell: cell.at_ms)
        if oldest_first:
            at = self._at(oldest_first)  # may widen the columns
            newer = np.array([cell.at_ms for cell in oldest_first], np.int64) >= self._at_ms[at]
            self.stand(cell for cell, is_newer in zip(oldest_first, newer.tolist(), strict=True) if is_newer)

    def stand(self, cells: Iterable[Cell]) -> None:
        """Put ``cells`` in place of whatever stands, newer cells too: the caller knows which of them count."""
        kept = self._needed(cells)
        if not kept:
            return
        at = self._at(kept)  # with repeated indices numpy keeps the last assignment
        self._at_ms[at] = np.array([cell.at_ms for cell in kept], np.int64)
        self._value[at] = np.array([cell.value for cell in kept], np.float64)
        self._kind[at] = np.array([KIND_CODE[cell.kind] for cell in kept])
        self._source[at] = np.array([self._source_code(cell.source) for cell in kept])

    def _needed(self, cells: Iterable[Cell]) -> list[Cell]:
        return [cell for cell in cells if cell.measure in self._measures]

    def _at(self, cells: Sequence[Cell]) -> tuple[Ints, Ints]:
        """Rows and columns of ``cells``; a new contributor gets a column."""
        rows = [self._measures[cell.measure] for cell in cells]
        columns = [self._column_of(cell.contributor, cell.place) for cell in cells]
        return np.array(rows), np.array(columns)

    def put_block(self, block: Block) -> None:
        """Add a block, with the same result as its cells one by one."""
        asked = [at for at, name in enumerate(block.measures) if name in self._measures]
        rows = np.array([self._measures[block.measures[at]] for at in asked], np.int64)
        pairs = zip(block.contributors, block.places, strict=True)
        columns = np.array([self._column_of(*pair) for pair in pairs], np.int64)
        sources = np.array([self._source_code(name) for name in block.sources], np.int64)
        value = block.value[asked]
        there = ~np.isnan(value) & (block.at_ms >= self._at_ms[np.ix_(rows, columns)])
        measure, contributor = np.nonzero(there)
        at = (rows[measure], columns[contributor])
        self._at_ms[at] = block.at_ms
        self._value[at] = value[there]
        self._kind[at] = block.kind[contributor]
        self._source[at] = sources[contributor]

    def copy(self) -> "Columns":
        """A copy; changes to it do not affect this one."""
        twin = Columns(self._measures)
        twin._column, twin._places, twin._sources = dict(self._column), list(self._places), dict(self._sources)
        twin._value, twin._at_ms = self._value.copy(), self._at_ms.copy()
        twin._kind, twin._source = self._kind.copy(), self._source.copy()
        return twin

    def table(self) -> Table:
        """A snapshot; later changes do not affect it."""
        width = len(self._column)
        return Table(
            measures=self._measures,
            contributors=list(self._column),
            places=list(self._places),
            value=self._value[:, :width].copy(),
            at_ms=self._at_ms[:, :width].copy(),
            kind=self._kind[:, :width].copy(),
            source=self._source[:, :width].copy(),
            sources=list(self._sources),
        )

    def _column_of(self, contributor: str, place: str) -> int:
        known = self._column.get(contributor)
        if known is not None:
            return known
        column = self._column[contributor] = len(self._places)
        self._places.append(place)
        if column == self._value.shape[1]:
            self._widen()
        return column

    def _widen(self) -> None:
        more = self._value.shape
        self._value = np.hstack([self._value, np.full(more, np.nan)])
        self._at_ms = np.hstack([self._at_ms, np.full(more, NEVER)])
        self._kind = np.hstack([self._kind, np.zeros(more, np.int64)])
        self._source = np.hstack([self._source, np.zeros(more, np.int64)])

    def _source_code(self, name: str) -> int:
        return self._sources.setdefault(name, len(self._sources))


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups that contributors count in. ``codes`` in order: places, then place sets, the province last.

    ``order`` sorts contributors by place, and ``starts`` has each place's first index in that order; contributors that
    count only in the province precede ``starts[0]``. ``members`` has the place indices of each set. ``province`` marks
    contributors that represent the whole province.
    """

    codes: tuple[str, ...]
    order: Ints
    starts: Ints
    members: tuple[Ints, ...]
    province: Bools


def grouping(places: Sequence[str], sets: Mapping[str, Sequence[str]]) -> Grouping:
    """The groups of contributors at ``places``; ``sets`` by key (sets without contributors are left out)."""
    named = sorted(set(places) - {"", PROVINCE})
    number = {place: index for index, place in enumerate(named)}
    group = np.array([number.get(place, -1) for place in places], np.int64)
    order = np.argsort(group, kind="stable")
    members = {key: [number[code] for code in codes if code in number] for key, codes in sets.items()}
    there = {key: np.array(numbers) for key, numbers in members.items() if numbers}
    return Grouping(
        codes=(*named, *there, PROVINCE),
        order=order,
        starts=np.searchsorted(group[order], np.arange(len(named))),
        members=tuple(there.values()),
        province=np.array([place == PROVINCE for place in places], np.bool_),
    )
