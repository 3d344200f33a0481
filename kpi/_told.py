"""Fields that declarations of KPIs share: a percentage of two measures, a count, limits of one kind."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.kpis.kpi import Example, Status, Threshold
from domain.places.place import PROVINCE
from domain.text import Text
from evaluation.formulas import Ratio, Sum

PERCENT = Text("%", "%")
COMMUNES = Text("xã", "communes")
# Long enough for the rest of a batch of reports to arrive.
BATCH = timedelta(minutes=2)
UNTOLD = Example(because="nothing has been told", given={}, expect=None)


def percentage(
    numerator: str, denominator: str, counts: Text, *, at: str = PROVINCE, decimals: int = 1
) -> Mapping[str, Any]:
    """``numerator`` of ``denominator`` in percent, with its three examples; ``counts`` names what both count."""
    examples = (
        Example(because="13 of 16", given={at: {numerator: 13, denominator: 16}}, expect=81.25),
        Example(
            because="nothing to divide by: not applicable, never 0",
            given={at: {numerator: 0, denominator: 0}},
            expect=None,
        ),
        UNTOLD,
    )
    return {
        "unit": PERCENT, "decimals": decimals, "formula": Ratio(numerator, denominator), "plausible_high": 100.0,
        "numerator_label": counts, "examples": examples,
    }  # fmt: skip


def count(measure: str, unit: Text, *, at: str = PROVINCE, decimals: int = 0, example: float = 60) -> Mapping[str, Any]:
    """The sum of a measure, with the example that a told zero is a zero; ``example`` is a value it may have."""
    examples = (
        Example(because="the figure as told", given={at: {measure: example}}, expect=example),
        Example(because="a reported zero is a zero, unlike no report", given={at: {measure: 0}}, expect=0.0),
        UNTOLD,
    )
    return {
        "unit": unit, "decimals": decimals, "formula": Sum(measure), "numerator_label": unit, "examples": examples,
    }  # fmt: skip


def printed(
    measure: str, unit: Text, *, by: Text, example: float, decimals: int = 0, low: float = 0.0, high: float
) -> Mapping[str, Any]:
    """A figure of the province as a report prints it (a rank, points), between ``low`` and ``high``; ``by`` whom.

    It is of no commune and on no wall: nobody adds ranks up.
    """
    examples = (Example(because="as printed", given={PROVINCE: {measure: example}}, expect=example), UNTOLD)
    return {
        "unit": unit, "decimals": decimals, "formula": Sum(measure), "contributor": by, "numerator_label": unit,
        "plausible_low": low, "plausible_high": high, "by_place": False, "divisible": False, "on_wall": False,
        "examples": examples,
    }  # fmt: skip


def limits(
    advisory: float, warning: float, clear_by: float, because: str, hold: timedelta = BATCH
) -> tuple[Threshold, ...]:
    """Two thresholds. Each is left ``clear_by`` beyond its limit, on the good side: below it, ``clear_by`` is < 0."""
    return tuple(
        Threshold(status=status, limit=limit, clear=limit + clear_by, hold=hold, because=because)
        for status, limit in ((Status.ADVISORY, advisory), (Status.WARNING, warning))
    )
