"""Bounds the bodies of requests to the web side before anything reads them; a map's upload has bounds of its own."""

import asyncio

import orjson

from centre.delivery import Application, Message, Receive, Scope, Send, value_of
from centre.refusing import refuse
from centre.same_site import READING
from domain.text import Text
from pages.accounts.session import REPORT

CALLBACKS = "/_dash-update-component"
PHOTOS, PHOTO_BYTES = "/bao-cao/anh/", 512 * 2**10
UPLOADS = ("/api/v1/maps/imports", "/api/v1/imports")
CALLBACK_MAX_BYTES, REPORT_MAX_BYTES, OTHER_MAX_BYTES = 2**20, 4 * 2**20, 64 * 2**10
WITHIN_S = 30.0

_TOO_LARGE = Text("Yêu cầu lớn hơn {limit} byte nên không được nhận.", "The request is larger than {limit} bytes.")
_TOO_SLOW = Text("Yêu cầu đến quá chậm nên đã bị ngắt; hãy gửi lại.", "The request came too slowly; send it again.")
_NO_CALLBACK = Text("Nội dung không phải yêu cầu của trang.", "The body is no request that a page makes.")


class _TooLargeError(Exception):
    """The body goes on beyond its limit."""


class Bodies:
    """ASGI middleware: takes a small body whole, within 30 s, and only then asks the application."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or answer 400, 408 or 413."""
        if scope["type"] != "http" or scope["method"] in READING or scope["path"] in UPLOADS:
            await self._app(scope, receive, send)
            return
        limit = _limit_of(scope["path"])
        try:
            async with asyncio.timeout(WITHIN_S):
                body = await _whole(scope, receive, limit)
        except _TooLargeError:
            await refuse(send, 413, "too_large", _TOO_LARGE.filled(limit=str(limit)))
        except TimeoutError:
            await refuse(send, 408, "too_slow", _TOO_SLOW)
        else:
            if body is None:
                return
            if scope["path"] == CALLBACKS and not _is_callback(scope, body):
                await refuse(send, 400, "bad_callback", _NO_CALLBACK)
                return
            await self._app(scope, _Again(body, receive), send)


def _limit_of(path: str) -> int:
    if path in (CALLBACKS, REPORT):
        return CALLBACK_MAX_BYTES if path == CALLBACKS else REPORT_MAX_BYTES
    return PHOTO_BYTES if path.startswith(PHOTOS) else OTHER_MAX_BYTES


async def _whole(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The body; None when the sender went away."""
    said = value_of(scope["headers"], b"content-length")
    if said.isdigit() and int(said[:20]) > limit:
        raise _TooLargeError
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            raise _TooLargeError
        if not message.get("more_body"):
            return bytes(body)


def _is_callback(scope: Scope, body: bytes) -> bool:
    """Whether Dash can read the body: anything else it answers with 500."""
    if not value_of(scope["headers"], b"content-type").startswith(b"application/json"):
        return False
    try:
        said = orjson.loads(body)
        orjson.dumps(said)  # refuses nesting far below the depth at which Python's own reader fails
    except (ValueError, TypeError):
        return False
    return isinstance(said, dict) and isinstance(said.get("output"), str) and isinstance(said.get("inputs"), list)


class _Again:
    """A ``receive`` that gives the body once, then what the server says."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}
