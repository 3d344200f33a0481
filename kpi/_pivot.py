"""Newest values as matrices measure x contributor, and their sums by place without a loop over contributors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.observation import LEAST_FACTUAL_LAST, Kind
from domain.place import PROVINCE
from domain.place_set import PlaceSet

INPUT_COLUMNS = ("measure", "contributor", "place", "at_ms", "value", "kind", "source")
EXPECTED_COLUMNS = ("contributor", "place")

_KIND_CODE = {kind: code for code, kind in enumerate(LEAST_FACTUAL_LAST)}
_NEVER = np.iinfo(np.int64).min

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pivot:
    """Inputs of one feed. ``group`` numbers each contributor's place from 1, 0 without one (or with the province's).

    ``province`` marks contributors that stand for the whole province. ``sets`` are place sets as numbers of their
    members; a set without any contributor is left out. Cells without a value hold NaN.
    """

    measures: dict[str, int]
    places: list[str]
    sets: dict[str, Ints]
    group: Ints
    province: Bools
    value: Floats
    at_ms: Ints
    kind: Ints
    source: Ints
    sources: list[str]


@dataclass(frozen=True, slots=True)
class Sums:
    """What a set of contributors adds up to at one place; ``as_of_ms`` is their newest input, None without any."""

    numerator: float
    denominator: float | None
    reporting: int
    as_of_ms: int | None
    kinds: Mapping[Kind, int]
    sources: tuple[str, ...]


def pivot(
    measures: Iterable[str], inputs: pd.DataFrame, expected: pd.DataFrame, sets: Iterable[PlaceSet] = ()
) -> Pivot:
    """Matrices of ``measures`` from ``inputs`` (INPUT_COLUMNS) and ``expected`` (EXPECTED_COLUMNS); see evaluate."""
    row_of = {name: row for row, name in enumerate(sorted(set(measures)))}
    cells = [c for c in zip(*(inputs[name].tolist() for name in INPUT_COLUMNS), strict=True) if c[0] in row_of]
    # Oldest first: of repeated cells the newest is written last and stays.
    cells.sort(key=itemgetter(3))
    place_of = {contributor: place for _, contributor, place, *_ in cells}
    place_of |= dict(zip(expected["contributor"].tolist(), expected["place"].tolist(), strict=True))
    column_of = {contributor: column for column, contributor in enumerate(place_of)}
    places = sorted(set(place_of.values()) - {"", PROVINCE})
    number_of = {place: number for number, place in enumerate(places, start=1)}
    members = {one.key: _ints(number_of[code] for code in one.codes if code in number_of) for one in sets}
    source_of = {name: code for code, name in enumerate(dict.fromkeys(cell[6] for cell in cells))}
    shape = (len(row_of), len(column_of))
    made = Pivot(
        measures=row_of,
        places=places,
        sets={key: numbers for key, numbers in members.items() if len(numbers)},
        group=np.array([number_of.get(place, 0) for place in place_of.values()], dtype=np.int64),
        province=np.array([place == PROVINCE for place in place_of.values()], dtype=np.bool_),
        value=np.full(shape, np.nan),
        at_ms=np.full(shape, _NEVER),
        kind=np.zeros(shape, dtype=np.int64),
        source=np.zeros(shape, dtype=np.int64),
        sources=list(source_of),
    )
    at = (_ints(row_of[cell[0]] for cell in cells), _ints(column_of[cell[1]] for cell in cells))
    made.at_ms[at] = _ints(cell[3] for cell in cells)
    made.value[at] = np.array([cell[4] for cell in cells], dtype=np.float64)
    made.kind[at] = _ints(_KIND_CODE[cell[5]] for cell in cells)
    made.source[at] = _ints(source_of[cell[6]] for cell in cells)
    return made


def input_frame(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """``rows`` of INPUT_COLUMNS as a frame; a value of None is NaN. By columns: half the time of a list of rows."""
    columns = dict(zip(INPUT_COLUMNS, zip(*rows, strict=True) if rows else [()] * len(INPUT_COLUMNS), strict=True))
    numbers = {"at_ms": np.array(columns["at_ms"], np.int64), "value": np.array(columns["value"], np.float64)}
    return pd.DataFrame(columns | numbers)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


class Groups:
    """Sums by place, then by place set, the province last: of one KPI's ``rows``, with the parts they make.

    ``by_place`` False: the province alone.
    """

    def __init__(
        self, table: Pivot, rows: list[int], numerator: Floats, denominator: Floats | None, *, by_place: bool
    ) -> None:
        self._table = table
        self._numerator = numerator
        self._denominator = denominator
        self._newest_ms = table.at_ms[rows].max(axis=0)
        self._kind = table.kind[rows].max(axis=0)
        self._source = table.source[rows]
        self._by_place = by_place
        self.names = [*table.places, *table.sets, PROVINCE] if by_place else [PROVINCE]

    def count(self, chosen: Bools) -> list[int]:
        """How many of ``chosen``, in order of ``names``."""
        counts = self._cells(self._table.group[chosen], 1)
        return [row[0] for row in self._listed(counts, counts.sum(axis=0), np.add)]

    def sums(self, chosen: Bools) -> list[Sums]:
        """Sums of the ``chosen`` contributors, in order of ``names``."""
        group = self._table.group[chosen]
        denominators: list[float] | list[None] = (
            [None] * len(self.names) if self._denominator is None else self._added(group, self._denominator[chosen])
        )
        columns = zip(
            self._added(group, self._numerator[chosen]),
            denominators,
            self.count(chosen),
            self._newest(group, self._newest_ms[chosen]),
            self._kinds(group, self._kind[chosen]),
            self._sources(group, self._source[:, chosen]),
            strict=True,
        )
        return [Sums(*column) for column in columns]

    def _added(self, group: Ints, amounts: Floats) -> list[float]:
        by_group = np.bincount(group, weights=amounts, minlength=len(self._table.places) + 1)
        return self._listed(by_group, amounts.sum(), np.add)

    def _newest(self, group: Ints, at_ms: Ints) -> list[int | None]:
        by_group = np.full(len(self._table.places) + 1, _NEVER)
        np.maximum.at(by_group, group, at_ms)
        newest = self._listed(by_group, at_ms.max(initial=_NEVER), np.maximum)
        return [None if ms == _NEVER else ms for ms in newest]

    def _kinds(self, group: Ints, codes: Ints) -> list[Mapping[Kind, int]]:
        counts = self._cells(group * len(LEAST_FACTUAL_LAST) + codes, len(LEAST_FACTUAL_LAST))
        rows = self._listed(counts, counts.sum(axis=0), np.add)
        return [{kind: n for kind, n in zip(LEAST_FACTUAL_LAST, row, strict=True) if n} for row in rows]

    def _sources(self, group: Ints, codes: Ints) -> list[tuple[str, ...]]:
        width = len(self._table.sources)
        if not width:
            return [()] * len(self.names)
        present = self._cells((group * width + codes).ravel(), width) > 0
        rows = self._listed(present, present.any(axis=0), np.logical_or)
        # Most places share their sources: each set of sources is named once.
        named = {row: tuple(sorted(n for n, there in zip(self._table.sources, row, strict=True) if there))
                 for row in set(map(tuple, rows))}  # fmt: skip
        return [named[tuple(row)] for row in rows]

    def _cells(self, codes: Ints, width: int) -> Ints:
        """How often each of ``width`` codes occurs in each group."""
        groups = len(self._table.places) + 1
        return np.bincount(codes, minlength=groups * width).reshape(groups, width)

    def _listed(self, by_group: NDArray[Any], province: Any, joined: np.ufunc) -> list[Any]:
        """In order of ``names``, a set being its members ``joined``; group 0 counts in the province alone."""
        if not self._by_place:
            return [province.tolist()]
        sets = (joined.reduce(by_group[members], axis=0).tolist() for members in self._table.sets.values())
        return [*by_group[1:].tolist(), *sets, province.tolist()]
