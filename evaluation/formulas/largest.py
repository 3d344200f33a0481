"""The largest of several overlapping claims, over the whole they are claims of."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from domain.kpis.kpi import Described, Floats
from domain.text import Text


@dataclass(frozen=True, slots=True)
class Largest:
    """For each contributor the largest of ``claims``, summed, over the sum of ``denominator``, times ``scale``.

    Two carriers cover mostly the same people, so claims are never added: the largest is the least that is certainly
    covered by somebody. A contributor counts once all of its claims are known.
    """

    claims: tuple[str, ...]
    denominator: str
    scale: float = 100.0

    @property
    def needs(self) -> tuple[str, ...]:
        """The claims, then the denominator."""
        return (*self.claims, self.denominator)

    @property
    def whole(self) -> float | None:
        """The scale: somebody claims everybody."""
        return self.scale

    @property
    def family(self) -> Hashable:
        """Those of one scale."""
        return (Largest, self.scale)

    @property
    def words(self) -> Text:
        """In words for people."""
        listed = ", ".join(f"`{claim}`" for claim in self.claims)
        return Text(
            f"{self.scale:g} × Σ số lớn nhất trong ({listed}) / Σ `{self.denominator}`",
            f"{self.scale:g} × Σ largest of ({listed}) / Σ `{self.denominator}`",
        )

    @property
    def described(self) -> Described:
        """For the read API."""
        return Described("largest", f"max({', '.join(self.claims)})", self.denominator, self.scale)

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """The largest claim of each contributor, and its denominator."""
        return np.max(columns[:-1], axis=0), columns[-1]

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """The share of the sums; the scale when both agree to twelve digits."""
        equal = np.abs(numerator - denominator) <= 1e-12 * np.abs(denominator)
        share: Floats = np.where(equal, self.scale, self.scale * numerator / denominator)
        return share
