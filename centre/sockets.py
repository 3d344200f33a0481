"""Bounds how many open sockets one sender holds: a socket stays, and costs memory, for as long as its page is open."""

from collections import Counter
from collections.abc import Collection

from centre.delivery import Application, Receive, Scope, Send
from centre.proxies import networks, stands_in
from centre.refusing import refuse
from domain.network import network_of
from domain.text import Text

MOST = 256
_TOO_MANY = Text(
    "Địa chỉ này đã mở quá nhiều kết nối trực tiếp; hãy đóng bớt trang.",
    "This address has too many live connections open; close some pages.",
)


class Sockets:
    """ASGI middleware: refuses a sender's socket beyond ``most`` (429). The addresses of an IPv6 /64 are one sender's.

    Where a declared proxy does not say for whom it asks, its sockets are those of many senders and are not counted.
    """

    def __init__(self, app: Application, trusted: Collection[str], most: int = MOST) -> None:
        """``trusted`` are the addresses and networks of the proxies."""
        self._app = app
        self._proxies = networks(trusted)
        self._most = most
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        sender = self._sender_of(scope) if scope["type"] == "websocket" else None
        if sender is None:
            await self._app(scope, receive, send)
            return
        if self._open[sender] >= self._most:
            await refuse(send, 429, "too_many_sockets", _TOO_MANY, "websocket.http")
            return
        self._open[sender] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[sender] -= 1
            if not self._open[sender]:
                del self._open[sender]

    def _sender_of(self, scope: Scope) -> str | None:
        """The sender's network; None for a proxy and for a Unix socket."""
        client = scope.get("client")
        try:
            return None if client is None or stands_in(client[0], self._proxies) else network_of(client[0])
        except ValueError:
            return None
