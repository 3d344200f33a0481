"""Bounds what one connection may hold: time for headers and body, connections an address, open files."""

import asyncio
import resource
from collections import Counter
from collections.abc import Collection, Sequence
from http import HTTPStatus
from ipaddress import IPv4Network, IPv6Network
from typing import Any, ClassVar, NamedTuple

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from centre.proxies import networks, proxies, stands_in
from domain.network import network_of

OPEN_FILES = 65_536
# A part of a request comes in up to 256 KB, so that up to so much more is read before it is counted.
HEADERS_MAX_BYTES = 64 * 2**10
_FRAMING = 8
"""Bytes around one byte of a body, at most: a chunk of one byte has six."""


class Patience(NamedTuple):
    """Seconds for headers; seconds for a body and the least bytes a second beyond them; connections an address.

    The addresses of an IPv6 /64 are one sender's.
    """

    headers_s: float = 15
    body_s: float = 60
    body_bytes_per_s: float = 32_000
    connections: int = 256


def raise_open_files() -> int:
    """Raise this process's limit of open files as far as the system allows, and return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


class Patient(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which ends a connection that holds a request longer than it may.

    One timer a connection, none a request. `within` sets the class's own values.
    """

    patience: ClassVar[Patience]
    proxies: ClassVar[Sequence[IPv4Network | IPv6Network]]
    of_address: ClassVar[Counter[str]]
    _since_s: float | None
    _limit_s: float
    _timer: asyncio.TimerHandle | None = None
    _counted = ""
    _body_bytes = 0
    _bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to count the time, and the connections of the address."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._since_s, self._limit_s = self.loop.time(), self.patience.headers_s
        address = self.client[0] if self.client else ""
        if address and not stands_in(address, self.proxies):
            sender = network_of(address)
            if self.of_address[sender] >= self.patience.connections:
                transport.abort()  # type: ignore[attr-defined]
                return
            self.of_address[sender] += 1
            self._counted = sender
        self._timer = self.loop.call_later(self.patience.headers_s, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count no more."""
        self._let_go()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """Stop counting: the connection goes on under another protocol."""
        self._let_go()
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        """More of a request: its headers, or what stands around its body, have an end."""
        self._bytes += len(data)
        super().data_received(data)
        if self._since_s is None:
            return
        around = self._bytes - self._body_bytes
        if around > HEADERS_MAX_BYTES + _FRAMING * self._body_bytes:
            self._end(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A request begins: its headers have their time."""
        self._bytes = self._body_bytes = 0
        if self._since_s is None:
            self._since_s = self.loop.time()
        self._limit_s = self.patience.headers_s
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The headers are there: the body has its time."""
        self._since_s, self._limit_s, self._body_bytes = self.loop.time(), self.patience.body_s, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """More of a body gives it more time."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is there: the application may take its time."""
        self._since_s = None
        super().on_message_complete()

    def _look(self) -> None:
        """End the connection when its request is overdue, else look again when it can be."""
        left_s = min(self.patience.headers_s, self.patience.body_s)
        if self._since_s is not None:
            due_s = self._since_s + self._limit_s
            if self._limit_s == self.patience.body_s:
                due_s += self._body_bytes / self.patience.body_bytes_per_s
            left_s = due_s - self.loop.time()
        if left_s > 0:
            self._timer = self.loop.call_later(left_s, self._look)
            return
        self._end(HTTPStatus.REQUEST_TIMEOUT)

    def _end(self, why: HTTPStatus) -> None:
        """Say why, unless an answer has begun, and end the connection."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            said = f"HTTP/1.1 {why.value} {why.phrase}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            self.transport.write(said.encode())
        self.transport.close()

    def _let_go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._counted:
            self.of_address[self._counted] -= 1
            if not self.of_address[self._counted]:
                del self.of_address[self._counted]
            self._counted = ""


def within(patience: Patience, trusted: Collection[str]) -> type[Patient]:
    """The protocol within ``patience``; connections of the ``trusted`` proxies are not counted."""
    return type("Within", (Patient,), {"patience": patience, "proxies": networks(trusted), "of_address": Counter()})


def bounded(open_files: int) -> dict[str, Any]:
    """Uvicorn's settings for a side of the centre that may open so many files; `Manners` reads what proxies say."""
    return {"http": within(Patience(), proxies()), "limit_concurrency": open_files // 4, "proxy_headers": False}
