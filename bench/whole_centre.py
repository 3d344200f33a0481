"""What the whole centre costs at 500 trucks, one message a second, and how soon such a message is a frame."""

import asyncio
import contextlib
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator

import psutil
from websockets.asyncio.client import connect

from bench._centre import ROOT, Centre, cpu_seconds, running
from bench._figure import Figure
from live.frames import decode

FIGURES = ("centre_cpu_500_trucks", "post_to_frame_p50_ms", "post_to_frame_p99_ms")
TRUCKS = 500
WARM_UP_S, SAMPLE_S = 15.0, 60.0
_TELLS = {"web": "app:create_server", "valkey": "valkey.sock"}
CPU_REQUIRED, P50_REQUIRED_MS, P99_REQUIRED_MS = 12.0, 60.0, 150.0


def measure() -> Iterator[Figure]:
    """Yield the tree's CPU and the two latencies, all of one run: every process of the centre, one live client."""
    with running() as centre:
        yield from asyncio.run(_measure(centre))


async def _measure(centre: Centre) -> list[Figure]:
    async with _batches(centre, WARM_UP_S + SAMPLE_S + 5) as sent:
        shown: dict[int, float] = {}
        watching = asyncio.create_task(_watch(centre.web, shown))
        await asyncio.sleep(WARM_UP_S)
        before, begun = _used(centre.supervisor), time.time()
        await asyncio.sleep(SAMPLE_S)
        after, ended = _used(centre.supervisor), time.time()
        if watching.done():
            raise RuntimeError(f"the live client stopped early: {watching.exception()}")
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        posted = await sent
    each = {name: 100 * (used - before.get(name, 0.0)) / (ended - begun) for name, used in after.items()}
    waits = [shown[at_s] - ms for at_s, ms in posted.items() if at_s in shown and ms > 1000 * begun]
    note = "one POST a second; " + ", ".join(f"{name} {share:.1f}" for name, share in sorted(each.items()))
    p99 = statistics.quantiles(waits, n=100)[98]
    return [
        _figure("centre_cpu_500_trucks", "% of a core", sum(each.values()), CPU_REQUIRED, note),
        _figure("post_to_frame_p50_ms", "ms", statistics.median(waits), P50_REQUIRED_MS, f"n={len(waits)}"),
        _figure("post_to_frame_p99_ms", "ms", p99, P99_REQUIRED_MS, "from the POST to the frame with all of its fixes"),
    ]


def _figure(name: str, unit: str, value: float, required: float, note: str) -> Figure:
    return Figure(name=name, value=value, unit=unit, baseline=required, ratio=value / required, note=note)


def _used(supervisor: psutil.Process) -> dict[str, float]:
    """CPU seconds of every process of the centre, by what it does."""
    used = {"supervisor": cpu_seconds(supervisor)}
    for child in supervisor.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            name = _name(child.cmdline())
            used[name] = used.get(name, 0.0) + cpu_seconds(child)
    return used


def _name(command: list[str]) -> str:
    """What a process of the centre does, from its command line."""
    if "ingest" in command:
        return command[command.index("ingest") + 1]
    return next((name for name in ("web", "valkey") if _TELLS[name] in " ".join(command)), "other")


@contextlib.asynccontextmanager
async def _batches(centre: Centre, seconds: float) -> AsyncIterator[asyncio.Task[dict[int, float]]]:
    """The load in a process of its own; the task's result maps the second of a batch to when it was sent, epoch ms."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench._load", "batches", centre.door,
        "--trucks", str(TRUCKS), "--seconds", str(seconds), f"--key={centre.key}",
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip

    async def result() -> dict[int, float]:
        out, _ = await process.communicate()
        return {int(at_s): sent for at_s, sent in json.loads(out).items()}

    task = asyncio.create_task(result())
    try:
        yield task
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await asyncio.gather(task, return_exceptions=True)


async def _watch(web: str, shown: dict[int, float]) -> None:
    """Note when the last truck of each second was in a frame, epoch ms."""
    url = f"{web.replace('http', 'ws')}/live?audience=operator&lang=vi&topics=vehicles,kpis,places,feeds,alarms,events"
    seen: dict[int, int] = {}
    async with connect(url, compression=None, max_size=None) as socket:
        async for message in socket:
            if isinstance(message, bytes):
                now_ms = 1000 * time.time()
                for at_s in decode(message).at_s.tolist():
                    seen[at_s] = seen.get(at_s, 0) + 1
                    if seen[at_s] == TRUCKS:
                        shown[at_s] = now_ms
