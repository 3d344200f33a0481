"""An ASGI layer that shows people a refusal as a page: a form that failed leaves nobody before a line of JSON."""

import json
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from centre.access.callers import wants_page
from centre.delivery import Application, Headers, Message, Receive, Scope, Send, value_of
from domain.text import Text
from pages.accounts.forms import refused_page

_FAILED = Text(
    "Trung tâm gặp lỗi nên chưa làm được việc này. Hãy thử lại; nếu vẫn lỗi, báo người quản trị xem nhật ký hệ thống.",
    "The centre failed and did not do this. Try again; if it fails again, tell the administrator to read the log.",
)
_REPLACED = (b"content-length", b"content-type")
# A page that shows its own words and nothing else; the policy of screens is only known further in.
_POLICY = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'",
)


async def failed(request: Request, _error: Exception) -> Response:
    """The answer after an error that nobody expected; the server logs it. The layer here does not see this one."""
    if not wants_page(request.scope):
        return JSONResponse({"reason": "failed", "vi": _FAILED.vi, "en": _FAILED.en}, 500)
    body = refused_page("en" if "lang=en" in request.url.query else "vi", 500, "failed", _FAILED, "/")
    name, policy = _POLICY
    return Response(body, 500, {name.decode(): policy.decode()}, "text/html; charset=utf-8")


class RefusedPages:
    """ASGI middleware around everything that refuses in the house's JSON.

    Only what a browser asked for as a page changes, and only its body: the status and all other headers stay.
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] == "http" and wants_page(scope):
            send = _Shown(scope, send)
        await self._app(scope, receive, send)


class _Shown:
    """A ``send`` that holds a refusal back until it is whole, and passes everything else on."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_refusal(message):
            self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        start, self._start = self._start, None
        body, headers = self._page(start["status"]), list(start["headers"])
        kept: Headers = [pair for pair in headers if pair[0] not in _REPLACED]
        told = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(body)), _POLICY]
        await self._send({**start, "headers": kept + told})
        await self._send({"type": "http.response.body", "body": body})

    def _page(self, status: int) -> bytes:
        reason, words = _said(self._body)
        query = self._scope["query_string"].decode("latin-1")
        here = self._scope["path"] if self._scope["method"] == "GET" else "/"
        return refused_page("en" if "lang=en" in query else "vi", status, reason, words, here)


def _is_refusal(start: Message) -> bool:
    headers = start["headers"]
    is_json = value_of(headers, b"content-type").startswith(b"application/json")
    return start["status"] >= 400 and is_json and not value_of(headers, b"content-encoding")


def _said(body: bytes) -> tuple[str, Text | None]:
    """The refusal's code and words; None where it says none of its own."""
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, Mapping) or not all(isinstance(told.get(name), str) for name in ("reason", "vi", "en")):
        return "", None
    return told["reason"], Text(told["vi"], told["en"])
