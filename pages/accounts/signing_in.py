"""Signs people in: wrong tries are counted before a password or code is looked at, and every outcome is logged."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from domain.access.account import UNUSED_AFTER, Account, is_account_name
from domain.access.lockout import ACCOUNT_MAX, ADDRESS_MAX, CODES_MAX, PAIR_MAX, WHOLE_MAX, WITHIN_S, SignInTries
from domain.access.principal import NOBODY, Principal
from domain.audit import Act
from domain.network import Network, is_within, network_of
from domain.text import Text
from pages.accounts.session import DEMONSTRATION
from store.access.accounts import Accounts, person
from store.access.sealing import Sealing
from store.access.second_factors import SecondFactors
from store.valkey.signed_in import SignedIn

T = TypeVar("T")

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
WRONG_CODE = Text(
    "Mã không đúng, đã dùng, hoặc đã hết hạn. Hãy đợi ứng dụng hiện mã mới rồi nhập lại.",
    "The code is wrong, used or over. Wait for the next one and type it.",
)
OUTSIDE = Text(
    "Đăng nhập từ ngoài mạng của trung tâm cần xác thực hai bước. Hãy đăng nhập một lần ở trong mạng và thiết lập "
    "tại trang Tài khoản.",
    "Signing in from outside the centre's network needs a second step. Sign in once inside and set it up on the page "
    "Account.",
)
UNLINKED = Text(
    "Tài khoản cơ quan này chưa liên kết với tài khoản nào của trung tâm. Hãy đăng nhập bằng mật khẩu một lần, rồi "
    "liên kết tại trang Tài khoản.",
    "This account of the authority is linked to none of the centre. Sign in with the password once, and link it on the "
    "page Account.",
)
TAKEN = Text(
    "Tài khoản cơ quan này đã liên kết với một tài khoản khác của trung tâm. Hãy dùng tài khoản ấy, hoặc nhờ người "
    "quản trị cấp lại mật khẩu của nó: khi đó liên kết ấy hết hiệu lực.",
    "This account of the authority is linked to another account of the centre. Use that one, or ask the administrator "
    "to reset its password, which ends that link.",
)
SILENT = Text(
    "Máy chủ đăng nhập của cơ quan không trả lời hoặc trả lời sai. Hãy thử lại sau ít phút, hoặc dùng mật khẩu.",
    "The authority's sign-in does not answer, or not rightly. Try again in a few minutes, or use the password.",
)
DENIED = Text(
    "Máy chủ đăng nhập của cơ quan không cho vào, hoặc việc đăng nhập ở đó đã bị hủy. Hãy thử lại, hoặc dùng mật khẩu; "
    "nếu vẫn vậy, hãy hỏi người quản trị.",
    "The authority's sign-in did not let you in, or signing in there was cancelled. Try again, or use the password; "
    "if it stays so, ask the administrator.",
)
NOT_LINKED = {"taken": TAKEN, "silent": SILENT, "denied": DENIED}
"""Why an account was not linked, by what the address of the own page says."""
_LATE = Text("Đã quá 5 phút; hãy nhập lại mật khẩu.", "Five minutes have passed; enter the password again.")
_WAITS = timedelta(minutes=5)
_FOLLOWS = "code_follows"
_UNKNOWN = "?"
"""In the log: a name that no account has; people type their password in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session's token, whose, and whether its owner has to finish the account first; or what comes instead.

    ``waits``: the password was right and the second factor's code is asked for, with this text. Else ``status`` and
    ``words`` of a refusal.
    """

    token: str = ""
    by: Principal = NOBODY
    lacks: bool = False
    waits: str = ""
    status: int = 200
    words: Text | None = None


class SigningIn:
    """Raises redis.exceptions.RedisError or SQLAlchemy's errors when a server does not answer."""

    def __init__(
        self,
        accounts: Accounts,
        factors: SecondFactors,
        sealing: Sealing,
        signed_in: SignedIn,
        inside: Sequence[Network],
        clock: Callable[[], datetime],
    ) -> None:
        """From outside ``inside`` nobody enters with a password alone."""
        self._accounts, self._factors, self._sealing = accounts, factors, sealing
        self._signed_in, self._inside, self._clock = signed_in, inside, clock
        # Passwords are slow by design: in threads of their own, guesses keep no page from the threads it is built in.
        self._slow = ThreadPoolExecutor(2, "password")

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
        held = await self._held(account, address, now)
        if held is not None:
            return held
        await self._signed_in.note_right(name, network_of(address))
        return await self._entered(account, address, now)

    async def arrive(self, subject: str, two_factors: bool, address: str) -> Entered:
        """Sign in whom the authority's own sign-in vouches for; ``two_factors``: it asked for two itself."""
        now, nobody = self._clock(), replace(NOBODY, address=address)
        known = await asyncio.to_thread(self._accounts.everyone)
        account = next((one for one in known.values() if one.subject == subject), None)
        if account is None or not account.is_open(now):
            of = _UNKNOWN if account is None else account.name
            await asyncio.to_thread(self._accounts.note_act, Act.SIGN_IN_REFUSED, of, nobody, now)
            return Entered(status=403, words=UNLINKED if account is None else CLOSED)
        held = None if two_factors else await self._held(account, address, now)
        return held or await self._entered(account, address, now, two_factors=two_factors)

    async def link(self, name: str, epoch: int, subject: str, address: str) -> Text | None:
        """Link the account of the person who began it; returns why not, in words, when that is not possible."""
        now = self._clock()
        account = (await asyncio.to_thread(self._accounts.everyone)).get(name)
        if account is None or account.epoch != epoch or account.has_to_change(now) or not account.is_open(now):
            return UNLINKED
        by = person(account, address, now)
        return None if await asyncio.to_thread(self._accounts.link, name, subject, by, now) else TAKEN

    async def _held(self, account: Account, address: str, now: datetime) -> Entered | None:
        """What stands between a right first factor and the session; None when nothing does."""
        if account.two_factors:
            told = account.name, account.epoch, network_of(address)
            return Entered(waits=self._sealing.seal(_FOLLOWS, told, now))
        if is_within(address, self._inside):
            return None
        nobody = replace(NOBODY, address=address)
        await asyncio.to_thread(self._accounts.note_act, Act.SIGN_IN_REFUSED, account.name, nobody, now)
        return Entered(status=403, words=OUTSIDE)

    async def follow(self, waits: str, code: str, address: str) -> Entered:
        """The second step, where the password was right: the telephone's code or one of reserve."""
        now, nobody = self._clock(), replace(NOBODY, address=address)
        told = self._sealing.open(_FOLLOWS, waits, now, _WAITS)
        if told is None or told[2] != network_of(address):
            return Entered(status=401, words=_LATE)
        name = str(told[0])
        tries = await self._signed_in.begin_code(name, network_of(address))
        if tries.locked():
            return await self._locked(tries, name, nobody)
        account = (await asyncio.to_thread(self._accounts.everyone)).get(name)
        if account is None or account.epoch != told[1] or not account.is_open(now):
            return Entered(status=401, words=_LATE)
        if not await asyncio.to_thread(self._factors.is_right, name, code, nobody, now):
            await asyncio.to_thread(self._accounts.note_act, Act.SECOND_FACTOR_REFUSED, name, nobody, now)
            return Entered(status=401, words=WRONG_CODE, waits=waits)
        await self._signed_in.note_right(name, network_of(address), two_factors=True)
        return await self._entered(account, address, now, two_factors=True)

    async def prove(self, by: Principal, password: str) -> Entered | None:
        """Why ``password`` is not that of the person who is signed in already; None when it is."""
        refused = await self._tried(by.name, password, by)
        if refused is not None:
            return refused if refused.status != 401 else replace(refused, words=WRONG_NOW)
        await self._signed_in.note_right(by.name, network_of(by.address))
        return None

    async def set_up(self, by: Principal, secret: bytes, code: str) -> tuple[list[str], Entered] | None:
        """Make ``secret`` the person's second factor: codes of reserve and a new session; None for a wrong code."""
        now = self._clock()
        codes = await asyncio.to_thread(self._factors.confirm, by.name, secret, code, by, now)
        if codes is None:
            return None
        account = (await asyncio.to_thread(self._accounts.everyone))[by.name]
        token = await self._signed_in.open(by.name, account.epoch, now, two_factors=True)
        return codes, Entered(token=token, lacks=account.lacks(True, now))

    async def demonstrate(self, address: str) -> Entered:
        """Enter as the demonstration's operator."""
        now = self._clock()
        by = person(DEMONSTRATION, address, now)
        await asyncio.to_thread(self._accounts.note_act, Act.SIGNED_IN, DEMONSTRATION.name, by, now)
        return Entered(token=await self._signed_in.open(DEMONSTRATION.name, DEMONSTRATION.epoch, now), by=by)

    async def leave(self, token: str, by: Principal) -> None:
        """End the session of ``token``."""
        await self._signed_in.close(token)
        await asyncio.to_thread(self._accounts.note_act, Act.SIGNED_OUT, by.name, by, self._clock())

    async def change(self, by: Principal, token: str, before: str, new: str, again: str) -> Entered:
        """Change the own password; all sessions end, and the answer has a new one instead of that of ``token``."""
        if new != again:
            return Entered(status=400, words=DIFFER)
        refused = await self.prove(by, before)
        if refused is not None:
            return refused
        now = self._clock()
        session = await self._signed_in.of(token, now)
        epoch = session.epoch if session else None
        why = await self._slowly(partial(self._accounts.change, by.name, new, by, now, epoch=epoch))
        if why is not None:
            return Entered(status=400, words=why)
        account = (await asyncio.to_thread(self._accounts.everyone))[by.name]
        two = session is not None and session.two_factors
        opened = await self._signed_in.open(account.name, account.epoch, now, two_factors=two)
        return Entered(token=opened, lacks=account.lacks(two, now))

    async def _entered(self, account: Account, address: str, now: datetime, *, two_factors: bool = False) -> Entered:
        by = person(account, address, now, two_factors=two_factors)
        await asyncio.to_thread(self._accounts.note_sign_in, account.name, by, now)
        token = await self._signed_in.open(account.name, account.epoch, now, two_factors=two_factors)
        return Entered(token=token, by=by, lacks=account.lacks(two_factors, now))

    async def _tried(self, name: str, password: str, by: Principal) -> Entered | None:
        """Why this name and password do not go together, or were not compared; None when they do."""
        known = is_account_name(name) and name in await asyncio.to_thread(self._accounts.everyone)
        told = name if known else _UNKNOWN
        tries = await self._signed_in.begin_try(name, network_of(by.address))
        if tries.locked():
            return await self._locked(tries, told, by)
        if await self._slowly(partial(self._accounts.is_right, name if known else "", password)):
            return None
        await asyncio.to_thread(self._accounts.note_act, Act.SIGN_IN_REFUSED, told, by, self._clock())
        return Entered(status=401, words=WRONG)

    async def _slowly(self, hashing: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._slow, hashing)

    async def _locked(self, tries: SignInTries, told: str, by: Principal) -> Entered:
        """The refusal, logged when a count is passed for the first time."""
        counts = tries.pair, tries.address, tries.account, tries.codes, tries.whole
        most = PAIR_MAX, ADDRESS_MAX, ACCOUNT_MAX, CODES_MAX, WHOLE_MAX
        if any(count == limit + 1 for count, limit in zip(counts, most, strict=True)):
            await asyncio.to_thread(self._accounts.note_act, Act.ACCOUNT_LOCKED, told, by, self._clock())
        return Entered(status=429, words=LOCKED)
