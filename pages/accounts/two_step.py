"""/tai-khoan/hai-buoc: a person sets the own second factor up, with a QR code, and gets codes of reserve."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.principal import principal_of
from api.route import HouseRoute
from domain.access.needs import Need, needing
from domain.access.second_factor import address_of_secret, shown_recovery_code, spelled
from domain.text import Language, Text
from pages.accounts.forms import fields_of, keep, language_of, later, page
from pages.accounts.session import ACCOUNT, COOKIE, DEMONSTRATION, TWO_STEP
from pages.accounts.signing_in import WRONG_CODE, SigningIn
from pages.address_code import drawn
from store.access.second_factors import SecondFactors

_OVER = Text("Trang thiết lập đã quá 15 phút; hãy làm lại.", "The page is older than 15 minutes; begin again.")

Lang = Annotated[str, Query(max_length=8)]


def router(factors: SecondFactors, signing_in: SigningIn, clock: Callable[[], datetime]) -> APIRouter:
    """The page; its forms post to their own address."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    def shown(language: Language, words: Text | None = None, status: int = 200, **told: object) -> HTMLResponse:
        given: dict[str, Any] = {"offer": "", "codes": []} | told
        return page("two_step", language, status, here=TWO_STEP, words=words, **given)

    def offered(name: str, offer: str, language: Language, words: Text | None = None, status: int = 200) -> Response:
        secret = factors.offered(name, offer, clock())
        if secret is None:
            return shown(language, _OVER, 400)
        qr = drawn(address_of_secret(secret, name)).decode().partition("?>")[2]
        return shown(language, words, status, offer=offer, spelled=spelled(secret), qr=qr)

    @routes.get(TWO_STEP)
    @needing(Need.SIGNED_IN)
    async def back(lang: Lang = "") -> Response:
        return RedirectResponse(ACCOUNT + ("?lang=en" if lang == "en" else ""), 303)

    @routes.post(TWO_STEP)
    @needing(Need.SIGNED_IN)
    async def set_up(request: Request, lang: Lang = "") -> Response:
        given, by = await fields_of(request, "password", "offer", "code"), principal_of(request)
        language, now = language_of(lang), clock()
        if by.name == DEMONSTRATION.name:
            return RedirectResponse(ACCOUNT, 303)
        if not given["offer"]:
            refused = await signing_in.prove(by, given["password"])
            if refused is not None:
                return later(shown(language, refused.words, refused.status))
            return offered(by.name, factors.offer(by.name, now), language)
        secret = factors.offered(by.name, given["offer"], now)
        done = await signing_in.set_up(by, secret, given["code"]) if secret else None
        if done is None:
            return offered(by.name, given["offer"], language, WRONG_CODE, 400)
        codes, entered = done
        answer = shown(language, codes=[shown_recovery_code(code) for code in codes])
        return keep(request, answer, COOKIE, entered.token, signing_in.longest_s)

    return routes
