"""Who is sending: a secret in the request against the key table, remembered for a few seconds."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

_REMEMBERED_S = 5.0
_REMEMBERED_MAX = 10_000


class Keys(Protocol):
    """What the front door asks about a secret."""

    async def source_of(self, secret: str, now_s: float) -> str | None:
        """Name of the source that holds ``secret``; None when it is unknown or revoked."""


class KeyRing:
    """Keys from the table; ``find`` takes a secret's SHA-256 (hex) and blocks, so it runs in a thread.

    A revoked key stops working within 5 s; wrong ones are remembered too, so guessing costs no queries.
    """

    def __init__(self, find: Callable[[str], str | None]) -> None:
        self._find = find
        self._known: OrderedDict[str, tuple[str | None, float]] = OrderedDict()

    async def source_of(self, secret: str, now_s: float) -> str | None:
        """Name of the source that holds ``secret``; ``now_s`` is monotonic seconds."""
        digest = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
        known = self._known.get(digest)
        if known is not None and now_s - known[1] < _REMEMBERED_S:
            return known[0]
        source = await asyncio.to_thread(self._find, digest)
        self._known[digest] = (source, now_s)
        self._known.move_to_end(digest)
        if len(self._known) > _REMEMBERED_MAX:
            self._known.popitem(last=False)
        return source
