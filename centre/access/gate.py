"""The gate: an ASGI layer that says who asks, and lets through only what is for them."""

from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from api.principal import SCOPE
from api.route import RefusedError
from callbacks.parts.principal import ACTING, NotPermittedError
from centre.access.callers import ON_SCREEN, Callers, Found, wants_page
from centre.access.rules import Rules
from centre.delivery import FILES, Application, Receive, Scope, Send
from centre.refusing import refuse
from domain.access.needs import Need, permits
from domain.access.principal import NOBODY, Actor, Principal
from domain.text import Text
from live.socket import FORBIDDEN, PATH
from pages.accounts.session import ACCOUNT, REFUSED, SCREEN, SIGN_IN
from pages.schedule_page import PATH as RESIDENTS

NO_ADDRESS = Text("Không có địa chỉ này", "No such address")
_SIGN_IN_FIRST = Text(
    "Cần đăng nhập: mở /dang-nhap, hoặc gửi mã trong Authorization: Bearer.",
    "Sign in first: open /dang-nhap, or send a key as Authorization: Bearer.",
)
_NOT_YOURS = Text(
    "Tài khoản hoặc mã này không có quyền làm việc đó. Hãy nhờ người quản trị cấp vai trò phù hợp.",
    "This account or key may not do that. Ask the administrator for the role.",
)


class Gate:
    """ASGI middleware: puts the principal into the scope, and answers 401, 403 or the sign-in page instead of the rest.

    At a public listener everything else is not there. A file that holds no data costs no look at who asks for it.
    Sockets: the public's is for everybody, so the live channel itself narrows what it says to whoever asked.
    """

    def __init__(self, app: Application, rules: Rules, callers: Callers, public_port: int | None = None) -> None:
        """``public_port``: requests that come to it get what is public, and nobody is asked who they are."""
        self._app = app
        self._rules = rules
        self._callers = callers
        self._public_port = public_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        need = self._need_of(scope)
        if need is Need.PUBLIC and scope["path"].startswith(FILES):
            await self._app(scope, receive, send)
            return
        outside = self._public_port is not None and (scope.get("server") or ("", None))[1] == self._public_port
        if outside and need is not Need.PUBLIC:
            await _hide(scope, send)
            return
        # Everybody's socket opens; what it says depends on whether anybody whom the request shows may look.
        wanted = Need.LOOK if scope["type"] == "websocket" else need
        found = Found(NOBODY) if outside else await self._callers.find(scope, wanted)
        if not permits(found.principal, need):
            await _refuse(scope, send, found)
            return
        scope[SCOPE] = found.principal
        token = ACTING.set(found.principal)
        try:
            await self._app(scope, receive, send)
        finally:
            ACTING.reset(token)

    def _need_of(self, scope: Scope) -> Need:
        if scope["type"] == "websocket":
            return Need.PUBLIC if scope["path"] == PATH else Need.LOOK
        return self._rules.need_of(scope["method"], scope["path"])


async def not_permitted(_request: Request, error: Exception) -> Response:
    """The answer to a callback that the principal may not have."""
    by = error.by if isinstance(error, NotPermittedError) else NOBODY
    status, reason, words = _why(by)
    return JSONResponse({"reason": reason, "vi": words.vi, "en": words.en}, status)


async def _hide(scope: Scope, send: Send) -> None:
    """Say that there is nothing; whoever types the name alone comes to the residents' page."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": FORBIDDEN})
    elif scope["method"] == "GET" and scope["path"] == "/" and wants_page(scope):
        await _redirect(send, RESIDENTS)
    else:
        await refuse(send, 404, "not_found", NO_ADDRESS)


async def _refuse(scope: Scope, send: Send, found: Found) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": FORBIDDEN})
        return
    refused: RefusedError | None = found.refused
    if refused is not None:
        await refuse(send, refused.status, refused.reason, refused.words, retry_after_s=refused.retry_after_s)
    elif scope["method"] == "GET" and wants_page(scope):
        await _send_elsewhere(scope, send, found.principal)
    else:
        await refuse(send, *_why(found.principal))


def _why(by: Principal) -> tuple[int, str, Text]:
    """Nobody and a visitor sign in; whoever has signed in lacks a role."""
    if by.actor in (Actor.NOBODY, Actor.VISITOR):
        return 401, "sign_in", _SIGN_IN_FIRST
    return 403, "not_permitted", _NOT_YOURS


async def _send_elsewhere(scope: Scope, send: Send, by: Principal) -> None:
    """Send a stranger to sign in and come back; send a person who has signed in to the own page, which says why."""
    if by.actor is Actor.PERSON:
        # Who types the name alone has not asked for the wall: the own page leads on to what the roles may see.
        to = ACCOUNT if scope["path"] == "/" else f"{ACCOUNT}?{REFUSED}=1"
    elif scope.get(ON_SCREEN):
        to = SCREEN
    else:
        query = scope["query_string"].decode("latin-1")
        to = f"{SIGN_IN}?next={quote(scope['path'] + (f'?{query}' if query else ''), safe='/')}"
    await _redirect(send, to)


async def _redirect(send: Send, to: str) -> None:
    headers: list[Any] = [
        (b"location", to.encode("latin-1")),
        (b"content-length", b"0"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
