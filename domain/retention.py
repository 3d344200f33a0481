"""How long the centre keeps what it collects, as people are told it."""

from dataclasses import dataclass
from datetime import datetime

from domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRun:
    """What the newest run did for one rule: rows removed (or rolled up), up to which instant, or why it failed.

    ``days`` is how long the rule keeps; ``removed_ever`` counts since the beginning. ``bytes`` are those removed where
    they are known, else None; ``held_bytes`` and ``limit_bytes`` say how full a bounded table is. ``at`` is None before
    the first run. ``problem`` names the error, "" when all went well. ``early`` says that the bound removed what the
    days would still have kept.
    """

    key: str
    names: Text
    days: int
    rolls: bool
    at: datetime | None = None
    until: datetime | None = None
    removed: int = 0
    removed_ever: int = 0
    bytes: int | None = None
    held_bytes: int | None = None
    limit_bytes: int | None = None
    early: bool = False
    problem: str = ""
