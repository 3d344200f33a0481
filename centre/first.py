"""Middleware that puts a screen's page into the frame that Dash writes: the first response shows the page."""

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Protocol
from urllib.parse import parse_qsl

from centre.delivery import Application, Message, Receive, Scope, Send, is_html
from domain.instant import to_ms

Cookies = Mapping[str, str]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class First:
    """What the frame says of the answer it begins: where the page comes, "" without one, and the server's instant."""

    place: str = ""
    now_ms: int = 0


FIRST: ContextVar[First] = ContextVar("first")
PLACE = "<!--page-->"
# Browsers draw nothing before it: an empty picture drawn first would only delay the page's.
BODY = b"<body>"


class Painter(Protocol):
    """Paints pages."""

    def serves(self, path: str) -> bool:
        """Whether a screen lives at ``path``."""

    async def html(self, path: str, query: Mapping[str, str], cookies: Cookies) -> str:
        """The page at ``path`` as HTML."""

    def lost(self, query: Mapping[str, str]) -> str:
        """The page that says that no screen lives here, as HTML."""


class FirstView:
    """ASGI middleware: the answer to a screen's address contains its page; a frame at any other address is a 404.

    The frame's head goes out at once: browsers read styles and ask for fonts and scripts while the page is painted.
    """

    def __init__(self, app: Application, painter: Painter, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._painter = painter
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message | None = None

        async def filled(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and is_html(message["headers"]):
                start = message
                return
            if start is not None:
                held, start = start, None
                before, place, after = message.get("body", b"").partition(PLACE.encode())
                if place:
                    await self._fill(scope, send, held, (before, after))
                    return
                await send(held)
            await send(message)

        token = FIRST.set(First(PLACE, to_ms(self._clock())))
        try:
            await self._app(scope, receive, filled)
        finally:
            FIRST.reset(token)

    async def _fill(self, scope: Scope, send: Send, start: Message, frame: tuple[bytes, bytes]) -> None:
        head, body, before = frame[0].partition(BODY)
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        known = self._painter.serves(scope["path"])
        headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
        await send({**start, "headers": headers, "status": start["status"] if known else 404})
        await send({"type": "http.response.body", "body": head, "more_body": True})
        html = await self._painted(scope, query) if known else self._painter.lost(query)
        await send({"type": "http.response.body", "body": body + before + html.encode() + frame[1]})

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
