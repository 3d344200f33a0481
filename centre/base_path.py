"""The path under which a proxy shows the centre (IOC_BASE_PATH): taken off what comes in, put before what goes out.

Everything between these two middlewares knows the addresses of docs/ alone. ASGI's root_path is left empty: with it,
``path`` holds the prefix too, and each rule of this centre that looks at a path would have to know both.
"""

import re
from collections.abc import Iterable

from api.own_address import BASE
from centre.delivery import Application, Headers, Message, Receive, Scope, Send, value_of

_COOKIE_PATH = re.compile(rb"(;\s*path=)(/[^;]*)", re.IGNORECASE)
_OF_PATHS = (b"location", b"service-worker-allowed")
_HTML, _JSON = (b"text/html", b"image/svg+xml"), (b"application/json", b"application/ld+json")


class BasePath:
    """ASGI middleware around everything else; ``base`` is "/ioc".

    A request without the prefix is served, too: a proxy may take it off itself, and this machine asks without.
    """

    def __init__(self, app: Application, base: str) -> None:
        """``base`` begins with a slash and does not end with one."""
        self._app, self._base, self._raw = app, base, base.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope = {**scope, BASE: self._base}
        path, raw = scope["path"], scope.get("raw_path") or b""
        if path == self._base or path.startswith(self._base + "/"):
            scope |= {"path": path.removeprefix(self._base) or "/", "raw_path": raw.removeprefix(self._raw) or b"/"}

        async def under(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {
                    **message,
                    "headers": [(name, self._header(name, said)) for name, said in message["headers"]],
                }
            await send(message)

        await self._app(scope, receive, under)

    def _header(self, name: bytes, said: bytes) -> bytes:
        if name == b"set-cookie":
            return _COOKIE_PATH.sub(lambda found: found[1] + (self._raw + found[2]).rstrip(b"/"), said)
        if name in _OF_PATHS and said.startswith(b"/") and not said.startswith((b"//", self._raw + b"/")):
            return self._raw + said
        return said


class Addresses:
    """ASGI middleware that puts the prefix before the addresses in pages, drawings and JSON, before compression.

    An address is the value of an attribute or field that holds one, and begins with the first word of a route.
    """

    def __init__(self, app: Application, base: str, paths: Iterable[str]) -> None:
        """``paths`` are those of all routes. ValueError when the prefix begins as one of them does."""
        words = sorted({first_word(path) for path in paths} - {""})
        if first_word(base) in words:
            raise ValueError(f"IOC_BASE_PATH: {base} is an address of the centre itself")
        self._app, self._raw = app, base.encode()
        self._root = f'<html data-base="{base}"'.encode()
        known = "|".join(map(re.escape, words))
        ours = rf'(?:(?:{known})(?![\w-])|[?#"])'
        places = r'\s(?:href|src|action|data-[a-z-]+)="|url\(["\']?|; url='
        self._in_html = re.compile(f"({places})(?=/{ours})".encode())
        # Dash writes a slash as \u002f.
        self._in_json = re.compile(rf'("(?:href|src|action|@id|data-[a-z-]+)":\s?")(?=(?:/|\\u002f){ours})'.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        parts: list[bytes] = []

        async def rewritten(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _kind(message["headers"], scope["path"]):
                start = message
                return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = self._body(b"".join(parts), _kind(start["headers"], scope["path"]))
            others = [(name, said) for name, said in start["headers"] if name != b"content-length"]
            await send({**start, "headers": [*others, (b"content-length", b"%d" % len(body))]})
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, rewritten)

    def _body(self, body: bytes, kind: bytes) -> bytes:
        if kind == b"json":
            return self._in_json.sub(rb"\1" + self._raw, body)
        told = self._in_html.sub(rb"\1" + self._raw, body)
        return told.replace(b"<html", self._root, 1)


def first_word(path: str) -> str:
    """The first step of a path: "api" of /api/v1/kpis; "" of / and of a path that begins with a parameter."""
    word = path.lstrip("/").partition("/")[0]
    return "" if "{" in word else word


def _kind(headers: Headers, path: str) -> bytes:
    """Which rule holds for a body; b"" for one that holds no address."""
    said = value_of(headers, b"content-type")
    if value_of(headers, b"content-encoding"):
        return b""
    if said.startswith(_HTML):
        return b"html"
    return b"json" if said.startswith(_JSON) or (not said and path.startswith("/_dash-")) else b""
