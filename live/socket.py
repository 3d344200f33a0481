"""The WebSocket at /live as plain ASGI in front of the web framework: one page, one client of the hub."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from domain.kpis.kpi import Audience
from live.client import Client, Send
from live.hub import Hub
from live.line import EXTENSION

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = "/live"
FORBIDDEN = 4403
BAD_REQUEST = 4400


class LiveSocket:
    """ASGI middleware that answers /live itself: a framework's wrapper would cost more than sending the message.

    Browsers always send Origin; it must name the page's own host, so that no other site reads the wall through a
    visitor's browser. Programs send no Origin and are accepted.
    """

    def __init__(self, app: Application, hub: Hub) -> None:
        """``app`` serves every path but /live."""
        self._app = app
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection to its end."""
        if scope["type"] != "websocket" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        if not same_origin(scope):
            await send({"type": "websocket.close", "code": FORBIDDEN})
            return
        query = {key: values[-1] for key, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        try:
            audience = Audience(query.get("audience", Audience.PUBLIC))
        except ValueError:
            await send({"type": "websocket.close", "code": BAD_REQUEST})
            return
        await send({"type": "websocket.accept"})
        topics = query.get("topics", "kpis").split(",")
        line = scope.get("extensions", {}).get(EXTENSION)
        client = self._hub.join(audience, "en" if query.get("lang") == "en" else "vi", topics, line)
        await self._serve(client, receive, send)

    async def _serve(self, client: Client, receive: Receive, send: Send) -> None:
        writer = asyncio.create_task(client.write(send))
        reader = asyncio.create_task(_until_closed(receive))
        try:
            await asyncio.wait((writer, reader), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.leave(client)
            for task in (writer, reader):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, OSError):  # OSError: the page is gone
                    await task


def same_origin(scope: Scope) -> bool:
    """Whether the Origin header is absent or names the requested host, by TLS if the request came by TLS.

    A request without TLS may come from a proxy that has it, so there both schemes are right.
    """
    headers = {name: value for name, value in scope["headers"] if name in (b"origin", b"host")}
    said = headers.get(b"origin")
    if said is None:
        return True
    origin = urlsplit(said)
    secure = scope.get("scheme") in ("https", "wss")
    return origin.netloc == headers.get(b"host") and (not secure or origin.scheme == b"https")


async def _until_closed(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass  # pages have nothing to say
