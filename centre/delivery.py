"""Sends the web side's bytes: compresses files once and keeps them, compresses answers fast, adds the page policy."""

import asyncio
import logging
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import partial
from typing import Any

import brotli

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Scope = MutableMapping[str, Any]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

log = logging.getLogger(__name__)

FILES = ("/_dash-component-suites/", "/assets/", "/vendor/")
KEPT_FILES = 256
WORTH_PACKING = 1_000
IN_THREAD_FROM = 32_000
DASH_ANSWERS = "/_dash-"  # JSON, though Dash does not say so
PACKABLE = (b"text/", b"application/json", b"application/javascript", b"application/geo+json", b"image/svg+xml")
BROTLI_ONCE, BROTLI_LARGE, BROTLI_PAGE, BROTLI_EVERY_TIME = 11, 9, 6, 5
LARGE = 150_000
"""A file longer than this takes seconds at the best quality."""


class Answer:
    """One finished response."""

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    async def packed(self, encoding: bytes, quality: int) -> "Answer":
        """This answer compressed with ``encoding``, when it is large enough; large bodies in a thread."""
        kind = self.header(b"content-type")
        if not encoding or len(self.body) < WORTH_PACKING or self.header(b"content-encoding"):
            return self
        if not kind.startswith(PACKABLE):
            return self
        if len(self.body) < IN_THREAD_FROM:
            body = _Packing(encoding, quality).pack(self.body)
        else:
            body = await asyncio.to_thread(_Packing(encoding, quality).pack, self.body)
        headers = [(name, value) for name, value in self.headers if name != b"content-length"]
        headers += [(b"content-encoding", encoding), (b"content-length", b"%d" % len(body))]
        return Answer(self.status, [*headers, (b"vary", b"accept-encoding")], body)

    def header(self, name: bytes) -> bytes:
        """First value of a header; b"" when absent."""
        return value_of(self.headers, name)

    async def send(self, send: Send, extra: Headers) -> None:
        """Put it on the wire; ``extra`` headers replace those of the same name."""
        names = {name for name, _ in extra}
        headers = [pair for pair in self.headers if pair[0] not in names] + extra
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


class Delivery:
    """ASGI middleware around the whole web side.

    Files (component bundles, assets, the map's library) are compressed once at high quality and kept in memory, so a
    loading wall costs no CPU; compressing per request on the event loop would freeze every live channel. What every
    page asks for is compressed when the server has started, or the first visitor would wait for it. HTML gets the
    content security policy of ``policy()``. It is called for the first page, not before: the policy lists the hashes
    of inline scripts, which exist only once every callback is registered.
    """

    def __init__(self, app: Application, policy: Callable[[], str], ahead: Callable[[], Iterable[str]] = tuple) -> None:
        """``policy`` returns the value of Content-Security-Policy, ``ahead`` paths of files in the order of need."""
        self._app = app
        self._policy = policy
        self._ahead = ahead
        self._early: asyncio.Task[None] | None = None
        self._kept: OrderedDict[tuple[str, bytes], Answer] = OrderedDict()
        self._packing: dict[tuple[str, bytes], asyncio.Task[Answer]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, partial(self._lives, send))
            return
        if scope["type"] != "http" or scope["method"] not in ("GET", "POST"):
            await self._app(scope, receive, send)
            return
        encoding = _encoding(scope["headers"])
        if scope["method"] == "GET" and scope["path"].startswith(FILES):
            answer = await self._file((scope["path"], encoding), scope)
            await answer.send(send, [(b"cache-control", _caching(scope)), _NOSNIFF])
            return
        kind = b"application/json" if scope["path"].startswith(DASH_ANSWERS) else b""
        await self._app(scope, receive, _Whole(send, encoding, self._policy, kind))

    async def _lives(self, send: Send, message: Message) -> None:
        await send(message)
        if message["type"] == "lifespan.startup.complete":
            self._early = asyncio.create_task(self._pack_ahead())
        elif message["type"] == "lifespan.shutdown.complete" and self._early:
            self._early.cancel()

    async def _pack_ahead(self) -> None:
        for path in self._ahead():
            try:
                await self._file((path, b"br"), _asking(path))
            except Exception:
                log.exception("%s could not be packed ahead", path)  # who asks for it gets the error

    async def _file(self, key: tuple[str, bytes], scope: Scope) -> Answer:
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        task = self._packing.get(key)
        if task is None:  # later requests for the same file wait for this task
            task = self._packing[key] = asyncio.create_task(self._fetch(key, scope))
            task.add_done_callback(lambda _: self._packing.pop(key, None))
        return await asyncio.shield(task)

    async def _fetch(self, key: tuple[str, bytes], scope: Scope) -> Answer:
        # Drop these headers: the answer to a conditional or partial request must not be cached for other browsers.
        headers = [(k, v) for k, v in scope["headers"] if not k.startswith(b"if-") and k != b"range"]
        answer = await self._collect({**scope, "headers": headers})
        if answer.status != 200:
            return answer
        quality = BROTLI_LARGE if len(answer.body) > LARGE else BROTLI_ONCE
        kept = self._kept[key] = await answer.packed(key[1], quality)
        while len(self._kept) > KEPT_FILES:
            self._kept.popitem(last=False)
        return kept

    async def _collect(self, scope: Scope) -> Answer:
        answer, parts = Answer(500, [], b""), []

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], list(message["headers"])
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        asked = False

        async def empty_request() -> Message:
            nonlocal asked
            if asked:  # our own request never disconnects: wait for ever
                await asyncio.Event().wait()
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        await self._app({**scope, "extensions": {}}, empty_request, take)
        answer.body = b"".join(parts)
        return answer


class _Whole:
    """A ``send`` that compresses answers of one piece and pages in parts; it passes other streamed answers through."""

    def __init__(self, send: Send, encoding: bytes, policy: Callable[[], str], kind: bytes) -> None:
        """``kind`` is the content type of answers that say none; b"" when nobody knows."""
        self._send = send
        self._encoding = encoding
        self._policy = policy
        self._kind = kind
        self._start: Message | None = None
        self._packing: _Packing | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is None or message["type"] != "http.response.body":
            await self._pass_on(message)
            return
        start, self._start = self._start, None
        headers: Headers = list(start["headers"])
        extra = [_NOSNIFF]
        if self._kind and not any(name == b"content-type" for name, _ in headers):
            headers.append((b"content-type", self._kind))
        page = is_html(headers)
        if page:
            extra += [(b"content-security-policy", self._policy().encode()), (b"cache-control", b"no-store")]
        if message.get("more_body"):
            if page and self._encoding:
                self._packing = _Packing(self._encoding, BROTLI_PAGE)
                extra += [(b"content-encoding", self._encoding), (b"vary", b"accept-encoding")]
            await self._send({**start, "headers": headers + extra})
            await self._pass_on(message)
            return
        quality = BROTLI_PAGE if page else BROTLI_EVERY_TIME
        answer = await Answer(start["status"], headers, message.get("body", b"")).packed(self._encoding, quality)
        await answer.send(self._send, extra)

    async def _pass_on(self, message: Message) -> None:
        """Send ``message``; a part of a page compressed, in a thread."""
        if self._packing is not None:
            body, more = message.get("body", b""), message.get("more_body", False)
            message = {**message, "body": await asyncio.to_thread(self._packing.pack, body, more=more)}
        await self._send(message)


class _Packing:
    """Compresses one answer, whole or in parts; a browser reads each part as it arrives."""

    def __init__(self, encoding: bytes, quality: int) -> None:
        """``encoding``: b"br", with ``quality``, or b"gzip"."""
        if encoding == b"br":
            packer = brotli.Compressor(quality=quality)
            self._take, self._flush, self._finish = packer.process, packer.flush, packer.finish
        else:
            zipper = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
            self._take, self._flush, self._finish = (
                zipper.compress,
                partial(zipper.flush, zlib.Z_SYNC_FLUSH),
                zipper.flush,
            )

    def pack(self, body: bytes, *, more: bool = False) -> bytes:
        """The next part; the last one unless ``more`` follow."""
        return bytes(self._take(body) + (self._flush() if more else self._finish()))


_NOSNIFF = (b"x-content-type-options", b"nosniff")


def value_of(headers: Iterable[tuple[bytes, bytes]], wanted: bytes, default: bytes = b"") -> bytes:
    """First value of the header ``wanted``, in lower case; ``default`` when absent."""
    return next((value for name, value in headers if name == wanted), default)


def is_html(headers: Headers) -> bool:
    """Whether an answer with ``headers`` is a page."""
    return value_of(headers, b"content-type").startswith(b"text/html")


def _asking(path: str) -> Scope:
    """A request of our own for a file."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [],
        "client": None,
        "server": None,
    }


def _encoding(headers: Headers) -> bytes:
    accepted = value_of(headers, b"accept-encoding")
    if b"br" in accepted:
        return b"br"
    return b"gzip" if b"gzip" in accepted else b""


def _caching(scope: Scope) -> bytes:
    """Immutable for names with a version or ``?m=``: Dash gives changed content a new name. Else five minutes."""
    named_by_content = b"m=" in scope["query_string"] or ".v" in scope["path"]
    return b"public, max-age=31536000, immutable" if named_by_content else b"public, max-age=300"
