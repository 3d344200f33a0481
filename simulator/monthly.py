"""A simulated monthly return: which feed it is for, and its figures by place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Figures = Mapping[str, Mapping[str, float]]
"""Values by place code and measure: of the communes in force, or of the province's code alone."""


@dataclass(frozen=True, slots=True)
class Return:
    """``figures`` gives the values of a month from (year, month, seed); the same each time it is asked."""

    key: str
    figures: Callable[[int, int, int], Figures]


def months_since(year: int, month: int, first_year: int, first_month: int) -> int:
    """Whole months from the first to the given one; negative before it."""
    return (year - first_year) * 12 + month - first_month
