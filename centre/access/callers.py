"""Finds who asks: by a key, a person's session, a dispatcher's session, or because they sit at this machine."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from api.keys import holder_of_key
from api.rounds.dispatchers import COOKIE as KEY_COOKIE
from api.route import RefusedError
from centre.access.visitors import is_at_this_machine
from centre.delivery import Scope, value_of
from domain.access.account import Account
from domain.access.enrolled import hash_token
from domain.access.needs import Need, permits
from domain.access.principal import NOBODY, Actor, Principal, Role
from domain.key_role import ROLES, Holder
from domain.network import Network, is_within, network_of
from live.socket import STILL
from pages.accounts.session import COOKIE as PERSON_COOKIE
from pages.accounts.session import DEMONSTRATED, DEMONSTRATION, SCREEN_COOKIE
from store.access.accounts import Accounts, person
from store.access.screens import Screens, screen_principal
from store.registry import Registry
from store.valkey.sessions import Sessions
from store.valkey.signed_in import SignedIn

VISITOR = Principal(actor=Actor.VISITOR, roles=frozenset({Role.LEADER}))
"""Looks in at the centre's own machine; changes nothing."""


_SILENT = (RedisError, SQLAlchemyError, OSError)

ON_SCREEN = "on_screen"
"""In the scope: the request comes from a screen, which is led to no login page."""


class Found(NamedTuple):
    """Who asks, and why a key that was given did not count."""

    principal: Principal
    refused: RefusedError | None = None


class Callers:
    """``inside``: where a session counts that was entered with a password alone.

    ``demonstrating``: a demonstration on this machine alone; ``alone``: the centre listens to this machine only.

    A server behind it that does not answer makes everybody nobody: public pages go on.
    """

    def __init__(
        self,
        accounts: Accounts,
        registry: Registry,
        sessions: Sessions,
        signed_in: SignedIn,
        screens: Screens,
        clock: Callable[[], datetime],
        *,
        inside: Sequence[Network],
        alone: bool,
        demonstrating: bool,
    ) -> None:
        self._accounts, self._registry = accounts, registry
        self._sessions, self._signed_in = sessions, signed_in
        self._screens = screens
        self._clock = clock
        self._inside = inside
        self._alone, self._demonstrating = alone, alone and demonstrating

    async def find(self, scope: Scope, need: Need) -> Found:
        """Who asks for something that requires ``need``: the first whom the request shows and who may have it."""
        address = client[0] if (client := scope.get("client")) else ""
        nobody = replace(NOBODY, address=address)
        if scope["type"] == "websocket":
            scope[STILL] = partial(self._still, scope, address, need)
        try:
            return Found(await self._first(scope, address, need))
        except RefusedError as refused:
            return Found(nobody, refused)
        except _SILENT:
            return Found(nobody)

    async def _first(self, scope: Scope, address: str, need: Need) -> Principal:
        here = self._alone and is_at_this_machine(scope)
        scope[DEMONSTRATED] = here and self._demonstrating
        shown: Principal | None = None
        for find in (self._by_key, self._by_person, self._by_screen, self._by_key_session):
            found = await find(scope, address)
            if found is not None and permits(found, need):
                return found
            shown = shown or found
        if shown is None and here and await self._may_look_in():
            return replace(VISITOR, address=address)
        return shown or replace(NOBODY, address=address)

    async def _still(self, scope: Scope, address: str, need: Need) -> bool:
        """Whether what an open socket showed at its begin is worth as much as then, whoever it was."""
        try:
            return permits(await self._first(scope, address, need), need)
        except RefusedError:
            return False
        except _SILENT:
            return True  # nobody can tell; nothing new is heard either

    async def _by_key(self, scope: Scope, address: str) -> Principal | None:
        scheme, _, secret = value_of(scope["headers"], b"authorization").decode("latin-1").partition(" ")
        if not scheme:
            return None
        secret = secret.strip() if scheme.lower() == "bearer" else ""
        return _holder(await holder_of_key(self._registry, self._sessions, secret, address), address)

    async def _by_person(self, scope: Scope, address: str) -> Principal | None:
        token = cookie(scope, PERSON_COOKIE)
        return await self._of_session(scope, token, address) if token else None

    async def _of_session(self, scope: Scope, token: str, address: str) -> Principal | None:
        now = self._clock()
        session = await self._signed_in.of(token, now)
        if session is None:
            return None
        if session.name == DEMONSTRATION.name:
            return person(DEMONSTRATION, address, now) if scope[DEMONSTRATED] else None
        account = (await self._everyone()).get(session.name)
        if account is None or account.epoch < session.epoch:
            account = (await asyncio.to_thread(self._accounts.everyone)).get(session.name)
        if account is None or account.epoch != session.epoch or account.disabled:
            return None
        if not session.two_factors and not is_within(address, self._inside):
            return None
        if _is_a_persons_act(scope):
            await self._signed_in.touch(token, session, now)
        return person(account, address, now, two_factors=session.two_factors)

    async def _by_screen(self, scope: Scope, address: str) -> Principal | None:
        token = cookie(scope, SCREEN_COOKIE)
        if not token:
            return None
        scope[ON_SCREEN] = True
        return await self._of_screen(token, address)

    async def _of_screen(self, token: str, address: str) -> Principal | None:
        known = self._screens.known()
        told = await asyncio.to_thread(self._screens.everyone) if known is None else known
        screen, now, network = told.get(hash_token(token)), self._clock(), network_of(address)
        if screen is None:
            return None
        if screen.network != network:
            by = replace(NOBODY, address=address)
            await asyncio.to_thread(self._screens.note_elsewhere, screen, network, by, now)
            return None
        await asyncio.to_thread(self._screens.note_seen, screen, now)
        return screen_principal(screen, address)

    async def _by_key_session(self, scope: Scope, address: str) -> Principal | None:
        token = cookie(scope, KEY_COOKIE)
        key = await self._sessions.key_of(token) if token else None
        holder = await asyncio.to_thread(self._registry.holder_of, key) if key else None
        return _holder(holder, address) if holder else None

    async def _may_look_in(self) -> bool:
        """In a demonstration; without one, until the first person has signed in to this centre."""
        if self._demonstrating:
            return True
        return all(account.seen_at is None for account in (await self._everyone()).values())

    async def _everyone(self) -> Mapping[str, Account]:
        known = self._accounts.known()
        return await asyncio.to_thread(self._accounts.everyone) if known is None else known


def cookie(scope: Scope, name: str) -> str:
    """Value of a cookie; "" when it is absent or cannot be read."""
    told = b"; ".join(value for key, value in scope["headers"] if key == b"cookie").decode("latin-1")
    if name not in told:
        return ""
    try:
        found = SimpleCookie(told).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def wants_page(scope: Scope) -> bool:
    """Whether a browser asks for a page to show, and not a script for data."""
    mode = value_of(scope["headers"], b"sec-fetch-mode", b"navigate")
    return mode == b"navigate" and b"text/html" in value_of(scope["headers"], b"accept")


def _is_a_persons_act(scope: Scope) -> bool:
    """Pages ask for their parts by themselves: only a page opened or something changed says that somebody is there."""
    if scope["type"] != "http" or scope["path"].startswith("/_dash-"):
        return False
    return scope["method"] != "GET" or wants_page(scope)


def _holder(holder: Holder, address: str) -> Principal:
    return Principal(actor=Actor.SOURCE, name=holder.name, roles=ROLES[holder.role], address=address)
