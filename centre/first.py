"""Middleware that has a screen's page painted before Dash writes the frame: the first response shows the page."""

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any, Protocol
from urllib.parse import parse_qsl

from domain.instant import to_ms

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Cookies = Mapping[str, str]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class First:
    """The page's HTML, which the frame shows until scripts have drawn the page, and the server's instant.

    ``framed``: the answer is a frame. Dash answers every address that nothing else answers with one.
    """

    html: str = ""
    now_ms: int = 0
    framed: bool = False


FIRST: ContextVar[First] = ContextVar("first")


class Painter(Protocol):
    """Paints pages."""

    def serves(self, path: str) -> bool:
        """Whether a screen lives at ``path``."""

    async def html(self, path: str, query: Mapping[str, str], cookies: Cookies) -> str:
        """The page at ``path`` as HTML."""

    def lost(self, query: Mapping[str, str]) -> str:
        """The page that says that no screen lives here, as HTML."""


class FirstView:
    """ASGI middleware: the answer to a screen's address contains its page; a frame at any other address is a 404."""

    def __init__(self, app: Application, painter: Painter, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._painter = painter
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        known = self._painter.serves(scope["path"])
        html = await self._painted(scope, query) if known else self._painter.lost(query)
        first = First(html, to_ms(self._clock()))

        async def told(message: MutableMapping[str, Any]) -> None:
            lost = first.framed and not known and message["type"] == "http.response.start"
            await send({**message, "status": 404} if lost else message)

        token = FIRST.set(first)
        try:
            await self._app(scope, receive, told)
        finally:
            FIRST.reset(token)

    async def _painted(self, scope: Scope, query: Mapping[str, str]) -> str:
        try:
            return await self._painter.html(scope["path"], query, _cookies(scope))
        except Exception:
            # Send the frame without a page: its scripts ask for the page again and show the error.
            log.exception("the page at %s could not be painted", scope["path"])
            return ""


def _cookies(scope: Scope) -> Cookies:
    """Cookies of a request; none when they cannot be read."""
    told = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        return {name: one.value for name, one in SimpleCookie(told).items()}
    except CookieError:
        return {}
