"""Several fleets: a second fleet is one file, the register decides a tracker's fleet, and each fleet has its own N."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from collecting import NOW
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from standing_clock import Clock

import data_sources
from domain.access.principal import CENTRE
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload, tracked
from domain.feeds.scrub import Secrets
from domain.fleets.fleet import WAITING, Carrier, OtherFleetError
from domain.key_role import Holder
from intake.collector.collector import FeedReader, Parts
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.messages import waiting
from intake.messages.fleets import Fleets
from store.changes import Changes
from store.intake import IntakeStore, feed_counts
from store.reading import Reading
from store.records import RegisteredVehicle
from store.registry import Registry, hash_key
from store.tables.fleet import fixes
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream
from tests.intake.evaluator.test_evaluator import evaluator

WASTE, AMBULANCES = "waste_trucks", "ambulances"
SECOND_FLEET = '''
"""Ambulances of the province."""

from dataclasses import replace

from data_sources.messages.observations import observations
from data_sources.messages.trackers import tracked
from data_sources.waste_trucks import FEED as TRUCKS, MEASURES
from data_sources.workbooks.table import tables
from domain.feeds.way_in import Files, HouseJson
from domain.text import Text

FEED = replace(
    TRUCKS, key="ambulances", names=Text("Xe cứu thương", "Ambulances"), drives_plan=False,
    ways_in=(tracked(), HouseJson(observations(MEASURES)), Files(tables(MEASURES))),
)
'''


@pytest.fixture
def feeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Feed]]:
    """What a centre finds that was given one more file, and nothing else."""
    (tmp_path / "ambulances.py").write_text(SECOND_FLEET)
    monkeypatch.setattr(data_sources, "__path__", [*data_sources.__path__, str(tmp_path)])
    yield discover(data_sources, "FEED", Feed)
    monkeypatch.undo()


@dataclass
class Centre:
    """A door and a collector of every feed trackers come to, on real servers, at a clock of the test's own."""

    parts: Parts
    registry: Registry
    clock: Clock
    door: httpx.AsyncClient
    readers: dict[str, FeedReader] = field(default_factory=dict)

    async def send(self, device: str, north_m: float = 0, *, key: str = "", **more: Any) -> httpx.Response:
        at = int(self.clock.now.timestamp())
        sent = {"id": device, "lat": 10.54 + north_m / 111_195, "lon": 106.41, "timestamp": at} | more
        return await self.door.get("/ingest/osmand", params=sent, headers={"X-API-Key": key} if key else {})

    async def tell(self, feed: str, *items: dict[str, Any]) -> httpx.Response:
        filled = [{"feed": feed, "at": self.clock.now.isoformat(), "source": "t", "place": "27694"} | i for i in items]
        return await self.door.post("/ingest/observations", json=filled, headers={"X-API-Key": "right"})

    async def collect(self) -> None:
        """Everything that waits in the streams; collectors look at the register again."""
        self.later(3)
        for reader in self.readers.values():
            while await reader.read_once(block_ms=0):
                pass

    def later(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)

    async def shown(self) -> dict[str, tuple[str, str]]:
        """Fleet and device by vehicle, as the map has them."""
        return {one.id: (one.feed, one.device) for one in await self.parts.live.vehicles()}

    async def counted(self) -> dict[str, tuple[int, int]]:
        """Who is fresh of how many, by fleet."""
        await (await evaluator(self.parts)).once()
        return {
            h.feed: (h.reporting, h.expected) for h in await self.parts.live.feeds() if h.feed in (WASTE, AMBULANCES)
        }


@pytest.fixture
async def centre(stream: RawStream, live: LiveState, engine: Engine, feeds: dict[str, Feed]) -> AsyncIterator[Centre]:
    registry, clock = Registry(engine), Clock(NOW)
    registry.seed_places()
    parts = Parts(
        stream=stream, live=live, engine=engine, feeds=feeds, clock=clock, ticks=lambda: clock.now.timestamp()
    )
    fleets = Fleets(feeds, registry.fleets, registry.version, ticks=parts.ticks)
    keys = KeyRing(lambda: {hash_key("right"): Holder("VNPT")})
    app = create_front_door(
        stream, keys, feeds, fleets=fleets, secrets=Secrets(bytes(32)), clock=clock, ticks=parts.ticks
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as door:
        opened = Centre(parts, registry, clock, door)
        for feed in (feeds[WASTE], feeds[AMBULANCES], waiting.FEED):
            opened.readers[feed.key] = FeedReader(feed, parts)
            await opened.readers[feed.key].open()
        yield opened


def stored(engine: Engine) -> list[tuple[str, str]]:
    """Device and feed of every fix, in order of arrival."""
    with engine.connect() as connection:
        query = select(fixes.c.device, fixes.c.feed).order_by(fixes.c.received_ms, fixes.c.device)
        return [(row.device, row.feed) for row in connection.execute(query)]


async def test_the_register_chooses_the_feed_and_each_fleet_counts_its_own(centre: Centre, engine: Engine) -> None:
    assert tracked(centre.parts.feeds.values()) == [AMBULANCES, WASTE]
    centre.registry.bind("861", "LA-001", feed=WASTE, by=CENTRE, now=NOW)
    centre.registry.bind("862", "115-01", feed=AMBULANCES, by=CENTRE, now=NOW)
    centre.registry.bind("863", "115-02", feed=AMBULANCES, by=CENTRE, now=NOW)
    await centre.tell(AMBULANCES, {"measure": "in_service", "entity": "115-03", "value": 1})
    for device in ("861", "862", "863"):
        assert (await centre.send(device)).status_code == 202
    await centre.collect()
    assert await centre.shown() == {
        "LA-001": (WASTE, "861"), "115-01": (AMBULANCES, "862"), "115-02": (AMBULANCES, "863"),
    }  # fmt: skip
    assert await centre.counted() == {WASTE: (1, 1), AMBULANCES: (2, 3)}
    assert {key: counts.accepted for key, counts in feed_counts(engine).items()} == {
        WASTE: 1,
        AMBULANCES: 3,
        WAITING: 0,
    }


async def test_a_fleet_without_vehicles_counts_none_of_anothers(centre: Centre) -> None:
    centre.registry.bind("861", "LA-001", feed=WASTE, by=CENTRE, now=NOW)
    await centre.send("861")
    await centre.collect()
    assert await centre.counted() == {WASTE: (1, 1), AMBULANCES: (0, 0)}


async def test_a_device_bound_a_second_ago_is_right_and_a_moved_one_leaves_its_past(
    centre: Centre, engine: Engine
) -> None:
    centre.registry.bind("861", "115-01", feed=AMBULANCES, by=CENTRE, now=NOW)
    await centre.send("861")
    await centre.collect()
    assert await centre.shown() == {"115-01": (AMBULANCES, "861")}
    centre.registry.bind("861", "LA-001", feed=WASTE, by=CENTRE, now=centre.clock.now)
    await centre.collect()
    assert await centre.shown() == {}, "it is no ambulance any more, and no truck before it is heard as one"
    centre.later(1)
    await centre.send("861", 20)
    await centre.collect()
    assert await centre.shown() == {"LA-001": (WASTE, "861")}
    assert stored(engine) == [("861", AMBULANCES), ("861", WASTE)]
    assert await centre.counted() == {WASTE: (1, 1), AMBULANCES: (0, 0)}
    days = {feed: IntakeStore(engine).tracker_days(feed, NOW.date(), ["861"]) for feed in (WASTE, AMBULANCES)}
    assert [days[feed]["861"].fixes for feed in days] == [1, 1]
    # And back: what the first fleet remembers of it is not older than what it kept.
    centre.registry.bind("861", "115-01", feed=AMBULANCES, by=CENTRE, now=centre.clock.now)
    centre.later(1)
    await centre.send("861", 40)
    await centre.collect()
    assert await centre.shown() == {"115-01": (AMBULANCES, "861")}
    assert (await Reading(engine, centre.parts.live).track("LA-001", NOW, centre.clock.now))[0].feed == WASTE


async def test_a_stranger_waits_and_what_waited_is_its_fleets_once_it_is_bound(centre: Centre, engine: Engine) -> None:
    for metres in (0, 30):
        await centre.send("phone", metres)
        await centre.collect()
    reading = Reading(engine, centre.parts.live)
    assert [device.device for device in await reading.pending_devices()] == ["phone"]
    assert (await centre.shown(), await centre.counted()) == ({}, {WASTE: (0, 0), AMBULANCES: (0, 0)})
    assert stored(engine) == [], "nothing of a stranger is kept but its newest fix"
    sender = "address:127.0.0.1"
    centre.registry.bind("phone", "115-01", feed=AMBULANCES, by=CENTRE, now=centre.clock.now, sender=sender)
    await centre.collect()
    assert await centre.shown() == {"115-01": (AMBULANCES, "phone")}, "at once, from where it was last"
    assert await centre.counted() == {WASTE: (0, 0), AMBULANCES: (1, 1)}
    await centre.send("phone", 60)
    await centre.collect()
    assert await reading.count_pending() == 0
    claimed = Changes(engine).devices(AMBULANCES, NOW.date())
    assert (list(claimed.vehicle), claimed.fixes.tolist()) == (["115-01"], [1])
    centre.registry.unbind("phone", by=CENTRE, now=centre.clock.now)
    centre.later(1)
    await centre.send("phone", 90)
    await centre.collect()
    assert (await centre.shown(), stored(engine)) == ({}, [("phone", AMBULANCES)])
    assert await reading.count_pending() == 1


def entity(device: str, latitude: object = 10.54) -> dict[str, object]:
    point = {"type": "Point", "coordinates": [106.41, latitude]}
    where = {"type": "GeoProperty", "value": point, "observedAt": NOW.isoformat()}
    return {"id": f"urn:ngsi-ld:Vehicle:{device}", "type": "Vehicle", "location": where}


async def test_one_message_of_two_fleets_and_strangers_is_each_ones_once(centre: Centre, engine: Engine) -> None:
    centre.registry.bind("861", "LA-001", feed=WASTE, by=CENTRE, now=NOW)
    centre.registry.bind("862", "115-01", feed=AMBULANCES, by=CENTRE, now=NOW)
    told = [entity("861"), entity("862"), entity("phone"), entity("862", "x")]
    message = {"id": "n:1", "type": "Notification", "notifiedAt": NOW.isoformat(), "data": told}
    answer = await centre.door.post("/ingest/ngsi-ld", json=message, headers={"X-API-Key": "right"})
    assert (answer.status_code, answer.json().get("accepted"), answer.json().get("rejected")) == (202, 3, 1), (
        answer.text
    )
    await centre.collect()
    assert sorted(stored(engine)) == [("861", WASTE), ("862", AMBULANCES)]
    (waits,) = await Reading(engine, centre.parts.live).pending_devices()
    assert (waits.device, waits.sender) == ("phone", "key:VNPT")
    assert {key: (one.accepted, one.rejected) for key, one in feed_counts(engine).items()} == {
        WASTE: (1, 0), AMBULANCES: (1, 0), WAITING: (1, 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    "device", [WAITING, AMBULANCES, "raw:ambulances", "unknown", "861\n862", "../861", "’; DROP TABLE fixes", "8" * 400]
)
async def test_no_name_leads_into_a_fleet_that_nobody_put_it_in(centre: Centre, engine: Engine, device: str) -> None:
    centre.registry.bind("861", "115-01", feed=AMBULANCES, by=CENTRE, now=NOW)
    centre.registry.bind("862", "115-02", feed="a_fleet_of_an_older_release", by=CENTRE, now=NOW)
    assert (await centre.send(device)).status_code == 202
    assert (await centre.send("862")).status_code == 202
    await centre.collect()
    assert stored(engine) == []
    assert await Reading(engine, centre.parts.live).count_pending() == 1
    assert await centre.shown() == {}


async def test_a_source_of_one_fleet_says_nothing_of_anothers_vehicles(centre: Centre, engine: Engine) -> None:
    centre.registry.bind("861", "LA-001", feed=WASTE, by=CENTRE, now=NOW)
    await centre.tell(WASTE, {"measure": "in_service", "entity": "LA-001", "value": 1})
    await centre.collect()
    where = {"measure": "position", "latitude": 10.54, "longitude": 106.41}
    said = [{"measure": "in_service", "entity": "LA-001", "value": 0}, where | {"entity": "LA-001"}]
    await centre.tell(AMBULANCES, *said, where | {"entity": "115-07"})
    await centre.collect()
    assert centre.registry.vehicles()["LA-001"].feed == WASTE
    assert centre.registry.vehicles()["LA-001"].in_service
    assert await centre.shown() == {"115-07": (AMBULANCES, "115-07")}
    reasons = [item.rejection for item in await Reading(engine, centre.parts.live).rejections(AMBULANCES)]
    assert {(one.reason.code, one.detail) for one in reasons} == {("other_fleet", f"LA-001: {WASTE}")}
    assert await centre.counted() == {WASTE: (0, 1), AMBULANCES: (1, 1)}


async def test_a_name_without_a_key_and_another_sender_speak_for_no_vehicle(centre: Centre, engine: Engine) -> None:
    truck = RegisteredVehicle(id="LA-010", feed=WASTE, place="", in_service=True)
    centre.registry.put_vehicles([truck, replace(truck, id="LA-011")], NOW)
    here, reading = "address:127.0.0.1", Reading(engine, centre.parts.live)
    centre.registry.bind("phone", "LA-011", feed=WASTE, by=CENTRE, now=NOW, sender="address:10.0.0.7")
    for metres in (0, 20):
        assert (await centre.send("LA-010", metres)).status_code == 202
        assert (await centre.send("phone", metres)).status_code == 202
        await centre.collect()
    assert (await centre.shown(), stored(engine)) == ({}, [])
    listed = {(one.device, one.sender, one.claims) for one in await reading.pending_devices()}
    assert listed == {("LA-010", here, ""), ("phone", here, "LA-011")}
    # A key stands for the name, and a person for the phone.
    await centre.send("LA-010", 40, key="right")
    centre.registry.bind("phone", "LA-011", feed=WASTE, by=CENTRE, now=centre.clock.now, sender=here)
    centre.later(1)
    await centre.send("phone", 40)
    await centre.collect()
    assert await centre.shown() == {"LA-010": (WASTE, "LA-010"), "LA-011": (WASTE, "phone")}
    assert [one.device for one in await reading.pending_devices()] == ["LA-010"], "who used the name still waits"


async def test_a_binding_without_a_sender_is_the_first_senders(centre: Centre, engine: Engine) -> None:
    centre.registry.bind("861", "LA-001", feed=WASTE, by=CENTRE, now=NOW)
    await centre.send("861")
    await centre.collect()
    await centre.send("861", 2_000, key="right")
    await centre.collect()
    assert centre.registry.bound()["861"].sender == "address:127.0.0.1"
    assert stored(engine) == [("861", WASTE)]
    (conflict,) = await Reading(engine, centre.parts.live).pending_devices()
    assert (conflict.sender, conflict.claims) == ("key:VNPT", "LA-001")


@pytest.mark.parametrize("device", ["LA-0\u200b01", "LA-\u202e001", "L\u0410-001", "LA\u2028001", "\uff2c\uff21-001"])
async def test_an_id_that_looks_like_another_is_refused_in_words(centre: Centre, engine: Engine, device: str) -> None:
    answer = await centre.send(device)
    assert (answer.status_code, answer.json()["reason"]) == (400, "bad_id")
    assert answer.json()["vi"]
    await centre.collect()
    assert await Reading(engine, centre.parts.live).count_pending() == 0


async def test_a_vehicle_that_changes_its_fleet_takes_its_trackers_along(centre: Centre, engine: Engine) -> None:
    one = RegisteredVehicle(id="115-01", feed=AMBULANCES, place="", in_service=True)
    centre.registry.put_vehicles([one], NOW)
    centre.registry.bind("861", "115-01", feed=AMBULANCES, by=CENTRE, now=NOW)
    for device in ("861", "115-01"):
        await centre.send(device, key="right")
    await centre.collect()
    moved_at = centre.clock.now
    moved = RegisteredVehicle(id="115-01", feed=WASTE, place="", in_service=True)
    centre.registry.put_vehicles([moved], moved_at)
    assert centre.registry.vehicles()["115-01"].feed == AMBULANCES, "no roster takes a vehicle from another fleet"
    centre.registry.put_vehicles([moved], moved_at, moved_by="Sở Y tế")
    centre.later(1)
    for device in ("861", "115-01"):
        await centre.send(device, 20, key="right")
    await centre.collect()
    assert sorted(stored(engine)) == sorted((d, f) for d in ("861", "115-01") for f in (AMBULANCES, WASTE))
    assert {feed for feed, _ in (await centre.shown()).values()} == {WASTE}
    told = [(b.device, b.feed, b.until) for b in centre.registry.bindings_of("115-01")]
    assert {t for t in told if t[2] is None} == {("861", WASTE, None), ("115-01", WASTE, None)}
    assert {t[:2] for t in told if t[2] == moved_at} == {("861", AMBULANCES), ("115-01", AMBULANCES)}
    with pytest.raises(OtherFleetError):
        centre.registry.bind("phone", "115-01", feed=AMBULANCES, by=CENTRE, now=moved_at)


async def test_a_database_that_is_away_keeps_no_tracker_out(feeds: dict[str, Feed]) -> None:
    now_s = [0.0]
    away: list[Exception] = []

    def version() -> int:
        if away:
            raise away[0]
        return 2

    fleets = Fleets(feeds, lambda: (1, {"861": Carrier("115-01", AMBULANCES)}, {}), version, ticks=lambda: now_s[0])
    await fleets.fresh()
    away.append(OperationalError("", {}, Exception()))
    now_s[0] = 10.0
    await fleets.fresh()
    told = Payload(feed=WAITING, format="osmand", body=b"", received_at=NOW)
    assert fleets.feed_of("861", told) == AMBULANCES
    assert fleets.feed_of("861", replace(told, format="a format of nobody")) == WAITING


async def test_before_the_register_was_ever_read_nothing_is_taken(stream: RawStream, feeds: dict[str, Feed]) -> None:
    def load() -> tuple[int, dict[str, Carrier], dict[str, str]]:
        raise OperationalError("", {}, Exception())

    fleets = Fleets(feeds, load, lambda: 0, ticks=lambda: 0.0)
    app = create_front_door(stream, KeyRing(dict), feeds, fleets=fleets, secrets=Secrets(bytes(32)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as door:
        answer = await door.get("/ingest/osmand?id=861&lat=10.5&lon=106.4")
    assert (answer.status_code, answer.json()["reason"]) == (503, "store_unreachable")
    assert await stream.length(WAITING) == 0
