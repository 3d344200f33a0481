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


async def test_a_new_key_works_at_once_and_a_revoked_one_stops_within_five_seconds() -> None:
    names = {hash_key("old"): Holder("VNPT")}
    ring = KeyRing(lambda: dict(names))
    assert await ring.holder_of("old", 0.0) == Holder("VNPT")
    names.clear()
    names[hash_key("new")] = Holder("Viettel")
    assert await ring.holder_of("new", 1.5) == Holder("Viettel")
    assert await ring.holder_of("old", 1.6) is None


async def test_guessing_keys_asks_the_table_at_most_once_a_second() -> None:
    asked = []
    ring = KeyRing(lambda: asked.append(1) or {})  # type: ignore[func-returns-value]
    for n in range(100):
        assert await ring.holder_of(f"guess-{n}", 0.001 * n) is None
    assert len(asked) == 1
