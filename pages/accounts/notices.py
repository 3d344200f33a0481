"""/phan-anh/cong-khai: what the public reads about feedback; one person writes it, another lets it out.

The receipt code comes in the body of a form and is hashed and forgotten, as on the public's page.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.principal import principal_of
from api.route import HouseRoute
from domain.access.needs import Need, needing, permits
from domain.feeds.scrub import Secrets
from domain.services.notice import CHARS_MAX, why_not
from domain.text import Text
from pages.accounts.forms import fields_of, language_of, page
from pages.accounts.session import NOTICES
from store.casework.notices import Notices

_NO_SUCH = Text("Không có phản ánh nào mang mã này.", "No item of feedback has this code.")
_NOT_YOURS = Text(
    "Nội dung đã đổi, hoặc do chính bạn soạn: người khác phải duyệt.",
    "The text has changed, or is your own: somebody else has to let it out.",
)

Lang = Annotated[str, Query(max_length=8)]
Case = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


def router(notices: Notices, secrets: Secrets, clock: Callable[[], datetime]) -> APIRouter:
    """The page, and what its forms do."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    async def listed(
        request: Request, lang: str, words: Text | None = None, status: int = 200, text: str = ""
    ) -> Response:
        by = principal_of(request)
        return page(
            "notices", language_of(lang), status, words=words, here=NOTICES, text=text, most=CHARS_MAX, by=by.name,
            known=await asyncio.to_thread(notices.listed), publishes=permits(by, Need.PUBLISH),
        )  # fmt: skip

    @routes.get(NOTICES)
    @needing(Need.NOTICES)
    async def known(request: Request, lang: Lang = "") -> Response:
        return await listed(request, lang)

    @routes.post(NOTICES)
    @needing(Need.NOTICES)
    async def write(request: Request, lang: Lang = "") -> Response:
        given, by = await fields_of(request, "code", "text"), principal_of(request)
        wrong = why_not(given["text"])
        if wrong is not None:
            return await listed(request, lang, wrong, 400, given["text"])
        case = secrets.hashed(given["code"].strip())
        if not await asyncio.to_thread(notices.write, case, given["text"].strip(), by, clock()):
            return await listed(request, lang, _NO_SUCH, 404, given["text"])
        return RedirectResponse(NOTICES, 303)

    @routes.post(NOTICES + "/{case}/duyet")
    @needing(Need.PUBLISH)
    async def approve(request: Request, case: Case, lang: Lang = "") -> Response:
        written = (await fields_of(request, "written"))["written"]
        at_ms, by = int(written) if written.isdecimal() else 0, principal_of(request)
        if not await asyncio.to_thread(notices.approve, case, at_ms, by, clock()):
            return await listed(request, lang, _NOT_YOURS, 409)
        return RedirectResponse(NOTICES, 303)

    @routes.post(NOTICES + "/{case}/rut")
    @needing(Need.NOTICES)
    async def withdraw(request: Request, case: Case) -> Response:
        await asyncio.to_thread(notices.withdraw, case, principal_of(request), clock())
        return RedirectResponse(NOTICES, 303)

    return routes
