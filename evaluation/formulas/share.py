"""Sum of a 0/1 measure over how many report it."""

from dataclasses import dataclass

import numpy as np

from domain.kpi import Described, Floats
from domain.text import Text


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those who report ``measure`` say 1, times ``scale``."""

    measure: str
    scale: float = 100.0

    @property
    def needs(self) -> tuple[str, ...]:
        """The measure."""
        return (self.measure,)

    @property
    def whole(self) -> float | None:
        """Everybody says 1."""
        return self.scale

    @property
    def words(self) -> Text:
        """As people write it."""
        start = f"{self.scale:g} × Σ `{self.measure}` / "
        return Text(start + "số đơn vị báo cáo", start + "how many report it")

    @property
    def described(self) -> Described:
        """As the API says it."""
        return Described("share", self.measure, None, self.scale)

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """The flag, and one for each who reports it."""
        return columns[0], np.ones_like(columns[0])

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """The share of those who report."""
        return self.scale * numerator / denominator
