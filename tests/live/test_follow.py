"""Following the store: everything is read again after each outage, and a failed reading is retried."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from said import columns_of
from sqlalchemy.exc import OperationalError

import live.follow
import live.hub
from domain.fleets.vehicle import Position, Vehicle
from domain.kpis.alarm import Handling, Priority
from domain.kpis.kpi import Audience, Status
from live.follow import follow
from store.valkey.live_state import Changed
from tests.live.test_hub import NOW, Page, make_hub, result, truck


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
    page = Page(hub.join(Audience.OPERATOR, "vi", ["vehicles"], exact=True))
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
    page = Page(hub.join(Audience.OPERATOR, "vi", ["vehicles"], exact=True))
    await page.until(lambda: page.frames and len(page.frames[-1].slot) == 1)
    task.cancel()
    page.task.cancel()


async def test_one_bad_part_keeps_no_other_from_the_pages(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live.hub, "CARDS_EVERY_S", 0.001)
    hub, store = make_hub(), FakeLive([])

    def broken(_positions: object) -> None:
        raise OverflowError("no vehicle can be shown")

    monkeypatch.setattr(hub, "take_vehicles", broken)
    task = asyncio.create_task(follow(hub, store, nothing))  # type: ignore[arg-type]
    page = Page(hub.join(Audience.OPERATOR, "vi", ["kpis", "vehicles"], exact=True))
    await store.changes.put(Changed(vehicles=[Position.of(truck("A"))], results=columns_of([result("a", 7.0)])))
    await page.until(lambda: "kpis" in page.kinds() and page.last("kpis")["cards"])
    assert page.last("kpis")["cards"][0]["value"] == 7.0
    assert not task.done()
    assert "1 changes were not taken" in caplog.text
    task.cancel()
    page.task.cancel()


async def test_what_can_be_read_is_shown_while_another_part_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.follow, "FIRST_PAUSE_S", 0.001)
    hub, store = make_hub(), FakeLive([truck("A")], failures=10**9)
    monkeypatch.setattr(store, "results", lambda: told_results())
    task = asyncio.create_task(follow(hub, store, nothing))  # type: ignore[arg-type]
    page = Page(hub.join(Audience.OPERATOR, "vi", ["kpis", "vehicles"], exact=True))
    await page.until(lambda: "kpis" in page.kinds() and page.last("kpis")["cards"])
    store.failures = 0
    await page.until(lambda: page.frames and len(page.frames[-1].slot) == 1)
    task.cancel()
    page.task.cancel()


async def told_results() -> list[Any]:
    return columns_of([result("a", 7.0)])


async def test_a_change_of_maps_reaches_pages_through_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.follow, "MAPS_EVERY_S", 0.01)
    hub, answers = make_hub(), iter(["", OperationalError("down", {}, Exception()), "aa11"])

    class Maps:
        def version(self) -> str:
            answer = next(answers, "aa11")
            if isinstance(answer, Exception):
                raise answer
            return answer

    page = Page(hub.join(Audience.OPERATOR, "vi", [], exact=True))
    task = asyncio.create_task(live.follow.watch_maps(hub, Maps()))  # type: ignore[arg-type]
    await page.until(lambda: "maps" in page.kinds() and page.last("maps")["version"] == "aa11")
    task.cancel()
    page.task.cancel()


async def test_who_took_an_alarm_reaches_pages_through_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.follow, "ALARMS_EVERY_S", 0.01)
    monkeypatch.setattr(live.hub, "ALARMS_EVERY_S", 0.01)
    did = Handling(alarm="a", priority=Priority.HIGH, by="Lan", at=NOW)
    hub, answers = make_hub(), iter([{}, OperationalError("down", {}, Exception()), {"a": did}])
    hub.take_results(columns_of([result("a", 7.0, status=Status.CRITICAL)]))

    told = [{"key": "a", "by": {"a": "Lan"}}]

    class Handlings:
        async def alarm_handlings(self) -> dict[str, Handling]:
            answer = next(answers, {"a": did})
            if isinstance(answer, Exception):
                raise answer
            return answer

    page = Page(hub.join(Audience.OPERATOR, "vi", ["alarms"], exact=True))
    task = asyncio.create_task(live.follow.watch_alarms(hub, Handlings()))  # type: ignore[arg-type]
    await page.until(lambda: "rows" in page.kinds() and page.last("rows")["rows"] == told)
    task.cancel()
    page.task.cancel()
