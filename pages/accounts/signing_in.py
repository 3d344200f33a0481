"""Signs people in: wrong tries are counted before a password is looked at, and every outcome is logged."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.access.account import UNUSED_AFTER, is_account_name
from domain.access.lockout import ACCOUNT_MAX, ADDRESS_MAX, PAIR_MAX, WITHIN_S
from domain.access.principal import NOBODY, Principal
from domain.audit import Act
from domain.network import network_of
from domain.text import Text
from pages.accounts.session import DEMONSTRATION
from store.access.accounts import Accounts, person
from store.valkey.signed_in import SignedIn

WRONG = Text("Tên tài khoản hoặc mật khẩu không đúng.", "The account's name or the password is wrong.")
LOCKED = Text(
    f"Đã nhập sai quá nhiều lần. Hãy thử lại sau {WITHIN_S // 60} phút, hoặc nhờ người quản trị cấp lại mật khẩu.",
    f"Too many wrong tries. Try again in {WITHIN_S // 60} minutes, or ask the administrator for a new password.",
)
CLOSED = Text(
    f"Tài khoản đã bị khóa hoặc không dùng quá {UNUSED_AFTER.days} ngày. Hãy nhờ người quản trị cấp lại mật khẩu.",
    f"The account is closed, or unused for {UNUSED_AFTER.days} days. Ask the administrator for a new password.",
)
WRONG_NOW = Text("Mật khẩu hiện nay không đúng.", "The present password is wrong.")
DIFFER = Text("Hai lần nhập mật khẩu mới khác nhau.", "The new password was not typed twice alike.")
_UNKNOWN = "?"
"""In the log: a name that no account has; people type their password in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session's token and whether the password must be changed first; or ``status`` and ``words`` of a refusal."""

    token: str = ""
    must_change: bool = False
    status: int = 200
    words: Text | None = None


class SigningIn:
    """Raises redis.exceptions.RedisError or SQLAlchemy's errors when a server does not answer."""

    def __init__(self, accounts: Accounts, signed_in: SignedIn, clock: Callable[[], datetime]) -> None:
        self._accounts, self._signed_in, self._clock = accounts, signed_in, clock

    @property
    def longest_s(self) -> int:
        """How long a session lasts at most."""
        return self._signed_in.longest_s

    async def enter(self, name: str, password: str, address: str) -> Entered:
        """Sign in with a password from ``address``."""
        name, nobody = name.strip().casefold(), replace(NOBODY, address=address)
        refused = await self._tried(name, password, nobody)
        if refused is not None:
            return refused
        now = self._clock()
        account = (await asyncio.to_thread(self._accounts.everyone))[name]
        if not account.is_open(now):
            await asyncio.to_thread(self._accounts.note_act, Act.SIGN_IN_REFUSED, name, nobody, now)
            return Entered(status=403, words=CLOSED)
        await self._signed_in.note_right(name, network_of(address))
        by = person(account, address)
        await asyncio.to_thread(self._accounts.note_sign_in, name, by, now)
        return Entered(token=await self._signed_in.open(name, account.epoch, now), must_change=account.must_change)

    async def demonstrate(self, address: str) -> str:
        """Enter as the demonstration's operator; returns the session's token."""
        by, now = person(DEMONSTRATION, address), self._clock()
        await asyncio.to_thread(self._accounts.note_act, Act.SIGNED_IN, DEMONSTRATION.name, by, now)
        return await self._signed_in.open(DEMONSTRATION.name, DEMONSTRATION.epoch, now)

    async def leave(self, token: str, by: Principal) -> None:
        """End the session of ``token``."""
        await self._signed_in.close(token)
        await asyncio.to_thread(self._accounts.note_act, Act.SIGNED_OUT, by.name, by, self._clock())

    async def change(self, by: Principal, before: str, new: str, again: str) -> Entered:
        """Change the own password; all sessions end, and the answer has a new one."""
        if new != again:
            return Entered(status=400, words=DIFFER)
        refused = await self._tried(by.name, before, by)
        if refused is not None:
            return refused if refused.status != 401 else replace(refused, words=WRONG_NOW)
        await self._signed_in.note_right(by.name, network_of(by.address))
        now = self._clock()
        why = await asyncio.to_thread(self._accounts.change, by.name, new, by, now)
        if why is not None:
            return Entered(status=400, words=why)
        account = (await asyncio.to_thread(self._accounts.everyone))[by.name]
        return Entered(token=await self._signed_in.open(account.name, account.epoch, now))

    async def _tried(self, name: str, password: str, by: Principal) -> Entered | None:
        """Why this name and password do not go together, or were not compared; None when they do."""
        known = is_account_name(name) and name in await asyncio.to_thread(self._accounts.everyone)
        told = name if known else _UNKNOWN
        tries = await self._signed_in.begin_try(told, network_of(by.address))
        if tries.locked():
            first = PAIR_MAX + 1, ADDRESS_MAX + 1, ACCOUNT_MAX + 1
            if any(count == one for count, one in zip((tries.pair, tries.address, tries.account), first, strict=True)):
                await asyncio.to_thread(self._accounts.note_act, Act.ACCOUNT_LOCKED, told, by, self._clock())
            return Entered(status=429, words=LOCKED)
        if await asyncio.to_thread(self._accounts.is_right, name if known else "", password):
            return None
        await asyncio.to_thread(self._accounts.note_act, Act.SIGN_IN_REFUSED, told, by, self._clock())
        return Entered(status=401, words=WRONG)
