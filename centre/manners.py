"""What senders and proxies take for granted, settled before anything reads a request; on both HTTP sides."""

from collections.abc import Collection

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from centre.delivery import Application, Message, Receive, Scope, Send, value_of
from centre.proxies import networks, stands_in

_FORWARDED_HOST = b"x-forwarded-host"


class Manners:
    """ASGI middleware around everything else.

    A declared proxy says for whom it asks: address, scheme (by uvicorn) and host. What anybody else says of that is
    left alone. `Hosts` stands on both sides of it: a page under a foreign name could send these headers too. HEAD is
    answered as GET without its body, and a slash at the end of an address means nothing: trackers follow no redirect.
    """

    def __init__(self, app: Application, trusted: Collection[str]) -> None:
        """``trusted`` are the addresses and networks of the proxies."""
        self._app: Application = ProxyHeadersMiddleware(app, [one.strip() for one in trusted])  # type: ignore[arg-type,assignment]
        self._proxies = networks(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if len(path) > 1 and path.endswith("/"):
            scope = {**scope, "path": path.rstrip("/") or "/", "raw_path": scope["raw_path"].rstrip(b"/") or b"/"}
        if (said := value_of(scope["headers"], _FORWARDED_HOST)) and self._is_proxy(scope):
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope = {**scope, "headers": [(b"host", said.partition(b",")[0].strip()), *others]}
        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, _without_body(send))
            return
        await self._app(scope, receive, send)

    def _is_proxy(self, scope: Scope) -> bool:
        try:
            return stands_in(scope["client"][0], self._proxies)
        except (TypeError, ValueError):  # a Unix socket has no address
            return False


def _without_body(send: Send) -> Send:
    async def head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return head
