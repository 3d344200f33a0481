"""Finds KPIs whose results may change: an input changed or became stale, or a status machine's wait ends."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from domain.kpis.kpi import Kpi
from domain.kpis.result_columns import NEVER, Ints, ResultColumns
from evaluation.columns import Bools, Table


class Watch:
    """The last inputs of a shape's KPIs, and until when (epoch ms) their results are valid without a change.

    A result depends on its KPI's inputs, on which contributors are fresh and on how long a limit is exceeded. While the
    inputs stay the same, none becomes stale and no wait ends, the previous result is still valid.
    """

    def __init__(self) -> None:
        self.table: Table | None = None
        self._at_ms = NEVER
        self._until_ms: Ints = np.zeros(0, np.int64)
        self._stands: dict[str, ResultColumns] = {}
        self._reads: tuple[Mapping[str, int], Bools] | None = None

    def due(
        self, kpis: Sequence[Kpi], table: Table, before: Mapping[str, ResultColumns], now_ms: int, *, every: bool
    ) -> Ints:
        """The indices of the KPIs to evaluate from ``table`` after ``before``; all when the clock was set back."""
        due = np.full(len(kpis), True)
        if not every and self.table is not None and now_ms >= self._at_ms:
            changed = _changed_rows(self.table, table)
            if changed is not None:
                others = [before.get(kpi.key) is not self._stands.get(kpi.key) for kpi in kpis]
                due = (self._until_ms <= now_ms) | others
                due |= (self._measures_read(kpis, table) & changed).any(axis=1)
        self.table, self._at_ms = table, now_ms
        self._until_ms = np.where(due, NEVER, self._until_ms if len(self._until_ms) else NEVER)
        return np.flatnonzero(due)

    def seen(self, rows: Ints, until_ms: Ints, stands: Mapping[str, ResultColumns]) -> None:
        """Record that the KPIs ``rows`` were evaluated: how long that is valid, and the newest result of each."""
        self._until_ms[rows] = until_ms
        self._stands |= stands

    def _measures_read(self, kpis: Sequence[Kpi], table: Table) -> Bools:
        """KPI x measure: whether the KPI reads the measure."""
        if self._reads is None or self._reads[0] != table.measures:
            reads = np.full((len(kpis), len(table.measures)), False)
            for row, kpi in enumerate(kpis):
                reads[row, [table.row(kpi.feed, name) for name in kpi.reads]] = True
            self._reads = table.measures, reads
        return self._reads[1]


def _changed_rows(old: Table, new: Table) -> Bools | None:
    """Which measures changed; None when the tables cannot be compared row by row."""
    if old is new:
        return np.full(len(new.measures), False)
    if (
        old.measures != new.measures
        or old.contributors != new.contributors
        or old.sources != new.sources[: len(old.sources)]
    ):
        return None
    pairs = [(_bits(old.value), _bits(new.value))]
    pairs += [(getattr(old, name), getattr(new, name)) for name in ("at_ms", "kind", "source")]
    changed: Bools = np.logical_or.reduce([(one != other).any(axis=1) for one, other in pairs])
    return changed


def _bits(values: NDArray[np.float64]) -> Ints:
    """Bit patterns for comparing, so that NaN equals NaN."""
    return values.view(np.int64)
