"""The WebSocket at /live as plain ASGI in front of the web framework: one page, one client of the hub."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from domain.access.needs import Need, permits
from domain.access.principal import Principal
from domain.kpis.kpi import Audience
from live.client import Client, Send
from live.hub import Hub
from live.line import EXTENSION
from present.wire import SIGNED_OUT

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

Still = Callable[[], Awaitable[bool]]

PATH = "/live"
STILL = "still"
FORBIDDEN = 4403
LOOK_EVERY_S = 30.0
BAD_REQUEST = 4400


class LiveSocket:
    """ASGI middleware that answers /live itself: a framework's wrapper would cost more than sending the message.

    Browsers always send Origin; it must name the page's own host, so that no other site reads the wall through a
    visitor's browser. Programs send no Origin and are accepted. The gate in front says who asks: a query may only
    narrow what that principal may hear. The gate also tells whether a person is ``still`` signed in.
    """

    def __init__(self, app: Application, hub: Hub, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        """``app`` serves every path but /live; ``pause`` waits between two looks at a session."""
        self._app = app
        self._hub = hub
        self._pause = pause

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
        by = scope.get("principal")
        if audience is not Audience.PUBLIC and not (isinstance(by, Principal) and permits(by, Need.LOOK)):
            # Accepted first: a browser does not tell its page why a handshake was refused.
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": SIGNED_OUT})
            return
        await send({"type": "websocket.accept"})
        topics = query.get("topics", "kpis").split(",")
        line = scope.get("extensions", {}).get(EXTENSION)
        # Public pages get no positions whoever asks: one view of the hub serves them all.
        exact = audience is not Audience.PUBLIC and isinstance(by, Principal) and permits(by, Need.POSITIONS)
        client = self._hub.join(audience, "en" if query.get("lang") == "en" else "vi", topics, line, exact=exact)
        still = scope.get(STILL) if audience is not Audience.PUBLIC else None
        if await self._serve(client, receive, send, still):
            with contextlib.suppress(OSError):
                await send({"type": "websocket.close", "code": SIGNED_OUT})

    async def _serve(self, client: Client, receive: Receive, send: Send, still: Still | None) -> bool:
        """Serve a page until it leaves; True when it has to leave, because its person is no longer signed in."""
        writer = asyncio.create_task(client.write(send))
        reader = asyncio.create_task(_until_closed(receive))
        watcher = asyncio.create_task(_until_signed_out(still, self._pause)) if still else None
        tasks = [task for task in (writer, reader, watcher) if task]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return watcher is not None and watcher.done() and not reader.done()
        finally:
            self._hub.leave(client)
            for task in tasks:
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


async def _until_signed_out(still: Still, pause: Callable[[float], Awaitable[object]]) -> None:
    while await still():
        await pause(LOOK_EVERY_S)


async def _until_closed(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass  # pages have nothing to say
