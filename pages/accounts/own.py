"""/dang-nhap, /dang-xuat and /tai-khoan: sign in and out, the own account and its password."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.principal import address_of, principal_of
from api.route import HouseRoute
from domain.access.account import PASSWORD_CHARS
from domain.access.lockout import WITHIN_S
from domain.access.needs import Need, needing, permits
from domain.access.principal import Actor, Principal, Role
from domain.text import Language, Text
from pages.accounts.forms import fields_of, language_of, page
from pages.accounts.session import (
    ACCOUNT,
    COOKIE,
    DEMONSTRATED,
    DEMONSTRATION,
    LOG,
    MANAGE,
    ROLE_WORDS,
    SCREEN,
    SIGN_IN,
    SIGN_OUT,
)
from pages.accounts.signing_in import Entered, SigningIn
from store.access.accounts import Accounts
from store.valkey.signed_in import SignedIn

_NEXT_CHARS = 500
Lang = Annotated[str, Query(max_length=8)]
Next = Annotated[str, Query(max_length=_NEXT_CHARS)]


def router(accounts: Accounts, signed_in: SignedIn, clock: Callable[[], datetime]) -> APIRouter:
    """The pages; forms post to their own address."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)
    signing_in = SigningIn(accounts, signed_in, clock)

    def asked(request: Request, language: Language, to: str, **told: Any) -> HTMLResponse:
        offered = bool(request.scope.get(DEMONSTRATED))
        return page("sign_in", language, told.pop("status", 200), to=to, offered=offered, **told)

    async def own(request: Request, language: Language, **told: Any) -> HTMLResponse:
        by = principal_of(request)
        account = (await asyncio.to_thread(accounts.everyone)).get(by.name, DEMONSTRATION)
        return page(
            "account", language, told.pop("status", 200), by=by, account=account, chars=PASSWORD_CHARS,
            roles=[ROLE_WORDS[role].to(language) for role in Role if role in account.roles],
            links=_links(by), demonstration=by.name == DEMONSTRATION.name,
            **({"refused": False, "changed": False, "words": None} | told),
        )  # fmt: skip

    @routes.get(SIGN_IN)
    @needing(Need.ENTRY)
    async def form(request: Request, next: Next = "", lang: Lang = "") -> Response:
        if principal_of(request).actor is Actor.PERSON:
            return RedirectResponse(local(next), 303)
        return asked(request, language_of(lang, next), local(next), words=None, name="")

    @routes.post(SIGN_IN)
    @needing(Need.ENTRY)
    async def enter(request: Request, lang: Lang = "") -> Response:
        given = await fields_of(request, "name", "password", "next", "demonstration")
        to, address = local(given["next"][:_NEXT_CHARS]), address_of(request)
        if given["demonstration"] and request.scope.get(DEMONSTRATED):
            entered = Entered(token=await signing_in.demonstrate(address))
        else:
            entered = await signing_in.enter(given["name"], given["password"], address)
        if not entered.token:
            said = {"words": entered.words, "status": entered.status, "name": given["name"]}
            return _later(asked(request, language_of(lang, to), to, **said))
        await _forget(request, signed_in)
        return _keep(request, RedirectResponse(ACCOUNT if entered.must_change else to, 303), entered)

    @routes.post(SIGN_OUT)
    @needing(Need.SIGNED_IN)
    async def leave(request: Request) -> Response:
        await signing_in.leave(request.cookies.get(COOKIE, ""), principal_of(request))
        answer = RedirectResponse(SIGN_IN, 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return answer

    @routes.get(ACCOUNT)
    @needing(Need.SIGNED_IN)
    async def account(request: Request, lang: Lang = "", refused: str = "", changed: str = "") -> Response:
        return await own(request, language_of(lang), refused=bool(refused), changed=bool(changed))

    @routes.post(ACCOUNT)
    @needing(Need.SIGNED_IN)
    async def change(request: Request, lang: Lang = "") -> Response:
        given = await fields_of(request, "before", "new", "again")
        by = principal_of(request)
        entered = await signing_in.change(by, given["before"], given["new"], given["again"])
        if not entered.token:
            return _later(await own(request, language_of(lang), words=entered.words, status=entered.status))
        await _forget(request, signed_in)
        return _keep(request, RedirectResponse(f"{ACCOUNT}?changed=1", 303), entered)

    def _keep(request: Request, answer: RedirectResponse, entered: Entered) -> Response:
        answer.set_cookie(
            COOKIE, entered.token, max_age=signing_in.longest_s, path="/", secure=request.url.scheme == "https",
            httponly=True, samesite="strict",
        )  # fmt: skip
        return answer

    return routes


def _links(by: Principal) -> list[tuple[str, Text]]:
    """The pages that only some may open, and the wall."""
    offered = (
        (Need.ACCOUNTS, MANAGE, Text("Quản trị tài khoản", "Accounts")),
        (Need.LOG, LOG, Text("Nhật ký", "Audit log")),
        (Need.SCREENS, f"{SCREEN}/danh-sach", Text("Màn hình treo tường", "Screens")),
        (Need.LOOK, "/", Text("Màn hình toàn cảnh", "The wall")),
    )
    return [(path, words) for need, path, words in offered if permits(by, need)]


def local(to: str) -> str:
    """``to`` when it is an address of this centre, else the wall: nobody is led to another site by signing in."""
    parts = urlsplit(to)
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and "\\" not in to
    return to if plain and not parts.netloc and not to.startswith(SIGN_IN) else "/"


async def _forget(request: Request, signed_in: SignedIn) -> None:
    """End the session the browser had: a token from before the sign-in must not be worth more after it."""
    if token := request.cookies.get(COOKIE, ""):
        await signed_in.close(token)


def _later(answer: HTMLResponse) -> HTMLResponse:
    if answer.status_code == 429:
        answer.headers["Retry-After"] = str(WITHIN_S)
    return answer
