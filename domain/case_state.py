"""How a case stands by its events: what happened last, since when it runs, what is owed and by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.case import CaseEvent, CaseType
from domain.instant import service_day


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

    def late_days(self, now: datetime) -> int:
        """Days since the day when it was due; 0 while there is time, when it is closed, and without such a day."""
        if self.due is None or not self.is_open:
            return 0
        return max(0, (service_day(now) - self.due).days)


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
