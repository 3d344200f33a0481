"""The front door's gate: who sends, and whether the route is for them. A route that declares nothing is not served."""

import base64
from collections.abc import Callable
from dataclasses import replace

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.access.needs import Need, need_of, permits
from domain.access.principal import NOBODY, Actor, Principal
from domain.key_role import ROLES
from domain.network import network_of
from intake.door.answers import Answer, Refusing, problem
from intake.door.keys import Keys
from intake.door.limits import TokenBuckets
from intake.door.principal import address_of, admit


class Gate:
    """Stands before each route and asks for what the route itself declares; ``ticks`` are monotonic seconds.

    ``refused`` counts each refusal by its status. Even where no key is needed, a wrong one is refused.
    """

    def __init__(self, keys: Keys, ticks: Callable[[], float], refused: Callable[[int], None]) -> None:
        self._keys, self._ticks, self._refused = keys, ticks, refused
        self._by_wrong_key = TokenBuckets(rate=10 / 60, burst=10)

    def guard(self, app: FastAPI) -> None:
        """Stand before each route of ``app``; TypeError for one that declares no @needing."""
        for route in app.router.routes:
            need = need_of(route.endpoint) if isinstance(route, Route) else None
            if not isinstance(route, Route) or need is None:
                raise TypeError(f"{getattr(route, 'path', route)}: declare what it requires with @needing")
            if need is not Need.PUBLIC:
                route.app = self._before(route.app, need)

    def _before(self, app: ASGIApp, need: Need) -> ASGIApp:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                by = await self._sender(Request(scope))
                if not permits(by, need):
                    raise Refusing(_why(by, need))
            except Refusing as refusing:
                self._refused(refusing.answer.status)
                await _response(refusing.answer)(scope, receive, send)
                return
            admit(scope, by)
            await app(scope, receive, send)

        return guarded

    async def _sender(self, request: Request) -> Principal:
        """The holder of the request's key, or nobody without one."""
        said, address = request.headers.get("authorization"), address_of(request)
        secret = request.headers.get("x-api-key", "") if said is None else _secret(said)
        if said is None and not secret:
            return replace(NOBODY, address=address)
        holder = await self._keys.holder_of(secret, self._ticks()) if secret else None
        if holder is not None:
            return Principal(actor=Actor.SOURCE, name=holder.name, roles=ROLES[holder.role], address=address)
        # After the look-up: behind one proxy, nobody's wrong keys lock out a valid one.
        wait_s = self._by_wrong_key.take(network_of(address), self._ticks()) if secret else 0
        raise Refusing(problem(429, "wrong_keys", retry_after_s=wait_s) if wait_s else problem(401, "unauthorised"))


def _why(by: Principal, need: Need) -> Answer:
    if by.actor is Actor.NOBODY:
        return problem(401, "unauthorised")
    return problem(403, "needs_dispatcher" if need is Need.DRIVERS else "only_reads")


def _response(answer: Answer) -> Response:
    headers = {} if answer.retry_after_s is None else {"retry-after": str(answer.retry_after_s)}
    return Response(answer.body, answer.status, headers, "application/json")


def _secret(authorization: str) -> str:
    """The key in an Authorization header: the bearer token, or the password of an app that sends name and password."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    try:
        name_and_password = base64.b64decode(token, validate=True) if scheme.lower() == "basic" else b""
    except ValueError:
        return ""
    return name_and_password.partition(b":")[2].decode("utf-8", "replace")
