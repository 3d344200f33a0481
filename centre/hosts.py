"""Refuse requests for a host that is not this centre: a foreign name that points here would read it in a browser."""

import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from centre.delivery import Application, Receive, Scope, Send, value_of
from centre.refusing import refuse
from domain.text import Text

LOOPBACK = ("localhost", "127.0.0.1", "::1")
MISDIRECTED = 421
WORDS = Text(
    "Trung tâm không có tên máy chủ này; hãy mở bằng địa chỉ đúng hoặc khai báo tên trong IOC_PUBLIC_HOSTS.",
    "The centre does not have this host name; use its own address or list the name in IOC_PUBLIC_HOSTS.",
)


def hosts_of(bound: str, public: Collection[str]) -> frozenset[str]:
    """Names of a centre that listens on ``bound``: loopback, the bound address, the machine's name, and ``public``."""
    return frozenset(name.casefold() for name in (*LOOPBACK, bound, socket.gethostname(), *public))


class Hosts:
    """ASGI middleware: answers 421 unless Host is one of ``names`` or the address that the connection came to.

    So a centre on 0.0.0.0 answers to each of the machine's addresses. Browsers always send Host; old programs that send
    none are accepted.
    """

    def __init__(self, app: Application, names: Collection[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it before reading a byte of its body."""
        if scope["type"] not in ("http", "websocket") or self._is_here(scope):
            await self._app(scope, receive, send)
            return
        # A socket is refused by an ordinary answer to its handshake.
        kind = "http" if scope["type"] == "http" else "websocket.http"
        await refuse(send, MISDIRECTED, "unknown_host", WORDS, kind)

    def _is_here(self, scope: Scope) -> bool:
        said = value_of(scope["headers"], b"host")
        try:
            host = urlsplit(f"//{said.decode('latin-1')}").hostname
        except ValueError:
            return False
        here = scope.get("server")
        return not said or host in self._names or (here is not None and host == here[0])
