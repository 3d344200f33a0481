"""A campaign: its tasks, the pace that the rest of its days needs, and what happened in a week of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from domain.case_state import CaseState
from domain.instant import day_start, service_day

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPace:
    """Households of a place: visited, left, and how many a day must be visited until the end (None: over)."""

    place: str
    visited: int
    left: int
    needed_a_day: int | None

    @property
    def share(self) -> float:
        """Visited of all, 0..1."""
        return self.visited / (self.visited + self.left)


@dataclass(frozen=True, slots=True)
class CampaignWeek:
    """Tasks of one week: done in it, evidence sent in it, late at its end, and owed in the week after it."""

    since: date
    done: Sequence[CaseState]
    evidence: Sequence[CaseState]
    late: Sequence[CaseState]
    owed: Sequence[CaseState]


def paces(visited: Mapping[str, tuple[int, int]], last_day: date, today: date) -> list[VisitPace]:
    """By place (households visited, households to visit) → those furthest behind first; places with none to visit go.

    Today counts among the days that are left.
    """
    days = (last_day - today).days + 1
    found = [
        VisitPace(place=place, visited=done, left=left, needed_a_day=ceil(left / days) if days > 0 else None)
        for place, (done, of) in visited.items()
        if of > 0 and (left := max(0, of - done)) >= 0
    ]
    return sorted(found, key=lambda one: (one.share, one.place))


def by_campaign(tasks: Iterable[CaseState]) -> dict[str, list[CaseState]]:
    """The tasks of each campaign by its name, "" where nobody named one; campaigns in the order of their first task."""
    found: dict[str, list[CaseState]] = {}
    for one in sorted(tasks, key=lambda task: task.since):
        found.setdefault(str(one.attributes.get("campaign", "")), []).append(one)
    return {name: sorted(of, key=_by_due) for name, of in found.items()}


def week_of(tasks: Sequence[CaseState], until: datetime) -> CampaignWeek:
    """What the seven days that end with the day of ``until`` brought, and what the next seven owe."""
    today = service_day(until)
    first = today - timedelta(days=6)
    news = [one for one in tasks if first <= service_day(one.newest.at) and one.newest.at <= until]
    return CampaignWeek(
        since=first,
        done=[one for one in news if not one.is_open],
        evidence=[one for one in news if one.is_open and one.newest.event == "evidence"],
        late=[one for one in tasks if one.is_late(until)],
        owed=[one for one in tasks if one.is_open and one.due is not None and today <= one.due < today + WEEK],
    )


def week_end(day: date) -> datetime:
    """The last second of a day in Việt Nam: that of the week which the report of the day covers."""
    return day_start(day + timedelta(days=1)) - timedelta(seconds=1)


def _by_due(task: CaseState) -> tuple[bool, date, str]:
    return not task.is_open, task.due or date.max, task.case
