"""How the province stands to its goals: met, short, not known, or not measured by any figure; which is furthest off."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from domain.kpis.kpi import Kpi


class Standing(StrEnum):
    """A goal's state, in the order a leader reads them."""

    SHORT = "short"
    UNKNOWN = "unknown"
    UNMEASURED = "unmeasured"
    MET = "met"


def standing(kpi: Kpi, value: float | None) -> Standing:
    """The state of ``kpi``'s target at ``value`` (None: unknown or stale).

    A target that counts something else than the KPI is unmeasured, whatever the value.
    """
    if kpi.goal is None:
        return Standing.UNMEASURED
    if value is None:
        return Standing.UNKNOWN
    return Standing.MET if kpi.meets(value) else Standing.SHORT


def behind(kpi: Kpi, value: float | None) -> float:
    """The gap as a share of the goal, so that goals of different units can be compared; 0 unless it is short."""
    if kpi.goal is None or value is None or kpi.meets(value):
        return 0.0
    return abs(kpi.goal.value - value) / (abs(kpi.goal.value) or 1.0)


def by_urgency(goals: Iterable[Kpi], values: Mapping[str, float | None]) -> list[Kpi]:
    """Short ones first, the furthest behind at the head; then in the order of `Standing`, each as given."""
    states = list(Standing)
    return sorted(goals, key=lambda k: (states.index(standing(k, values.get(k.key))), -behind(k, values.get(k.key))))
