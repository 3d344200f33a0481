"""What may never be stored leaves a message before it is appended: dropped, or put under a keyed hash."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from domain.case import case_key
from domain.payload import Payload

KEY_BYTES_MIN = 16


class Secrets:
    """The centre's key for what must stay recognisable without being known; it never shows itself."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """Raises ValueError for a key of fewer than 16 bytes."""
        if len(key) < KEY_BYTES_MIN:
            raise ValueError("IOC_CASE_KEY needs at least 32 hexadecimal digits")
        self._key = key

    def hashed(self, said: str) -> str:
        """Under which keyed hash ``said`` (the id of a case) may be kept; see `case_key`."""
        return case_key(self._key, said)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What may be kept, and how many things were dropped or hashed, by a word that tells what they were."""

    payload: Payload
    dropped: Mapping[str, int] = field(default_factory=dict)


Scrub = Callable[[Payload, Secrets], Scrubbed]


def unscrubbed(payload: Payload, _secrets: Secrets) -> Scrubbed:
    """The scrub of a feed that holds nothing of the kind."""
    return Scrubbed(payload)
