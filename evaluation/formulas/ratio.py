"""Sum of numerators over sum of denominators; never a mean of percentages."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from domain.kpis.kpi import Described, Floats
from domain.text import Text


@dataclass(frozen=True, slots=True)
class Ratio:
    """``numerator`` over ``denominator``, times ``scale``. A denominator of 0 gives "not applicable", never 0."""

    numerator: str
    denominator: str
    scale: float = 100.0

    @property
    def needs(self) -> tuple[str, ...]:
        """Both measures."""
        return (self.numerator, self.denominator)

    @property
    def whole(self) -> float | None:
        """The scale: numerator equals denominator."""
        return self.scale

    @property
    def family(self) -> Hashable:
        """Ratios of one scale."""
        return (Ratio, self.scale)

    @property
    def words(self) -> Text:
        """In words for people."""
        said = f"{self.scale:g} × Σ `{self.numerator}` / Σ `{self.denominator}`"
        return Text(said, said)

    @property
    def described(self) -> Described:
        """For the read API."""
        return Described("ratio", self.numerator, self.denominator, self.scale)

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """Both measures."""
        return columns[0], columns[1]

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """The ratio of sums; the scale when both agree to twelve digits: equal sums of fractions differ in the last."""
        equal = np.abs(numerator - denominator) <= 1e-12 * np.abs(denominator)
        ratio: Floats = np.where(equal, self.scale, self.scale * numerator / denominator)
        return ratio
