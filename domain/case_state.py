"""How a case stands by its events: what happened last, since when it runs, what is owed and by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.case import CaseEvent, CaseType
from domain.instant import service_day
from domain.services.working_time import UnknownYearError, WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """A case now. ``title`` names it, ``due`` is the day by which something is owed; None where nobody said.

    ``since`` is its first event, ``newest`` its last; ``attributes`` are the newest said of each name.
    """

    feed: str
    kind: CaseType
    case: str
    title: str
    since: datetime
    newest: CaseEvent
    due: date | None
    attributes: Mapping[str, str | float | bool]

    @property
    def is_open(self) -> bool:
        """Whether no event has closed it."""
        return self.newest.event not in self.kind.ends

    def is_late(self, now: datetime) -> bool:
        """Whether the day when something was due has passed and no event has closed it."""
        return self.is_open and self.due is not None and self.due < service_day(now)

    def days_left(self, now: datetime, calendar: WorkingCalendar) -> int | None:
        """Working days until it is due, negative afterwards; None without such a day or beyond the calendar."""
        if self.due is None:
            return None
        try:
            return calendar.days_between(service_day(now), self.due)
        except UnknownYearError:
            return None


def case_states(feed: str, kind: CaseType, events: Iterable[CaseEvent]) -> list[CaseState]:
    """The cases of these ``events``: open ones first, by the day when they are due, then those last heard of."""
    by_case: dict[str, list[CaseEvent]] = {}
    for one in sorted(events, key=lambda event: (event.at, event.received_at)):
        by_case.setdefault(one.case, []).append(one)
    return sorted((_state(feed, kind, told) for told in by_case.values()), key=_order)


def _state(feed: str, kind: CaseType, told: list[CaseEvent]) -> CaseState:
    attributes = {name: value for one in told for name, value in one.attributes.items()}
    newest = told[-1]
    return CaseState(
        feed=feed, kind=kind, case=newest.case, title=str(attributes.get(kind.title, "")), since=told[0].at,
        newest=newest, due=_day(attributes.get(kind.due)), attributes=attributes,
    )  # fmt: skip


def _day(said: object) -> date | None:
    """A day as written (2026-12-31); None for anything else, which then counts as not said."""
    try:
        return date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _order(state: CaseState) -> tuple[bool, date, float]:
    return not state.is_open, state.due or date.max, -state.newest.at.timestamp()
