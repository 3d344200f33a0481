"""Fetching a feed repeatedly from real servers into a real stream: each page once, every failure reported."""

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from hangs import come
from pull_parts import BAD, CSV, FEEDS, GOOD, OWNER, SECRETS, Told, fetched, from_http, raw, state
from pull_server import response, saying, serving
from sqlalchemy import Engine, create_engine, text
from standing_clock import Clock

from data_sources import services
from domain.feeds.feed import Payload
from domain.feeds.part import Part
from domain.feeds.pull import Condition, FetchProblem, PullError
from domain.feeds.scrub import Scrubbed, Secrets
from domain.feeds.way_in import PullSql
from domain.fleets.fleet import WAITING, Carrier
from domain.observation import Observation
from intake.collector.collector import FeedReader
from intake.collector.collector import Parts as CollectorParts
from intake.messages.fleets import Fleets
from intake.messages.scrubbing import Scrubber
from intake.pull import pulling
from intake.pull.holding import Holding
from intake.pull.pulling import Parts, Puller
from intake.pull.source import Page
from intake.pull.sql import SqlSource
from store.intake import feed_counts
from store.reading import Reading
from store.registry import Registry
from store.valkey.live_state import LiveState
from store.valkey.pulls import PullLeaseLost, lease_name
from store.valkey.raw_stream import RawStream


@pytest.mark.parametrize("word", ["dossiers", "files"], ids=("present names", "former names"))
async def test_a_fetched_file_is_stored_as_one_that_was_sent(
    word: str, parts: Parts, engine: Engine, live: LiveState, http: httpx.AsyncClient, clock: Clock
) -> None:
    Registry(engine).seed_places()
    csv = CSV.replace("dossiers", word).encode()
    async with serving(saying(response(csv, content_type="text/csv; charset=utf-8", ETag='"1"'))) as server:
        puller = Puller(from_http(server, http, clock), parts, OWNER)
        assert await puller.once() == 1_800
    found = await state(parts)
    assert (found.accepted, found.rejected, found.bytes, found.problem) == (3, 1, len(csv), None)
    assert (found.succeeded_at, found.news_at, found.source, found.running) == (
        clock.now,
        clock.now,
        "localhost",
        False,
    )

    given = CollectorParts(
        stream=parts.stream, live=live, engine=engine, feeds=FEEDS, clock=clock, ticks=clock.now.timestamp
    )
    assert await parts.stream.acquire_lease(Part("services"), "collector", 600)
    reader = FeedReader(services.FEED, given)
    await reader.open()
    assert await reader.read_once(block_ms=0) == 1
    counts = feed_counts(engine)["services"]
    assert (counts.accepted, counts.rejected) == (3, 1), "12,5 dossiers are no count"
    newest = await Reading(engine, live).newest_observations("services")
    assert {(one.place, one.measure, one.value, one.source) for one in newest} == {
        ("27694", "dossiers_due", 1012.0, "localhost"),
        ("27694", "dossiers_on_time", 1000.0, "localhost"),
        ("27712", "dossiers_on_time", 3.0, "localhost"),
    }

    # The same page told again, without any mark: repeats, counted as such.
    async with serving(saying(response(CSV.encode(), content_type="text/csv"))) as server:
        await Puller(from_http(server, http, clock), parts, OWNER).once()
    assert await reader.read_once(block_ms=0) == 1
    again = feed_counts(engine)["services"]
    assert (again.accepted, again.duplicates) == (3, 3)


async def test_what_was_kept_is_asked_about_also_after_a_restart_and_304_is_no_failure(
    parts: Parts, http: httpx.AsyncClient, clock: Clock
) -> None:
    whole = response(CSV.encode(), content_type="text/csv", ETag='"1"')
    async with serving(saying(whole, response(status="304 Not Modified"))) as server:
        await Puller(from_http(server, http, clock), parts, OWNER).once()
        clock.now += timedelta(minutes=30)
        await Puller(from_http(server, http, clock), parts, OWNER).once()
    assert "if-none-match" not in server.asked[0].headers
    assert server.asked[1].headers["if-none-match"] == '"1"'
    assert len(await raw(parts.stream)) == 1
    found = await state(parts)
    assert (found.succeeded_at, found.news_at) == (clock.now, clock.now - timedelta(minutes=30))
    assert (found.failures, found.problem) == (0, None)


async def test_the_position_stays_where_nothing_was_accepted_and_the_evidence_is_kept_once(parts: Parts) -> None:
    told = Told(BAD, BAD, replace(BAD, body=BAD.body + b"27712;6\n"), GOOD, None)
    puller = Puller(told, parts, OWNER)
    for bodies in (1, 1, 2):
        await puller.once()
        assert len(await raw(parts.stream)) == bodies
        found = await state(parts)
        assert (found.problem, found.news_at) == (FetchProblem.UNUSABLE, None)
    assert found.detail == "2 × missing_field"
    assert found.failures == 3
    await puller.once()
    await puller.once()
    assert told.positions == [{}, {}, {}, {}, {"etag": '"1"'}]
    assert (await state(parts)).failures == 0


async def test_a_cut_json_is_asked_for_again_whole(parts: Parts, http: httpx.AsyncClient, clock: Clock) -> None:
    cut = response(b'[{"place": "27694", "at": "2026-11-28", "dossiers_due": 1', ETag='"1"')
    async with serving(saying(cut)) as server:
        puller = Puller(from_http(server, http, clock), parts, OWNER)
        await puller.once()
        await puller.once()
    assert ["if-none-match" in asked.headers for asked in server.asked] == [False, False]
    assert (await state(parts)).detail == "1 × not_json"


async def test_an_empty_answer_is_told_and_is_no_failure(parts: Parts) -> None:
    puller = Puller(Told(Page(body=b"[]"), Page(body=b"")), parts, OWNER)
    for _ in range(2):
        await puller.once()
        found = await state(parts)
        assert (found.failures, found.succeeded_at, found.news_at) == (0, parts.clock(), None)
        assert "rỗng" in found.detail
    assert await raw(parts.stream) == []


async def test_failures_make_it_ask_ever_more_rarely_and_a_success_heals(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    failing = [PullError(FetchProblem.HTTP_STATUS, "HTTP 500")] * 6
    asked = Puller(Told(*failing, GOOD, every=timedelta(seconds=20)), parts, OWNER)
    assert [await asked.once() for _ in range(7)] == [40, 80, 160, 300, 300, 300, 20]
    hourly = Puller(Told(*failing, every=timedelta(hours=1)), parts, OWNER)
    assert [await hourly.once() for _ in range(10)] == [40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]
    assert "http_status HTTP 500" in caplog.text


async def test_chance_spreads_who_would_all_come_at_once(parts: Parts) -> None:
    dice = random.Random(7)
    spread = replace(parts, chance=dice.random)
    pauses = {await Puller(Told(GOOD), spread, OWNER).once() for _ in range(20)}
    assert len(pauses) > 10
    assert 1_620 <= min(pauses) <= max(pauses) <= 1_800


@pytest.mark.parametrize(("said", "seconds"), [(7_200.0, 7_200), (1.0, 40), (1e12, 86_400)])
async def test_retry_after_is_granted_within_a_day(parts: Parts, said: float, seconds: float) -> None:
    told = Told(PullError(FetchProblem.TOO_FAST, "HTTP 429", retry_after_s=said))
    assert await Puller(told, parts, OWNER).once() == seconds


async def test_an_error_of_ours_is_told_without_its_words_and_it_goes_on(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    puller = Puller(Told(KeyError("secret"), GOOD), parts, OWNER)
    await puller.once()
    found = await state(parts)
    assert (found.problem, found.detail) == (FetchProblem.INTERNAL, "KeyError")
    await puller.once()
    assert (await state(parts)).problem is None
    assert "secret" not in caplog.text
    assert "KeyError" in caplog.text


async def test_what_may_not_be_stored_is_taken_out_before_it_is_kept(parts: Parts) -> None:
    def scrub(payload: Payload, _secrets: Secrets) -> Scrubbed:
        if b"rows" in payload.body:
            raise ValueError("Bí Mật")
        return Scrubbed(replace(payload, body=payload.body.replace("Bí Mật".encode(), b"")))

    feeds = FEEDS | {"services": replace(services.FEED, scrub=scrub)}
    scrubbing = replace(parts, feeds=feeds, scrubbed=Scrubber(feeds, SECRETS))
    named = "place,at,dossiers_due,tên\n27694,2026-11-28,5,Bí Mật\n".encode()
    puller = Puller(Told(Page(body=named), Page(body=b"rows")), scrubbing, OWNER)
    await puller.once()
    (payload,) = await raw(parts.stream)
    assert "Bí Mật" not in payload.body.decode()
    await puller.once()
    assert len(await raw(parts.stream)) == 1
    found = await state(parts)
    assert (found.problem, found.detail) == (FetchProblem.UNSCRUBBED, "ValueError")


async def test_who_lost_the_lease_keeps_nothing_and_moves_nothing(parts: Parts) -> None:
    await parts.stream.release_lease(lease_name("services"), OWNER)
    assert await parts.stream.acquire_lease(lease_name("services"), "two", 600)
    told = Told(GOOD)
    with pytest.raises(PullLeaseLost):
        await Puller(told, parts, OWNER).once()
    assert await raw(parts.stream) == []
    await Puller(told, parts, "two").once()
    assert told.positions == [{}, {}]
    assert len(await raw(parts.stream)) == 1


async def test_what_is_begun_anew_while_it_is_fetched_comes_again_whole(parts: Parts) -> None:
    class Restored(Told):
        async def fetch(self, position: Mapping[str, str]) -> Page | None:
            found = await super().fetch(position)
            if len(self.positions) == 2:
                await parts.pulls.begin_anew("services")
            return found

    told = Restored(GOOD)
    await Puller(told, parts, OWNER).once()
    with pytest.raises(PullLeaseLost):
        await Puller(told, parts, OWNER).once()
    await Puller(told, parts, OWNER).once()
    assert told.positions == [{}, {"etag": '"1"'}, {}]
    assert len(await raw(parts.stream)) == 2


async def test_a_page_without_any_mark_moves_nothing_and_is_kept_each_time(parts: Parts) -> None:
    puller = Puller(Told(GOOD, replace(GOOD, position={})), parts, OWNER)
    for _ in range(4):
        await puller.once()
    assert len(await raw(parts.stream)) == 4


async def test_a_run_that_was_killed_is_seen_and_comes_again_soon(parts: Parts, clock: Clock) -> None:
    class Killed(BaseException):
        pass

    class Killing(Told):
        async def fetch(self, position: Mapping[str, str]) -> Page | None:
            raise Killed

    with pytest.raises(Killed):
        await Puller(Killing(GOOD), parts, OWNER).once()
    found = await state(parts)
    assert (found.running, found.next_at) == (True, clock.now + timedelta(minutes=1))
    assert found.condition(clock.now + timedelta(minutes=3)) is not Condition.OVERDUE
    assert found.condition(clock.now + timedelta(minutes=4)) is Condition.OVERDUE


async def test_a_restart_waits_as_long_as_was_left(parts: Parts, clock: Clock) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)
        raise asyncio.CancelledError

    waiting = replace(parts, wait=wait)
    for left_s in (0, 1_800, 1_200, 0):
        with pytest.raises(asyncio.CancelledError):
            await Puller(Told(GOOD), waiting, OWNER).run()
        assert waited.pop() == left_s
        assert (await state(parts)).next_at == clock.now + timedelta(seconds=left_s), "told before the first too"
        if not left_s:
            await Puller(Told(GOOD), parts, OWNER).once()
        else:
            clock.now += timedelta(seconds=600 if left_s == 1_800 else 1_200)
    clock.now -= timedelta(days=900)
    with pytest.raises(asyncio.CancelledError):
        await Puller(Told(GOOD), waiting, OWNER).run()
    assert waited.pop() == 86_400, "a clock that was set back"


async def test_a_source_whose_address_was_taken_out_is_told_no_more_and_not_begun_anew(
    parts: Parts, stream: RawStream, redis: Any
) -> None:
    old, new = Told(GOOD), Told(None)
    new.address = "another"
    await Puller(old, parts, OWNER).once()
    assert 0 < await redis.ttl("pull:services:states") <= 30 * 86_400, "of a feed without any address"
    await stream.release_lease(lease_name("services"), OWNER)
    asked = asyncio.Event()

    async def wait(_seconds: float) -> None:
        if new.positions:
            asked.set()
        await asyncio.sleep(0)

    holding = asyncio.create_task(Holding("services", [new], replace(parts, wait=wait), OWNER).run())
    await come(asked.wait())
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
    assert (await state(parts)).news_at is None
    assert await stream.acquire_lease(lease_name("services"), OWNER, 600)
    await Puller(old, parts, OWNER).once()
    assert old.positions == [{}, {"etag": '"1"'}]


@pytest.fixture
def office(tmp_path: Path) -> Engine:
    """A database of another office, with the view that services asks for."""
    return having("dossiers", tmp_path)


def having(word: str, folder: Path) -> Engine:
    engine = create_engine(f"sqlite:///{folder}/office.sqlite3")
    columns = ", ".join(f"{measure.key.replace('dossiers', word)} INTEGER" for measure in services.MEASURES)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE ioc_services (place TEXT, at TEXT, {columns})"))
        connection.execute(
            text(f"INSERT INTO ioc_services (place, at, {word}_due) VALUES ('27694', '2026-11-28T08:00:00', 12)")
        )
    return engine


async def test_the_register_says_whose_each_device_of_a_page_is(parts: Parts, stream: RawStream) -> None:
    pb = pytest.importorskip("google.transit.gtfs_realtime_pb2")
    entities = [
        {"id": name, "vehicle": {"vehicle": {"id": name}, "position": {"latitude": 10.54, "longitude": 106.41},
                                 "timestamp": int(parts.clock().timestamp())}}
        for name in ("LA-001", "BUS-1")
    ]  # fmt: skip
    body = bytes(pb.FeedMessage(header={"gtfs_realtime_version": "2.0"}, entity=entities).SerializeToString())
    told = Told(Page(body=body, position={"etag": '"1"'}), every=timedelta(seconds=20))
    told.feed, told.pull = "waste_trucks", replace(told.pull, format="gtfs-rt")
    fleets = Fleets(FEEDS, lambda: (1, {"LA-001": Carrier("LA-001", "waste_trucks")}, {}), lambda: 1, ticks=lambda: 0.0)
    puller = Puller(told, replace(parts, fleets=fleets), OWNER)
    with pytest.raises(PullLeaseLost):
        await puller.once()
    assert [await stream.length(feed) for feed in ("waste_trucks", WAITING)] == [0, 0], "all or nothing"
    assert await stream.acquire_lease(lease_name("waste_trucks"), OWNER, 600)
    await puller.once()
    ((_, ours),) = await stream.read(Part("waste_trucks"), "0-0", 10, 0)
    ((_, strange),) = await stream.read(Part(WAITING), "0-0", 10, 0)
    assert (ours.apart, strange.apart) == (("LA-001",), ("LA-001",))
    assert ours.body == strange.body == body
    (found,) = await parts.pulls.states(["waste_trucks"])
    assert (found.accepted, found.rejected, found.problem) == (2, 0, None)
    assert await parts.pulls.position("waste_trucks", puller.key) == {"etag": '"1"'}


@pytest.mark.parametrize("word", ["dossiers", "files"], ids=("present names", "former names"))
async def test_rows_of_a_database_are_read_as_a_file(word: str, parts: Parts, tmp_path: Path) -> None:
    url = having(word, tmp_path).url
    source = SqlSource(feed="services", pull=fetched(services.FEED, PullSql), url=url)
    await Puller(source, parts, OWNER).once()
    (payload,) = await raw(parts.stream)
    (row,) = orjson.loads(payload.body)
    assert (row[f"{word}_due"], row[f"{word}_paid_online"], payload.source) == (12, None, "office.sqlite3")
    found = await state(parts)
    assert (found.accepted, found.rejected, found.way) == (6, 0, "pull-sql")
    told = [one for one in services.FEED.decode(payload) if isinstance(one, Observation) and one.value is not None]
    assert [(one.measure, one.value) for one in told] == [("dossiers_due", 12.0)]


async def test_pages_follow_at_once_unless_the_collector_is_behind(
    parts: Parts, office: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.begin() as connection:
        connection.execute(text("CREATE TABLE n (id INTEGER, place TEXT, at TEXT, dossiers_due INTEGER)"))
        many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i, '27694', "
        connection.execute(text(f"INSERT INTO n {many} '2026-11-28T08:00:' || printf('%02d', i), i FROM n"))
    query = "SELECT id, place, at, dossiers_due FROM n WHERE id > :since ORDER BY id"
    way = PullSql(every=timedelta(hours=1), query=query, since="id", start=0, rows_max=4)
    puller = Puller(SqlSource(feed="services", pull=way, url=office.url), parts, OWNER)
    monkeypatch.setattr(pulling, "_BACKLOG_MAX", 1)
    assert [await puller.once() for _ in range(4)] == [0, 5, 3_600, 3_600]
    ids = [row["id"] for payload in await raw(parts.stream) for row in orjson.loads(payload.body)]
    assert ids == list(range(1, 11))
