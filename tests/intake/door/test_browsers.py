"""No web page feeds the door through its visitor's browser; trackers and programs are not disturbed."""

import httpx
import pytest

from tests.intake.door.test_front_door import KEY, NOW, Stream, door, kept, ticks

__all__ = ["door", "kept", "ticks"]
FIX = f"id=phone&lat=10.54&lon=106.41&timestamp={int(NOW.timestamp())}"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://door"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none", "origin": "null"},
    ],
)
@pytest.mark.parametrize(
    "asked",
    [
        ("GET", f"/?{FIX}"),
        ("POST", f"/?{FIX}"),
        ("GET", f"/ingest/osmand?{FIX}"),
        ("POST", "/ingest/observations"),
        ("POST", "/ingest/owntracks"),
        ("POST", "/ingest/files/coverage"),
    ],
)
async def test_what_a_page_sends_is_refused_in_words(
    door: httpx.AsyncClient, kept: Stream, headers: dict[str, str], asked: tuple[str, str]
) -> None:
    refused = await door.request(*asked, headers=KEY | headers, content=b"[]" if asked[0] == "POST" else None)
    assert (refused.status_code, refused.json()["reason"]) == (403, "from_a_page")
    assert refused.json()["vi"]
    assert kept.kept == []
    assert 'ioc_door_refused_total{status="403"} 1.0' in (await door.get("/metrics")).text


async def test_a_typed_address_and_the_doors_own_pages_still_work(door: httpx.AsyncClient, kept: Stream) -> None:
    assert (await door.get(f"/?{FIX}", headers={"sec-fetch-site": "none"})).status_code == 202
    for path in ("/healthz", "/docs", "/openapi.json", "/metrics"):
        assert (await door.get(path, headers={"sec-fetch-site": "same-origin"})).status_code == 200
    assert len(kept.kept) == 1


async def test_only_wrong_keys_are_slowed(door: httpx.AsyncClient) -> None:
    async def status(key: str) -> int:
        headers = {"X-API-Key": key} if key else {}
        return (await door.post("/ingest/observations", json=[], headers=headers)).status_code

    assert [await status("guess") for _ in range(10)] == [401] * 10
    assert await status("guess") == 429
    assert await status("right") == 400, "a valid key of the same address is heard"
    assert await status("") == 401, "who sends none learns that one is needed"
