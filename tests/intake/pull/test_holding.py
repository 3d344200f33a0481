"""Of two who would fetch one source, one does."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from hangs import come
from pull_parts import OWNER, Told

from intake.pull.holding import Holding
from intake.pull.pulling import Parts
from intake.pull.source import Page, Source
from store.valkey.pulls import lease_name
from store.valkey.raw_stream import RawStream


async def test_one_holder_fetches_and_the_other_takes_over(parts: Parts, stream: RawStream) -> None:
    await stream.release_lease(lease_name("services"), OWNER)
    asked: list[str] = []
    both: dict[str, asyncio.Task[None]] = {}
    reached = asyncio.Event()

    class Naming(Told):
        def __init__(self, name: str) -> None:
            super().__init__(None)
            self.name = name

        async def fetch(self, position: Mapping[str, str]) -> Page | None:
            asked.append(self.name)
            reached.set()
            return None

    async def wait(_seconds: float) -> None:
        await asyncio.sleep(0)

    async def held(name: str) -> None:
        listed: list[Source] = [Naming(name)]
        await Holding("services", listed, replace(parts, wait=wait), name).run()

    for name in ("one", "two"):
        both[name] = asyncio.create_task(held(name))
    await come(reached.wait())
    (first,) = set(asked)
    for _ in range(20):
        reached.clear()
        await come(reached.wait())
    assert set(asked) == {first}
    both[first].cancel()
    await asyncio.gather(both[first], return_exceptions=True)
    asked.clear()
    reached.clear()
    await come(reached.wait())
    (second,) = set(asked)
    assert second != first
    both[second].cancel()
    await asyncio.gather(both[second], return_exceptions=True)
