"""CPU use of each process of a centre, in percent of a core."""

import asyncio
import contextlib
import time
from collections.abc import Mapping

import psutil

from bench.rig.centre import Centre, cpu_seconds

_TELLS = {"web": "app:create_server", "valkey": "valkey.sock"}


async def cpu_shares(centre: Centre, seconds: float) -> dict[str, float]:
    """CPU in percent of a core over the next ``seconds``, by the process's task."""
    before, begun_s = _used(centre.supervisor), time.monotonic()
    await asyncio.sleep(seconds)
    after, taken_s = _used(centre.supervisor), time.monotonic() - begun_s
    return {name: 100 * (used - before.get(name, 0.0)) / taken_s for name, used in after.items()}


def told(shares: Mapping[str, float]) -> str:
    """Shares as text for a figure's note."""
    return ", ".join(f"{name} {share:.2f}" for name, share in sorted(shares.items()))


def _used(supervisor: psutil.Process) -> dict[str, float]:
    """CPU seconds of every process of the centre, by its task."""
    used = {"supervisor": cpu_seconds(supervisor)}
    for child in supervisor.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            name = _name(child.cmdline())
            used[name] = used.get(name, 0.0) + cpu_seconds(child)
    return used


def _name(command: list[str]) -> str:
    """A process's task, from its command line."""
    if "ingest" in command:
        return command[command.index("ingest") + 1]
    return next((name for name in ("web", "valkey") if _TELLS[name] in " ".join(command)), "other")
