"""A KPI's formula over a window: it sums its parts over the periods before it divides."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.kpis.kpi import Described, Floats, Formula, Kpi
from domain.text import Text
from evaluation.evaluate import qualified


@dataclass(frozen=True, slots=True)
class Added:
    """The formula ``inner`` over parts that are summed over the periods of a window."""

    inner: Formula
    key: str
    divides: bool

    @property
    def needs(self) -> tuple[str, ...]:
        """The row of numerators and, if ``inner`` divides, of denominators."""
        return (f"{self.key}:above", f"{self.key}:below")[: 1 + self.divides]

    @property
    def whole(self) -> float | None:
        """The inner formula's."""
        return self.inner.whole

    @property
    def family(self) -> Hashable:
        """The inner formula's."""
        return self.inner.family

    @property
    def words(self) -> Text:
        """The inner formula's."""
        return self.inner.words

    @property
    def described(self) -> Described:
        """The inner formula's."""
        return self.inner.described

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """Both sums."""
        return columns[0], columns[1] if self.divides else None

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """The inner formula's value of the sums."""
        return self.inner.value(numerator, denominator)


def told_row(key: str) -> str:
    """The row that counts the periods with data, per contributor."""
    return f"{key}:told"


def added(kpi: Kpi) -> Kpi:
    """The KPI with its formula replaced by one over the window table's sums."""
    nobody = np.empty((len(kpi.formula.needs), 0))
    divides = kpi.formula.parts(nobody)[1] is not None
    return replace(kpi, formula=Added(kpi.formula, kpi.key, divides))


def feeds_of(kpis: Sequence[Kpi]) -> set[str]:
    """The feeds whose figures these KPIs sum."""
    return {qualified(kpi, name)[0] for kpi in kpis for name in kpi.formula.needs}
