"""Bodies are bounded in size and time before the application sees a byte; Dash gets only what it can read."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI, Request

import app as web_side
from centre import bodies
from centre.bodies import CALLBACK_MAX_BYTES, CALLBACKS, OTHER_MAX_BYTES, UPLOADS, Bodies
from settings import Settings

CALLBACK = {"output": "a.b", "inputs": []}


class Site:
    """An application that notes the sizes of the bodies it reads."""

    def __init__(self) -> None:
        self.app, self.read = FastAPI(), list[int]()
        for path in (CALLBACKS, *UPLOADS, "/api/v1/session"):
            self.app.add_api_route(path, self.take, methods=["POST"])
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(Bodies(self.app)), base_url="http://ioc")
        self.http.headers["content-type"] = "application/json"

    async def take(self, request: Request) -> str:
        self.read.append(len(await request.body()))
        return "ok"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    async with made.http:
        yield made


def callback(size: int) -> bytes:
    return orjson.dumps({**CALLBACK, "state": "x" * (size - len(orjson.dumps({**CALLBACK, "state": ""})))})


@pytest.mark.parametrize(("path", "limit"), [(CALLBACKS, CALLBACK_MAX_BYTES), ("/api/v1/session", OTHER_MAX_BYTES)])
async def test_a_body_beyond_its_limit_is_413_by_header_or_while_it_comes(site: Site, path: str, limit: int) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(limit // 1_024 + 1):
            yield bytes(1_024)

    for content in (bytes(limit + 1), pieces()):
        answer = await site.http.post(path, content=content)
        assert (answer.status_code, answer.json()["reason"]) == (413, "too_large")
    assert site.read == []
    assert (await site.http.post(path, content=callback(limit))).status_code == 200
    assert site.read == [limit]


async def test_a_maps_upload_is_not_held_back(site: Site) -> None:
    assert (await site.http.post(UPLOADS[0], content=bytes(2 * CALLBACK_MAX_BYTES))).status_code == 200
    assert site.read == [2 * CALLBACK_MAX_BYTES]


async def test_a_body_that_drips_ends(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "WITHIN_S", 0.01)
    told: list[dict[str, Any]] = []

    async def never() -> dict[str, Any]:
        return await asyncio.get_running_loop().create_future()

    async def send(message: Any) -> None:
        told.append(message)

    await Bodies(site.app)({"type": "http", "method": "POST", "path": CALLBACKS, "headers": []}, never, send)
    assert told[0]["status"] == 408
    assert orjson.loads(told[1]["body"])["reason"] == "too_slow"


@pytest.mark.parametrize(
    "body",
    [b"", b"text", b"[]", b"null", b'{"output": "a.b"}', b'{"inputs": []}', b'{"output": 1, "inputs": []}',
     b'{"output": "a.b", "inputs": ' + b"[" * 500 + b"]" * 500 + b"}", b"[" * 100_000],
    ids=range(9),
)  # fmt: skip
async def test_what_no_page_asks_is_400_and_never_reaches_dash(site: Site, body: bytes) -> None:
    answer = await site.http.post(CALLBACKS, content=body)
    assert (answer.status_code, answer.json()["reason"]) == (400, "bad_callback")
    assert site.read == []


async def test_the_web_side_answers_bad_requests_to_dash_without_an_error_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IOC_DATA_DIR", str(tmp_path))
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    settings = Settings.from_env()
    server = web_side.create_app(settings, web_side.services_of(settings))
    transport = httpx.ASGITransport(server, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://ioc") as http:
        for path in ("dash/%2e%2e/%2e%2e/etc/passwd", "dash/none.js", "os/path.js"):
            answer = await http.get(f"/_dash-component-suites/{path}")
            assert (answer.status_code, answer.json()["reason"]) == (404, "not_found")
        for content in (b"no JSON", b"[" * 5_000, orjson.dumps(CALLBACK), bytes(CALLBACK_MAX_BYTES + 1)):
            answer = await http.post(CALLBACKS, content=content, headers={"content-type": "text/plain"})
            assert answer.status_code in (400, 413)
