"""Sessions of dispatchers' keys, which the drivers' pages open: the browser has a random token, never the key."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from fastapi import Request

from api.keys import holder_of_key
from api.principal import address_of, principal_of
from api.route import RefusedError
from domain.access.needs import Need, permits
from domain.audit import Act
from domain.key_role import Holder, KeyRole
from domain.text import Text
from store.registry import Registry, hash_key
from store.valkey.sessions import Sessions

COOKIE = "ioc_session"
_OTHER_ROLE = Text(
    "Mã này chỉ để gửi dữ liệu. Hãy dùng mã đăng nhập điều phối, do người quản trị trung tâm cấp.",
    "This key only sends data. Use a dispatcher's key; the centre's administrator issues it.",
)


class Dispatchers:
    """Opens and ends sessions; a session ends with its key. RedisError when Valkey does not answer."""

    def __init__(self, registry: Registry, sessions: Sessions, clock: Callable[[], datetime]) -> None:
        self._registry, self._sessions, self._clock = registry, sessions, clock

    async def sign_in(self, request: Request, secret: str) -> tuple[str, str]:
        """The key holder's name and the token of a new session. RefusedError 401, 403 or 429."""
        holder = await holder_of_key(self._registry, self._sessions, secret, address_of(request))
        if holder.role is not KeyRole.DISPATCHER:
            raise RefusedError(403, "needs_dispatcher", _OTHER_ROLE)
        token = await self._sessions.open(hash_key(secret))
        await self._noted(Act.SIGNED_IN, holder.name, request)
        return holder.name, token

    async def signed_in(self, request: Request) -> str | None:
        """The dispatcher whose session the request carries, or who has signed in; None without one."""
        by = principal_of(request)
        if permits(by, Need.DRIVERS):
            return by.name
        token = request.cookies.get(COOKIE, "")
        found = await self._of_session(token)
        return found.name if found is not None and found.role is KeyRole.DISPATCHER else None

    async def sign_out(self, request: Request) -> None:
        """End the request's session, if it has one."""
        token = request.cookies.get(COOKIE, "")
        found = await self._of_session(token)
        await self._sessions.close(token)
        if found is not None:
            await self._noted(Act.SIGNED_OUT, found.name, request)

    async def _of_session(self, token: str) -> Holder | None:
        key = await self._sessions.key_of(token) if token else None
        return await asyncio.to_thread(self._registry.holder_of, key) if key else None

    async def _noted(self, act: Act, name: str, request: Request) -> None:
        await asyncio.to_thread(self._registry.note_session, act, name, address_of(request), self._clock())
