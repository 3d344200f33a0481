"""The line under a real uvicorn: frames built once arrive whole, a slow page is refused, compression is not offered."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from hangs import come
from websockets.asyncio.client import ClientConnection, connect

from live.line import EXTENSION, Line
from live.message import Message, binary, text

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
async def serving(compressed: bool = False) -> AsyncIterator[tuple[Server, str]]:
    app = Server()
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, ws=Line, ws_per_message_deflate=compressed, lifespan="off", log_level="warning")
    )
    ready = asyncio.Event()
    start = server.startup

    async def startup(sockets: Any = None) -> None:
        await start(sockets)
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve())
    await come(ready.wait())
    port = server.servers[0].sockets[0].getsockname()[1]
    yield app, f"ws://127.0.0.1:{port}/live"
    server.should_exit = True
    await task


async def line_of(app: Server) -> Write | None:
    return await come(app.lines.get())


async def received(page: ClientConnection) -> str | bytes:
    return await come(page.recv())


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 300_000])
async def test_messages_of_every_length_arrive_whole_and_in_order(size: int) -> None:
    async with serving() as (app, url), connect(url) as page:
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
        while line([binary(b"x" * 10_000)]):
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


async def test_compression_gets_no_line_for_its_frames_differ_from_page_to_page() -> None:
    async with serving(compressed=True) as (app, url):
        async with connect(url):
            assert await line_of(app) is None
        async with connect(url, compression=None):
            assert await line_of(app) is not None
