"""Sum of a 0/1 measure over the number of contributors that report it."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from domain.kpis.kpi import Described, Floats
from domain.text import Text


@dataclass(frozen=True, slots=True)
class Share:
    """The share of contributors with 1 among those that report ``measure``, times ``scale``."""

    measure: str
    scale: float = 100.0

    @property
    def needs(self) -> tuple[str, ...]:
        """The measure."""
        return (self.measure,)

    @property
    def whole(self) -> float | None:
        """The scale: every contributor has 1."""
        return self.scale

    @property
    def family(self) -> Hashable:
        """Shares of one scale."""
        return (Share, self.scale)

    @property
    def words(self) -> Text:
        """In words for people."""
        start = f"{self.scale:g} × Σ `{self.measure}` / "
        return Text(start + "số đơn vị báo cáo", start + "number of reporters")

    @property
    def described(self) -> Described:
        """For the read API."""
        return Described("share", self.measure, None, self.scale)

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """The flag, and 1 for each contributor that reports it."""
        return columns[0], np.ones_like(columns[0])

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """The share of contributors that have 1."""
        return self.scale * numerator / denominator
