"""CPU of an idle centre: no truck, no page."""

import asyncio
from collections.abc import Iterator

from bench.rig.centre import running
from bench.rig.cpu_shares import cpu_shares, told
from bench.rig.figure import Figure

FIGURES = ("centre_cpu_idle",)
# A web worker rereads its history at growing intervals after the start, then once a minute.
SETTLE_S, SAMPLE_S = 45.0, 120.0


def measure() -> Iterator[Figure]:
    """Yield the whole process tree's CPU."""
    with running() as centre:
        asyncio.run(asyncio.sleep(SETTLE_S))
        shares = asyncio.run(cpu_shares(centre, SAMPLE_S))
    yield Figure(
        name="centre_cpu_idle", value=sum(shares.values()), unit="% of a core", note=f"{SAMPLE_S:.0f} s; {told(shares)}"
    )
