"""People's accounts by hand: invite somebody, give a new password, close an account, list them."""

import sys
from collections.abc import Sequence

from centre.commands.parts import prepared
from domain.access.principal import CENTRE, Role
from intake.door.front_door import utc_now
from settings import Settings
from store.access.accounts import Accounts
from store.access.sealing import sealing
from store.access.second_factors import SecondFactors

NO_SUCH = 2


def run_account(
    settings: Settings, action: str, name: str | None, shown: str, roles: Sequence[Role], units: Sequence[str]
) -> int:
    """Invite, give roles, reset, disable, take the second step off, or list.

    A password is printed once; its owner changes it.
    """
    engine = prepared(settings)
    accounts = Accounts(engine)
    if action == "list":
        return _list(accounts)
    if not name:
        print("Cần tên tài khoản / the account's name is needed", file=sys.stderr)
        return NO_SUCH
    now = utc_now()
    if action in ("invite", "roles") and not roles:
        print("Cần ít nhất một --role / at least one --role is needed", file=sys.stderr)
        return NO_SUCH
    if action == "roles":
        return 0 if accounts.assign(name, set(roles), units, CENTRE, now) else _no_account(name)
    if action == "invite":
        try:
            print(accounts.invite(name, shown, set(roles), units, CENTRE, now))
        except ValueError as error:
            print(error, file=sys.stderr)
            return NO_SUCH
        return 0
    if action == "one-step":
        if SecondFactors(engine, sealing(settings.account_key, settings.account_key_file)).remove(name, CENTRE, now):
            return 0
        print(f"{name!r} không có xác thực hai bước / has no second step", file=sys.stderr)
        return NO_SUCH
    given = accounts.reset(name, CENTRE, now) if action == "reset" else None
    if given is not None:
        print(given)
    elif action != "disable" or not accounts.disable(name, CENTRE, now):
        return _no_account(name)
    return 0


def _no_account(name: str) -> int:
    print(f"Không có tài khoản {name!r} / there is no account of that name", file=sys.stderr)
    return NO_SUCH


def _list(accounts: Accounts) -> int:
    now = utc_now()
    for one in accounts.everyone().values():
        seen = f"{one.seen_at:%Y-%m-%d}" if one.seen_at else "chưa đăng nhập / never"
        state = "đang mở / open"
        if one.disabled:
            state = "đã khóa / closed"
        elif one.is_unused(now):
            state = "bỏ không quá 45 ngày / unused for 45 days"
        print(f"{one.name}\t{' '.join(sorted(one.roles))}\t{' '.join(one.units)}\t{seen}\t{state}\t{one.shown}")
    return 0
