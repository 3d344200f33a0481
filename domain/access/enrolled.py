"""A screen that an operator let in, and the code it shows while it waits for that."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import ascii_uppercase, digits

# What nobody takes for another one on a wall.
_LETTERS = "".join(one for one in ascii_uppercase + digits if one not in "ILO01")
_CODE = 8
SILENT_AFTER = timedelta(minutes=15)
"""An open page tells every few seconds that it is there; that is written down every ten minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledScreen:
    """A screen by its ``id``. ``path`` is the page it shows, ``network`` where it was let in and may be used.

    ``elsewhere`` is the last other network that showed its token, "" for none: somebody copied it, or the screen moved.
    """

    id: str
    name: str
    path: str
    network: str
    created_at: datetime
    created_by: str
    seen_at: datetime | None = None
    elsewhere: str = ""
    revoked_at: datetime | None = None

    def is_silent(self, now: datetime) -> bool:
        """Whether it has shown no page for SILENT_AFTER, or none at all since it was let in."""
        return now - (self.seen_at or self.created_at) > SILENT_AFTER


def new_code() -> str:
    """A code to read from a wall and type: eight letters and digits, of 39 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE))


def read_code(typed: str) -> str:
    """The code that somebody typed, however it was divided."""
    return "".join(one for one in typed.upper() if one.isalnum())[: 2 * _CODE]


def shown_code(code: str) -> str:
    """The code in two halves."""
    return f"{code[: _CODE // 2]}-{code[_CODE // 2 :]}"


def hash_token(token: str) -> str:
    """What is stored of a screen's token."""
    return hashlib.sha256(token.encode()).hexdigest()
