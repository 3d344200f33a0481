"""Sessions of dispatchers' keys, which the drivers' pages open: the browser has a random token, never the key."""

import asyncio

from fastapi import Request

from api.keys import holder_of_key
from api.principal import address_of, principal_of
from api.route import RefusedError
from domain.access.needs import Need, permits
from domain.key_role import KeyRole
from domain.text import Text
from store.registry import Registry
from store.valkey.sessions import Sessions

COOKIE = "ioc_session"
_OTHER_ROLE = Text(
    "Mã này chỉ để gửi dữ liệu. Cần mã đăng nhập điều phối: python -m ingest key add TÊN --role dispatcher",
    "This key only sends data. A dispatcher's key is needed: python -m ingest key add NAME --role dispatcher",
)


class Dispatchers:
    """Opens and ends sessions; a session ends with its key. RedisError when Valkey does not answer."""

    def __init__(self, registry: Registry, sessions: Sessions) -> None:
        self._registry, self._sessions = registry, sessions

    async def sign_in(self, request: Request, secret: str) -> tuple[str, str]:
        """The key holder's name and the token of a new session. RefusedError 401, 403 or 429."""
        holder = await holder_of_key(self._registry, self._sessions, secret, address_of(request))
        if holder.role is not KeyRole.DISPATCHER:
            raise RefusedError(403, "needs_dispatcher", _OTHER_ROLE)
        return holder.name, await self._sessions.open(holder.name)

    async def signed_in(self, request: Request) -> str | None:
        """The dispatcher whose session the request carries, or who has signed in; None without one."""
        by = principal_of(request)
        if permits(by, Need.DRIVERS):
            return by.name
        token = request.cookies.get(COOKIE, "")
        name = await self._sessions.name_of(token) if token else None
        holder = await asyncio.to_thread(self._registry.holder_named, name) if name else None
        return name if holder is not None and holder.role is KeyRole.DISPATCHER else None

    async def sign_out(self, request: Request) -> None:
        """End the request's session, if it has one."""
        await self._sessions.close(request.cookies.get(COOKIE, ""))
