"""Headers that tell browsers what a page of the centre may do and who may use its answers; on both HTTP sides."""

from collections.abc import Sequence

from centre.delivery import Application, Headers, Message, Receive, Scope, Send, value_of

ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
DOCUMENT: Headers = [
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), midi=(), "
        b"display-capture=(), browsing-topics=()",
    ),
    # For documents without a policy of their own, which load nothing: the description of an API, a picture.
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
]
OVER_TLS: Headers = [(b"strict-transport-security", b"max-age=31536000")]
_DOCUMENTS = (b"text/html", b"image/svg+xml")


class SafeHeaders:
    """ASGI middleware around everything else; a header that the answer has already stays as it is.

    Only documents get what concerns documents: a tracker pays for every byte of its answer. A trusted proxy says by
    X-Forwarded-Proto that the request came over TLS.
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                message = {**message, "headers": headers + _missing(headers, secure=scope["scheme"] == "https")}
            await send(message)

        await self._app(scope, receive, safe)


def _missing(headers: Sequence[tuple[bytes, bytes]], *, secure: bool) -> Headers:
    kind = value_of(headers, b"content-type")
    wanted = ALWAYS + (DOCUMENT if kind.startswith(_DOCUMENTS) else []) + (OVER_TLS if secure else [])
    given = {name for name, _ in headers}
    return [pair for pair in wanted if pair[0] not in given]
