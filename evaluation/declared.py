"""What KPIs declare, as columns: made once, because asking each KPI takes longer than an evaluation of all."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from domain.kpis.kpi import Better, Floats, Formula, Kpi, Status
from domain.kpis.result_columns import CODE, Ints
from evaluation.columns import Bools

NORMAL = CODE[Status.NORMAL]
FOREVER = np.iinfo(np.int64).max
# Ratios of floats that should be equal may differ in the last bit.
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds, KPI x threshold, with signs such that more is always worse; missing ones are unreachable."""

    sign: Floats
    limit: Floats
    clear: Floats
    code: Ints
    shortest_ms: Ints

    @classmethod
    def of(cls, kpis: Sequence[Kpi]) -> "Limits":
        """The declared thresholds; the shortest hold is FOREVER without thresholds."""
        shape = (len(kpis), max((len(kpi.thresholds) for kpi in kpis), default=0))
        limit, clear, code = np.full(shape, np.inf), np.full(shape, np.inf), np.zeros(shape, np.int64)
        sign = _each([-1.0 if kpi.better is Better.HIGHER else 1.0 for kpi in kpis])
        shortest_ms = np.full(len(kpis), FOREVER)
        for row, kpi in enumerate(kpis):
            for at, one in enumerate(kpi.thresholds):
                limit[row, at], clear[row, at] = sign[row, 0] * one.limit, sign[row, 0] * one.clear
                code[row, at] = CODE[one.status]
                shortest_ms[row] = min(shortest_ms[row], one.hold // timedelta(milliseconds=1))
        return cls(sign, limit, clear, code, shortest_ms)

    def exceeded(self, value: Floats) -> Ints:
        """The worst limit exceeded, NORMAL where none."""
        found = np.full(value.shape, NORMAL)
        for limit, code in zip(self.limit.T, self.code.T, strict=True):
            found = np.maximum(found, np.where(self.sign * value > limit[:, None], code[:, None], NORMAL))
        return found

    def kept(self, level: Ints, value: Floats) -> Ints:
        """The worst level up to ``level`` that is not yet cleared."""
        found = np.full(value.shape, NORMAL)
        for clear, code in zip(self.clear.T, self.code.T, strict=True):
            held = (self.sign * value > clear[:, None]) & (code[:, None] <= level)
            found = np.maximum(found, np.where(held, code[:, None], NORMAL))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """The declarations of ``kpis``, one row per KPI; all but ``limits`` and ``families`` have one column.

    ``low`` and ``high`` bound what is plausible. ``divides``: the value is a quotient, and says nothing where its
    denominator is below ``least_whole``. ``least_share`` of the contributors must report. ``asks``: they must know
    something too (`Kpi.known`). ``families`` are rows whose formulas give the value in one call.
    """

    kpis: tuple[Kpi, ...]
    low: Floats
    high: Floats
    divides: Bools
    least_whole: Floats
    least_share: Floats
    asks: Bools
    limits: Limits
    families: tuple[tuple[Formula, list[int]], ...]

    @classmethod
    def of(cls, kpis: Sequence[Kpi]) -> "Declared":
        """The declarations of ``kpis``, of which all count by place, or none."""
        families = dict[Hashable, list[int]]()
        for row, kpi in enumerate(kpis):
            families.setdefault(kpi.formula.family, []).append(row)
        low, high = (_each([getattr(kpi, name) for kpi in kpis]) for name in ("plausible_low", "plausible_high"))
        slack = _TOLERANCE * np.maximum(1.0, np.abs(high))
        return cls(
            kpis=tuple(kpis),
            low=low - slack,
            high=high + slack,
            divides=_each([kpi.formula.whole is not None for kpi in kpis]) > 0,
            least_whole=_each([kpi.min_denominator for kpi in kpis]),
            least_share=_each([kpi.min_coverage for kpi in kpis]),
            asks=_each([kpi.known is not None for kpi in kpis]) > 0,
            limits=Limits.of(kpis),
            families=tuple((kpis[rows[0]].formula, rows) for rows in families.values()),
        )

    @property
    def by_place(self) -> bool:
        """Whether they count by place."""
        return self.kpis[0].by_place

    def quotient(self, numerator: Floats, denominator: Floats) -> Floats:
        """The value of each KPI (row) from its counts."""
        value = np.empty_like(numerator)
        with np.errstate(divide="ignore", invalid="ignore"):
            for formula, rows in self.families:
                value[rows] = formula.value(numerator[rows], denominator[rows])
        return value

    def sensible(self, value: Floats) -> Bools:
        """Where a value is plausible; what is no number is neither too low nor too high."""
        found: Bools = ~((value < self.low) | (value > self.high))
        return found


def _each(given: Sequence[float]) -> Floats:
    return np.array(given, np.float64).reshape(-1, 1)
