"""The live state: newest values in hashes, announced in one step, received again after every outage."""

import asyncio
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hangs import come, until
from redis.asyncio import Redis
from said import at_place, columns_of, kpi_result, status_event

import store.valkey.live_state
from domain.fleets.vehicle import Position, Vehicle
from domain.kpis.health import FeedHealth, Silent
from domain.kpis.kpi import Status
from domain.observation import Kind
from store.valkey.live_state import KEPT_EVENTS, Changed, LiveState
from store.valkey.server import EmbeddedValkey, connect

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
VEHICLE = Vehicle(
    id="LA-001",
    device="867530912345678",
    bound=True,
    at=T0,
    received_at=T0 + timedelta(milliseconds=1500),
    latitude=10.543,
    longitude=106.41,
    kind=Kind.SIMULATED,
    source="Mô phỏng",
    speed_kmh=12.5,
    course_deg=None,
    place="27694",
    flags=("outside",),
)
# As a listener gets it: JSON knows no tuples.
HEARD = Position.of(VEHICLE)._replace(flags=list(VEHICLE.flags))
RESULT = kpi_result(
    key="waste_online_rate",
    territory="2025-07",
    place="80",
    value=93.25,
    numerator=27.0,
    denominator=30.0,
    reporting=27,
    expected=30,
    as_of=T0,
    computed_at=T0 + timedelta(seconds=1),
    status=Status.WARNING,
    since=T0 - timedelta(hours=1),
    kinds={Kind.MEASURED: 20, Kind.SIMULATED: 7},
    sources=("a", "Mô phỏng"),
)
FEED = FeedHealth(
    feed="coverage",
    accepted=1,
    duplicates=2,
    rejected=3,
    late=4,
    corrected=5,
    last_received_at=T0,
    last_at=None,
    reporting=0,
    expected=60,
    measured_share=None,
    simulated_share=0.5,
    silent=(Silent("27694", None), Silent("27712", T0)),
)
EVENT = status_event(
    at=T0,
    key="waste_online_rate",
    territory="2025-07",
    place="80",
    before=Status.NORMAL,
    after=Status.NO_DATA,
    value=None,
)


async def test_an_empty_state_is_empty(live: LiveState) -> None:
    assert (await live.vehicles(), await live.results(), await live.feeds(), await live.events()) == ([], [], [], [])


async def test_everything_comes_back_as_it_was_given(live: LiveState) -> None:
    nothing = at_place(
        RESULT, place="27694", value=None, numerator=None, denominator=None, as_of=None, kinds={}, sources=()
    )
    await live.publish_positions(map(Position.of, [VEHICLE, replace(VEHICLE, id="LA-002", speed_kmh=None, flags=())]))
    await live.publish_results(columns_of([RESULT, nothing]))
    await live.publish_feeds([FEED])
    await live.publish_events([EVENT])
    assert await live.vehicles() == [VEHICLE, replace(VEHICLE, id="LA-002", speed_kmh=None, flags=())]
    assert sorted((r for c in await live.results() for r in c.results()), key=lambda r: r.place) == [nothing, RESULT]
    assert await live.feeds() == [FEED]
    assert await live.events() == [EVENT]


async def test_a_position_kept_by_the_release_before_is_read(live: LiveState) -> None:
    names = ("id", "device", "bound", "at", "received", "lat", "lon", "kind", "source", "speed", "course", "place")
    kept = dict(zip((*names, "flags"), Position.of(VEHICLE)[:-1], strict=True))
    await live._redis.hset("live:vehicles", VEHICLE.id, orjson.dumps(kept))  # type: ignore[misc]
    assert await live.vehicles() == [VEHICLE]


async def test_the_newest_replaces_the_older(live: LiveState) -> None:
    await live.publish_positions(map(Position.of, [VEHICLE]))
    await live.publish_positions(map(Position.of, [replace(VEHICLE, latitude=10.6)]))
    assert [vehicle.latitude for vehicle in await live.vehicles()] == [10.6]


async def test_events_are_newest_first_and_bounded(live: LiveState) -> None:
    given = [replace(EVENT, at=T0 + timedelta(seconds=n)) for n in range(KEPT_EVENTS + 5)]
    await live.publish_events(given[:3])
    await live.publish_events(given[3:])
    await live.publish_events([])
    assert await live.events() == given[:4:-1]
    assert await live.events(2) == given[:-3:-1]


async def test_listeners_hear_every_kind_of_change(live: LiveState) -> None:
    heard = live.listen()
    assert await anext(heard) == Changed(resync=True)
    await live.publish_positions([])
    await live.publish_positions(map(Position.of, [VEHICLE]))
    await live.publish_results(columns_of([RESULT]))
    await live.publish_feeds([FEED])
    await live.publish_events([EVENT])
    changes = [await come(anext(heard)) for _ in range(4)]
    assert [list(change.vehicles) for change in changes] == [[HEARD], [], [], []]
    assert [[r for c in change.results for r in c.results()] for change in changes] == [[], [RESULT], [], []]
    assert [list(change.feeds) for change in changes] == [[], [], [FEED], []]
    assert [list(change.events) for change in changes] == [[], [], [], [EVENT]]
    assert not any(change.resync for change in changes)
    await heard.aclose()


async def test_what_one_tick_changed_is_one_change(live: LiveState) -> None:
    heard = live.listen()
    await anext(heard)
    await live.publish()
    await live.publish(results=columns_of([RESULT]), events=[EVENT], feeds=[FEED])
    change = await come(anext(heard))
    assert [r for c in change.results for r in c.results()] == [RESULT]
    assert (list(change.events), list(change.feeds), change.resync) == ([EVENT], [FEED], False)
    assert (await live.events(), await live.feeds()) == ([EVENT], [FEED])
    await heard.aclose()


async def test_removed_vehicles_are_gone_and_listeners_read_again(live: LiveState) -> None:
    await live.publish_positions(map(Position.of, [VEHICLE, replace(VEHICLE, id="LA-002")]))
    heard = live.listen()
    await anext(heard)
    await live.remove_vehicles([])
    await live.remove_vehicles(["LA-001"])
    assert (await come(anext(heard))).resync
    assert [vehicle.id for vehicle in await live.vehicles()] == ["LA-002"]
    await heard.aclose()


@pytest.mark.servers
async def test_a_listener_survives_the_death_of_the_server(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as server:
        redis: Redis = connect(server.url)
        live = LiveState(redis)
        heard = live.listen()
        assert (await anext(heard)).resync
        await live.publish_positions(map(Position.of, [VEHICLE]))
        assert list((await anext(heard)).vehicles) == [HEARD]

        assert server.process is not None
        server.process.kill()
        waiting = asyncio.ensure_future(anext(heard))
        await asyncio.to_thread(server.process.wait)
        await asyncio.to_thread(server.start)
        assert (await come(waiting)).resync
        assert await live.vehicles() == [VEHICLE], "the append-only file brought it back"
        await live.publish_feeds([FEED])
        assert list((await come(anext(heard))).feeds) == [FEED]
        await heard.aclose()
        await redis.aclose()


def quiet_when_told(redis: "Redis", quiet: list[bool], checked: list[float]) -> None:
    """Let a listener's waits end by ``quiet`` and not by time: True is a wait in which nothing came, False one that
    lasts until something comes; after the last one all of them last. ``checked`` gets each wait's own limit, seconds.
    """
    pool = redis.connection_pool

    class Told(pool.connection_class):  # type: ignore[name-defined, misc]
        async def read_response(self, *args: Any, **named: Any) -> Any:
            if "timeout" in named:
                checked.append(named["timeout"])
                if quiet and quiet.pop(0):
                    return None
                named["timeout"] = math.inf
            return await super().read_response(*args, **named)

    pool.connection_class = Told


async def pings(redis: "Redis") -> int:
    """How many PINGs the server has answered."""
    counted: dict[str, Any] = await redis.info("commandstats")
    calls: int = counted.get("cmdstat_ping", {"calls": 0})["calls"]
    return calls


async def test_a_quiet_server_that_answers_is_no_outage(live: LiveState, redis: "Redis", redis_url: str) -> None:
    listening, checked = connect(redis_url), list[float]()
    quiet_when_told(listening, [False, True, False, True, False], checked)
    before = await pings(redis)
    heard = LiveState(listening).listen()
    assert (await come(anext(heard))).resync
    waiting = asyncio.ensure_future(anext(heard))

    async def answered_twice() -> bool:
        return waiting.done() or await pings(redis) == before + 2

    await until(answered_twice)
    assert not waiting.done(), "silence with an answering server is no outage"
    await live.publish_feeds([FEED])
    change = await come(waiting)
    assert (list(change.feeds), change.resync) == ([FEED], False)
    assert await pings(redis) == before + 2
    assert set(checked) == {store.valkey.live_state._QUIET_CHECK_S}
    await heard.aclose()
    await listening.aclose()


async def test_a_server_that_does_not_answer_is_an_outage(live: LiveState, redis: "Redis", redis_url: str) -> None:
    listening = connect(redis_url)
    quiet_when_told(listening, [False, True, True], [])
    before = await pings(redis)
    heard = LiveState(listening).listen()
    assert (await come(anext(heard))).resync
    assert (await come(anext(heard))).resync, "asked once, heard nothing: what was said since may be lost"
    assert await pings(redis) == before + 1
    await live.publish_feeds([FEED])
    assert list((await come(anext(heard))).feeds) == [FEED], "heard again through a new connection"
    await heard.aclose()
    await listening.aclose()
