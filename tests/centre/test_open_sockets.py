"""What an open socket showed at its begin is looked at again: whoever may no longer look hears no more."""

from typing import Any

from sqlalchemy import Engine

from centre.access.gate import Gate
from domain.access.principal import Actor, Principal, Role
from domain.key_role import KeyRole
from pages.accounts.session import COOKIE, SCREEN_COOKIE
from store.access.accounts import Accounts
from store.registry import Registry
from tests.pages.test_accounts import (
    NOW,
    PASSWORD,
    accounts,
    administer,
    browser,
    enter,
    invite,
    invite_administrator,
    made,
)
from tests.pages.test_screens import let_in, server

__all__ = ["accounts", "made", "server"]  # fixtures of the same centre


async def opened(server: Any, address: str = "10.20.0.9", host: str = "10.20.0.7:8050", **headers: str) -> Any:
    """The scope of a socket as the gate lets it through."""
    (given,) = [layer.kwargs for layer in server.user_middleware if layer.cls is Gate]
    seen: list[Any] = []

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    said = [(b"host", host.encode()), *((name.encode(), value.encode()) for name, value in headers.items())]
    scope = {"type": "websocket", "path": "/live", "headers": said, "client": (address, 4000), "http_version": "1.1"}
    await Gate(behind, **given)(scope, None, None)  # type: ignore[arg-type]
    return seen[0]


def by(scope: Any) -> Principal:
    found = scope["principal"]
    assert isinstance(found, Principal)
    return found


async def test_a_screen_goes_on_where_somebody_was_signed_in_before(server: Any) -> None:
    """Its page would load, hear that it is signed out, and load again for ever."""
    async with browser(server, "10.20.0.9") as screen:
        await let_in(server, screen)
        kept = f"{SCREEN_COOKIE}={screen.cookies[SCREEN_COOKIE]}"
        socket = await opened(server, cookie=f"{COOKIE}=ended-meanwhile; {kept}")
        assert (by(socket).actor, await socket["still"]()) == (Actor.SCREEN, True)


async def test_a_screen_goes_on_while_an_administrator_uses_it(server: Any, accounts: Accounts, engine: Engine) -> None:
    invite_administrator(accounts, engine)
    async with browser(server, "10.20.0.9") as screen:
        await let_in(server, screen)
        await administer(screen)
        told = "; ".join(f"{name}={value}" for name, value in screen.cookies.items())
        socket = await opened(server, cookie=told)
        assert (by(socket).actor, await socket["still"]()) == (Actor.SCREEN, True), "who holds no data stands beside it"


async def test_a_person_hears_no_more_after_a_new_password_or_signing_out(server: Any) -> None:
    async with browser(server, "10.20.0.9") as lan, browser(server) as elsewhere:
        await enter(lan)
        await enter(elsewhere)
        first = await opened(server, cookie=f"{COOKIE}={lan.cookies[COOKIE]}")
        second = await opened(server, cookie=f"{COOKIE}={elsewhere.cookies[COOKIE]}")
        assert (await first["still"](), await second["still"]()) == (True, True)
        await lan.post("/dang-xuat")
        assert (await first["still"](), await second["still"]()) == (False, True)
        new = PASSWORD + " mới"
        assert (await elsewhere.post("/tai-khoan", data={"before": PASSWORD, "new": new, "again": new})).is_redirect
        assert await second["still"]() is False


async def test_a_revoked_key_hears_no_more(made: Any, engine: Engine, accounts: Accounts) -> None:
    keys, server = Registry(engine), made()
    reader = await opened(server, authorization=f"Bearer {keys.add_key('Grafana', NOW, KeyRole.READER)}")
    secret = keys.add_key("Điều phối", NOW, KeyRole.DISPATCHER)
    async with browser(server) as desk:
        assert (await desk.post("/api/v1/session", json={"key": secret})).status_code < 300
        session = await opened(server, cookie=f"ioc_session={desk.cookies['ioc_session']}")
    assert (by(reader).name, by(session).name) == ("Grafana", "Điều phối")
    assert (await reader["still"](), await session["still"]()) == (True, True)
    for name in ("Grafana", "Điều phối"):
        keys.revoke_key(name, NOW)
    assert (await reader["still"](), await session["still"]()) == (False, False)


async def test_who_sits_at_this_machine_hears_no_more_once_somebody_has_signed_in(
    made: Any, accounts: Accounts
) -> None:
    invite(accounts, "lan", Role.OPERATOR)
    server, here = made(IOC_HOST="127.0.0.1"), "127.0.0.1:8050"
    visitor = await opened(server, "127.0.0.1", here)
    assert (by(visitor).actor, await visitor["still"]()) == (Actor.VISITOR, True)
    async with browser(server, "127.0.0.1", f"http://{here}") as lan:
        await enter(lan)
    assert await visitor["still"]() is False
