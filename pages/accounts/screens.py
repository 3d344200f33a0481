"""/man-hinh: a screen shows a code and waits; /man-hinh/danh-sach: an operator types it, or ends a screen."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.own_address import own_address
from api.principal import address_of, principal_of
from api.route import HouseRoute
from domain.access.enrolled import hash_token, read_code, shown_code
from domain.access.needs import Need, needing
from domain.access.principal import Actor
from domain.network import network_of
from domain.text import Text
from pages.accounts.forms import fields_of, keep, language_of, page, text_of
from pages.accounts.session import SCREEN, SCREEN_COOKIE
from store.access.screens import Screens
from store.valkey.enrolling import WAITS_S, Enrolling

LIST = f"{SCREEN}/danh-sach"
SCRIPT = f"{SCREEN}/cho.js"
# Browsers keep a cookie for 400 days at most; each visit renews it.
KEPT_S = 400 * 86_400
NAME_CHARS = 64
_NO_SUCH = Text(
    "Không màn hình nào đang hiện mã này. Mã đổi sau 10 phút: hãy đọc lại trên màn hình.",
    "No screen shows this code. It changes after 10 minutes: read it from the screen again.",
)
_NOTHING = {"code": "", "name": "", "path": ""}
_NO_NAME = Text("Hãy đặt tên cho màn hình, ví dụ nơi treo nó.", "Give the screen a name, for example where it hangs.")
_TOO_MANY = Text(
    "Địa chỉ này đã xin quá nhiều mã; hãy chờ 10 phút.", "This address asked for too many codes; wait 10 minutes."
)

Lang = Annotated[str, Query(max_length=8)]
Name = Annotated[str, Query(max_length=NAME_CHARS)]


def router(
    screens: Screens, enrolling: Enrolling, titles: Mapping[str, Text], clock: Callable[[], datetime]
) -> APIRouter:
    """The pages; ``titles`` names the pages that a screen may show, by path."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    async def listed(
        request: Request, lang: str, words: Text | None = None, status: int = 200, *, let_in: str = "",
        typed: Mapping[str, str] = _NOTHING,
    ) -> Response:  # fmt: skip
        language, known = language_of(lang), await asyncio.to_thread(screens.everyone)
        return page(
            "screens", language, status, words=words, here=LIST, known=list(known.values()), let_in=let_in,
            typed=typed, address=own_address(request) + SCREEN, now=clock(),
            led=own_address(request) + "/led", kiosk=own_address(request) + "/kiosk",
            titles={path: title.to(language) for path, title in titles.items()},
        )  # fmt: skip

    @routes.get(SCREEN)
    @needing(Need.ENTRY)
    async def waiting(request: Request, lang: Lang = "") -> Response:
        token, language = request.cookies.get(SCREEN_COOKIE, ""), language_of(lang)
        if principal_of(request).actor is Actor.SCREEN:
            found = (await asyncio.to_thread(screens.everyone)).get(hash_token(token))
            return keep(request, RedirectResponse(found.path if found else "/", 303), SCREEN_COOKIE, token, KEPT_S)
        code = await enrolling.code_of(token) if token else None
        begun = (code, token) if code else await enrolling.begin(network_of(address_of(request)))
        if begun is None:
            return page("screen", language, 429, words=_TOO_MANY, code="", here=SCREEN, script=SCRIPT)
        answer = page("screen", language, 200, words=None, code=shown_code(begun[0]), here=SCREEN, script=SCRIPT)
        return answer if code else keep(request, answer, SCREEN_COOKIE, begun[1], WAITS_S)

    @routes.get(SCRIPT)
    @needing(Need.ENTRY)
    async def script() -> Response:
        return Response(text_of("screen.js"), media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    @routes.get(LIST)
    @needing(Need.SCREENS)
    async def known(request: Request, lang: Lang = "", let_in: Name = "") -> Response:
        return await listed(request, lang, let_in=let_in)

    @routes.post(LIST)
    @needing(Need.SCREENS)
    async def let_in(request: Request, lang: Lang = "") -> Response:
        given, by = await fields_of(request, "code", "name", "path"), principal_of(request)
        name = given["name"].strip()[:NAME_CHARS]
        if not name:
            return await listed(request, lang, _NO_NAME, 400, typed=given)
        found = await enrolling.take(read_code(given["code"]))
        if found is None:
            return await listed(request, lang, _NO_SUCH, 404, typed=given)
        path = given["path"] if given["path"] in titles else "/"
        await asyncio.to_thread(screens.let_in, name, path, found.network, found.hashed, by, clock())
        return RedirectResponse(f"{LIST}?{urlencode({'let_in': name})}", 303)

    @routes.post(LIST + "/{id}")
    @needing(Need.SCREENS)
    async def revoke(request: Request, id: Annotated[str, Path(pattern="^[0-9a-f]{8}$")]) -> Response:
        await asyncio.to_thread(screens.revoke, id, principal_of(request), clock())
        return RedirectResponse(LIST, 303)

    return routes
