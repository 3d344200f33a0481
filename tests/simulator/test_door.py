"""The simulator at the front door: everything marked, nothing from the future, retries, never a flood."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

import data_sources
from data_sources.waste_trucks import FEED as WASTE
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload
from domain.instant import day_start
from domain.observation import Fix, Kind
from settings import Settings
from simulator import trucks
from simulator.__main__ import key_of
from simulator.day import TrackerMessages, live
from simulator.door import Door
from simulator.memory import Memory

NOW = day_start(date(2026, 11, 23)) + timedelta(hours=8, minutes=30)


class FakeTime:
    """A clock that runs only while somebody pauses; at ``end`` it stands still for ever and says so."""

    def __init__(self, lasts: timedelta = timedelta(days=1)) -> None:
        self.now = NOW
        self.end = NOW + lasts
        self.over = asyncio.Event()
        self.pauses: list[float] = []

    def clock(self) -> datetime:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)
        if self.now >= self.end:
            self.over.set()
            await asyncio.Event().wait()


class FrontDoor:
    """Remembers what arrives; ``answers`` are given first, then 202 for ever."""

    def __init__(self, time: FakeTime, answers: Iterable[httpx.Response | Exception] = ()) -> None:
        self.time = time
        self.answers = iter(answers)
        self.requests: list[tuple[datetime, httpx.Request]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append((self.time.now, request))
        said = next(self.answers, httpx.Response(202, json={}))
        if isinstance(said, Exception):
            raise said
        return said

    def door(self, key: Callable[[], str] = lambda: "secret") -> Door:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.answer), base_url="http://127.0.0.1:8051")
        return Door(client, key, self.time.pause)

    def fixes(self) -> list[tuple[datetime, Fix]]:
        """Positions as the centre's own decoder reads them, with when they were sent."""
        found = []
        for sent_at, request in self.requests:
            if request.url.path == "/ingest/osmand":
                query = request.url.query.decode()
                payload = Payload(feed=WASTE.key, format="osmand", body=b"", received_at=sent_at, query=query)
                (fix,) = WASTE.decode(payload)
                assert isinstance(fix, Fix), fix
                found.append((sent_at, fix))
        return found

    def items(self) -> list[dict[str, object]]:
        bodies = [r.content for _, r in self.requests if r.url.path == "/ingest/observations"]
        return [item for body in bodies for item in orjson.loads(body)]


async def lived(lasts: timedelta, memory: Memory) -> FrontDoor:
    """What reached the door while the simulator ran for ``lasts``."""
    time = FakeTime(lasts)
    front = FrontDoor(time)
    running = asyncio.create_task(live(front.door(), time.clock, memory, pause=time.pause))
    over = asyncio.create_task(time.over.wait())
    await asyncio.wait((running, over), return_when=asyncio.FIRST_COMPLETED)
    assert not running.done(), running
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return front


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """Of a world whose past was told a moment ago."""
    kept = Memory(tmp_path / "simulator.told")
    kept.keep(NOW)
    return kept


@pytest.mark.long
async def test_a_living_simulator_marks_everything_and_is_never_early(memory: Memory) -> None:
    front = await lived(timedelta(minutes=5), memory)
    fixes = front.fixes()
    assert {fix.kind for _, fix in fixes} == {Kind.SIMULATED}
    assert all(fix.at <= sent_at for sent_at, fix in fixes)
    assert {item["kind"] for item in front.items()} == {"simulated"}
    paths = {"osmand", "observations", "dossiers", "feedback", "team_work"}
    assert {r.url.path for _, r in front.requests} == {f"/ingest/{name}" for name in paths}
    keys = {(r.url.path, r.headers.get("authorization")) for _, r in front.requests}
    assert {key for _, key in keys} == {"Bearer secret"}
    told = {item["feed"] for item in front.items()}
    assert {"waste_trucks", "services", "coverage", "teams"} <= told <= {*discover(data_sources, "FEED", Feed)}


@pytest.mark.long
async def test_every_working_truck_is_on_the_map_within_seconds(memory: Memory) -> None:
    front = await lived(timedelta(seconds=3), memory)
    working = {t.id for t in trucks.fleet() if t.tracker_works}
    seen = {fix.device for _, fix in front.fixes()}
    # A truck in a gap just now stays away, as it would.
    assert len(working - seen) <= 3
    assert not seen - working


@pytest.mark.long
async def test_positions_arrive_as_the_truck_had_them(memory: Memory) -> None:
    front = await lived(timedelta(seconds=30), memory)
    fleet = {t.id: t for t in trucks.fleet()}
    for _, fix in front.fixes():
        spot = trucks.spot(fleet[fix.device], fix.at)
        assert abs(fix.latitude - spot.latitude) < 1e-4
        assert fix.speed_kmh == pytest.approx(spot.speed_kmh, abs=0.05)
        assert (fix.course_deg is None) == (spot.course_deg is None)


async def test_a_closed_door_is_tried_again_ever_more_slowly_and_nothing_is_skipped() -> None:
    time = FakeTime()
    front = FrontDoor(time, [httpx.ConnectError("closed")] * 7)
    await front.door().observations([{"n": 1}])
    assert time.pauses == [0.5, 1, 2, 4, 8, 10, 10]
    assert len(front.requests) == 8
    assert {r.content for _, r in front.requests} == {front.requests[0][1].content}


@pytest.mark.parametrize(
    ("status", "asked", "waits"), [(503, "3", 3), (429, "1", 1), (503, "soon", 0.5), (500, "", 0.5)]
)
async def test_a_busy_door_is_given_the_time_it_asks_for(status: int, asked: str, waits: float) -> None:
    time = FakeTime()
    front = FrontDoor(time, [httpx.Response(status, headers={"Retry-After": asked})])
    await front.door().observations([{"n": 1}])
    assert time.pauses == [waits]
    assert len(front.requests) == 2


async def test_a_refusal_is_told_and_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    time = FakeTime()
    front = FrontDoor(time, [httpx.Response(400, json={"reason": "wrong_shape"})])
    with caplog.at_level(logging.WARNING, "simulator"):
        await front.door().observations([{"n": 1}])
    assert len(front.requests) == 1
    assert "wrong_shape" in caplog.text


async def test_a_key_written_later_is_found() -> None:
    time = FakeTime()
    front = FrontDoor(time, [httpx.Response(401), httpx.Response(401)])
    keys = iter(["", "", "written"])
    await front.door(lambda: next(keys)).observations([{"n": 1}])
    assert [r.headers.get("authorization") for _, r in front.requests] == [None, None, "Bearer written"]


async def test_more_items_than_a_call_may_carry_are_split() -> None:
    time = FakeTime()
    front = FrontDoor(time)
    await front.door().observations([{"n": n} for n in range(5_001)])
    assert [len(orjson.loads(r.content)) for _, r in front.requests] == [5_000, 1]
    await front.door().observations([])
    assert len(front.requests) == 2


async def test_it_says_once_that_it_speaks(caplog: pytest.LogCaptureFixture) -> None:
    time = FakeTime()
    door = FrontDoor(time, [httpx.ConnectError("closed")]).door()
    with caplog.at_level(logging.INFO, "simulator"):
        for _ in range(3):
            await door.observations([{"n": 1}])
    assert [r.message for r in caplog.records] == [
        "simulator: speaking to http://127.0.0.1:8051, everything marked simulated"
    ]


def test_a_restarted_simulator_goes_on_with_the_same_messages() -> None:
    uninterrupted, end = TrackerMessages(NOW - timedelta(minutes=40)), NOW + timedelta(minutes=15)
    uninterrupted.due(NOW)
    expected = uninterrupted.due(end)
    restarted = TrackerMessages(NOW)
    repeated = restarted.due(NOW)
    assert restarted.due(end) == expected
    assert all(NOW - message.sends_at <= timedelta(seconds=90) for message in repeated)


def test_each_message_is_given_once_and_in_the_order_it_leaves() -> None:
    trackers = TrackerMessages(NOW)
    given = [m for step in range(0, 900, 7) for m in trackers.due(NOW + timedelta(seconds=step))]
    assert [m.sends_at for m in given[40:]] == sorted(m.sends_at for m in given[40:])
    assert len({(m.truck, m.at, m.repeat) for m in given}) == len(given)


def test_after_a_long_sleep_only_the_last_hour_is_remembered() -> None:
    trackers = TrackerMessages(NOW)
    trackers.due(NOW)
    woken = NOW + timedelta(days=3)
    late = [m for m in trackers.due(woken) if m.at > NOW + timedelta(minutes=1)]
    assert min(m.at for m in late) >= woken - timedelta(hours=1)


def test_a_clock_set_back_repeats_nothing() -> None:
    trackers = TrackerMessages(NOW)
    trackers.due(NOW + timedelta(minutes=5))
    assert trackers.due(NOW) == []
    assert 0 <= trackers.next_in_s(NOW) <= 1


def test_the_key_comes_from_the_environment_or_the_local_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IOC_KEY", raising=False)
    key = key_of(Settings.from_env({"IOC_DATA_DIR": str(tmp_path)}))
    assert key() == ""
    (tmp_path / "local.key").write_text("from-file\n", encoding="ascii")
    assert key() == "from-file"
    monkeypatch.setenv("IOC_KEY", "from-environment")
    assert key() == "from-environment"
