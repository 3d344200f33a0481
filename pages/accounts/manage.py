"""/quan-tri: the administrator's accounts, and /moi/{token}: the link with which a person chooses the own password."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.own_address import own_address
from api.principal import address_of, principal_of
from api.route import HouseRoute
from domain.access.account import PASSWORD_CHARS
from domain.access.needs import Need, needing
from domain.access.principal import OF_PEOPLE, Actor, Principal, Role
from domain.places.place import IN_FORCE, PROVINCE
from domain.text import Text
from pages.accounts.forms import fields_of, language_of, page
from pages.accounts.session import CHOSEN, MANAGE, ROLE_WORDS, SIGN_IN
from pages.accounts.signing_in import DIFFER
from store import territories
from store.access.accounts import Accounts
from store.access.second_factors import SecondFactors
from store.valkey.invitations import LASTS_S, Invitations

LINK = "/moi"
_ENDED = Text(
    "Liên kết đã dùng hoặc đã hết hạn. Hãy nhờ người quản trị gửi liên kết mới.",
    "This link was used or has ended. Ask the administrator for a new one.",
)
_NO_ROLE = Text("Hãy chọn ít nhất một vai trò.", "Choose at least one role.")
_NO_UNIT = Text(
    "Cán bộ báo số liệu cần ít nhất một mã xã, phường: số liệu của đơn vị nào thì ghi mã đơn vị ấy.",
    "A reporter needs the code of at least one commune: that of the unit whose figures it is.",
)
_NO_SUCH_UNIT = Text(
    "Không có xã, phường hay cơ quan nào mang mã {codes}. Hãy tra mã ở cuối khung “Mời người dùng”.",
    "No commune and no office has the code {codes}. Look it up at the end of “Invite somebody”.",
)
_DONE: Mapping[str, Text] = {
    "roles": Text("Đã lưu vai trò của {name}.", "The roles of {name} are saved."),
    "disable": Text("Đã khóa tài khoản {name}.", "The account {name} is closed."),
    "one-step": Text("Đã bỏ xác thực hai bước của {name}.", "The second step of {name} is off."),
}
_NO_SUCH = Text("Không có tài khoản này.", "There is no such account.")
_NOTHING: Mapping[str, Any] = {"name": "", "shown": "", "units": "", "roles": ()}
_OWN = Text(
    "Không tự khóa tài khoản của mình, không tự đổi vai trò, không tự bỏ xác thực hai bước.",
    "Nobody closes the own account, gives it other roles or takes its second step off.",
)

Lang = Annotated[str, Query(max_length=8)]
Token = Annotated[str, Path(max_length=64)]
Act = Literal["reset", "disable", "one-step", "roles"]
Name = Annotated[str, Path(max_length=32)]


def router(
    accounts: Accounts, factors: SecondFactors, invitations: Invitations, organisation: Callable[[str], bool],
    clock: Callable[[], datetime],
) -> APIRouter:  # fmt: skip
    """The pages; forms post to their own address. ``organisation``: whether a code is one of the register's."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    async def listed(
        request: Request, lang: str, status: int = 200, *, link: str = "", of: str = "", words: Text | None = None,
        done: Text | None = None, typed: Mapping[str, Any] = _NOTHING,
    ) -> Response:  # fmt: skip
        language, known = language_of(lang), await asyncio.to_thread(accounts.everyone)
        communes = sorted((place.name, place.code) for place in territories.places(IN_FORCE) if place.code != PROVINCE)
        return page(
            "manage", language, status, here=MANAGE, known=list(known.values()), now=clock(), link=link, of=of,
            words=words, done=done.filled(name=of) if done else None,
            roles={role.value: ROLE_WORDS[role].to(language) for role in OF_PEOPLE}, days=LASTS_S // 86_400,
            typed=typed, by=principal_of(request).name, communes=communes, unit_named=territories.unit_named,
        )  # fmt: skip

    async def wrong(roles: set[Role], units: Sequence[str]) -> Text | None:
        """Why nobody can work with these; None when somebody can."""
        if not roles:
            return _NO_ROLE
        if Role.REPORTER in roles and not units:
            return _NO_UNIT
        communes = {place.code for place in territories.places(IN_FORCE)}
        strange = [code for code in units if code not in communes and not await asyncio.to_thread(organisation, code)]
        return _NO_SUCH_UNIT.filled(codes=", ".join(strange)) if strange else None

    async def link_for(request: Request, name: str) -> str:
        epoch = (await asyncio.to_thread(accounts.everyone))[name].epoch
        return f"{own_address(request)}{LINK}/{await invitations.make(name, epoch)}"

    @routes.get(MANAGE)
    @needing(Need.ACCOUNTS)
    async def known(request: Request, lang: Lang = "") -> Response:
        return await listed(request, lang)

    @routes.post(MANAGE)
    @needing(Need.ACCOUNTS)
    async def invite(request: Request, lang: Lang = "") -> Response:
        given, roles = await fields_of(request, "name", "shown", "units"), await roles_of(request)
        name, by = given["name"].strip().casefold(), principal_of(request)
        typed = given | {"roles": roles}
        units = given["units"].replace(",", " ").split()
        if why := await wrong(roles, units):
            return await listed(request, lang, 400, words=why, typed=typed)
        try:
            await asyncio.to_thread(accounts.invite, name, given["shown"].strip()[:100], roles, units, by, clock())
        except ValueError as error:
            vi, _, en = str(error).partition(" / ")
            return await listed(request, lang, 400, words=Text(vi, en), typed=typed)
        return await listed(request, lang, link=await link_for(request, name), of=name)

    @routes.post(MANAGE + "/{name}/{act}")
    @needing(Need.ACCOUNTS)
    async def change(request: Request, name: Name, act: Act, lang: Lang = "") -> Response:
        by = principal_of(request)
        if name == by.name and act != "reset":
            return await listed(request, lang, 400, words=_OWN)
        if name not in await asyncio.to_thread(accounts.everyone):
            return await listed(request, lang, 404, words=_NO_SUCH)
        if act == "roles":
            roles, typed = await roles_of(request), (await fields_of(request, "units"))["units"]
            units = typed.replace(",", " ").split()
            if why := await wrong(roles, units):
                return await listed(request, lang, 400, words=why)
            await asyncio.to_thread(accounts.assign, name, roles, units, by, clock())
        elif act == "disable":
            await asyncio.to_thread(accounts.disable, name, by, clock())
        elif act == "one-step":
            await asyncio.to_thread(factors.remove, name, by, clock())
        else:
            await asyncio.to_thread(accounts.reset, name, by, clock())
            return await listed(request, lang, link=await link_for(request, name), of=name)
        return await listed(request, lang, of=name, done=_DONE[act])

    @routes.get(LINK + "/{token}")
    @needing(Need.ENTRY)
    async def welcome(token: Token, lang: Lang = "") -> Response:
        return await chosen(token, lang)

    @routes.post(LINK + "/{token}")
    @needing(Need.ENTRY)
    async def choose(request: Request, token: Token, lang: Lang = "") -> Response:
        given, found = await fields_of(request, "new", "again"), await invited(token)
        if found is None or given["new"] != given["again"]:
            return await chosen(token, lang, 400, None if found is None else DIFFER)
        name, epoch = found
        by = Principal(actor=Actor.PERSON, name=name, address=address_of(request))
        why = await asyncio.to_thread(accounts.change, name, given["new"], by, clock(), epoch=epoch)
        if why is not None:
            return await chosen(token, lang, 400, why)
        await invitations.end(token)
        return RedirectResponse(f"{SIGN_IN}?{CHOSEN}=1", 303)

    async def invited(token: str) -> tuple[str, int] | None:
        """The account a link is for, and its epoch; None when the link has ended."""
        found = await invitations.of(token)
        account = (await asyncio.to_thread(accounts.everyone)).get(found[0]) if found else None
        return found if found and account and account.epoch == found[1] and not account.disabled else None

    async def chosen(token: str, lang: str, status: int = 200, words: Text | None = None) -> Response:
        found, language = await invited(token), language_of(lang)
        if found is None:
            return page("welcome", language, 404, here=f"{LINK}/{token}", name="", words=_ENDED, chars=PASSWORD_CHARS)
        here = f"{LINK}/{token}"
        return page("welcome", language, status, here=here, name=found[0], words=words, chars=PASSWORD_CHARS)

    return routes


async def roles_of(request: Request) -> set[Role]:
    """The roles that are ticked in the posted form."""
    return {Role(str(role)) for role in (await request.form()).getlist("role") if role in OF_PEOPLE}
