"""Something that happened to a case (a dossier, a citizen's feedback, an outage): whose it is nobody can read here."""

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
    """The keyed hash (HMAC-SHA-256, 128 bits as hex) under which a case is kept; without the secret nobody finds it."""
    return hmac.new(secret, raw_id.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseType:
    """What may happen to one kind of case, and which attributes of it may be kept; everything else is dropped."""

    key: str
    names: Text
    events: tuple[str, ...]
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One event. Identity: (feed, case type, case, event, at); another content of the same identity is a revision.

    ``of`` is the organisation or place that handles the case, ``place`` where it counts. ``attributes`` hold texts,
    numbers and booleans of the case type's list. Raises ValueError when ``case`` is no keyed hash.
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
            raise ValueError("a case is kept under its keyed hash alone")
