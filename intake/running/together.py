"""Runs endless tasks side by side: the first that fails ends them all."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any


async def until_one_fails(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run endless tasks side by side; when one fails, stop the others and raise its error.

    Not a TaskGroup: one of Python 3.11 that stops because of a child leaves its own task marked as cancelled.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
