"""Sum of one measure minus the sum of another, over contributors that report both."""

from collections.abc import Hashable
from dataclasses import dataclass

from domain.kpis.kpi import Described, Floats
from domain.text import Text


@dataclass(frozen=True, slots=True)
class Difference:
    """``minuend`` minus ``subtrahend``; the numerator is the difference, the denominator the minuend."""

    minuend: str
    subtrahend: str

    @property
    def needs(self) -> tuple[str, ...]:
        """Both measures."""
        return (self.minuend, self.subtrahend)

    @property
    def whole(self) -> float | None:
        """None: a difference has no maximum."""
        return None

    @property
    def family(self) -> Hashable:
        """Every difference is its numerator."""
        return Difference

    @property
    def words(self) -> Text:
        """In words for people."""
        said = f"Σ `{self.minuend}` - Σ `{self.subtrahend}`"
        return Text(said, said)

    @property
    def described(self) -> Described:
        """For the read API."""
        return Described("difference", self.minuend, self.subtrahend, 1.0)

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """The difference, and the minuend."""
        return columns[0] - columns[1], columns[0]

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """The difference; ignores the minuend."""
        return numerator
