"""Delivery: files compressed once and cached, answers compressed, errors not cached, pages with the policy."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from typing import Any

import brotli
import httpx
import pytest
from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse

from centre.delivery import KEPT_FILES, Delivery

HEAD = b"<title>IOC</title>" * 4_000
BIG = b"const wall = 'Long An';\n" * 4_000


class Site:
    """A site that counts how often it is really asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.missing = True
        self.app = FastAPI()
        self.app.add_api_route("/assets/{name:path}", self.asset)
        self.app.add_api_route("/page", self.page)
        self.app.add_api_route("/stream", self.stream)
        self.app.add_api_route("/parts", self.parts)
        self.app.add_api_route("/_dash-update-component", self.drawn)
        self.app.add_api_route("/unsaid", self.drawn)
        self.app.add_middleware(Delivery, policy=lambda: "default-src 'self'")

    async def asset(self, name: str) -> Response:
        self.asked += 1
        await asyncio.sleep(0)
        if name == "late.js" and self.missing:
            return Response("no", 404)
        return Response(BIG, media_type="image/png" if name.endswith(".png") else "text/javascript")

    async def page(self) -> Response:
        return Response("<p>xin chào</p>" * 200, media_type="text/html")

    async def parts(self) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield HEAD
            yield b"<p>xin</p>"

        return StreamingResponse(parts(), media_type="text/html")

    async def drawn(self) -> Response:
        return Response(b'{"a": 1}' * 1_000)

    async def stream(self) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"a" * 5_000
            yield b"b"

        return StreamingResponse(parts(), media_type="text/plain")


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def http(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url="http://ioc") as client:
        yield client


async def raw(http: httpx.AsyncClient, path: str, encoding: str) -> tuple[httpx.Response, bytes]:
    async with http.stream("GET", path, headers={"accept-encoding": encoding}) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


async def test_a_file_is_packed_once_for_many(site: Site, http: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(raw(http, "/assets/map.js", "gzip, br") for _ in range(5)))
    assert site.asked == 1
    for answer, body in answers:
        assert answer.headers["content-encoding"] == "br"
        assert brotli.decompress(body) == BIG
        assert len(body) == int(answer.headers["content-length"]) < len(BIG) / 10


async def test_each_encoding_gets_its_own(http: httpx.AsyncClient) -> None:
    _, packed = await raw(http, "/assets/map.js", "gzip")
    answer, plain = await raw(http, "/assets/map.js", "identity")
    assert gzip.decompress(packed) == plain == BIG
    assert "content-encoding" not in answer.headers


async def test_what_is_packed_already_is_left_alone(http: httpx.AsyncClient) -> None:
    answer, body = await raw(http, "/assets/a.png", "br")
    assert body == BIG
    assert "content-encoding" not in answer.headers


async def test_what_every_page_asks_for_is_packed_when_the_server_has_started(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked: list[str] = []
    all_asked = asyncio.Event()
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        asked.append(scope["path"])
        if scope["path"] == "/assets/broken.js":
            raise OSError("no such disk")
        await Response(BIG, media_type="text/javascript")(scope, receive, send)
        if scope["path"] == "/vendor/map.js":
            all_asked.set()

    files = ["/assets/scripts.js", "/assets/broken.js", "/vendor/map.js"]
    delivery = Delivery(app, lambda: "", lambda: files)
    end: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    living = asyncio.create_task(delivery({"type": "lifespan"}, lambda: end, told.put))
    assert (await told.get())["type"] == "lifespan.startup.complete"
    await all_asked.wait()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(delivery), base_url="http://ioc") as http:
        _, body = await raw(http, "/assets/scripts.js", "br")
        await raw(http, "/vendor/map.js", "gzip, br")
    end.set_result({"type": "lifespan.shutdown"})
    await living
    assert asked == files, "nobody who comes later waits for it"
    assert brotli.decompress(body) == BIG
    assert "/assets/broken.js could not be packed ahead" in caplog.text


async def test_an_error_is_not_kept(site: Site, http: httpx.AsyncClient) -> None:
    assert (await http.get("/assets/late.js")).status_code == 404
    site.missing = False
    assert (await http.get("/assets/late.js")).status_code == 200


async def test_a_condition_of_one_browser_does_not_spoil_it_for_others(http: httpx.AsyncClient) -> None:
    answer = await http.get("/assets/map.js", headers={"if-none-match": "*", "range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, BIG)


async def test_names_by_content_are_kept_for_ever_and_others_are_not(http: httpx.AsyncClient) -> None:
    assert "immutable" in (await http.get("/assets/map.js?m=17")).headers["cache-control"]
    assert "immutable" not in (await http.get("/assets/map.js")).headers["cache-control"]


async def test_made_up_names_do_not_fill_the_memory(site: Site, http: httpx.AsyncClient) -> None:
    for n in range(KEPT_FILES + 10):
        await http.get(f"/assets/{n}.js", headers={"accept-encoding": "identity"})
    asked = site.asked
    await http.get("/assets/0.js", headers={"accept-encoding": "identity"})
    assert site.asked == asked + 1


async def test_a_page_is_packed_never_kept_and_carries_the_policy(http: httpx.AsyncClient) -> None:
    answer, body = await raw(http, "/page", "br")
    assert brotli.decompress(body).startswith("<p>xin chào".encode())
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "default-src 'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_stream_goes_through_piece_by_piece(http: httpx.AsyncClient) -> None:
    answer, body = await raw(http, "/stream", "br")
    assert body == b"a" * 5_000 + b"b"
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("encoding", ["br", "gzip"])
async def test_each_part_of_a_page_can_be_read_before_the_next_comes(site: Site, encoding: str) -> None:
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    async def stays() -> Any:
        await asyncio.Event().wait()

    headers = [(b"accept-encoding", encoding.encode())]
    asked = {"type": "http", "method": "GET", "path": "/parts", "query_string": b"", "headers": headers}
    await site.app(asked, stays, send)
    start, *parts = told
    answered = dict(start["headers"])
    assert answered[b"content-encoding"] == encoding.encode()
    assert b"content-length" not in answered
    assert answered[b"content-security-policy"] == b"default-src 'self'"
    piece = brotli.Decompressor().process if encoding == "br" else zlib.decompressobj(zlib.MAX_WBITS | 16).decompress

    def read(packed: bytes) -> bytes:
        # Brotli's reader gives what it has in pieces.
        found = piece(packed)
        while more := piece(b""):
            found += more
        return found

    assert read(parts[0]["body"]) == HEAD
    assert len(parts[0]["body"]) < len(HEAD) / 10
    assert b"".join(read(part["body"]) for part in parts[1:]) == b"<p>xin</p>"


async def test_what_dash_draws_again_is_packed_as_the_json_it_is(http: httpx.AsyncClient) -> None:
    answer, body = await raw(http, "/_dash-update-component", "br")
    assert answer.headers["content-type"] == "application/json"
    assert brotli.decompress(body) == b'{"a": 1}' * 1_000
    answer, body = await raw(http, "/unsaid", "br")
    assert "content-type" not in answer.headers, "nobody guesses what another answer is"
    assert len(body) == 8_000
