"""uvicorn as the centre runs it: answers carry the current Date, and it stops at once when told to."""

import asyncio
import signal
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import time

import httpx
import pytest
import uvicorn
from hangs import HANG_S, come, until
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from centre import serving


async def _hello(_: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


APP = Starlette(routes=[Route("/", _hello)])


async def _up(server: serving.Server) -> str:
    await until(lambda: server.started)
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"


async def test_it_ends_as_soon_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_TICK_S", 10 * HANG_S)
    config = uvicorn.Config(APP, port=0, lifespan="off", log_level="warning")
    server = serving.Server(config, f"unix://{tmp_path}/none")
    running = asyncio.create_task(server.serve())
    try:
        url = await _up(server)
        async with httpx.AsyncClient() as http:
            answer = await http.get(url)
        assert abs(parsedate_to_datetime(answer.headers["date"]).timestamp() - time()) < 60
    finally:
        server.handle_exit(signal.SIGTERM, None)
        server._captured_signals.clear()  # else it is raised again, at us
        await come(running)
