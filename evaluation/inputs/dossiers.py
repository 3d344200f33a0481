"""Computes the inputs of the dossier KPIs from counts by office; communes and offices without one contribute."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from domain.instant import to_ms
from domain.observation import Kind, least_factual
from domain.services.dossier_counts import DossierCounts, DueNow
from evaluation.columns import Cell

MONTH_MEASURES = (
    "judged", "on_time", "received", "online", "with_fee", "paid_online", "ask_result", "e_results", "digitised",
    "reused", "shared", "verified",
)  # fmt: skip
NOW_MEASURES = ("open", "due_soon", "late", "undated")


def dossier_inputs(
    month: Iterable[DossierCounts], open_now: Iterable[DueNow], told: datetime, source: str
) -> list[Cell]:
    """Sums by the place where an office counts, else by office; all as old as the newest record of any.

    Offices of one commune are one contributor. What is open now counts for the place that the month's counts name.
    """
    sums: dict[str, Counter[str]] = {}
    kinds: dict[str, set[Kind]] = {}
    place_of: dict[str, str] = {}
    for one in month:
        who = one.place or one.office
        place_of[one.office] = one.place
        sums.setdefault(who, Counter()).update({name: one.counts[name] for name in MONTH_MEASURES})
        kinds.setdefault(who, set()).add(one.kind)
    for due in open_now:
        who = place_of.get(due.office) or due.office
        sums.setdefault(who, Counter()).update({name: getattr(due, name) for name in NOW_MEASURES})
    places = set(place_of.values())
    at_ms = to_ms(told)
    return [
        Cell(name, who, who if who in places else "", at_ms, float(value),
             least_factual(kinds.get(who, {Kind.MEASURED})), source)
        for who, counts in sums.items()
        for name, value in counts.items()
    ]  # fmt: skip
