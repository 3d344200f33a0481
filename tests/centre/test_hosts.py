"""The centre answers to its own host names only: a foreign name that resolves here (DNS rebinding) gets 421."""

import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from centre.hosts import Hosts, hosts_of
from tests.centre.listening import listening


@pytest.fixture
async def address() -> AsyncIterator[tuple[str, list[str]]]:
    """A real server behind `Hosts`, with uvicorn's sockets as the web side has them; and what reached it."""
    app, reached = FastAPI(), list[str]()

    @app.get("/")
    async def read() -> str:
        reached.append("read")
        return "ok"

    @app.websocket("/live")
    async def live(socket: WebSocket) -> None:
        reached.append("live")
        await socket.accept()
        await socket.close()

    names = hosts_of("0.0.0.0", ["ioc.example"])
    config = uvicorn.Config(Hosts(app, names), host="127.0.0.1", port=0, ws="live.line:Line", log_level="warning")
    async with listening(config) as port:
        yield f"127.0.0.1:{port}", reached


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8050", "127.0.0.1.evil.example", "localhost@evil", "["])
async def test_a_foreign_host_reads_nothing(address: tuple[str, list[str]], host: str) -> None:
    at, reached = address
    async with httpx.AsyncClient() as http:
        refused = await http.get(f"http://{at}/", headers={"host": host})
    assert (refused.status_code, refused.json()["reason"]) == (421, "unknown_host")
    assert "IOC_PUBLIC_HOSTS" in refused.json()["vi"]
    with pytest.raises(InvalidStatus) as refusal:
        async with connect(f"ws://{'evil' if set(host) & set('[@') else host}/live", sock=connected(at)):
            pass
    assert refusal.value.response.status_code == 421
    assert reached == []


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8050", "[::1]:8050", "ioc.example", socket.gethostname(), "127.0.0.1:1"]
)
async def test_the_centres_own_names_are_answered(address: tuple[str, list[str]], host: str) -> None:
    at, reached = address
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"http://{at}/", headers={"host": host})).status_code == 200
    async with connect("ws://localhost/live", sock=connected(at)):
        pass
    assert reached == ["read", "live"]


async def test_the_address_a_connection_came_to_is_a_name_of_the_centre() -> None:
    asked: list[str] = []

    async def app(scope: object, _receive: object, _send: object) -> None:
        asked.append("here")

    sent: list[object] = []

    async def send(message: object) -> None:
        sent.append(message)

    guarded = Hosts(app, hosts_of("0.0.0.0", ()))  # type: ignore[arg-type]
    for host in (b"10.0.0.7:8051", b"10.0.0.8:8051"):
        scope = {"type": "http", "headers": [(b"host", host)], "server": ("10.0.0.7", 8051)}
        await guarded(scope, None, send)  # type: ignore[arg-type]
    assert asked == ["here"]
    assert len(sent) == 2, "the other address is refused"


def connected(at: str) -> socket.socket:
    host, _, port = at.partition(":")
    opened = socket.create_connection((host, int(port)))
    opened.setblocking(False)
    return opened
