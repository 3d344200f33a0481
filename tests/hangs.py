"""How long a test waits for what must come: it bounds a hang and decides nothing on a loaded machine."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TypeVar

HANG_S = 180.0
HANG_MS = 1_000 * HANG_S

T = TypeVar("T")


async def come(awaited: Awaitable[T]) -> T:
    """What ``awaited`` brings; TimeoutError after `HANG_S`."""
    return await asyncio.wait_for(awaited, HANG_S)


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Look until ``holds``, for processes and stores tell nobody; TimeoutError after `HANG_S`."""
    async with asyncio.timeout(HANG_S):
        while True:
            found = holds()
            if await found if isawaitable(found) else found:
                return
            await asyncio.sleep(0.01)
