"""The leader's brief that was kept of one morning."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """One file of it: ``kind`` is pdf or xlsx, ``name`` the file's."""

    day: date
    language: str
    kind: str
    name: str
