"""The answer counts new, corrected and repeated figures, and never guesses when the counts are unknown."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.feeds.part import Part
from domain.feeds.scrub import Secrets
from domain.observation import Observation
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.messages.telling import Telling
from store.intake import Batch, IntakeStore
from store.registry import Registry
from store.revisions import Corrections
from store.valkey.raw_stream import RawStream

SECRETS = Secrets(bytes(32))

FEEDS = discover(data_sources, "FEED", Feed)
NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)
FIRST = "Mã xã,Kỳ báo cáo,Hồ sơ đến hạn\n27715,2026-11-11,100\n"


@pytest.fixture
def telling(engine: Engine) -> Telling:
    return Telling(Corrections(engine).stood)


@pytest.fixture
def door(engine: Engine, stream: RawStream, telling: Telling) -> httpx.AsyncClient:
    registry = Registry(engine)
    key = registry.add_key("xã", NOW)
    app = create_front_door(
        stream, KeyRing(registry.key_holders), FEEDS, telling=telling, clock=lambda: NOW, secrets=SECRETS
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door", headers={"X-API-Key": key})


async def send(door: httpx.AsyncClient, body: str) -> dict[str, Any]:
    answer = await door.post("/ingest/files/services?name=bao-cao.csv", content=body.encode())
    assert answer.status_code == 202
    said: dict[str, Any] = answer.json()
    return said


def counts(said: dict[str, Any]) -> tuple[int, int | None, int | None, int]:
    return said["accepted"], said["corrected"], said["repeated"], said["rejected"]


async def test_a_corrected_file_is_answered_as_a_correction_before_the_collector_has_seen_the_first(
    door: httpx.AsyncClient,
) -> None:
    assert counts(await send(door, FIRST)) == (1, 0, 0, 0)
    assert counts(await send(door, FIRST.replace("100", "777"))) == (1, 1, 0, 0)
    assert counts(await send(door, FIRST.replace("100", "777"))) == (1, 0, 1, 0)
    # Back to the first value: a correction too, and not a repeat of what no longer stands.
    assert counts(await send(door, FIRST)) == (1, 1, 0, 0)


async def test_what_the_database_knows_counts_after_a_restart_of_the_door(
    door: httpx.AsyncClient, engine: Engine, stream: RawStream
) -> None:
    await send(door, FIRST)
    store = IntakeStore(engine)
    ((_, payload),) = await stream.read(Part("services"), "0-0", 10, 0)
    items = [item for item in FEEDS["services"].decode(payload) if isinstance(item, Observation)]
    store.write(
        Part("services"), expected_cursor=store.cursor(Part("services")), cursor="1-0", batch=Batch(observations=items)
    )  # type: ignore[arg-type]
    fresh = create_front_door(
        stream, KeyRing(Registry(engine).key_holders), FEEDS,
        telling=Telling(Corrections(engine).stood), clock=lambda: NOW, secrets=SECRETS)  # fmt: skip
    restarted = httpx.AsyncClient(
        transport=httpx.ASGITransport(fresh), base_url="http://door", headers=dict(door.headers)
    )
    assert counts(await send(restarted, FIRST)) == (1, 0, 1, 0)
    assert counts(await send(restarted, FIRST.replace("100", "5"))) == (1, 1, 0, 0)


async def test_the_counts_add_up_to_what_was_in_the_message(door: httpx.AsyncClient) -> None:
    await send(door, FIRST)
    rows = FIRST + "27715,2026-11-12,3\n27715,2026-11-11,100\n27715,2026-11-11,8.5\n99999,2026-11-11,4\n"
    accepted, corrected, repeated, rejected = counts(await send(door, rows))
    assert (accepted, corrected, repeated, rejected) == (3, 0, 2, 2)


async def test_a_former_name_is_answered_as_a_repeat_and_two_values_as_refused(door: httpx.AsyncClient) -> None:
    await send(door, FIRST)
    assert counts(await send(door, FIRST.replace("Hồ sơ đến hạn", "files_due"))) == (1, 0, 1, 0)
    item = {"feed": "services", "place": "27715", "at": "2026-11-10T17:00:00Z", "source": "xã"}
    told = [item | {"measure": "files_due", "value": 100}, item | {"measure": "dossiers_due", "value": 101}]
    answer = await door.post("/ingest/observations", json=told[:1])
    assert (answer.status_code, counts(answer.json())) == (202, (1, 0, 1, 0))
    refused = await door.post("/ingest/observations", json=told)
    assert refused.status_code == 400, "not one item of it counts"
    rejections = refused.json()["rejections"]
    assert [(one["item"], one["reason"]) for one in rejections] == [(0, "two_values"), (1, "two_values")]


async def test_a_database_that_does_not_answer_takes_nothing_away_and_says_so(
    door: httpx.AsyncClient, telling: Telling, stream: RawStream
) -> None:
    def silent(_: object) -> dict[Any, Any]:
        raise OperationalError("select", {}, Exception("down"))

    telling._stood = silent
    assert counts(await send(door, FIRST)) == (1, None, None, 0)
    assert await stream.length("services") == 1


async def test_a_tracker_is_answered_as_ever(door: httpx.AsyncClient) -> None:
    answer = await door.get(
        "/ingest/osmand", params={"id": "phone", "lat": 10.5, "lon": 106.4, "timestamp": 1795827600}
    )
    assert answer.json() == {"accepted": 1, "rejected": 0, "rejections": []}
