"""How long the centre keeps its data, as shown to people."""

from dataclasses import dataclass
from datetime import datetime

from domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRun:
    """The newest run of one rule: how many rows it removed or rolled up, up to which instant, or why it failed.

    ``days`` is how long the rule keeps data; ``removed_ever`` counts since the start. ``bytes`` is the size removed,
    None when unknown; ``held_bytes`` and ``limit_bytes`` say how full a bounded table is. ``at`` is None before the
    first run. ``problem`` names the error, "" on success. ``early``: the size limit removed data younger than ``days``.
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
