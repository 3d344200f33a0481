"""The hub: newest wins, a slow page gets the whole state instead of a backlog, the public never sees a vehicle."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hangs import HANG_S
from said import at_place, columns_of, kpi_result, vehicle

import live.frames
import live.hub
from domain.fleets.vehicle import Position, Vehicle
from domain.kpis.alarm import Handling
from domain.kpis.health import FeedHealth, StatusEvent
from domain.kpis.kpi import Audience, KpiResult, Status
from domain.observation import Kind
from domain.text import Language
from live.client import Client
from live.frame_bytes import Frame, FrameReader
from live.hub import Hub
from live.message import Message
from live.streams import KeyedStream

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
EVERYTHING = ("vehicles", "kpis", "places", "feeds", "alarms", "events")


class FakePresenter:
    """Names what it was asked; "secret" KPIs have nothing for the public."""

    def card(self, result: KpiResult, series: Sequence[KpiResult], language: Language, now: datetime) -> object:
        return {"key": result.key, "value": result.value, "lang": language, "points": len(series)}

    def public_card(self, result: KpiResult, language: Language, now: datetime) -> object | None:
        allowed = result.value is not None and not result.key.startswith("secret")
        return {"key": result.key, "public": result.value} if allowed else None

    def layer(self, key: str, results: Mapping[str, KpiResult], language: Language, now: datetime) -> object:
        return {"key": key, "values": {code: r.value for code, r in results.items()}}

    def feed_rows(self, health: Mapping[str, FeedHealth], language: Language, now: datetime) -> Sequence[object]:
        return [{"feed": h.feed, "accepted": h.accepted} for h in health.values()]

    def alarm_rows(
        self,
        results: Iterable[KpiResult],
        health: Mapping[str, FeedHealth],
        vehicles: Sequence[Vehicle],
        language: Language,
        now: datetime,
        *,
        exact: bool,
        handlings: Mapping[str, Handling],
    ) -> Sequence[object]:
        at = [[one.longitude, one.latitude] for one in vehicles] if exact else []
        by = {key: did.by for key, did in handlings.items()}
        told = ({"at": at} if at else {}) | ({"by": by} if by else {})
        return [{"key": r.key, **told} for r in results if r.status is Status.CRITICAL]

    def event_rows(self, events: Sequence[StatusEvent], language: Language, now: datetime) -> Sequence[object]:
        return [{"key": e.key} for e in events]


def result(key: str, value: float | None, place: str = "80", status: Status = Status.NORMAL) -> KpiResult:
    return kpi_result(
        key=key, territory="2025-07", place=place, value=value, numerator=value, denominator=1.0,
        reporting=9, expected=9, as_of=NOW, computed_at=NOW,
        status=status, since=NOW, kinds={Kind.MEASURED: 9}, sources=("test",),
    )  # fmt: skip


def truck(id_: str, latitude: float = 10.5, age_s: float = 0) -> Vehicle:
    return vehicle(id_, at=NOW - timedelta(seconds=age_s), latitude=latitude, speed_kmh=10.0, course_deg=0.0)


def told(id_: str, latitude: float = 10.5, age_s: float = 0) -> Position:
    return Position.of(truck(id_, latitude, age_s))


async def test_a_slot_that_changes_hands_is_told_whole_and_never_as_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.frames, "MAX_SLOTS", 2)
    hub = make_hub()
    await hub.take_everything([truck("A"), truck("B")], [], [], [])
    quick, slow = (
        Page(hub.join(Audience.OPERATOR, "vi", ["vehicles"], exact=True)),
        Page(hub.join(Audience.OPERATOR, "vi", ["vehicles"], exact=True)),
    )
    await quick.until(lambda: quick.frames)
    await slow.until(lambda: slow.frames)
    slow.block()
    await hub.take_everything([truck("A")], [], [], [])
    await quick.until(lambda: 255 in quick.frames[-1].state.tolist())
    hub.take_vehicles([told("C", 10.9), told("A", 10.6)])
    slow.unblock()
    for page in (quick, slow):
        await page.until(lambda page=page: page.last("names")["ids"] == ["A", "C"] and page.frames[-1].full)
        assert page.frames[-1].lat.tolist() == pytest.approx([10.6, 10.9], abs=1e-5)
    for page in (quick, slow):
        order = [name_or_frame(message) for message in page.raw if name_or_frame(message)]
        assert order[-2:] == [["A", "C"], "full"], "the name comes before the frame that uses its slot"
    hub.take_vehicles([told("C", 10.91)])
    await quick.until(lambda: not quick.frames[-1].full)
    assert quick.frames[-1].slot.tolist() == [1]
    for page in (quick, slow):
        page.task.cancel()


def name_or_frame(message: Mapping[str, Any]) -> object:
    if "bytes" in message:
        return "full" if message["bytes"][1] else "changes"
    said = orjson.loads(message["text"])
    return said["ids"] if said["k"] == "names" else None


def make_hub() -> Hub:
    async def series(key: str) -> Sequence[KpiResult]:
        return [result(key, 1.0)]

    return Hub(FakePresenter(), release="r1", clock=lambda: NOW, series=series)


@pytest.fixture
def cards_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards that follow each other are sent at once, not twice a second."""
    monkeypatch.setattr(live.hub, "CARDS_EVERY_S", 0.001)


class Page:
    """A page whose network the test opens and closes."""

    def __init__(self, client: Client) -> None:
        self.texts: list[dict[str, Any]] = []
        self.frames: list[Frame] = []
        self._reader = FrameReader()
        self.raw: list[dict[str, Any]] = []
        self._open = asyncio.Event()
        self._open.set()
        self._got = asyncio.Condition()
        self.task = asyncio.create_task(client.write(self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        await self._open.wait()
        self.raw.append(message)
        if "bytes" in message:
            self.frames.append(self._reader.read(message["bytes"]))
        else:
            self.texts.append(orjson.loads(message["text"]))
        async with self._got:
            self._got.notify_all()

    def block(self) -> None:
        self._open.clear()

    def unblock(self) -> None:
        self._open.set()

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(HANG_S), self._got:
            await self._got.wait_for(condition)

    def kinds(self) -> list[str]:
        return [t["k"] for t in self.texts]

    def last(self, kind: str) -> dict[str, Any]:
        return next(t for t in reversed(self.texts) if t["k"] == kind)


async def test_hello_comes_first_then_the_whole_state_of_each_topic() -> None:
    hub = make_hub()
    await hub.take_everything([truck("LA-001")], columns_of([result("speed", 5.0)]), [], [])
    page = Page(hub.join(Audience.OPERATOR, "vi", EVERYTHING, exact=True))
    await page.until(lambda: page.frames and "kpis" in page.kinds() and "places" in page.kinds())
    assert page.texts[0] == {
        "k": "hello",
        "release": "r1",
        "now": NOW.timestamp() * 1000,
        "topics": list(page.texts[0]["topics"]),
    }
    assert set(page.texts[0]["topics"]) == set(EVERYTHING)
    assert page.last("names") == {"k": "names", "full": True, "first": 0, "ids": ["LA-001"], "fleets": [""], "of": [0]}
    assert page.frames[0].full
    assert page.last("kpis")["cards"] == [{"key": "speed", "value": 5.0, "lang": "vi", "points": 1}]
    page.task.cancel()


async def test_a_lone_fix_goes_out_at_once_and_a_burst_in_one_frame() -> None:
    hub = make_hub()
    page = Page(hub.join(Audience.OPERATOR, "vi", ["vehicles"], exact=True))
    await page.until(lambda: page.frames)
    hub.take_vehicles([told("A")])
    await page.until(lambda: len(page.frames) == 2)
    for n in range(20):
        hub.take_vehicles([told(f"B{n}")])
    await page.until(lambda: len(page.frames) == 3)
    assert page.frames[2].slot.tolist() == list(range(1, 21))
    assert page.last("names")["first"] == 1
    page.task.cancel()


async def test_a_page_that_cannot_keep_up_gets_the_newest_whole_state_and_no_backlog() -> None:
    hub = make_hub()
    slow, quick = (Page(hub.join(Audience.OPERATOR, "vi", ["vehicles"], exact=True)) for _ in range(2))
    await slow.until(lambda: slow.frames)
    await quick.until(lambda: quick.frames)
    slow.block()
    for n in range(6):
        seen = len(quick.frames)
        hub.take_vehicles([told("A", 10.0 + n / 100, age_s=10 - n)])
        await quick.until(lambda seen=seen: len(quick.frames) > seen)
    slow.unblock()
    await slow.until(lambda: slow.frames[-1].full and len(slow.frames) >= 3)
    assert (
        len(slow.frames) == 3
    )  # the first snapshot, the delta caught in the pipe, one whole state for the five missed
    assert slow.frames[-1].lat[0] == pytest.approx(10.05)
    assert len(quick.frames) == 7
    slow.task.cancel()
    quick.task.cancel()


async def test_a_change_tells_what_changed_of_a_card_and_a_page_that_joins_gets_it_whole() -> None:
    stream = KeyedStream("kpis", "cards")

    def cards(messages: Sequence[Message]) -> list[dict[str, Any]]:
        return [card for message in messages for card in orjson.loads(message.asgi["text"])["cards"]]

    first = {"key": "speed", "value": "5", "spark": "0,0 1,1", "fill": 0.5}
    assert cards(stream.update({"speed": first, "late": None})) == [first]
    now = {**first, "value": "6", "fill": None}
    assert cards(stream.update({"speed": now})) == [{"key": "speed", "value": "6", "fill": None}]
    assert cards(stream.full()) == [now]
    assert stream.update({"speed": now}) == ()
    stream.update({"speed": None})
    assert cards(stream.update({"speed": now})) == [now], "a page has forgotten it"


async def test_all_pages_are_handed_the_same_bytes() -> None:
    hub = make_hub()
    pages = [Page(hub.join(Audience.OPERATOR, "vi", ["vehicles"], exact=True)) for _ in range(3)]
    for page in pages:
        await page.until(lambda page=page: page.frames)
    hub.take_vehicles([told("A")])
    for page in pages:
        await page.until(lambda page=page: len(page.frames) == 2)
    assert len({id(page.raw[-1]) for page in pages}) == 1
    for page in pages:
        page.task.cancel()


@pytest.mark.usefixtures("cards_at_once")
async def test_the_public_gets_public_cards_and_nothing_else_whatever_it_asks_for() -> None:
    hub = make_hub()
    await hub.take_everything([truck("51C-123.45")], columns_of([result("open", 5.0), result("secret", 7.0)]), [], [])
    page = Page(hub.join(Audience.PUBLIC, "vi", EVERYTHING))
    await page.until(lambda: "kpis" in page.kinds())
    hub.take_vehicles([told("51C-123.45", 10.6)])
    hub.take_results(columns_of([result("open", 6.0), result("secret", 8.0, place="27694")]))
    await page.until(lambda: page.kinds().count("kpis") == 2)
    assert page.texts[0]["topics"] == ["kpis"]
    assert page.frames == []
    assert b"51C" not in b"".join(orjson.dumps(t) for t in page.texts)
    assert "secret" not in str(page.texts)
    assert page.last("kpis")["cards"] == [{"key": "open", "public": 6.0}]
    page.task.cancel()


@pytest.mark.usefixtures("cards_at_once")
async def test_a_public_card_that_is_no_longer_allowed_is_taken_back() -> None:
    hub = make_hub()
    await hub.take_everything([], columns_of([result("open", 5.0)]), [], [])
    page = Page(hub.join(Audience.PUBLIC, "vi", ["kpis"]))
    await page.until(lambda: "kpis" in page.kinds())
    hub.take_results(columns_of([result("open", None)]))
    await page.until(lambda: page.kinds().count("kpis") == 2)
    assert page.last("kpis")["gone"] == ["open"]
    page.task.cancel()


@pytest.mark.usefixtures("cards_at_once")
async def test_cards_are_sent_only_when_they_differ() -> None:
    hub = make_hub()
    await hub.take_everything([], columns_of([result("a", 1.0), result("b", 1.0)]), [], [])
    page = Page(hub.join(Audience.OPERATOR, "en", ["places"], exact=True))
    await page.until(lambda: "places" in page.kinds())
    hub.take_results(columns_of([result("a", 1.0), at_place(result("b", 2.0), place="27694")]))
    await page.until(lambda: page.kinds().count("places") == 2)
    assert page.last("places")["layers"] == [{"key": "b", "values": {"27694": 2.0}}]
    page.task.cancel()


async def test_a_list_is_sent_when_it_differs_and_not_again() -> None:
    hub = make_hub()
    page = Page(hub.join(Audience.OPERATOR, "vi", ["alarms"], exact=True))
    await page.until(lambda: "rows" in page.kinds())
    hub.take_results(columns_of([result("a", 1.0, status=Status.CRITICAL)]))
    await page.until(lambda: page.last("rows")["rows"] == [{"key": "a"}])
    count = page.kinds().count("rows")
    hub.take_results(columns_of([result("a", 1.0, status=Status.CRITICAL), result("b", 1.0)]))
    beating = asyncio.create_task(hub.beat())
    await page.until(lambda: "hb" in page.kinds())
    assert page.kinds().count("rows") == count
    beating.cancel()
    page.task.cancel()


async def test_who_may_not_see_where_vehicles_are_hears_none_and_alarms_without_their_place() -> None:
    hub = make_hub()
    seen = Page(hub.join(Audience.OPERATOR, "vi", ["vehicles", "alarms"], exact=True))
    blind = Page(hub.join(Audience.OPERATOR, "vi", ["vehicles", "alarms"]))
    hub.take_vehicles([told("LA-001")])
    hub.take_results(columns_of([result("a", 1.0, status=Status.CRITICAL)]))
    await seen.until(lambda: "rows" in seen.kinds() and "at" in str(seen.last("rows")["rows"]))
    await blind.until(lambda: "rows" in blind.kinds() and blind.last("rows")["rows"] == [{"key": "a"}])
    assert blind.last("hello")["topics"] == ["alarms"]
    assert blind.frames == []
    for page in (seen, blind):
        page.task.cancel()


async def test_after_a_lost_line_vehicles_that_no_longer_exist_are_gone() -> None:
    hub = make_hub()
    await hub.take_everything([truck("A"), truck("phone-1")], [], [], [])
    page = Page(hub.join(Audience.OPERATOR, "vi", ["vehicles"], exact=True))
    await page.until(lambda: page.frames)
    await hub.take_everything([truck("A"), truck("LA-002")], [], [], [])
    await page.until(lambda: page.frames[-1].state.tolist() == [1, 255, 1])
    page.task.cancel()


async def test_other_territories_are_history_and_not_shown() -> None:
    hub = make_hub()
    hub.take_results(columns_of([at_place(result("a", 1.0), territory="2024-01")]))
    page = Page(hub.join(Audience.OPERATOR, "vi", ["kpis"], exact=True))
    await page.until(lambda: "kpis" in page.kinds())
    assert page.last("kpis")["cards"] == []
    page.task.cancel()


async def test_a_page_that_left_is_forgotten() -> None:
    hub = make_hub()
    client = hub.join(Audience.OPERATOR, "vi", EVERYTHING, exact=True)
    assert hub.clients == 1
    hub.leave(client)
    hub.take_results(columns_of([result("a", 1.0)]))
    assert hub.clients == 0


async def test_every_page_hears_which_maps_are_in_use_and_only_when_they_change() -> None:
    hub = make_hub()
    early = Page(hub.join(Audience.OPERATOR, "vi", ["feeds"], exact=True))
    await early.until(lambda: "rows" in early.kinds())
    assert "maps" not in early.kinds()  # nobody has looked yet: nothing is claimed
    hub.take_maps("")
    hub.take_maps("aa11")
    hub.take_maps("aa11")
    public = Page(hub.join(Audience.PUBLIC, "vi", ["kpis"]))
    for page in (early, public):
        await page.until(lambda page=page: "maps" in page.kinds())
        assert page.last("maps") == {"k": "maps", "version": "aa11"}
        assert page.kinds().count("maps") == 1
        page.task.cancel()
