"""Memory of a collector that always finds more to read, over ten minutes: it must not grow."""

import asyncio
from collections.abc import Iterator

from bench.collector import loaded
from bench.rig.figure import Figure, compared

FIGURES = ("collector_memory_10_min",)
MINUTES, WARM_MINUTES = 10.0, 1.0


def measure() -> Iterator[Figure]:
    """Yield its RSS at the end, with the RSS after the first minute (caches and pools are full) as baseline."""
    rate, minutes, rss_kb = asyncio.run(loaded(60 * MINUTES))
    warm = next(n for n, minute in enumerate(minutes) if minute >= WARM_MINUTES)
    mb = [kb / 1000 for kb in rss_kb]
    note = (
        f"start {mb[0]:.1f}, after {WARM_MINUTES:.0f} min {mb[warm]:.1f}, most {max(mb):.1f}, end {mb[-1]:.1f} MB; "
        f"{rate:.0f} fixes/s into SQLite; baseline: after {WARM_MINUTES:.0f} min"
    )
    yield compared("collector_memory_10_min", "MB", mb[-1], mb[warm], note)
