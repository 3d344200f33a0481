"""Computes the inputs of the feedback KPIs from counts by office; communes and offices without one contribute."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from domain.instant import to_ms
from domain.observation import Kind, least_factual
from domain.services.feedback import FeedbackCounts
from evaluation.columns import Cell

MEASURES = (
    "open", "open_s", "overdue", "due_soon", "settled", "on_time", "rated", "liked", "repeated", "contacted",
    "contact_s",
)  # fmt: skip


def feedback_inputs(
    counts: Iterable[FeedbackCounts], place: Callable[[str], str], told: datetime, source: str
) -> list[Cell]:
    """Sums by the commune that an office serves (``place``), else by office; all as old as the newest record."""
    sums: dict[str, Counter[str]] = {}
    kinds: dict[str, set[Kind]] = {}
    places: dict[str, str] = {}
    for one in counts:
        commune = place(one.place)
        who = commune or one.place
        places[who] = commune
        sums.setdefault(who, Counter()).update({name: one.counts[name] for name in MEASURES})
        kinds.setdefault(who, set()).add(one.kind)
    return [
        Cell(name, who, places[who], to_ms(told), float(value), least_factual(kinds[who]), source)
        for who, of in sums.items()
        for name, value in of.items()
    ]
