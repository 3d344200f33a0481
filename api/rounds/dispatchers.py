"""Protects data that name people: needs a dispatcher's key, or a session opened with one."""

import asyncio

from fastapi import Request

from api.principal import address_of
from api.route import RefusedError
from domain.key_role import Holder, KeyRole
from domain.text import Text
from store.registry import Registry
from store.valkey.sessions import WRONG_WITHIN_S, Sessions

COOKIE = "ioc_session"
WRONG_MAX = 10
_SIGN_IN = Text(
    "Chỉ người điều phối được xem. Hãy đăng nhập bằng mã đăng nhập điều phối, hoặc gửi mã trong Authorization: Bearer.",
    "For dispatchers only. Sign in with a dispatcher's key, or send it as Authorization: Bearer.",
)
_WRONG_KEY = Text(
    "Mã đăng nhập không đúng hoặc đã bị thu hồi. Hãy chép lại cả mã, hoặc nhờ quản trị tạo mã mới: "
    "python -m ingest key add TÊN --role dispatcher",
    "The key is wrong or revoked. Copy the whole key again, or have a new one made: "
    "python -m ingest key add NAME --role dispatcher",
)
_OTHER_ROLE = Text(
    "Mã này chỉ để gửi dữ liệu. Cần mã đăng nhập điều phối: python -m ingest key add TÊN --role dispatcher",
    "This key only sends data. A dispatcher's key is needed: python -m ingest key add NAME --role dispatcher",
)
_TOO_MANY = Text(
    "Đã nhập sai mã quá nhiều lần; hãy chờ một phút rồi thử lại.", "Too many wrong keys; wait a minute and try again."
)


class Dispatchers:
    """Checks keys and sessions; a session ends with its key. RedisError when Valkey does not answer."""

    def __init__(self, registry: Registry, sessions: Sessions) -> None:
        self._registry, self._sessions = registry, sessions

    async def sign_in(self, request: Request, secret: str) -> tuple[str, str]:
        """The key holder's name and the token of a new session. RefusedError 401, 403 or 429."""
        name = await self._by_key(request, secret)
        return name, await self._sessions.open(name)

    async def signed_in(self, request: Request) -> str | None:
        """The dispatcher whose session the request carries; None without one."""
        token = request.cookies.get(COOKIE, "")
        name = await self._sessions.name_of(token) if token else None
        holder = await asyncio.to_thread(self._registry.holder_named, name) if name else None
        return name if holder is not None and holder.role is KeyRole.DISPATCHER else None

    async def sign_out(self, request: Request) -> None:
        """End the request's session, if it has one."""
        await self._sessions.close(request.cookies.get(COOKIE, ""))

    async def of(self, request: Request) -> str:
        """The dispatcher who asks, by key or session. RefusedError 401, 403 or 429."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme:
            return await self._by_key(request, secret.strip() if scheme.lower() == "bearer" else "")
        name = await self.signed_in(request)
        if name is None:
            raise RefusedError(401, "sign_in", _SIGN_IN)
        return name

    async def _by_key(self, request: Request, secret: str) -> str:
        address = address_of(request)
        holder: Holder | None = await asyncio.to_thread(self._registry.find_key, secret)
        if holder is None:
            # After the look-up: behind one proxy, nobody's wrong keys lock out a valid one.
            if await self._sessions.wrong_from(address) >= WRONG_MAX:
                raise RefusedError(429, "too_many_wrong_keys", _TOO_MANY, retry_after_s=WRONG_WITHIN_S)
            await self._sessions.note_wrong(address)
            raise RefusedError(401, "wrong_key", _WRONG_KEY)
        if holder.role is not KeyRole.DISPATCHER:
            raise RefusedError(403, "needs_dispatcher", _OTHER_ROLE)
        return holder.name
