"""Sums of contributors per group, with n of N, oldest and newest input, kinds and sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.kpis.kpi import Floats
from domain.kpis.result_columns import NEVER, Ints
from domain.observation import LEAST_FACTUAL_LAST
from evaluation.columns import Bools, Grouping

_LATE = np.iinfo(np.int64).max
_KINDS = len(LEAST_FACTUAL_LAST)


@dataclass(frozen=True, slots=True)
class Parts:
    """Per KPI and contributor: numerator, denominator, newest input, least factual kind, the source of each input.

    The first dimension is the KPI, the last the contributor; ``sources`` has the needed measures in between.
    """

    numerator: Floats
    denominator: Floats
    newest_ms: Ints
    kind: Ints
    sources: Ints
    names: Sequence[str]

    def rows(self, rows: Ints) -> "Parts":
        """Some of the KPIs."""
        return Parts(
            numerator=self.numerator[rows],
            denominator=self.denominator[rows],
            newest_ms=self.newest_ms[rows],
            kind=self.kind[rows],
            sources=self.sources[rows],
            names=self.names,
        )


@dataclass(frozen=True, slots=True)
class Partial:
    """Sums over chosen contributors, KPI x group; instants are NEVER (newest) where none was chosen."""

    numerator: Floats
    denominator: Floats
    count: Ints
    oldest_ms: Ints
    newest_ms: Ints
    kinds: Ints
    sources: list[list[frozenset[str]]]


def added(parts: Parts, chosen: Bools, groups: Grouping, *, province_only: bool, before: "Chosen | None") -> Partial:
    """Sum the ``chosen`` (KPI x contributor) of ``parts`` by group.

    Choice, kinds and sources rarely change, so KPIs without such a change reuse their counts and sources of ``before``.
    """
    at = _Groups(groups, province_only=province_only)
    told = _who(parts, chosen, at) if before is None else before.renewed(parts, chosen, at)
    newest = np.where(chosen, parts.newest_ms, NEVER)
    oldest = np.where(chosen, parts.newest_ms, _LATE)
    return Partial(
        numerator=at.joined(np.where(chosen, parts.numerator, 0.0), np.add),
        denominator=at.joined(np.where(chosen, parts.denominator, 0.0), np.add),
        count=told.count,
        oldest_ms=at.joined(oldest, np.minimum),
        newest_ms=at.joined(newest, np.maximum),
        kinds=told.kinds,
        sources=told.sources,
    )


@dataclass(frozen=True, slots=True)
class Who:
    """Per KPI and group: the number of chosen contributors, in total and by kind, and their sources."""

    count: Ints
    kinds: Ints
    sources: list[list[frozenset[str]]]

    def rows(self, rows: Ints) -> "Who":
        """Some of the KPIs."""
        return Who(self.count[rows], self.kinds[rows], [self.sources[row] for row in rows.tolist()])

    def replaced(self, rows: Ints, by: "Who") -> "Who":
        """A copy with some of the KPIs replaced by those of ``by``."""
        sources = list(self.sources)
        for row, told in zip(rows.tolist(), by.sources, strict=True):
            sources[row] = told
        return Who(_replaced(self.count, rows, by.count), _replaced(self.kinds, rows, by.kinds), sources)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The contributors chosen last time with kinds and sources (KPI first), and the resulting `Who`."""

    chosen: Bools
    kind: Ints
    sources_in: Ints
    names: Sequence[str]
    who: Who

    @classmethod
    def of(cls, parts: Parts, chosen: Bools, made: Partial) -> "Chosen":
        """The memory after `added`."""
        return cls(chosen, parts.kind, parts.sources, parts.names, Who(made.count, made.kinds, made.sources))

    def rows(self, rows: Ints) -> "Chosen":
        """Some of the KPIs."""
        return Chosen(self.chosen[rows], self.kind[rows], self.sources_in[rows], self.names, self.who.rows(rows))

    def replaced(self, rows: Ints, by: "Chosen") -> "Chosen":
        """A copy with some of the KPIs replaced by those of ``by``, which must know every name of this one."""
        return Chosen(
            _replaced(self.chosen, rows, by.chosen),
            _replaced(self.kind, rows, by.kind),
            _replaced(self.sources_in, rows, by.sources_in),
            by.names,
            self.who.replaced(rows, by.who),
        )

    def renewed(self, parts: Parts, chosen: Bools, at: "_Groups") -> Who:
        """The `Who` of these contributors, recomputed only for KPIs with a change."""
        if self.names[:] != parts.names[: len(self.names)]:
            return _who(parts, chosen, at)
        different = (
            (self.chosen != chosen).any(axis=1)
            | (self.kind != parts.kind).any(axis=1)
            | (self.sources_in != parts.sources).any(axis=(1, 2))
        )
        rows = np.flatnonzero(different)
        return self.who.replaced(rows, _who(parts.rows(rows), chosen[rows], at)) if len(rows) else self.who


def _who(parts: Parts, chosen: Bools, at: "_Groups") -> Who:
    each = [at.joined((chosen & (parts.kind == kind)).astype(np.int64), np.add) for kind in range(_KINDS)]
    return Who(
        count=at.joined(chosen.astype(np.int64), np.add),
        kinds=np.stack(each, axis=-1),
        sources=at.sources(parts, chosen),
    )


def _replaced(column: NDArray[Any], rows: Ints, by: NDArray[Any]) -> NDArray[Any]:
    twin = column.copy()
    twin[rows] = by
    return twin


def counted(counts: Bools, groups: Grouping, *, province_only: bool) -> Ints:
    """N per group: the number of its contributors that count (``counts``, one row)."""
    found: Ints = totals(counts.astype(np.int64)[None, :], groups, province_only=province_only)[0]
    return found


def totals(each: NDArray[Any], groups: Grouping, *, province_only: bool) -> Any:
    """The sum per group, row by row."""
    return _Groups(groups, province_only=province_only).joined(each, np.add)


class _Groups:
    """Combines columns of contributors into columns of groups: places, place sets, the province."""

    def __init__(self, groups: Grouping, *, province_only: bool) -> None:
        self._groups = groups
        self._province_only = province_only

    def joined(self, given: NDArray[Any], join: Any) -> Any:
        """Combine KPI x contributor into KPI x group."""
        if not given.shape[1]:
            empty = NEVER if join is np.maximum else _LATE if join is np.minimum else 0
            return np.full((given.shape[0], 1), empty, given.dtype)
        province = join.reduce(given, axis=1)[:, None]
        if self._province_only:
            return province
        groups = self._groups
        if not len(groups.starts):
            return province
        by_place = join.reduceat(given[:, groups.order], groups.starts, axis=1)
        sets = [join.reduce(by_place[:, members], axis=1)[:, None] for members in groups.members]
        return np.hstack([by_place, *sets, province])

    def sources(self, parts: Parts, chosen: Bools) -> list[list[frozenset[str]]]:
        """The sources per KPI and group."""
        return [self._sources_of(parts, kpi, chosen[kpi]) for kpi in range(len(chosen))]

    def _sources_of(self, parts: Parts, kpi: int, chosen: Bools) -> list[frozenset[str]]:
        groups, codes = self._groups, parts.sources[kpi]
        if self._province_only:
            return [_named(parts.names, codes[:, chosen])]
        bounds = [*groups.starts.tolist(), len(groups.order)]
        places = []
        for start, end in pairwise(bounds):
            here = groups.order[start:end]
            places.append(_named(parts.names, codes[:, here[chosen[here]]]))
        sets = [frozenset().union(*(places[member] for member in members)) for members in groups.members]
        return [*places, *sets, _named(parts.names, codes[:, chosen])]


def _named(names: Sequence[str], codes: Ints) -> frozenset[str]:
    return frozenset(names[code] for code in set(codes.ravel().tolist()))
