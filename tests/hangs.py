"""How long a test waits for what must come: it bounds a hang and decides nothing on a loaded machine."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

HANG_S = 60.0

T = TypeVar("T")


async def come(awaited: Awaitable[T]) -> T:
    """What ``awaited`` brings; TimeoutError after `HANG_S`."""
    return await asyncio.wait_for(awaited, HANG_S)
