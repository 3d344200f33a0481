"""Anybody may send under any name: waiting devices are counted and listed, and displace no vehicle on the wall."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from collecting import NOW, clock, counted, drain, items, parts, position, reader, roster
from fuzzing import examples
from said import vehicle
from sqlalchemy import Engine, func, select
from standing_clock import Clock

import intake.collector.session
import intake.collector.trackers
import store.waiting
from domain.access.principal import CENTRE
from domain.feeds.feed import Payload
from domain.feeds.part import Part
from domain.fleets.fleet import WAITING
from domain.fleets.vehicle import Position
from domain.kpis.kpi import Audience
from intake.collector.collector import FeedReader, Parts
from live.follow import follow
from store.reading import PENDING_LIMIT, Reading
from store.registry import Registry
from store.tables.fleet import devices, fixes, fixes_latest
from store.tables.retention import raw
from store.valkey.live_state import LiveState
from tests.intake.evaluator.test_evaluator import evaluator
from tests.live.test_hub import Page, make_hub

__all__ = ["clock", "parts"]
MADE_UP = 70_000
AT_ONCE = 5_000


async def nothing() -> None:
    return


async def shown(live: LiveState) -> list[str]:
    return [vehicle.id for vehicle in await live.vehicles()]


def in_memory(opened: FeedReader) -> int:
    return len(opened._session._trackers._states)


def stranger(device: str, north_m: float = 0) -> Payload:
    return replace(position(device, NOW, north_m), feed=WAITING, address="203.0.113.9")


async def flooded(parts: Parts, opened: FeedReader, count: int, **also: str) -> int:
    """Let devices nobody knows send one fix each; returns the most states that were ever in memory."""
    most = 0
    for first in range(0, count, AT_ONCE):
        await parts.stream.append_many(
            [
                replace(stranger(f"made-up-{n}", 7 * n % 9_000), **also)
                for n in range(first, min(count, first + AT_ONCE))
            ]
        )
        while await opened.read_once(block_ms=0):
            most = max(most, in_memory(opened))
    return most


async def test_seventy_thousand_made_up_devices_keep_no_truck_from_the_wall(
    parts: Parts, engine: Engine, live: LiveState, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up, kept = examples(MADE_UP), examples(store.waiting.WAITING_AT_MOST)
    monkeypatch.setattr(store.waiting, "WAITING_AT_MOST", kept)
    opened, waiting_room = await reader(parts), await reader(parts, WAITING)
    await parts.stream.append(items("waste_trucks", *roster("LA-001", in_service=1, tracker_fitted=1)))
    await parts.stream.append(position("LA-001", NOW))
    await drain(opened)
    assert await flooded(parts, waiting_room, made_up) == 0, "nothing made up is kept in memory"
    hub = make_hub()
    task = asyncio.create_task(follow(hub, live, nothing))
    page = Page(hub.join(Audience.OPERATOR, "vi", ["vehicles", "kpis", "feeds"], exact=True))
    await page.until(lambda: page.frames and len(page.frames[-1].slot) == 1)
    await parts.stream.append(position("LA-001", NOW + timedelta(seconds=30), 200))
    await drain(opened)
    await page.until(lambda: page.frames[-1].at_s.tolist() == [int(NOW.timestamp()) + 30])
    await (await evaluator(parts)).once()
    await page.until(lambda: {"kpis", "rows"} <= set(page.kinds()) and page.last("rows")["rows"])
    assert page.last("names")["ids"] == ["LA-001"]
    assert counted(engine, WAITING).accepted == made_up, "nothing was refused or lost"
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(fixes)) == 2, "the truck's own"
        assert connection.scalar(select(func.count()).select_from(devices)) == 1
        assert connection.scalar(select(func.count()).select_from(raw).where(raw.c.feed == WAITING)) == 0
    assert await shown(live) == ["LA-001"]
    reading = Reading(engine, live)
    assert len(await reading.pending_devices()) == PENDING_LIMIT
    assert await reading.count_pending() == kept, "the list is bounded"
    # A collector that starts anew reads only what it needs.
    await parts.stream.release_lease(Part("waste_trucks"), "one")
    anew = await reader(parts, owner="two")
    assert in_memory(anew) == 1
    # A device bound now is on the map at once, from its newest fix.
    (chosen,) = await reading.pending_devices(1)
    Registry(engine).bind(
        chosen.device, "LA-002", feed="waste_trucks", by=CENTRE, now=NOW, sender="address:203.0.113.9"
    )
    await parts.stream.append(position("LA-001", NOW + timedelta(seconds=60), 300))
    await drain(anew)
    assert await shown(live) == ["LA-001", "LA-002"]
    task.cancel()
    page.task.cancel()


async def test_what_an_older_centre_left_on_the_map_goes(parts: Parts, live: LiveState) -> None:
    """A hub that starts with more vehicles than a frame can hold shows what it can; a collector takes strangers off."""
    strangers = [vehicle(f"made-up-{n}", at=NOW, bound=False) for n in range(MADE_UP)]
    known = replace(strangers[0], id="A", device="A", bound=True)
    for first in range(0, MADE_UP, AT_ONCE):
        await live.publish_positions(map(Position.of, strangers[first : first + AT_ONCE]))
    await live.publish_positions(map(Position.of, [known]))
    hub = make_hub()
    task = asyncio.create_task(follow(hub, live, nothing))
    page = Page(hub.join(Audience.OPERATOR, "vi", ["vehicles", "feeds"], exact=True))
    await page.until(lambda: page.frames and len(page.frames[-1].slot) == 65_536)
    await reader(parts)
    await (await evaluator(parts)).once()
    await page.until(lambda: "rows" in page.kinds() and page.last("rows")["rows"])
    assert await shown(live) == ["A"]
    await page.until(lambda: sum(page.frames[-1].state != 255) <= 1)
    assert not task.done()
    task.cancel()
    page.task.cancel()


async def test_a_forgotten_device_goes_on_where_the_database_left_it(
    parts: Parts, engine: Engine, live: LiveState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake.collector.trackers, "WAITING_KEPT", 2)
    before = NOW - timedelta(minutes=10)
    opened = await reader(parts)
    await parts.stream.append_many([position("phone", before + timedelta(seconds=30 * n), 50 * n) for n in range(3)])
    await drain(opened)
    await flooded(parts, opened, 500, feed="waste_trucks")
    assert "phone" not in opened._session._trackers.devices
    await parts.stream.append_many(
        [position("phone", before + timedelta(seconds=s), 50 * s // 30) for s in (60, 45, 90)]
    )
    await drain(opened)
    day = opened._store.tracker_days("waste_trucks", NOW.date(), ["phone"])["phone"]
    assert (day.fixes, day.duplicates, day.out_of_order) == (5, 1, 1), "as if it had never been forgotten"
    with engine.connect() as connection:
        at_ms = connection.scalar(select(fixes_latest.c.at_ms).where(fixes_latest.c.device == "phone"))
    assert at_ms == (before + timedelta(seconds=90)).timestamp() * 1000


async def test_without_a_roster_a_stranger_waits_and_a_sources_own_vehicle_is_on_the_map(
    parts: Parts, engine: Engine, live: LiveState
) -> None:
    opened, waiting_room = await reader(parts), await reader(parts, WAITING)
    where = {"measure": "position", "latitude": 10.54, "longitude": 106.41}
    await parts.stream.append(stranger("phone"))
    await parts.stream.append(items("waste_trucks", *({**where, "entity": f"P-{n:03d}"} for n in range(500))))
    await drain(opened)
    await drain(waiting_room)
    assert await shown(live) == [f"P-{n:03d}" for n in range(500)]
    assert await Reading(engine, live).count_pending() == 1
    Registry(engine).unbind("P-007", now=NOW, by=CENTRE)
    await parts.stream.append(items("waste_trucks", {**where, "entity": "P-007", "at": "2026-11-22T03:00:30Z"}))
    clock_on(parts, 5)
    await drain(opened)
    clock_on(parts, 5)
    await drain(opened)
    await parts.stream.append(items("waste_trucks", {**where, "entity": "P-007", "at": "2026-11-22T03:00:40Z"}))
    await drain(opened)
    assert "P-007" not in await shown(live), "what people took off stays off"
    waits = {(one.device, one.sender) for one in await Reading(engine, live).pending_devices()}
    assert waits == {("phone", "address:203.0.113.9"), ("P-007", "key:key")}


def clock_on(parts: Parts, seconds: float) -> None:
    assert isinstance(parts.clock, Clock)
    parts.clock.now += timedelta(seconds=seconds)


async def test_a_source_may_call_so_many_vehicles_and_no_more(
    parts: Parts, engine: Engine, live: LiveState, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await reader(parts)
    monkeypatch.setattr(intake.collector.session, "VEHICLES_AT_MOST", 5 + 3)  # the fixture's five are known
    where = {"measure": "position", "latitude": 10.54, "longitude": 106.41}
    for first in (0, 10):
        given = ({**where, "entity": f"P-{n:03d}"} for n in range(first, first + 10))
        await parts.stream.append(items("waste_trucks", *given))
        await drain(opened)
    assert len(await shown(live)) == 3
    assert await Reading(engine, live).count_pending() == 17


async def test_a_message_without_a_key_makes_no_vehicle_of_a_name(parts: Parts, live: LiveState) -> None:
    opened = await reader(parts)
    where = {"measure": "position", "entity": "P-001", "latitude": 10.54, "longitude": 106.41}
    await parts.stream.append(replace(items("waste_trucks", where), source=""))
    await drain(opened)
    assert await shown(live) == []
