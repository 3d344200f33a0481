"""Keys used together lie in one slot of a Redis Cluster: a real node in cluster mode refuses others (CROSSSLOT)."""

import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.feeds.feed import Payload
from domain.feeds.part import Part
from domain.fleets.vehicle import Position
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import Status
from domain.subject import place
from store.valkey.live_state import LiveState
from store.valkey.lookup_counts import LookupCounts
from store.valkey.pulls import PullLeaseLost, Pulls, lease_name
from store.valkey.raw_stream import RawStream, StreamUnreachable
from store.valkey.server import connect, find_server
from store.valkey.sessions import Sessions
from store.valkey.signed_in import SignedIn

pytestmark = [pytest.mark.servers, pytest.mark.enable_socket]
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
SLOTS = 16_384
PROGRAMS = sorted({str(find_server()), *filter(None, [shutil.which("redis-server")])})


@pytest.fixture(params=PROGRAMS, ids=lambda path: Path(path).name, scope="module")
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a node in cluster mode that holds all slots."""
    folder = tmp_path_factory.mktemp("cluster")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "cluster-enabled": "yes", "port": port, "cluster-port": 0 if port < 55_000 else port - 10_000,
        "bind": "127.0.0.1", "dir": folder, "save": "", "appendonly": "no",
    }  # fmt: skip
    given = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    server = subprocess.Popen([request.param, *given], stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture
async def cluster(node: str) -> "AsyncIterator[Redis]":
    """Client of the node, with all slots assigned and nothing in it."""
    client = connect(node)
    deadline = time.monotonic() + 30
    while not await assigned(client):
        assert time.monotonic() < deadline, "the node did not become a cluster"
    await client.flushdb()
    yield client
    await client.aclose()


async def assigned(client: "Redis") -> bool:
    """Whether the node holds all slots; it asks for them when it answers and does not."""
    try:
        if not await client.execute_command("CLUSTER", "SLOTS"):
            await client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, SLOTS - 1)
        await client.set("ready", 1)
    except (RedisError, OSError):
        return False
    return True


def halves(payload: Payload, of: int) -> tuple[int, ...]:
    return tuple(range(of)) if payload.query == "all" else (int(payload.query) % of,)


def payload(query: str, feed: str = "waste_trucks") -> Payload:
    return Payload(feed=feed, format="osmand", body=b"", received_at=AT, query=query)


async def test_the_node_refuses_what_lies_in_several_slots(cluster: "Redis") -> None:
    pipeline = cluster.pipeline(transaction=True)
    pipeline.set("a", 1)
    pipeline.set("b", 1)
    with pytest.raises(RedisError):
        await pipeline.execute()


@pytest.mark.parametrize("parts", [1, 4])
async def test_streams_and_leases_of_all_parts(cluster: "Redis", parts: int) -> None:
    stream = RawStream(cluster, parts, halves)
    for feed in ("waste_trucks", "services"):
        await stream.append_many([payload("all", feed), *(payload(str(n), feed) for n in range(8))])
        assert await stream.length(feed) == 8 + parts
        for number in range(parts):
            part = Part(feed, number, parts)
            assert await stream.acquire_lease(part, "one", 30)
            assert not await stream.acquire_lease(part, "two", 30)
            assert await stream.renew_lease(part, "one", 30)
            entries = await stream.read(part, "0-0", 100, 0)
            assert len(entries) == 1 + 8 // parts
            await stream.forget(part, entries[-1][0])
            await stream.release_lease(part, "one")
        assert await stream.length(feed) == 0


@pytest.mark.parametrize("parts", [1, 4])
async def test_what_is_fetched_goes_to_all_its_parts_with_its_position_or_to_none(cluster: "Redis", parts: int) -> None:
    stream, pulls = RawStream(cluster, parts, halves), Pulls(cluster)
    homes, copy = await stream.spread(payload("all", "services"))
    assert list(homes) == [Part("services", number, parts) for number in range(parts)]
    assert await stream.acquire_lease(lease_name("services"), "one", 30)
    with pytest.raises(PullLeaseLost):
        await pulls.keep("services", copy, homes, "office", before={}, after={"after": "3"}, owner="two")
    assert await stream.length("services") == 0
    await pulls.keep("services", copy, homes, "office", before={}, after={"after": "3"}, owner="one")
    with pytest.raises(PullLeaseLost):
        await pulls.keep("services", copy, homes, "office", before={}, after={"after": "6"}, owner="one")
    assert await pulls.position("services", "office") == {"after": "3"}
    for part in homes:
        ((_, kept),) = await stream.read(part, "0-0", 100, 0)
        assert kept == copy


async def test_live_state(cluster: "Redis") -> None:
    live = LiveState(cluster)
    of = place("80", "2025-07")
    event = StatusEvent(at=AT, key="k", of=of, before=Status.NORMAL, after=Status.WARNING, value=1.0)
    await live.publish_events([event])
    assert [one.key for one in await live.events()] == ["k"]
    shown = Position(id="A", device="A", bound=True, at_ms=0, received_ms=0, latitude=10.5, longitude=106.4,
                     kind="measured", source="", speed_kmh=None, course_deg=None, place="", flags=())  # fmt: skip
    await live.publish_positions([shown])
    await live.remove_vehicles(["A"])
    assert await live.vehicles() == []
    await live.announce_dirty("waste_trucks")


async def test_counts_and_sign_ins(cluster: "Redis") -> None:
    counts, sessions = LookupCounts(cluster), Sessions(cluster)
    await counts.add(date(2026, 11, 22), ("lookups", "lookups_one"))
    assert await counts.of(date(2026, 11, 22)) == {"lookups": 1, "lookups_one": 1}
    await sessions.note_wrong("127.0.0.1")
    assert await sessions.wrong_from("127.0.0.1") == 1
    assert await sessions.key_of(await sessions.open("Hoa")) == "Hoa"
    people = SignedIn(cluster, timedelta(minutes=30), timedelta(hours=8))
    assert (await people.begin_try("lan", "127.0.0.1")).account == 1
    await people.note_right("lan", "127.0.0.1")
    assert (await people.begin_try("lan", "127.0.0.1")).familiar
    assert await people.of(await people.open("lan", 1, AT), AT) is not None


async def test_parts_are_read_by_one_division_at_a_time(cluster: "Redis") -> None:
    stream = RawStream(cluster, 4, halves)
    assert await stream.acquire_lease(Part("services", 3, 4), "one", 30)
    assert await stream.acquire_lease(Part("services", 0, 4), "two", 30)
    assert not await stream.acquire_lease(Part("services", 0, 2), "two", 30)
    assert await stream.acquire_lease(Part("teams", 0, 2), "two", 30), "each feed is divided by itself"
    with pytest.raises(StreamUnreachable):
        await RawStream(connect("redis://127.0.0.1:1"), 4, halves).append(payload("0"))
