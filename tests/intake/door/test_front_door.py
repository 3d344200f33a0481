"""The front door over HTTP: its answers, the messages it keeps, its refusals."""

import asyncio
import hashlib
import io
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx
import openpyxl
import orjson
import pytest
from fuzzing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import data_sources
from data_sources import trackers
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload
from domain.feeds.scrub import Secrets
from domain.feeds.tracker_format import TrackerFormat
from domain.fleets.fleet import WAITING, Carrier
from domain.key_role import Holder
from domain.observation import Rejection
from domain.reason import Reason
from intake.door.door import FILE_MAX_BYTES, OBSERVATIONS_MAX_BYTES
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.messages.decoding import decode
from intake.messages.fleets import Fleets
from store.registry import hash_key
from store.valkey.raw_stream import StreamUnreachable

SECRETS = Secrets(bytes(32))

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
KEY = {"X-API-Key": "right"}
FEEDS = discover(data_sources, "FEED", Feed)
ITEM: dict[str, Any] = {
    "feed": "coverage",
    "measure": "households",
    "place": "27694",
    "at": "2026-11-22T08:00:00Z",
    "value": 5,
}


class Stream:
    """Remembers what was appended; `down` makes it unreachable."""

    def __init__(self) -> None:
        self.kept: list[Payload] = []
        self.down = False

    async def append(self, payload: Payload) -> str:
        if self.down:
            raise StreamUnreachable("off")
        self.kept.append(payload)
        return f"{len(self.kept)}-0"

    async def append_many(self, payloads: Sequence[Payload]) -> list[str]:
        return [await self.append(payload) for payload in payloads]

    async def ping(self) -> None:
        if self.down:
            raise StreamUnreachable("off")


class Ticks:
    """Monotonic seconds under the test's hand."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def kept() -> Stream:
    return Stream()


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
async def door(kept: Stream, ticks: Ticks) -> AsyncIterator[httpx.AsyncClient]:
    async with client(kept, ticks) as opened:
        yield opened


def transport(kept: Stream, ticks: Ticks) -> httpx.ASGITransport:
    keys = KeyRing(lambda: {hash_key("right"): Holder("VNPT")})
    fleets = Fleets(FEEDS, lambda: (1, {"LA-001": Carrier("LA-001", "waste_trucks")}, {}), lambda: 1, ticks=ticks)
    app = create_front_door(kept, keys, FEEDS, fleets=fleets, clock=lambda: NOW, ticks=ticks, secrets=SECRETS)  # type: ignore[arg-type]
    return httpx.ASGITransport(app)


def client(kept: Stream, ticks: Ticks) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=transport(kept, ticks), base_url="http://door")


@pytest.fixture(scope="module")
def standing() -> tuple[Stream, Ticks, httpx.ASGITransport]:
    """One door for all examples of a property; each is made a minute later, so that none is too fast for it."""
    kept, ticks = Stream(), Ticks()
    return kept, ticks, transport(kept, ticks)


@pytest.mark.parametrize("path", ["/", "/ingest/osmand"])
async def test_osmand_by_query_form_and_json_needs_no_key(door: httpx.AsyncClient, kept: Stream, path: str) -> None:
    fields = {"id": "LA-001", "lat": "10.5", "lon": "106.4"}
    answers = [
        await door.get(path, params=fields),
        await door.post(path, params=fields),
        await door.post(path, data=fields),
        await door.post(path, json={"device_id": "1", "location": {"coords": {"latitude": 10.5, "longitude": 106.4}}}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "rejected": 0, "rejections": []})
    assert [p.format for p in kept.kept] == ["osmand"] * 4
    assert {p.feed for p in kept.kept} == {"waste_trucks", WAITING}
    assert [p.feed for p in kept.kept][:3] == ["waste_trucks"] * 3
    assert kept.kept[0].query == urlencode(fields)
    assert kept.kept[0].received_at == NOW


async def test_a_message_without_a_device_is_400_with_the_reason_and_still_kept(
    door: httpx.AsyncClient, kept: Stream
) -> None:
    answer = await door.get("/?lat=10.5&lon=106.4")
    assert answer.status_code == 400
    body = answer.json()
    assert body["reason"] == "missing_device"
    assert "thiếu mã thiết bị" in body["vi"]
    assert "device id" in body["en"]
    assert len(kept.kept) == 1


@pytest.mark.parametrize("fields", [{"id": "1"}, {"id": "1", "lat": "0", "lon": "0"}])
async def test_a_sign_of_life_without_a_position_is_no_reason_to_send_again(
    door: httpx.AsyncClient, fields: dict[str, str]
) -> None:
    answer = await door.get("/", params=fields)
    assert answer.status_code == 202
    assert (answer.json()["accepted"], answer.json()["rejected"]) == (0, 1)


async def test_a_wrong_key_is_refused_even_where_none_is_needed(door: httpx.AsyncClient, kept: Stream) -> None:
    good = {"id": "1", "lat": "10.5", "lon": "106.4"}
    assert (await door.get("/", params=good, headers={"X-API-Key": "wrong"})).status_code == 401
    assert (await door.get("/", params=good, headers=KEY | {"Authorization": "Basic eA=="})).status_code == 401
    assert (await door.get("/", params=good, headers={"Authorization": "Bearer right"})).status_code == 202
    assert [p.source for p in kept.kept] == ["VNPT"]


FORMATS = discover(trackers, "FORMAT", TrackerFormat)
KEYED = [f"/ingest/{form.key}" for form in FORMATS.values() if form.keyed]


def test_every_declared_format_has_its_way_in_and_describes_its_body(kept: Stream) -> None:
    paths = create_front_door(kept, KeyRing(dict), FEEDS, secrets=SECRETS).openapi()["paths"]  # type: ignore[arg-type]
    assert len(FORMATS) >= 6
    for form in FORMATS.values():
        assert paths[f"/ingest/{form.key}"]["post"]["requestBody"]["content"]


@pytest.mark.parametrize("path", [*KEYED, "/ingest/observations", "/ingest/files/coverage"])
async def test_the_other_ways_in_need_a_key(door: httpx.AsyncClient, kept: Stream, path: str) -> None:
    answer = await door.post(path, json=[ITEM])
    assert answer.status_code == 401
    assert "python -m ingest key add" in answer.json()["vi"]
    assert not kept.kept


async def test_traccar(door: httpx.AsyncClient, kept: Stream) -> None:
    position = {"latitude": 10.5, "longitude": 106.4, "fixTime": "2026-11-22T08:59:00Z"}
    message = {"position": position, "device": {"uniqueId": "861"}}
    assert (await door.post("/ingest/traccar", json=message, headers=KEY)).status_code == 202
    assert (await door.post("/ingest/traccar", content=b"{", headers=KEY)).json()["reason"] == "not_json"
    assert [p.source for p in kept.kept] == ["VNPT", "VNPT"]


async def test_owntracks_knows_its_sender_by_headers_and_hears_an_empty_list(
    door: httpx.AsyncClient, kept: Stream
) -> None:
    said = {"_type": "location", "tst": 1_795_338_000, "lat": 10.5, "lon": 106.4}
    named = {"X-Limit-U": "ba-gac", "X-Limit-D": "LA-B07"}
    answer = await door.post("/ingest/owntracks", json=said, headers=named, auth=("ba-gac", "right"))
    assert (answer.status_code, answer.content) == (200, b"[]")
    assert (kept.kept[0].name, kept.kept[0].source) == ("ba-gac/LA-B07", "VNPT")
    card = await door.post("/ingest/owntracks", json={"_type": "card"}, headers=KEY)
    assert (card.status_code, card.content) == (200, b"[]")
    nameless = await door.post("/ingest/owntracks", json=said, headers=KEY | {"X-Limit-U": "ba-gac"})
    assert (nameless.status_code, nameless.json()["reason"]) == (400, "missing_device")
    for auth in (("right", ""), ("right", "wrong"), ("", "")):
        assert (await door.post("/ingest/owntracks", json=said, headers=named, auth=auth)).status_code == 401
    assert len(kept.kept) == 3


async def test_a_batch_tells_which_of_its_positions_were_refused(door: httpx.AsyncClient) -> None:
    point = {"vehicle": "62C12345", "datetime": 1_795_338_000, "x": 106.4, "y": 10.5}
    message = {"msgType": 104, "msgBusWayPoints": [point, point | {"x": 2.3}, point]}
    answer = await door.post("/ingest/ufms", json=message, headers=KEY)
    assert (answer.status_code, answer.json()["accepted"], answer.json()["rejected"]) == (202, 2, 1)
    assert [(r["item"], r["reason"]) for r in answer.json()["rejections"]] == [(1, "outside_vietnam")]


async def test_observations_report_each_refused_item(door: httpx.AsyncClient, kept: Stream) -> None:
    items = [ITEM, ITEM | {"value": "93"}, ITEM | {"measure": "cats"}]
    answer = await door.post("/ingest/observations", json=items, headers=KEY)
    assert answer.status_code == 202
    body = answer.json()
    assert (body["accepted"], body["rejected"]) == (1, 2)
    assert [(r["item"], r["reason"]) for r in body["rejections"]] == [(1, "bad_number"), (2, "unknown_measure")]
    assert len(kept.kept) == 1


async def test_a_mixed_call_is_kept_one_part_a_feed_and_unknown_feeds_are_counted(
    door: httpx.AsyncClient, kept: Stream
) -> None:
    team = {"feed": "teams", "measure": "hamlets", "place": "27694", "at": ITEM["at"], "value": 7}
    items = [ITEM, {"feed": "cats"}, team, ITEM | {"value": "x"}, 5]
    answer = await door.post("/ingest/observations", json=items, headers=KEY)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 2)
    assert [(r["item"], r["reason"]) for r in answer.json()["rejections"]] == [
        (3, "bad_number"),
        (1, "unknown_feed"),
        (4, "wrong_shape"),
    ]
    assert [p.feed for p in kept.kept] == ["coverage", "unknown", "teams"]


async def test_nothing_usable_is_400_and_still_kept(door: httpx.AsyncClient, kept: Stream) -> None:
    for content, reason in (
        (b"[{}]", "missing_field"),
        (b"not json", "not_json"),
        (b"", "empty"),
        (b"{}", "wrong_shape"),
    ):
        answer = await door.post("/ingest/observations", content=content, headers=KEY)
        assert (answer.status_code, answer.json()["reason"]) == (400, reason)
    assert [p.feed for p in kept.kept] == ["unknown"] * 4


async def test_at_most_twenty_refusals_are_listed(door: httpx.AsyncClient) -> None:
    answer = await door.post("/ingest/observations", json=[ITEM] + [ITEM | {"value": "x"}] * 50, headers=KEY)
    assert answer.json()["rejected"] == 50
    assert len(answer.json()["rejections"]) == 20


async def test_files(door: httpx.AsyncClient, kept: Stream) -> None:
    body = b"place;households\n27694;1.234\n"
    answer = await door.post("/ingest/files/coverage?name=coverage-2026-10.csv", content=body, headers=KEY)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)
    assert kept.kept[0].name == "coverage-2026-10.csv"
    assert kept.kept[0].body == body
    assert (await door.post("/ingest/files/cats", content=body, headers=KEY)).status_code == 404


async def test_a_refused_file_leaves_its_beginning_and_its_hash_and_never_its_body(
    door: httpx.AsyncClient, kept: Stream
) -> None:
    body = b"no;such;columns\n" * 10_000
    answer = await door.post("/ingest/files/coverage?name=x-2026-10.csv", content=body, headers=KEY)
    assert (answer.status_code, answer.json()["reason"]) == (400, "wrong_shape")
    (note,) = kept.kept
    assert len(note.body) < 4_000
    (refused,) = decode(FEEDS["coverage"], note)
    assert isinstance(refused, Rejection)
    assert (refused.reason, len(refused.raw)) == (Reason.WRONG_SHAPE, 2_000)
    assert hashlib.sha256(body).hexdigest() in refused.detail


async def test_a_tracker_is_answered_while_a_file_is_read(door: httpx.AsyncClient) -> None:
    book = openpyxl.Workbook()
    book.active.append(["place", "at", "households"])
    out = io.BytesIO()
    book.save(out)
    file = asyncio.create_task(
        door.post("/ingest/files/coverage?name=x.xlsx", content=out.getvalue(), headers=KEY), name="file"
    )
    await asyncio.sleep(0)
    tracker = asyncio.create_task(door.get("/?id=LA-001&lat=10.5&lon=106.4"), name="tracker")
    done, _ = await asyncio.wait((file, tracker), return_when=asyncio.FIRST_COMPLETED)
    assert [task.get_name() for task in done] == ["tracker"]
    assert (await file).status_code == 400


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/ingest/osmand", 64 * 1024),
        ("/ingest/traccar", 64 * 1024),
        ("/ingest/observations", OBSERVATIONS_MAX_BYTES),
        ("/ingest/files/coverage", FILE_MAX_BYTES),
    ],
)
async def test_too_large_is_413_by_header_or_while_reading(
    door: httpx.AsyncClient, kept: Stream, path: str, limit: int
) -> None:
    assert (await door.post(path, content=b"x" * (limit + 1), headers=KEY)).status_code == 413

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(limit // 2**16 + 2):
            yield b"x" * 2**16

    assert (await door.post(path, content=chunks(), headers=KEY)).status_code == 413
    assert not kept.kept


async def test_too_many_items_is_413(door: httpx.AsyncClient, kept: Stream) -> None:
    other = ITEM | {"feed": "teams"}
    assert (await door.post("/ingest/observations", json=[ITEM] * 5_001, headers=KEY)).status_code == 413
    assert (await door.post("/ingest/observations", json=[ITEM, other] * 2_501, headers=KEY)).status_code == 413
    assert not kept.kept


async def test_one_device_too_fast_is_429_and_others_are_not(door: httpx.AsyncClient, ticks: Ticks) -> None:
    async def send(device: str) -> httpx.Response:
        return await door.get("/", params={"id": device, "lat": "10.5", "lon": "106.4"})

    for _ in range(1_000):
        assert (await send("LA-001")).status_code == 202
    refused = await send("LA-001")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert (await send("B")).status_code == 202
    ticks.now_s += 0.02
    assert (await send("LA-001")).status_code == 202


async def test_one_key_too_fast_is_429(door: httpx.AsyncClient) -> None:
    codes = [(await door.post("/ingest/observations", json=[ITEM], headers=KEY)).status_code for _ in range(101)]
    assert codes == [202] * 100 + [429]


async def test_an_unreachable_stream_is_503_with_retry_after_and_never_202(
    door: httpx.AsyncClient, kept: Stream
) -> None:
    kept.down = True
    for answer in (
        await door.get("/", params={"id": "1", "lat": "10.5", "lon": "106.4"}),
        await door.post("/ingest/observations", json=[ITEM], headers=KEY),
        await door.get("/readyz"),
    ):
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert "gửi lại" in answer.json()["vi"]
    assert (await door.get("/healthz")).text == "ok"


async def test_unknown_addresses_and_methods_answer_in_both_languages(door: httpx.AsyncClient) -> None:
    missing, wrong = await door.get("/nothing"), await door.delete("/ingest/osmand")
    assert (missing.status_code, missing.json()["reason"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["reason"]) == (405, "method_not_allowed")
    assert "POST" in wrong.headers["allow"]


async def test_docs_describe_every_way_in_and_load_nothing_from_elsewhere(door: httpx.AsyncClient) -> None:
    page = (await door.get("/docs")).text
    for path in ("/ingest/osmand", "/ingest/traccar", "/ingest/observations", "/ingest/files/{feed}"):
        assert path in page
        assert path in (await door.get("/openapi.json")).json()["paths"]
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    assert "style=" not in page


async def test_metrics_count_what_was_kept_and_refused(door: httpx.AsyncClient) -> None:
    await door.get("/", params={"id": "1", "lat": "10.5", "lon": "106.4"})
    await door.post("/ingest/traccar", content=b"")
    text = (await door.get("/metrics")).text
    assert 'ioc_door_items_total{format="osmand",outcome="accepted"} 1.0' in text
    assert 'ioc_door_refused_total{status="401"} 1.0' in text


@settings(max_examples=examples(300), derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(["/", "/ingest/osmand", *KEYED, "/ingest/observations", "/ingest/files/coverage"]),
    st.dictionaries(st.sampled_from(["id", "lat", "lon", "timestamp", "x"]), st.text(max_size=12), max_size=4),
    st.binary(max_size=80)
    | st.sampled_from([b"[]", b"[1]", b'{"position":{}}', b"PK\x03\x04", b"place;households\n1;x"]),
    st.sampled_from(["", "application/json", "text/csv", "application/x-www-form-urlencoded"]),
)
async def test_whatever_is_sent_gets_a_truthful_answer(
    standing: tuple[Stream, Ticks, httpx.ASGITransport],
    path: str,
    fields: dict[str, str],
    body: bytes,
    content_type: str,
) -> None:
    kept, ticks, way = standing
    kept.kept.clear()
    ticks.now_s += 60
    async with httpx.AsyncClient(transport=way, base_url="http://door") as door:
        query = urlencode(fields, errors="replace")
        headers = KEY | ({"content-type": content_type} if content_type else {})
        answer = await door.post(f"{path}?{query}", content=body, headers=headers)
    assert answer.status_code in (202, 400)
    assert kept.kept, "a refused body is evidence too"
    said = answer.json()
    if answer.status_code == 400:
        assert said["reason"]
        assert said["vi"]
        assert said["en"]
    else:
        assert said["accepted"] + said["rejected"] >= 1


async def test_of_a_mixed_message_an_item_nested_too_deeply_is_refused_alone(
    door: httpx.AsyncClient, kept: Stream
) -> None:
    deep = b'{"feed":"coverage","x":' + b"[" * 300 + b"]" * 300 + b"}"
    body = b"[" + orjson.dumps(ITEM) + b"," + deep + b',{"feed":"teams"}]'
    answer = await door.post("/ingest/observations", content=body, headers=KEY)
    assert answer.status_code == 202
    assert (answer.json()["accepted"], answer.json()["rejected"]) == (1, 2)
    assert len(kept.kept) == 2


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"Content-Encoding": "gzip"}, "compressed"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, "multipart"),
    ],
)
async def test_a_wrapped_body_is_told_what_is_wrong_with_it(
    door: httpx.AsyncClient, kept: Stream, header: dict[str, str], reason: str
) -> None:
    answer = await door.post("/ingest/files/coverage", content=b"\x1f\x8b", headers=KEY | header)
    assert (answer.status_code, answer.json()["reason"]) == (400, reason)
    assert kept.kept == []
