"""Stores people's accounts: who may sign in, with which password, and what they did about it, for the audit log."""

import secrets
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from string import ascii_lowercase, digits

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from domain.access.account import (
    HISTORY,
    OVERTAKEN,
    USED_BEFORE,
    WRONG_NAME,
    Account,
    is_account_name,
    refused_password,
)
from domain.access.needs import HELD, Need
from domain.access.principal import CENTRE, Actor, Principal, Role
from domain.audit import Act
from domain.instant import from_ms, to_ms
from domain.text import Text
from store.audit import note
from store.database import writing
from store.rows import instant_or_none
from store.tables.accounts import accounts, passwords

FIRST = "quantri"
"""The administrator whom the first start of a centre creates."""
FRESH_S = 5.0
"""A change by another process counts after so long at the latest."""
SLOW = PasswordHasher()
"""argon2id of RFC 9106's second recommendation: 64 MiB and three passes a guess."""
# What nobody takes for another one, on paper or on a screen.
_LETTERS = "".join(one for one in ascii_lowercase + digits if one not in "ilo01")
_GROUPS, _GROUP = 4, 5


class Accounts:
    """Accounts in SQL; blocking, thread-safe. Passwords are stored as argon2id hashes only."""

    def __init__(
        self, engine: Engine, ticks: Callable[[], float] = time.monotonic, hasher: PasswordHasher = SLOW
    ) -> None:
        """``ticks`` are monotonic seconds; ``hasher`` says how much a guess of a password costs."""
        self._engine = engine
        self._ticks = ticks
        self._hasher = hasher
        self._known: tuple[float, Mapping[str, Account]] | None = None
        self._hashing = threading.Semaphore(2)  # 64 MB each

    def known(self) -> Mapping[str, Account] | None:
        """Every account by name, as read within FRESH_S; None when they must be read again."""
        kept = self._known
        return kept[1] if kept and self._ticks() - kept[0] < FRESH_S else None

    def everyone(self) -> Mapping[str, Account]:
        """Every account by name, read now."""
        read_s, p = self._ticks(), passwords.c
        chosen = select(func.max(p.changed_ms)).where(p.account == accounts.c.name).scalar_subquery()
        query = select(accounts, chosen.label("chosen_ms")).order_by(accounts.c.name)
        with self._engine.connect() as connection:
            found = connection.execute(query).mappings().all()
        told = {
            row["name"]: Account(
                name=row["name"],
                shown=row["shown"],
                roles=frozenset(map(Role, row["roles"].split())),
                units=tuple(row["units"].split()),
                epoch=row["epoch"],
                must_change=row["must_change"],
                renewed_at=from_ms(row["renewed_ms"]),
                seen_at=instant_or_none(row["seen_ms"]),
                disabled=row["disabled"],
                password_at=instant_or_none(row["chosen_ms"]),
                two_factors=row["second_secret"] is not None,
                subject=row["subject"] or "",
            )
            for row in found
        }
        self._known = read_s, told
        return told

    def has_other(self, need: Need, by: Principal, now: datetime) -> bool:
        """Whether somebody else holds ``need``: with an open account, and signed in at least once."""
        return any(
            name != by.name and one.is_open(now) and one.seen_at is not None and not one.roles.isdisjoint(HELD[need])
            for name, one in self.everyone().items()
        )

    def first(self, now: datetime) -> str | None:
        """Create the administrator FIRST in a centre without accounts; returns the password to hand over, once."""
        if self.everyone():
            return None
        return self.invite(FIRST, "", {Role.ADMINISTRATOR}, (), CENTRE, now)

    def invite(
        self, name: str, shown: str, roles: set[Role], units: Sequence[str], by: Principal, now: datetime
    ) -> str:
        """Create an account; returns the password that its owner must change. ValueError in words."""
        if not is_account_name(name):
            raise ValueError(f"{WRONG_NAME.vi} / {WRONG_NAME.en}")
        told = {"shown": shown, "roles": " ".join(sorted(roles)), "units": " ".join(units)}
        state = {"epoch": 1, "must_change": True, "renewed_ms": to_ms(now), "seen_ms": None, "disabled": False}
        given = _made_up()
        kept = self._hashed(given)
        with writing(self._engine) as connection:
            if connection.scalar(select(accounts.c.name).where(accounts.c.name == name)) is not None:
                raise ValueError(f"Đã có tài khoản {name} / the account {name} exists")
            connection.execute(insert(accounts).values(name=name, **told, **state))
            _keep(connection, name, kept, now)
            note(connection, Act.ACCOUNT_CREATED, name, by, now, after=told)
        self._known = None
        return given

    def reset(self, name: str, by: Principal, now: datetime) -> str | None:
        """Give the account a password that its owner must change, and open it; ends its sessions and its link.

        None: no account.
        """
        given = _made_up()
        kept = self._hashed(given)
        with writing(self._engine) as connection:
            changed = {"must_change": True, "disabled": False, "renewed_ms": to_ms(now), "subject": None}
            if not _change(connection, name, changed):
                return None
            _keep(connection, name, kept, now)
            note(connection, Act.ACCOUNT_RESET, name, by, now)
        self._known = None
        return given

    def disable(self, name: str, by: Principal, now: datetime) -> bool:
        """Close the account and end its sessions; False when there is none."""
        with writing(self._engine) as connection:
            was = connection.scalar(select(accounts.c.disabled).where(accounts.c.name == name))
            if not _change(connection, name, {"disabled": True}):
                return False
            before, after = {"disabled": bool(was)}, {"disabled": True}
            note(connection, Act.ACCOUNT_DISABLED, name, by, now, before=before, after=after)
        self._known = None
        return True

    def is_right(self, name: str, password: str) -> bool:
        """Whether ``password`` is the account's; as slow for an unknown account as for a known one."""
        p = passwords.c
        with self._engine.connect() as connection:
            kept = connection.scalar(select(p.hash).where(p.account == name).order_by(p.number.desc()).limit(1))
        return self._matches(kept or self._nobodys, password) and kept is not None

    def assign(self, name: str, roles: set[Role], units: Sequence[str], by: Principal, now: datetime) -> bool:
        """Give the account these roles and units instead of its own; False when there is none.

        Ends its sessions, but not the invitation of somebody who has not chosen a password yet.
        """
        c = accounts.c
        after = {"roles": " ".join(sorted(roles)), "units": " ".join(units)}
        with writing(self._engine) as connection:
            had = connection.execute(select(c.roles, c.units, c.must_change).where(c.name == name)).one_or_none()
            if had is None:
                return False
            epoch = c.epoch + (0 if had.must_change else 1)
            connection.execute(update(accounts).where(c.name == name).values(epoch=epoch, **after))
            before = {"roles": had.roles, "units": had.units}
            note(connection, Act.ACCOUNT_CHANGED, name, by, now, before=before, after=after)
        self._known = None
        return True

    def change(
        self, name: str, password: str, by: Principal, now: datetime, *, epoch: int | None = None
    ) -> Text | None:
        """Give the account its owner's new password; ends its sessions. Says why when the password will not do.

        ``epoch``: only while the account is at it, so that of two who change it at once the second is told.
        """
        wrong = refused_password(_composed(password), name)
        if wrong is not None:
            return wrong
        p = passwords.c
        with self._engine.connect() as connection:
            before = connection.scalars(select(p.hash).where(p.account == name)).all()
        if any(self._matches(kept, password) for kept in before):
            return USED_BEFORE
        kept = self._hashed(password)
        with writing(self._engine) as connection:
            if not _change(connection, name, {"must_change": False}, epoch):
                return OVERTAKEN
            _keep(connection, name, kept, now)
            note(connection, Act.ACCOUNT_RENEWED, name, by, now)
        self._known = None
        return None

    def link(self, name: str, subject: str, by: Principal, now: datetime) -> bool:
        """From now on ``subject`` of the authority's sign-in is this account's owner; False: another account has it."""
        c = accounts.c
        with writing(self._engine) as connection:
            if connection.scalar(select(c.name).where(c.subject == subject, c.name != name)) is not None:
                return False
            connection.execute(update(accounts).where(c.name == name).values(subject=subject))
            note(connection, Act.ACCOUNT_LINKED, name, by, now, after={"subject": subject})
        self._known = None
        return True

    def note_sign_in(self, name: str, by: Principal, now: datetime) -> None:
        """The account's owner has signed in."""
        with writing(self._engine) as connection:
            connection.execute(update(accounts).where(accounts.c.name == name).values(seen_ms=to_ms(now)))
            note(connection, Act.SIGNED_IN, name, by, now)
        self._known = None

    def note_act(self, act: Act, name: str, by: Principal, now: datetime) -> None:
        """Log another act about the account ``name``: signing out, a refusal, a lock."""
        with writing(self._engine) as connection:
            note(connection, act, name, by, now)

    @cached_property
    def _nobodys(self) -> str:
        """What a password for an unknown account is compared with, so that the answer takes as long."""
        return self._hasher.hash(secrets.token_urlsafe(32))

    def _hashed(self, password: str) -> str:
        with self._hashing:
            return self._hasher.hash(_composed(password))

    def _matches(self, kept: str, password: str) -> bool:
        with self._hashing:
            try:
                return self._hasher.verify(kept, _composed(password))
            except VerifyMismatchError:
                return False


def person(account: Account, address: str, now: datetime, *, two_factors: bool = False) -> Principal:
    """The owner of ``account``; ``two_factors``: signed in with both. Without any role while something is missing."""
    roles = frozenset[Role]() if account.lacks(two_factors, now) else account.roles
    return Principal(actor=Actor.PERSON, name=account.name, roles=roles, units=account.units, address=address)


def _change(connection: Connection, name: str, values: Mapping[str, object], epoch: int | None = None) -> bool:
    c = accounts.c
    statement = update(accounts).where(c.name == name).values(epoch=c.epoch + 1, **values)
    if epoch is not None:
        statement = statement.where(c.epoch == epoch)
    return connection.execute(statement).rowcount > 0


def _keep(connection: Connection, name: str, kept: str, now: datetime) -> None:
    """Keep a password as the newest of HISTORY."""
    p = passwords.c
    last = connection.scalar(select(func.max(p.number)).where(p.account == name)) or 0
    row = {"account": name, "number": last + 1, "hash": kept, "changed_ms": to_ms(now)}
    connection.execute(insert(passwords).values(row))
    connection.execute(delete(passwords).where(p.account == name, p.number <= last + 1 - HISTORY))


def _composed(password: str) -> str:
    """The password in one form of Unicode: keyboards write "ắ" as one character, or as "a" with two marks."""
    return unicodedata.normalize("NFC", password)


def _made_up() -> str:
    """A password to read out or write down, of 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
