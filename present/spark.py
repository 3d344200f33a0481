"""A value's recent course as a sparkline in a box of 100 by 28, with normal range and territory reforms."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.places.territory import reforms
from domain.text import Language

WIDTH, HEIGHT, PAD = 100.0, 28.0, 3.0
SLOTS = 48

Points = Sequence[tuple[datetime | None, float | None]]
Slots = Mapping[int, float]


def course(points: Points, since: datetime, until: datetime) -> Slots:
    """Last value of each of 48 equal spans of [since, until] that has one; ``points`` are oldest first."""
    span = (until - since) / SLOTS
    return {
        min(SLOTS - 1, int((at - since) / span)): value
        for at, value in points
        if at is not None and value is not None and since <= at <= until
    }


def spark(newest: Slots) -> str:
    """A course as "x,y x,y"; "" with fewer than two values.

    y is 0 at the top; a flat series runs through the middle.
    """
    if len(newest) < 2:
        return ""
    low, high = min(newest.values()), max(newest.values())
    first, last = min(newest), max(newest)
    return " ".join(
        f"{_across(slot, first, last):.1f},{_down(value, low, high):.1f}" for slot, value in sorted(newest.items())
    )


def spark_band(newest: Slots, normal: tuple[float, float]) -> str:
    """Where the values of ``normal`` (lowest, highest) lie behind the same `spark`: "top bottom", "" when nowhere."""
    values = newest.values()
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    if normal[1] < low or normal[0] > high:
        return ""
    # A bound beyond the drawing leaves that edge open; a flat course has no scale to place a bound on.
    top = 0.0 if normal[1] >= high else _down(normal[1], low, high)
    bottom = HEIGHT if normal[0] <= low else _down(normal[0], low, high)
    return f"{top:.1f} {bottom:.1f}"


def spark_breaks(slots: Slots, since: datetime, until: datetime, language: Language) -> str:
    """Reforms between the ends of the course of [since, until] as "x words|x words", "" without one."""
    if len(slots) < 2:
        return ""
    first, last, span = min(slots), max(slots), (until - since) / SLOTS
    return "|".join(
        f"{_across((reform.at - since) / span, first, last):.1f} {reform.words.to(language)}"
        for reform in reforms(since, until)
        if first < (reform.at - since) / span < last
    )


def _down(value: float, low: float, high: float) -> float:
    inner = HEIGHT - 2 * PAD
    return PAD + (inner / 2 if high == low else (high - value) / (high - low) * inner)


def _across(slot: float, first: int, last: int) -> float:
    return PAD + (slot - first) / (last - first) * (WIDTH - 2 * PAD)
