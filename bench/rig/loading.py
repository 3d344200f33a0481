"""Runs a load (bench/rig/load.py) in a process of its own during a measurement."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from bench.rig.centre import ROOT


@contextlib.asynccontextmanager
async def loading(*arguments: str) -> AsyncIterator[asyncio.Task[dict[str, Any]]]:
    """`python -m bench.rig.load ARGUMENTS`; the task's result is the JSON object it prints at its end."""
    command = (sys.executable, "-m", "bench.rig.load", *arguments)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)

    async def result() -> dict[str, Any]:
        out, _ = await process.communicate()
        return dict(json.loads(out))

    task = asyncio.create_task(result())
    try:
        yield task
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await asyncio.gather(task, return_exceptions=True)
