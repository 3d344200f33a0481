"""The socket at /live: only the page's own host, known audiences, and a page that leaves is forgotten."""

import asyncio
from typing import Any

import orjson
import pytest
from hangs import HANG_S

from live.hub import Hub
from live.socket import LiveSocket, Scope, same_origin
from tests.live.test_hub import make_hub


class Connection:
    """One ASGI connection as a server would drive it."""

    def __init__(self, hub: Hub, query: str = "", headers: list[tuple[bytes, bytes]] | None = None) -> None:
        self.sent: list[dict[str, Any]] = []
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._news = asyncio.Condition()
        scope = {
            "type": "websocket",
            "path": "/live",
            "query_string": query.encode(),
            "headers": headers or [(b"host", b"ioc.local:8050")],
        }
        self.task = asyncio.create_task(LiveSocket(refuse_everything, hub)(scope, self._incoming.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        async with self._news:
            self._news.notify_all()

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(HANG_S), self._news:
            await self._news.wait_for(condition)

    async def close(self) -> None:
        await self._incoming.put({"type": "websocket.disconnect", "code": 1000})
        await self.task


async def refuse_everything(scope: Scope, receive: Any, send: Any) -> None:
    raise AssertionError(f"the framework was asked for {scope['path']}")


async def test_a_page_is_accepted_greeted_and_forgotten_when_it_leaves() -> None:
    hub = make_hub()
    page = Connection(hub, "audience=operator&lang=vi&topics=vehicles,kpis")
    await page.until(lambda: len(page.sent) >= 3)
    assert page.sent[0]["type"] == "websocket.accept"
    assert orjson.loads(page.sent[1]["text"])["topics"] == ["vehicles", "kpis"]
    assert hub.clients == 1
    await page.close()
    assert hub.clients == 0


async def test_another_site_s_page_is_refused_before_it_hears_anything() -> None:
    hub = make_hub()
    page = Connection(hub, "audience=operator", [(b"host", b"ioc.local:8050"), (b"origin", b"http://evil.example")])
    await page.task
    assert [m["type"] for m in page.sent] == ["websocket.close"]
    assert hub.clients == 0


async def test_an_unknown_audience_is_refused() -> None:
    page = Connection(make_hub(), "audience=admin")
    await page.task
    assert [m["type"] for m in page.sent] == ["websocket.close"]


async def test_without_an_audience_it_is_the_public() -> None:
    page = Connection(make_hub(), "topics=vehicles,alarms,kpis")
    await page.until(lambda: len(page.sent) >= 2)
    assert orjson.loads(page.sent[1]["text"])["topics"] == ["kpis"]
    await page.close()


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, b"a:1", True),
        (b"http://a:1", b"a:1", True),
        (b"https://a:1", b"a:1", True),
        (b"http://a:2", b"a:1", False),
        (b"null", b"a:1", False),
        (b"http://a:1.evil", b"a:1", False),
    ],
)
def test_origin_must_be_the_host_asked(origin: bytes | None, host: bytes, allowed: bool) -> None:
    headers = [(b"host", host)] + ([(b"origin", origin)] if origin is not None else [])
    assert same_origin({"headers": headers}) is allowed
