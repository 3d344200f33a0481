"""A formula over sums: what its parts came to in each period of a window, added up before it divides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.kpi import Described, Floats, Formula, Kpi
from domain.text import Text
from evaluation.evaluate import qualified


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


def feeds_of(kpis: Sequence[Kpi]) -> set[str]:
    """The feeds whose figures these KPIs add up."""
    return {qualified(kpi, name)[0] for kpi in kpis for name in kpi.formula.needs}
