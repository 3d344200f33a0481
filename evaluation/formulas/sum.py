"""Sum of a measure's newest values over contributors."""

from collections.abc import Hashable
from dataclasses import dataclass

from domain.kpis.kpi import Described, Floats
from domain.text import Text


@dataclass(frozen=True, slots=True)
class Sum:
    """Sum of ``measure``."""

    measure: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The measure."""
        return (self.measure,)

    @property
    def whole(self) -> float | None:
        """None: a sum has no maximum."""
        return None

    @property
    def family(self) -> Hashable:
        """Every sum is its numerator."""
        return Sum

    @property
    def words(self) -> Text:
        """In words for people."""
        return Text(f"Σ `{self.measure}`", f"Σ `{self.measure}`")

    @property
    def described(self) -> Described:
        """For the read API."""
        return Described("sum", self.measure, None, 1.0)

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """The measure itself; nothing to divide by."""
        return columns[0], None

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """The sum."""
        return numerator
