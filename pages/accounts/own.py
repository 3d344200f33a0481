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
from domain.access.needs import Need, needing, permits
from domain.access.principal import OF_PEOPLE, Actor, Principal
from domain.text import Language, Text
from pages.accounts.forms import fields_of, keep, language_of, later, page, sign_in_page
from pages.accounts.session import (
    ACCOUNT,
    AUTHORITY,
    COOKIE,
    DEMONSTRATED,
    DEMONSTRATION,
    LOG,
    MANAGE,
    NOTICES,
    REPORT,
    ROLE_WORDS,
    SCREEN,
    SIGN_IN,
    SIGN_OUT,
    TEAMS,
    TWO_STEP,
)
from pages.accounts.signing_in import NOT_LINKED, SigningIn
from present.alarms import ALARMS_PAGE
from store.access.accounts import Accounts
from store.access.second_factors import SecondFactors
from store.valkey.signed_in import SignedIn

_NEXT_CHARS = 500
Lang = Annotated[str, Query(max_length=8)]
Next = Annotated[str, Query(max_length=_NEXT_CHARS)]


def router(
    accounts: Accounts, factors: SecondFactors, signed_in: SignedIn, signing_in: SigningIn,
    clock: Callable[[], datetime], *, authority: bool = False,
) -> APIRouter:  # fmt: skip
    """The pages; forms post to their own address. ``authority``: people may come by its own sign-in, too."""
    other = AUTHORITY if authority else ""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    def asked(request: Request, language: Language, to: str, **told: Any) -> HTMLResponse:
        return sign_in_page(language, to, offered=bool(request.scope.get(DEMONSTRATED)), authority=other, **told)

    async def own(request: Request, language: Language, **told: Any) -> HTMLResponse:
        by, now = principal_of(request), clock()
        account = (await asyncio.to_thread(accounts.everyone)).get(by.name, DEMONSTRATION)
        left = await asyncio.to_thread(factors.codes_left, by.name) if account.two_factors else 0
        return page(
            "account", language, told.pop("status", 200), by=by, account=account, chars=PASSWORD_CHARS,
            roles=[ROLE_WORDS[role].to(language) for role in OF_PEOPLE if role in account.roles],
            links=_links(by), demonstration=by.name == DEMONSTRATION.name,
            two_step=TWO_STEP, codes_left=left,
            needs_two=account.lacks(account.two_factors, now) and not account.has_to_change(now),
            must_change=account.has_to_change(now), overdue=account.is_overdue(now) and not account.must_change,
            authority=other, **({"refused": False, "changed": False, "linked": False, "words": None} | told),
        )  # fmt: skip

    @routes.get(SIGN_IN)
    @needing(Need.ENTRY)
    async def form(request: Request, next: Next = "", lang: Lang = "", chosen: str = "") -> Response:
        if principal_of(request).actor is Actor.PERSON:
            return RedirectResponse(local(next), 303)
        # Who signs out loses the cookie: one that is still there is of a session that ended by itself.
        ended = COOKIE in request.cookies and not chosen
        return asked(request, language_of(lang, next), local(next), ended=ended, chosen=bool(chosen))

    @routes.post(SIGN_IN)
    @needing(Need.ENTRY)
    async def enter(request: Request, lang: Lang = "") -> Response:
        given = await fields_of(request, "name", "password", "next", "demonstration", "waits", "code")
        to, address = local(given["next"][:_NEXT_CHARS]), address_of(request)
        if given["demonstration"] and request.scope.get(DEMONSTRATED):
            entered = await signing_in.demonstrate(address)
        elif given["waits"]:
            entered = await signing_in.follow(given["waits"], given["code"], address)
        else:
            entered = await signing_in.enter(given["name"], given["password"], address)
        if not entered.token:
            said = {"words": entered.words, "status": entered.status, "name": given["name"], "waits": entered.waits}
            return later(asked(request, language_of(lang, to), to, **said))
        await signed_in.close(request.cookies.get(COOKIE, ""))  # no token from before is worth more after it
        answer = RedirectResponse(ACCOUNT if entered.lacks else to if to != "/" else home(entered.by), 303)
        return keep(request, answer, COOKIE, entered.token, signing_in.longest_s)

    @routes.post(SIGN_OUT)
    @needing(Need.SIGNED_IN)
    async def leave(request: Request) -> Response:
        await signing_in.leave(request.cookies.get(COOKIE, ""), principal_of(request))
        answer = RedirectResponse(SIGN_IN, 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return answer

    @routes.get(ACCOUNT)
    @needing(Need.SIGNED_IN)
    async def account(
        request: Request, lang: Lang = "", refused: str = "", changed: str = "", linked: str = "", unlinked: str = ""
    ) -> Response:
        told: dict[str, Any] = {"refused": bool(refused), "changed": bool(changed), "linked": bool(linked)}
        told["words"] = NOT_LINKED.get(unlinked)
        return await own(request, language_of(lang), **told)

    @routes.post(ACCOUNT)
    @needing(Need.SIGNED_IN)
    async def change(request: Request, lang: Lang = "") -> Response:
        given = await fields_of(request, "before", "new", "again")
        by = principal_of(request)
        token = request.cookies.get(COOKIE, "")
        entered = await signing_in.change(by, token, given["before"], given["new"], given["again"])
        if not entered.token:
            return later(await own(request, language_of(lang), words=entered.words, status=entered.status))
        await signed_in.close(token)
        answer = RedirectResponse(f"{ACCOUNT}?changed=1", 303)
        return keep(request, answer, COOKIE, entered.token, signing_in.longest_s)

    return routes


def _links(by: Principal) -> list[tuple[str, Text]]:
    """The pages that only some may open, and the wall."""
    offered = (
        (Need.ACCOUNTS, MANAGE, Text("Quản trị tài khoản", "Accounts")),
        (Need.LOG, LOG, Text("Nhật ký", "Audit log")),
        (Need.SCREENS, f"{SCREEN}/danh-sach", Text("Màn hình treo tường", "Screens")),
        (Need.ALARMS, ALARMS_PAGE, Text("Nhận và tạm hoãn cảnh báo", "Take alarms or put them off")),
        (Need.NOTICES, NOTICES, Text("Thông tin công khai về phản ánh", "Public notices about feedback")),
        (Need.REPORT, REPORT, Text("Gửi số liệu", "Hand figures in")),
        (Need.FIELD, TEAMS, Text("Tổ công nghệ số của xã", "The commune's teams")),
        (Need.LOOK, "/", Text("Màn hình toàn cảnh", "The wall")),
    )
    return [(path, words) for need, path, words in offered if permits(by, need)]


def home(by: Principal) -> str:
    """Where ``by`` begins: the wall, or for whoever sees no data the first page of the own work."""
    own = [path for path, _ in _links(by)]
    return "/" if "/" in own else own[0] if own else ACCOUNT


def local(to: str) -> str:
    """``to`` when it is an address of this centre, else the wall: nobody is led to another site by signing in."""
    parts = urlsplit(to)
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and "\\" not in to
    return to if plain and not parts.netloc and not to.startswith(SIGN_IN) else "/"
