"""An event of a case (a dossier, a citizen's feedback, an outage). Nothing here tells whose case it is."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.instant import require_utc
from domain.observation import Kind
from domain.subject import Subject
from domain.text import Text

CASE_KEY = re.compile(r"[0-9a-f]{32}")


def case_key(secret: bytes, raw_id: str) -> str:
    """The case's stored id: 128 bits of HMAC-SHA-256 as hex. Without the secret nobody can link it to ``raw_id``."""
    return hmac.new(secret, raw_id.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseType:
    """The events that one kind of case may have, and the attributes we may keep. Everything else is dropped.

    A type with a ``title`` is listed on its area's screen: ``title`` is the attribute that names the case, ``due`` the
    one with the day by which something is owed (2026-12-31), ``ends`` the events that close it and ``says`` the words
    of each event. ``tells`` are the attributes read beside the title, each with what it is called. Raises ValueError
    when these contradict each other.
    """

    key: str
    names: Text
    events: tuple[str, ...]
    attributes: tuple[str, ...] = ()
    title: str = ""
    due: str = ""
    ends: tuple[str, ...] = ()
    says: Mapping[str, Text] = field(default_factory=dict, hash=False)
    tells: Mapping[str, Text] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not set(self.ends) <= set(self.events):
            raise ValueError(f"{self.key}: it cannot end by an event that it does not have")
        if not {self.title, self.due, *self.tells} <= {"", *self.attributes}:
            raise ValueError(f"{self.key}: title, due and what it tells are attributes that are kept")
        if self.title and set(self.says) != set(self.events):
            raise ValueError(f"{self.key}: what is listed has words for every event")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One event. Identity: (feed, case type, case, event, at); the same identity with other content is a revision.

    ``of`` is the organisation or place that handles the case, ``place`` the place it counts for. ``attributes`` holds
    the attributes that the case type lists. Raises ValueError when ``case`` is not a keyed hash.
    """

    feed: str
    case_type: str
    case: str
    event: str
    of: Subject
    at: datetime
    received_at: datetime
    kind: Kind
    source: str
    place: str = ""
    attributes: Mapping[str, str | float | bool] = field(default_factory=dict)
    revision: int = 0

    def __post_init__(self) -> None:
        require_utc(self.at, "at")
        require_utc(self.received_at, "received_at")
        if not CASE_KEY.fullmatch(self.case):
            raise ValueError("a case id must be a keyed hash")
