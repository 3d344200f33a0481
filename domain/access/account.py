"""A person's account, its name, and what a password must be (TCVN 14423:2026, level 3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.access.principal import Role
from domain.text import Text

UNUSED_AFTER = timedelta(days=45)
"""An account that nobody signed in to for so long is closed until somebody resets it."""
ADMINISTRATORS_PASSWORD_LASTS = timedelta(days=60)
"""Then an administrator chooses a new one before anything else."""
PASSWORD_CHARS = 14
"""Without a second factor; at most PASSWORD_CHARS_MOST."""
PASSWORD_CHARS_MOST = 128
HISTORY = 10
"""A new password is none of the last ten."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9])")
_CLASSES: tuple[Callable[[str], bool], ...] = (str.islower, str.isupper, str.isdigit, lambda one: not one.isalnum())

WRONG_NAME = Text(
    "Tên tài khoản gồm 2–32 chữ thường không dấu, chữ số, dấu chấm, gạch dưới hoặc gạch nối.",
    "An account's name has 2 to 32 lower-case letters, digits, dots, underscores or hyphens.",
)
TOO_SHORT = Text(
    f"Mật khẩu cần từ {PASSWORD_CHARS} đến {PASSWORD_CHARS_MOST} ký tự.",
    f"A password needs {PASSWORD_CHARS} to {PASSWORD_CHARS_MOST} characters.",
)
FEW_CLASSES = Text(
    "Mật khẩu cần có chữ thường, chữ hoa, chữ số và ký tự khác (dấu cách cũng được).",
    "A password needs lower-case and upper-case letters, a digit and another character (a blank will do).",
)
HOLDS_NAME = Text("Mật khẩu không được chứa tên tài khoản.", "A password must not contain the account's name.")
OVERTAKEN = Text(
    "Mật khẩu của tài khoản này vừa được đổi ở nơi khác. Hãy đăng nhập lại.",
    "The password of this account was just changed elsewhere. Sign in again.",
)
USED_BEFORE = Text(
    f"Mật khẩu này trùng một trong {HISTORY} mật khẩu gần đây.", f"This is one of the last {HISTORY} passwords."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person's account. ``name`` signs in; ``shown`` is the person's name; ``units`` are those of a reporter.

    ``epoch`` counts what ends all sessions: a new password or second factor, other roles, a reset, closing.
    ``must_change``: the password was given by somebody else. ``seen_at`` is the last sign-in, ``renewed_at`` when the
    account was made or last reset, ``password_at`` when the password was chosen. ``two_factors``: a telephone's code is
    asked for after the password. ``subject`` is who the owner is at the authority's own sign-in, "" without a link.
    """

    name: str
    shown: str
    roles: frozenset[Role]
    units: tuple[str, ...] = ()
    epoch: int = 0
    must_change: bool = False
    renewed_at: datetime
    seen_at: datetime | None = None
    disabled: bool = False
    password_at: datetime | None = None
    two_factors: bool = False
    subject: str = ""

    def is_overdue(self, now: datetime) -> bool:
        """Whether an administrator has had the password for ADMINISTRATORS_PASSWORD_LASTS."""
        if Role.ADMINISTRATOR not in self.roles or self.password_at is None:
            return False
        return now - self.password_at > ADMINISTRATORS_PASSWORD_LASTS

    def has_to_change(self, now: datetime) -> bool:
        """Whether its owner has to choose a new password before anything else."""
        return self.must_change or self.is_overdue(now)

    def lacks(self, two_factors: bool, now: datetime) -> bool:
        """Whether its owner has to change the password first, or to set the second factor of an administrator up.

        ``two_factors``: the owner has signed in with both.
        """
        return self.has_to_change(now) or (Role.ADMINISTRATOR in self.roles and not two_factors)

    def is_unused(self, now: datetime) -> bool:
        """Whether nobody used it for UNUSED_AFTER."""
        return now - max(self.seen_at or self.renewed_at, self.renewed_at) > UNUSED_AFTER

    def is_open(self, now: datetime) -> bool:
        """Whether its owner may sign in."""
        return not self.disabled and not self.is_unused(now)


def is_account_name(name: str) -> bool:
    """Whether ``name`` can be an account's: no two accounts look alike."""
    return _NAME.fullmatch(name) is not None


def refused_password(password: str, name: str) -> Text | None:
    """Why ``password`` is none for the account ``name``, in words; None when it will do."""
    if not PASSWORD_CHARS <= len(password) <= PASSWORD_CHARS_MOST:
        return TOO_SHORT
    if not all(any(map(has, password)) for has in _CLASSES):
        return FEW_CLASSES
    return HOLDS_NAME if name in password.casefold() else None
