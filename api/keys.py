"""Finds the holder of a key that a request carries, and slows guessing."""

import asyncio

from api.route import RefusedError
from domain.key_role import Holder
from domain.network import network_of
from domain.text import Text
from store.registry import Registry
from store.valkey.sessions import WRONG_WITHIN_S, Sessions

WRONG_MAX = 10
_WRONG_KEY = Text(
    "Mã đăng nhập không đúng hoặc đã bị thu hồi. Hãy chép lại cả mã, hoặc nhờ quản trị tạo mã mới: "
    "python -m ingest key add TÊN --role dispatcher",
    "The key is wrong or revoked. Copy the whole key again, or have a new one made: "
    "python -m ingest key add NAME --role dispatcher",
)
_TOO_MANY = Text(
    "Đã nhập sai mã quá nhiều lần; hãy chờ một phút rồi thử lại.", "Too many wrong keys; wait a minute and try again."
)


async def holder_of_key(registry: Registry, sessions: Sessions, secret: str, address: str) -> Holder:
    """The holder of ``secret``. RefusedError 401, or 429 after WRONG_MAX wrong keys in a minute."""
    holder: Holder | None = await asyncio.to_thread(registry.find_key, secret)
    if holder is None:
        sender = network_of(address)
        # After the look-up: behind one proxy, nobody's wrong keys lock out a valid one.
        if await sessions.wrong_from(sender) >= WRONG_MAX:
            raise RefusedError(429, "too_many_wrong_keys", _TOO_MANY, retry_after_s=WRONG_WITHIN_S)
        await sessions.note_wrong(sender)
        raise RefusedError(401, "wrong_key", _WRONG_KEY)
    return holder
