"""Keys of sources in memory: read again when needed, and never refused during a read."""

import asyncio
import threading

from hangs import HANG_S

from domain.key_role import Holder
from intake.door.keys import KeyRing
from store.registry import hash_key


async def test_a_good_key_that_comes_while_the_table_is_read_is_known():
    reading = threading.Event()

    def slowly() -> dict[str, Holder]:
        reading.wait(HANG_S)
        return {hash_key("right"): Holder("VNPT")}

    ring = KeyRing(slowly)
    first = asyncio.create_task(ring.holder_of("right", 0.0))
    second = asyncio.create_task(ring.holder_of("right", 0.001))
    await asyncio.sleep(0)
    reading.set()
    assert await asyncio.gather(first, second) == [Holder("VNPT")] * 2


async def test_guessing_reads_the_table_once_a_second():
    reads: list[int] = []

    def counted() -> dict[str, Holder]:
        reads.append(1)
        return {}

    ring = KeyRing(counted)
    for tenth in range(30):
        assert await ring.holder_of("wrong", tenth / 10) is None
    assert len(reads) == 3
