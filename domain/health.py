"""How the centre itself is doing: the health of each feed and the log of what changed state."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.kpi import Status
from domain.subject import Subject

# As many silent reporters are told by name; ``expected - reporting`` counts all of them.
NAMED_SILENT = 200


class Silent(NamedTuple):
    """Who owes a feed figures and has none that count: told last ``since`` (too long ago), or None: never."""

    code: str
    since: datetime | None


class Behind(NamedTuple):
    """Part ``number`` (from 0) of ``of`` is behind: what came in ``since`` then is not in the database yet."""

    number: int
    of: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """Counts since the beginning, newest times, and how many of the expected contributors are fresh.

    ``corrected`` counts figures that were told again with another value. ``silent`` names those of the expected who
    are not fresh, who never reported first, then the longest silent, at most ``NAMED_SILENT``. ``behind`` are the parts
    that nobody reads, or not quickly enough.

    ``automatic_share`` is the share (0..1) of the newest real values that are not typed by hand, None when there are no
    real ones; ``simulated_share`` that of simulated values among all.
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
    automatic_share: float | None
    simulated_share: float | None
    silent: tuple[Silent, ...] = ()
    behind: tuple[Behind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent:
    """One change of a KPI's status at one subject."""

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
