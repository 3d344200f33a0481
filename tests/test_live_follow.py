"""Following the store: everything again after each outage, and a failed reading is tried again, never the end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

import live.follow
from domain.kpi import Audience
from domain.vehicle import Position, Vehicle
from live.follow import follow
from store.live_state import Changed
from tests.test_live_hub import Page, make_hub, truck


class FakeLive:
    """A store whose changes the test hands in; ``failures`` readings fail first."""

    def __init__(self, vehicles: list[Vehicle], failures: int = 0) -> None:
        self.kept = vehicles
        self.failures = failures
        self.changes: asyncio.Queue[Changed] = asyncio.Queue()

    async def listen(self) -> AsyncIterator[Changed]:
        yield Changed(resync=True)
        while True:
            yield await self.changes.get()

    async def vehicles(self) -> list[Vehicle]:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the stream does not answer")
        return self.kept

    async def results(self) -> list[Any]:
        return []

    feeds = events = results


async def nothing() -> None:
    return


async def test_changes_reach_the_page_and_a_resync_reads_everything_again() -> None:
    hub, store = make_hub(), FakeLive([truck("A")])
    task = asyncio.create_task(follow(hub, store, nothing))  # type: ignore[arg-type]
    page = Page(hub.join(Audience.OPERATOR, "vi", ["vehicles"]))
    await page.until(lambda: page.frames and len(page.frames[-1].slot) == 1)
    await store.changes.put(Changed(vehicles=[Position.of(truck("B"))]))
    await page.until(lambda: page.frames[-1].slot.tolist() == [1])
    store.kept = [truck("B")]
    await store.changes.put(Changed(resync=True))
    await page.until(lambda: 255 in page.frames[-1].state.tolist())
    task.cancel()
    page.task.cancel()


async def test_a_store_that_fails_while_reading_everything_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.follow, "FIRST_PAUSE_S", 0.001)
    hub, store = make_hub(), FakeLive([truck("A")], failures=2)
    task = asyncio.create_task(follow(hub, store, nothing))  # type: ignore[arg-type]
    page = Page(hub.join(Audience.OPERATOR, "vi", ["vehicles"]))
    await page.until(lambda: page.frames and len(page.frames[-1].slot) == 1)
    task.cancel()
    page.task.cancel()


async def test_a_change_of_maps_reaches_pages_through_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.follow, "MAPS_EVERY_S", 0.01)
    hub, answers = make_hub(), iter(["", OperationalError("down", {}, Exception()), "aa11"])

    class Maps:
        def version(self) -> str:
            answer = next(answers, "aa11")
            if isinstance(answer, Exception):
                raise answer
            return answer

    page = Page(hub.join(Audience.OPERATOR, "vi", []))
    task = asyncio.create_task(live.follow.watch_maps(hub, Maps()))  # type: ignore[arg-type]
    await page.until(lambda: "maps" in page.kinds() and page.last("maps")["version"] == "aa11")
    task.cancel()
    page.task.cancel()
