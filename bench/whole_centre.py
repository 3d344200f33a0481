"""CPU of the whole centre: idle, and at 500 trucks with one message a second; the latency from message to frame."""

import asyncio
import statistics
import time
from collections.abc import Iterator

from websockets.asyncio.client import connect

from bench.rig.centre import Centre, running
from bench.rig.cpu_shares import cpu_shares, told
from bench.rig.figure import Figure, compared
from bench.rig.loading import loading
from live.frame_bytes import FrameReader

FIGURES = ("centre_cpu_idle", "centre_cpu_500_trucks", "post_to_frame_p50_ms", "post_to_frame_p99_ms")
TRUCKS = 500
WARM_UP_S, SAMPLE_S = 15.0, 60.0
# A web worker rereads its history at growing intervals after the start, then once a minute.
IDLE_SETTLE_S, IDLE_SAMPLE_S = 45.0, 120.0
CPU_REQUIRED, P50_REQUIRED_MS, P99_REQUIRED_MS = 12.0, 60.0, 150.0


def measure() -> Iterator[Figure]:
    """Yield the CPU of all the centre's processes without truck or page; then with one live client, and latencies."""
    with running() as centre:
        yield asyncio.run(_idle(centre))
        yield from asyncio.run(_measure(centre))


async def _idle(centre: Centre) -> Figure:
    await asyncio.sleep(IDLE_SETTLE_S)
    shares = await cpu_shares(centre, IDLE_SAMPLE_S)
    note = f"{IDLE_SAMPLE_S:.0f} s; {told(shares)}"
    return Figure(name="centre_cpu_idle", value=sum(shares.values()), unit="% of a core", note=note)


async def _measure(centre: Centre) -> list[Figure]:
    seconds = str(WARM_UP_S + SAMPLE_S + 5)
    load = ("batches", centre.door, "--trucks", str(TRUCKS), "--seconds", seconds, f"--key={centre.key}")
    async with loading(*load) as sent:
        shown: dict[int, float] = {}
        watching = asyncio.create_task(_watch(centre.web, shown))
        await asyncio.sleep(WARM_UP_S)
        begun = time.time()
        shares = await cpu_shares(centre, SAMPLE_S)
        if watching.done():
            raise RuntimeError(f"the live client stopped early: {watching.exception()}")
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        posted = {int(at_s): sent_ms for at_s, sent_ms in (await sent).items()}
    waits = [shown[at_s] - ms for at_s, ms in posted.items() if at_s in shown and ms > 1000 * begun]
    note = f"one POST a second; {told(shares)}"
    p99 = statistics.quantiles(waits, n=100)[98]
    return [
        compared("centre_cpu_500_trucks", "% of a core", sum(shares.values()), CPU_REQUIRED, note),
        compared("post_to_frame_p50_ms", "ms", statistics.median(waits), P50_REQUIRED_MS, f"n={len(waits)}"),
        compared(
            "post_to_frame_p99_ms", "ms", p99, P99_REQUIRED_MS, "from the POST to the frame with all of its fixes"
        ),
    ]


async def _watch(web: str, shown: dict[int, float]) -> None:
    """Note for each second when the last truck's fix was in a frame, epoch ms."""
    url = f"{web.replace('http', 'ws')}/live?audience=operator&lang=vi&topics=vehicles,kpis,places,feeds,alarms,events"
    seen: dict[int, int] = {}
    async with connect(url, compression=None, max_size=None) as socket:
        frames = FrameReader()
        async for message in socket:
            if isinstance(message, bytes):
                now_ms = 1000 * time.time()
                for at_s in frames.read(message).at_s.tolist():
                    seen[at_s] = seen.get(at_s, 0) + 1
                    if seen[at_s] == TRUCKS:
                        shown[at_s] = now_ms
