"""What is counted of dossiers: by office now, and by office and period as QĐ 766 counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.instant import service_day
from domain.observation import Kind
from domain.services.working_time import WorkingCalendar

SHARES = {
    "2.1": ("on_time", "judged"),
    "3.3": ("online", "received"),
    "3.6": ("paid_online", "with_fee"),
    "4.1": ("e_results", "ask_result"),
    "4.2": ("digitised", "received"),
    "4.3": ("reused", "received"),
    "4.4": ("shared", "received"),
    "4.5": ("verified", "received"),
}
"""By number in QĐ 766: numerator and denominator among the counts."""

OF_RECEIVED = (
    "received", "online", "with_fee", "paid_online", "ask_result", "e_results", "digitised", "reused", "shared",
    "verified",
)  # fmt: skip
"""Counts of the dossiers received in a month."""

MONTH_SUMS = ("dossiers", "judged", "late", "ended", *OF_RECEIVED)
"""What a row of a month adds up: dossiers received or ended in it, those of them that 2.1 judges, that are late
whatever the hour, that ended; then `OF_RECEIVED`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNow:
    """Open dossiers of one office: due within a working day, late, with a standing clock, without a due date."""

    office: str
    open: int
    due_soon: int
    late: int
    waiting: int
    undated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierCounts:
    """Counts of one office (``place``: the commune it counts for, "" none) in a period; ``procedure`` "" for all."""

    office: str
    place: str
    procedure: str
    told: datetime
    kind: Kind
    counts: Mapping[str, int]

    def share(self, number: str) -> float | None:
        """The indicator with this number in percent; None where nothing divides: not applicable, not zero."""
        part, whole = SHARES[number]
        return 100 * self.counts[part] / self.counts[whole] if self.counts[whole] else None


def soon(now: datetime, calendar: WorkingCalendar) -> datetime:
    """Until when a due date is near: 24 hours on, and as many days more as offices are closed between.

    So on Friday at 15:00 it is Monday 15:00. In a year the calendar does not know, 24 hours.
    """
    day = service_day(now)
    if day.year not in calendar.years or (day + timedelta(days=30)).year not in calendar.years:
        return now + timedelta(days=1)
    return now + (calendar.next_days(day, 1) - day)
