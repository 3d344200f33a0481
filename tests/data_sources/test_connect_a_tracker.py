"""The examples of docs/connect-a-tracker.md work when they are copied: each is sent to a front door."""

import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import httpx
import orjson
import pytest

import data_sources
from data_sources import trackers
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload
from domain.feeds.pull import address_setting
from domain.feeds.scrub import Secrets
from domain.feeds.tracker_format import TrackerFormat
from domain.key_role import Holder
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.door.listening import Topics
from settings import SETTINGS
from store.registry import hash_key

SECRETS = Secrets(bytes(32))

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "connect-a-tracker.md").read_text("utf-8")
BLOCKS = [block for _, block in re.findall(r"```(\w*)\n(.*?)```", PAGE, re.S)]
FEEDS = discover(data_sources, "FEED", Feed)
# After the examples' instants, and within a day of them.
NOW = datetime(2026, 3, 2, 1, 31, tzinfo=UTC)


class Stream:
    """Remembers what was appended."""

    def __init__(self) -> None:
        self.kept: list[Payload] = []

    async def append(self, payload: Payload) -> str:
        self.kept.append(payload)
        return f"{len(self.kept)}-0"


def client(stream: Stream, now: datetime = NOW) -> httpx.AsyncClient:
    keys = KeyRing(lambda: {hash_key("THE-KEY"): Holder("provider")})
    app = create_front_door(stream, keys, FEEDS, clock=lambda: now, secrets=SECRETS)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app))


def curls() -> list[Sequence[str]]:
    """Every curl to the front door, in words."""
    commands = []
    for block in BLOCKS:
        text = block.replace("$(date +%s)", "1772415000").replace("\\\n", " ")
        if text.startswith("curl ") and ":8051" in text:
            commands.append(shlex.split(text))
    return commands


@pytest.mark.parametrize("words", curls(), ids=lambda words: next(w for w in words if "8051" in w)[:60])
async def test_each_curl_is_accepted(words: list[str]) -> None:
    headers: dict[str, str] = {}
    body, auth = None, None
    for flag, value in pairwise(words):
        if flag == "-H":
            name, _, said = value.partition(": ")
            headers[name] = said
        elif flag == "-u":
            auth = httpx.BasicAuth(*value.split(":", 1))
        elif flag == "-d":
            body = value.encode().replace(b"2026-11-23T07:05:00+07:00", b"2026-03-02T08:30:00+07:00")
        elif flag == "--data-binary":
            pb = pytest.importorskip("google.transit.gtfs_realtime_pb2")
            vehicle = {
                "vehicle": {"id": "1"},
                "position": {"latitude": 10.5, "longitude": 106.4},
                "timestamp": 1772415000,
            }
            message = pb.FeedMessage(header={"gtfs_realtime_version": "2.0"}, entity=[{"id": "1", "vehicle": vehicle}])
            body = message.SerializeToString()
    url = next(word for word in words if word.startswith("http"))
    stream = Stream()
    async with client(stream) as door:
        answer = await door.request("POST" if body else "GET", url, headers=headers, content=body, auth=auth)
    if "owntracks" in url:
        assert (answer.status_code, answer.content) == (200, b"[]")
    else:
        assert (answer.status_code, answer.json()["accepted"], answer.json()["rejected"]) == (202, 1, 0), answer.text
    assert len(stream.kept) == 1


async def test_the_traccar_config_forwards_to_a_door_that_opens() -> None:
    block = next(block for block in BLOCKS if "<entry" in block)
    entries = {entry.get("key"): entry.text or "" for entry in ElementTree.fromstring(f"<p>{block}</p>")}
    assert (entries["forward.enable"], entries["forward.type"], entries["forward.retry.enable"]) == (
        "true",
        "json",
        "true",
    )
    assert all(entries[f"forward.retry.{key}"].isdecimal() for key in ("delay", "count", "limit"))
    # Traccar splits forward.header at the first ": ".
    name, value = entries["forward.header"].split(": ", 1)
    stream = Stream()
    message = (ROOT / "tests" / "samples" / "waste_trucks" / "traccar.json").read_bytes()
    forwarded_at = datetime.fromisoformat(orjson.loads(message)["position"]["serverTime"])
    async with client(stream, forwarded_at.astimezone(UTC)) as door:
        answer = await door.post(entries["forward.url"], content=message, headers={name: value})
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)
    assert stream.kept[0].format == "traccar"


def test_every_way_in_and_its_setting_is_described() -> None:
    for form in discover(trackers, "FORMAT", TrackerFormat).values():
        assert f"/ingest/{form.key}" in PAGE
    for setting in SETTINGS:
        if setting.name == "IOC_MQTT_URL":
            assert setting.name in PAGE
    for feed in FEEDS.values():
        if feed.is_tracked and feed.fetched:
            assert address_setting(feed.key) in PAGE
    for pattern in Topics(FEEDS).patterns:
        assert pattern.split("/")[0] + "/" in PAGE
