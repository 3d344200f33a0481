"""Refuse what a browser sends to the door: any web page could send positions through its visitor's browser."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from intake.door.answers import problem

_WAYS_IN = "/ingest/"


class NoBrowsers:
    """ASGI middleware in front of all ways in: trackers and programs send neither Origin nor Sec-Fetch-Site.

    ``refused`` counts each refusal by its status.
    """

    def __init__(self, app: ASGIApp, refused: Callable[[int], None]) -> None:
        self._app = app
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 before reading a byte of its body."""
        if scope["type"] != "http" or not _is_way_in(scope["path"]) or not _from_a_page(scope):
            await self._app(scope, receive, send)
            return
        answer = problem(403, "from_a_page")
        self._refused(answer.status)
        await Response(answer.body, answer.status, media_type="application/json")(scope, receive, send)


def _is_way_in(path: str) -> bool:
    return path == "/" or path.startswith(_WAYS_IN)


def _from_a_page(scope: Scope) -> bool:
    return any(
        name == b"origin" or (name == b"sec-fetch-site" and value != b"none") for name, value in scope["headers"]
    )
