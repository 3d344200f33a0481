"""Removes what may never be stored from a message before it is appended: drops it or replaces it by a keyed hash."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from domain.case import case_key
from domain.feeds.payload import Payload

KEY_BYTES_MIN = 16


class Secrets:
    """The centre's secret key for keyed hashes; its repr never shows the key."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """Raises ValueError for a key of fewer than 16 bytes."""
        if len(key) < KEY_BYTES_MIN:
            raise ValueError("IOC_CASE_KEY needs at least 32 hexadecimal digits")
        self._key = key

    def hashed(self, said: str) -> str:
        """The keyed hash of ``said`` (a case id) that may be stored; see `case_key`."""
        return case_key(self._key, said)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """The part that may be kept, and how many things were dropped or hashed, by a word that names them."""

    payload: Payload
    dropped: Mapping[str, int] = field(default_factory=dict)


Scrub = Callable[[Payload, Secrets], Scrubbed]


def unscrubbed(payload: Payload, _secrets: Secrets) -> Scrubbed:
    """The scrub of a feed without such data."""
    return Scrubbed(payload)
