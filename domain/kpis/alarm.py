"""What needs somebody: words of the alarm list."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.text import Text


class Priority(StrEnum):
    """How soon someone must act, most urgent first (ISA-18.2)."""

    CRITICAL = "critical"
    HIGH = "high"
    ADVISORY = "advisory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that needs someone; ``id`` stays the same while it lasts, ``feed`` says which data tell it.

    ``since`` None: it has never been otherwise.
    """

    id: str
    priority: Priority
    what: Text
    where: Text
    since: datetime | None
    response: Text
    feed: str
