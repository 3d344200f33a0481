"""The line under a real uvicorn: frames built once arrive whole, packed for who reads that; a slow page is refused."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from hangs import come
from websockets.asyncio.client import ClientConnection, connect
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from live.line import EXTENSION, Line
from live.message import Message, binary, text
from tests.centre.listening import listening

Write = Callable[[Sequence[Message]], bool]


class Server:
    """Accepts pages and hands the test each one's line."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[Write | None] = asyncio.Queue()
        self.left = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        line = scope["extensions"].get(EXTENSION)
        if line is not None:
            assert not line([text({"too": "early"})])
        await send({"type": "websocket.accept"})
        self.lines.put_nowait(line)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self.left.set()


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Server, str]]:
    app = Server()
    config = uvicorn.Config(app, port=0, ws=Line, ws_per_message_deflate=False, lifespan="off", log_level="warning")
    async with listening(config) as port:
        yield app, f"ws://127.0.0.1:{port}/live"


async def line_of(app: Server) -> Write | None:
    return await come(app.lines.get())


async def received(page: ClientConnection) -> str | bytes:
    return await come(page.recv())


@pytest.mark.parametrize("compression", ["deflate", None])
@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 300_000])
async def test_messages_of_every_length_arrive_whole_and_in_order(size: int, compression: str | None) -> None:
    async with serving() as (app, url), connect(url, compression=compression) as page:
        line = await line_of(app)
        assert line is not None
        assert line([text({"of": "Tân An"}), binary(b"x" * size)])
        assert await received(page) == '{"of":"Tân An"}'
        assert await received(page) == b"x" * size


async def test_a_page_that_does_not_read_is_refused_and_the_server_keeps_little_for_it() -> None:
    async with serving() as (app, url), connect(url, max_queue=1) as page:
        line = await line_of(app)
        assert line is not None
        taken = 0
        noise = binary(random.Random(1).randbytes(10_000))
        while line([noise]):
            taken += 1
            assert taken < 10_000, "a page that reads nothing was sent 100 MB"
        for _ in range(taken):
            await received(page)
        assert line([text({"after": "reading"})])
        assert await received(page) == '{"after":"reading"}'


async def test_a_page_that_left_is_sent_nothing() -> None:
    async with serving() as (app, url):
        async with connect(url):
            line = await line_of(app)
            assert line is not None
        await come(app.left.wait())
        assert not line([text({"k": "beat"})])


async def test_every_page_reads_the_same_compressed_bytes_from_its_first_message_on() -> None:
    said = text({"cards": ["Tỷ lệ thu gom đúng giờ"] * 100})
    assert len(said.packed) < len(said.frame) / 10
    async with serving() as (app, url), connect(url) as early, connect(url) as late:
        lines = [await line_of(app), await line_of(app)]
        assert all(line is not None and line([said]) for line in lines[:1])
        assert all(line is not None and line([said]) for line in lines)
        assert await received(early) == await received(early) == await received(late) == said.asgi["text"]
        assert [one.remote_no_context_takeover for one in late.protocol.extensions] == [True]


async def test_what_does_not_become_shorter_goes_as_it_is() -> None:
    noise = binary(random.Random(1).randbytes(5_000))
    assert noise.packed == noise.frame
    assert binary(b"x" * 50).packed == binary(b"x" * 50).frame
    async with serving() as (app, url), connect(url) as page:
        line = await line_of(app)
        assert line is not None
        assert line([noise])
        assert await received(page) == noise.asgi["bytes"]


async def test_a_page_with_a_smaller_window_gets_no_line_for_it_needs_its_own_frames() -> None:
    small = ClientPerMessageDeflateFactory(server_max_window_bits=9)
    async with serving() as (app, url), connect(url, compression=None, extensions=[small]):
        assert await line_of(app) is None
