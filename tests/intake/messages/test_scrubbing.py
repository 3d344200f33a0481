"""A feed's own format and its scrub: forbidden data are in no stream, table, log, answer or rejection."""

import logging
import os
import stat
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import Engine, select

from data_sources import waste_trucks
from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from domain.feeds.feed import Decoded, Feed, Measure, Payload
from domain.feeds.owner import Owner
from domain.feeds.part import Part
from domain.feeds.reporter import EveryCommune
from domain.feeds.scrub import Scrubbed, Secrets
from domain.feeds.way_in import Wire
from domain.key_role import Holder
from domain.observation import Kind, Observation
from domain.places.place import IN_FORCE
from domain.reason import Reason
from domain.text import Text
from intake.collector.collector import FeedReader, Parts
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.messages.case_secret import case_secrets
from intake.messages.scrubbing import Scrubber, UnscrubbedError
from store.registry import Registry, hash_key
from store.schema import whole
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SECRETS = Secrets(b"a key of the test, 32 bytes long")
PLANTED = ("Nguyễn Văn Bí Mật", "0912345678", "080123456789")
KEY = {"X-API-Key": "right"}


def decode(payload: Payload) -> Iterable[Decoded]:
    for item in orjson.loads(payload.body):
        try:
            if not isinstance(item.get("score"), int):
                raise RefusalError(Reason.BAD_NUMBER, "score")
            yield Observation(
                feed=payload.feed, measure="score", at=NOW, received_at=payload.received_at, value=item["score"],
                kind=Kind.DECLARED, source=payload.source, place="27694", territory=IN_FORCE, author=item["id"],
            )  # fmt: skip
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, refused.detail, parse.written(item))


def scrub(payload: Payload, secrets: Secrets) -> Scrubbed:
    items = orjson.loads(payload.body)
    kept = [{"id": secrets.hashed(item["id"])} | {k: item[k] for k in item if k == "score"} for item in items]
    return Scrubbed(replace(payload, body=orjson.dumps(kept), query=""), {"name": len(items), "id": len(items)})


FEED = Feed(
    key="feedback",
    names=Text("Phản ánh", "Feedback"),
    owner=Owner(office=Text("Trung tâm IOC", "IOC centre"), role=Text("trực", "on duty")),
    reporters=EveryCommune(),
    cadence=timedelta(hours=1),
    stale_after=timedelta(days=1),
    measures=(Measure(key="score", names=Text("Điểm", "Score"), unit="điểm"),),
    ways_in=(
        Wire(key="phan-anh", names=Text("Phản ánh", "Feedback"), decode=decode, content={"application/json": {}}),
    ),
    scrub=scrub,
)
TRACKED = {"waste_trucks": waste_trucks.FEED}
GOOD = {"id": PLANTED[2], "name": PLANTED[0], "phone": PLANTED[1], "score": 4}
BAD = GOOD | {"score": "bốn"}


def door(stream: Any, feeds: dict[str, Feed]) -> httpx.AsyncClient:
    keys = KeyRing(lambda: {hash_key("right"): Holder("Cổng 1022")})
    app = create_front_door(stream, keys, feeds | TRACKED, secrets=SECRETS, clock=lambda: NOW)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door", headers=KEY)


@pytest.fixture(autouse=True)
def _all_logs(caplog: pytest.LogCaptureFixture) -> None:
    # The client's own log repeats the address that this test makes it ask for.
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx")


async def test_planted_names_are_in_no_stream_table_log_or_answer(
    stream: RawStream, live: LiveState, engine: Engine, redis: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with door(stream, {FEED.key: FEED}) as client:
        answer = await client.post("/ingest/phan-anh", params={"by": PLANTED[1]}, json=[GOOD, BAD])
        metrics = (await client.get("/metrics")).text
    assert (answer.status_code, answer.json()["accepted"], answer.json()["rejected"]) == (202, 1, 1)
    assert 'ioc_door_dropped_total{feed="feedback",what="name"} 2.0' in metrics
    said = [answer.text, metrics, repr(await redis.xrange("raw:feedback"))]

    Registry(engine).seed_places()
    parts = Parts(
        stream=stream, live=live, engine=engine, feeds={FEED.key: FEED}, clock=lambda: NOW, ticks=NOW.timestamp
    )
    assert await stream.acquire_lease(Part(FEED.key), "one", 600)
    reader = FeedReader(FEED, parts)
    await reader.open()
    assert await reader.read_once(block_ms=0) == 1
    with engine.connect() as connection:
        for table in whole().tables.values():
            said += [
                repr(row) for row in connection.execute(select(table)) if table.name not in ("places", "organisations")
            ]
    said.append(caplog.text)
    everything = "\n".join(said)
    for planted in PLANTED:
        assert planted not in everything
        assert planted.encode().hex() not in everything
        assert repr(planted.encode())[2:-1] not in everything
    assert SECRETS.hashed(PLANTED[2]) in everything, "the case stays recognisable"
    assert "bad_number" in everything


@pytest.mark.parametrize("body", [b"[1]", b'[{"name": "Nguy\xe1\xbb\x85n V\xc4\x83n B\xc3\xad M\xe1\xba\xadt"}]', b""])
async def test_what_cannot_be_scrubbed_is_refused_and_kept_nowhere(
    stream: RawStream, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with door(stream, {FEED.key: FEED}) as client:
        answer = await client.post("/ingest/phan-anh", content=body)
    assert (answer.status_code, answer.json()["reason"]) == (400, "unscrubbed")
    assert await stream.length(FEED.key) == 0
    assert PLANTED[0] not in answer.text + caplog.text


@pytest.mark.parametrize(
    "body",
    [
        orjson.dumps([{"feed": "dossiers", "value": 1, **GOOD}, PLANTED[0], [GOOD]]),
        orjson.dumps({"feed": PLANTED[0], "author": PLANTED[2], "place": [GOOD]}),
        orjson.dumps(PLANTED[2]),
        f"<hồ-sơ>{PLANTED[0]};{PLANTED[1]};{PLANTED[2]}".encode(),
        f"{PLANTED[0]} {PLANTED[1]}".encode("utf-16"),
        b'"' + PLANTED[0].encode("latin-1", "replace") + b'\xe9"',
    ],
)
async def test_what_nobody_declares_keeps_codes_and_numbers_alone(stream: RawStream, redis: Any, body: bytes) -> None:
    async with door(stream, {FEED.key: FEED}) as client:
        answer = await client.post("/ingest/observations", content=body)
    assert answer.status_code == 400
    kept = repr(await redis.xrange("raw:unknown"))
    assert "observations" in kept
    for planted in PLANTED:
        assert planted not in answer.text + kept
        assert planted.encode().hex() not in kept
        assert repr(planted.encode())[2:-1] not in kept


async def test_a_mistyped_feed_is_still_told_by_its_name(stream: RawStream) -> None:
    async with door(stream, {FEED.key: FEED}) as client:
        answer = await client.post("/ingest/observations", json=[{"feed": "feedbak", "measure": "score", "value": 4}])
    (refused,) = answer.json()["rejections"]
    assert (refused["reason"], "feedbak" in refused["detail"]) == ("unknown_feed", True)


async def test_a_wire_needs_a_key(stream: RawStream) -> None:
    async with door(stream, {FEED.key: FEED}) as client:
        client.headers.pop("x-api-key")
        assert (await client.post("/ingest/phan-anh", json=[GOOD])).status_code == 401
    assert await stream.length(FEED.key) == 0


@pytest.mark.parametrize("taken", ["osmand", "observations", "files", "phan-anh"])
def test_a_wire_that_is_another_way_in_stops_the_start(taken: str) -> None:
    second = replace(FEED, key="second", ways_in=(replace(FEED.wires[0], key=taken),))
    with pytest.raises(ValueError, match=taken):
        door(None, {"feedback": FEED, "second": second})


def test_a_scrub_cannot_move_a_message_to_another_feed() -> None:
    moving = replace(FEED, scrub=lambda payload, _: Scrubbed(replace(payload, feed="services", format="file")))
    payload = Payload(feed="feedback", format="phan-anh", body=b"", received_at=NOW)
    assert Scrubber({"feedback": moving}, SECRETS)(payload) == payload


def test_a_failed_scrub_repeats_nothing_of_the_message(caplog: pytest.LogCaptureFixture) -> None:
    def failing(payload: Payload, _secrets: Secrets) -> Scrubbed:
        raise ValueError(PLANTED[0])

    payload = Payload(feed="feedback", format="phan-anh", body=PLANTED[0].encode(), received_at=NOW)
    with pytest.raises(UnscrubbedError) as failed:
        Scrubber({"feedback": replace(FEED, scrub=failing)}, SECRETS)(payload)
    assert failed.value.args == ("feedback", "ValueError")
    assert failed.value.__cause__ is None
    assert PLANTED[0] not in caplog.text


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "var" / "case.key"
    first, second = case_secrets("", file), case_secrets("", file)
    assert first.hashed("1") == second.hashed("1")
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["case.key"]
    assert case_secrets("ab" * 16, file).hashed("1") != first.hashed("1"), "hosts share the setting"
    assert "abab" not in repr(case_secrets("ab" * 16, file))


@pytest.mark.parametrize("given", ["ab", "xy" * 32, "khoá"])
def test_a_key_that_is_none_is_an_error_that_does_not_repeat_it(tmp_path: Path, given: str) -> None:
    with pytest.raises(ValueError, match="IOC_CASE_KEY") as wrong:
        case_secrets(given, tmp_path / "case.key")
    assert given not in str(wrong.value).replace("IOC_CASE_KEY", "")
