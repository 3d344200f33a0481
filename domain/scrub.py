"""What may never be stored leaves a message before it is appended: dropped, or put under a keyed hash."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from domain.payload import Payload


class Secrets:
    """The centre's key for what must stay recognisable without being known; it never shows itself."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """Raises ValueError for a key of fewer than 16 bytes."""
        if len(key) < 16:
            raise ValueError("IOC_CASE_KEY needs at least 32 hexadecimal digits")
        self._key = key

    def hashed(self, purpose: str, said: str) -> str:
        """HMAC-SHA256 of ``said``, hex; one ``purpose`` cannot be matched with another."""
        return hmac.new(self._key, f"{purpose}\0{said}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What may be kept, and how many things were dropped or hashed, by a word that tells what they were."""

    payload: Payload
    dropped: dict[str, int] = field(default_factory=dict)


Scrub = Callable[[Payload, Secrets], Scrubbed]


def unscrubbed(payload: Payload, _secrets: Secrets) -> Scrubbed:
    """The scrub of a feed that holds nothing of the kind."""
    return Scrubbed(payload)
