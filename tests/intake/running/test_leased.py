"""Leased work: one process does it, another takes over when it ends, and work restarts after a lost lease."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from domain.feeds.part import Part
from intake.running.leased import Lease, LeaseGone, serve
from store.valkey.raw_stream import RawStream, StreamUnreachable

pytestmark = pytest.mark.enable_socket


class Work:
    """Endless work that says when it begins and ends with what it is told to fail with."""

    def __init__(self, owner: str, begun: "asyncio.Queue[str]") -> None:
        self.owner, self._begun, self._fail = owner, begun, asyncio.Queue[Exception]()

    async def __call__(self) -> None:
        self._begun.put_nowait(self.owner)
        raise await self._fail.get()

    def fail(self, error: Exception) -> None:
        self._fail.put_nowait(error)


async def soon(_: float) -> None:
    await asyncio.sleep(0.001)


@asynccontextmanager
async def working(stream: RawStream, work: Work) -> AsyncIterator[None]:
    lease = Lease(Part("work"), stream, work.owner, time.monotonic)
    task = asyncio.create_task(serve(lease, work, soon))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_second_begins_only_when_the_first_has_stopped(stream: RawStream) -> None:
    begun: asyncio.Queue[str] = asyncio.Queue()
    async with working(stream, Work("one", begun)):
        assert await begun.get() == "one"
        standing_by = working(stream, Work("two", begun))
        await standing_by.__aenter__()
        assert not await stream.acquire_lease(Part("work"), "three", 1)
        assert begun.empty()
    assert await begun.get() == "two"
    await standing_by.__aexit__(None, None, None)


@pytest.mark.parametrize("error", [StreamUnreachable("away"), LeaseGone("taken"), OSError("no route")])
async def test_work_is_begun_anew_after_an_outage_or_a_loss(stream: RawStream, error: Exception) -> None:
    begun: asyncio.Queue[str] = asyncio.Queue()
    work = Work("one", begun)
    async with working(stream, work):
        await begun.get()
        work.fail(error)
        assert await begun.get() == "one"


async def test_a_bug_is_no_outage(stream: RawStream) -> None:
    begun: asyncio.Queue[str] = asyncio.Queue()
    work = Work("one", begun)
    work.fail(RuntimeError("bug"))
    with pytest.raises(RuntimeError, match="bug"):
        await serve(Lease(Part("work"), stream, "one", time.monotonic), work, soon)
    assert await stream.acquire_lease(Part("work"), "two", 1), "the lease was given back"


async def test_what_another_took_is_not_ours(stream: RawStream) -> None:
    lease = Lease(Part("work"), stream, "one", time.monotonic)
    assert await lease.acquire()
    assert lease.surely_ours()
    await stream.release_lease(Part("work"), "one")
    assert await stream.acquire_lease(Part("work"), "two", 60)
    with pytest.raises(LeaseGone):
        await lease.renew()
    await lease.give_back()
    assert not lease.surely_ours()
    assert not await stream.acquire_lease(Part("work"), "three", 60), "what is the other's is not given back"
