"""Health of the centre: the state of each feed and the log of status changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.kpis.kpi import Status
from domain.subject import Subject

# At most this many silent reporters are named; ``expected - reporting`` counts all of them.
NAMED_SILENT = 200


class Silent(NamedTuple):
    """A reporter without a fresh figure; ``since`` is its last figure's time, None when it never reported."""

    code: str
    since: datetime | None


class Behind(NamedTuple):
    """Part ``number`` (from 0) of ``of`` is behind: messages received from ``since`` on are not in the database yet."""

    number: int
    of: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """Counts since the start, newest times, and how many of the expected reporters are fresh.

    ``corrected`` counts figures sent again with another value. ``silent`` lists at most ``NAMED_SILENT`` expected
    reporters that are not fresh: first those that never reported, then the longest silent. ``behind`` lists the parts
    whose reader is missing or too slow.

    ``measured_share`` is the share (0..1) of newest real values that were measured, None when no value is real;
    ``simulated_share`` is the share of simulated values among all newest values.
    """

    feed: str
    accepted: int
    duplicates: int
    rejected: int
    late: int
    corrected: int
    last_received_at: datetime | None
    last_at: datetime | None
    reporting: int
    expected: int
    measured_share: float | None
    simulated_share: float | None
    silent: tuple[Silent, ...] = ()
    behind: tuple[Behind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent:
    """One change of a KPI's status for one subject."""

    at: datetime
    key: str
    of: Subject
    before: Status
    after: Status
    value: float | None

    @property
    def place(self) -> str:
        """The subject's code; "80" of the province."""
        return self.of.code

    @property
    def territory(self) -> str:
        """The territory version of a place; "" of every other subject."""
        return self.of.territory
