"""Finds the sender by the secret in the request; keeps the key table in memory for a few seconds."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from domain.key_role import Holder
from store.registry import hash_key

_FRESH_S = 5.0
# An unknown key reads the table again, so a new key works at once; guessing costs at most one query a second.
_ASK_AGAIN_S = 1.0


class Keys(Protocol):
    """Finds the holder of a secret for the front door."""

    async def holder_of(self, secret: str, now_s: float) -> Holder | None:
        """Who holds ``secret``; None when it is unknown or revoked."""


class KeyRing:
    """Valid keys from the table; ``load`` returns holders by hash and blocks, so it runs in a thread.

    A revoked key stops working within 5 s.
    """

    def __init__(self, load: Callable[[], Mapping[str, Holder]]) -> None:
        self._load = load
        self._holders: Mapping[str, Holder] = {}
        self._loaded_s: float | None = None
        self._loading = asyncio.Lock()

    async def holder_of(self, secret: str, now_s: float) -> Holder | None:
        """Who holds ``secret``; ``now_s`` is monotonic seconds."""
        digest = hash_key(secret)
        if self._asks(digest, now_s):
            # Requests that arrive during a read wait for it: an empty ring would refuse a good key.
            async with self._loading:
                if self._asks(digest, now_s):
                    self._holders = await asyncio.to_thread(self._load)
                    self._loaded_s = now_s
        return self._holders.get(digest)

    def _asks(self, digest: str, now_s: float) -> bool:
        """Whether the table must be read before an answer."""
        age_s = float("inf") if self._loaded_s is None else now_s - self._loaded_s
        return age_s >= _FRESH_S or (digest not in self._holders and age_s >= _ASK_AGAIN_S)
