"""/dang-nhap/co-quan: sign in with the account of the authority, or link it to the own account of the centre."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.own_address import own_address
from api.principal import address_of, principal_of
from api.route import HouseRoute
from domain.access.needs import Need, needing
from domain.access.principal import Actor
from domain.text import Language, Text
from pages.accounts.forms import keep, language_of, page, sign_in_page
from pages.accounts.own import home, local
from pages.accounts.provider import Provider, ProviderError
from pages.accounts.session import ACCOUNT, AUTHORITY, COOKIE, SIGN_IN
from pages.accounts.signing_in import DENIED, SILENT, TAKEN, SigningIn
from store.access.sealing import Sealing
from store.valkey.signed_in import SignedIn

BACK = AUTHORITY + "/ve"
BEGUN_COOKIE = "ioc_authority"
WITHIN = timedelta(minutes=10)
_BEGUN = "authority"
_ERROR_CHARS = 60
_BROKEN = Text(
    "Lần đăng nhập này không bắt đầu ở trình duyệt này, hoặc đã quá 10 phút. Hãy làm lại từ đầu.",
    "This sign-in did not begin in this browser, or more than 10 minutes ago. Begin again.",
)

log = logging.getLogger(__name__)
Next = Annotated[str, Query(max_length=500)]
Lang = Annotated[str, Query(max_length=8)]
Said = Annotated[str, Query(max_length=2_000)]


def router(
    provider: Provider, signing_in: SigningIn, signed_in: SignedIn, sealing: Sealing, clock: Callable[[], datetime]
) -> APIRouter:
    """The way there and the way back; both are pages a browser opens."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    def refused(words: Text | None, to: str, language: Language, status: int, waits: str = "") -> Response:
        told = {"status": status, "words": words, "waits": waits}
        return sign_in_page(language, to, offered=False, authority=AUTHORITY, **told)

    @routes.get(AUTHORITY)
    @needing(Need.ENTRY)
    async def begin(request: Request, next: Next = "", link: str = "", lang: Lang = "") -> Response:
        by, to, language = principal_of(request), local(next), language_of(lang, next)
        owner = by.name if link and by.actor is Actor.PERSON else ""
        session = await signed_in.of(request.cookies.get(COOKIE, ""), clock()) if owner else None
        try:
            begun = await provider.begin(_back(request))
        except ProviderError as error:
            log.warning("the authority's sign-in: %s", error)
            return _unlinked("silent", language, 502) if owner else refused(SILENT, to, language, 502)
        kept = (begun.state, begun.nonce, begun.verifier, to, owner, session.epoch if session else 0, language)
        answer = RedirectResponse(begun.url, 303)
        return keep(
            request, answer, BEGUN_COOKIE, sealing.seal(_BEGUN, kept, clock()), int(WITHIN.total_seconds()), "lax"
        )

    @routes.get(BACK)
    @needing(Need.ENTRY)
    async def back(request: Request, code: Said = "", state: Said = "", error: Said = "") -> Response:
        kept = sealing.open(_BEGUN, request.cookies.get(BEGUN_COOKIE, ""), clock(), WITHIN)
        if kept is None or not (code or error) or not compare_digest(str(kept[0]).encode(), state.encode()):
            return _ended(refused(_BROKEN, "/", "vi", 400))
        _, nonce, verifier, to, owner = map(str, kept[:5])
        language = language_of(str(kept[6]))
        if error:
            log.warning("the authority's sign-in refused: %s", error[:_ERROR_CHARS])
            return _ended(_unlinked("denied", language, 403) if owner else refused(DENIED, to, language, 403))
        try:
            who = await provider.finish(code, nonce, verifier, _back(request))
        except ProviderError as broken:
            log.warning("the authority's sign-in: %s", broken)
            return _ended(_unlinked("silent", language, 502) if owner else refused(SILENT, to, language, 502))
        if owner:
            words = await signing_in.link(owner, int(kept[5]), who.subject, address_of(request))
            if words is TAKEN:
                return _ended(_unlinked("taken", language, 403))
            linked = _led(f"{ACCOUNT}?linked=1", language)
            return _ended(linked if words is None else refused(words, to, language, 403))
        entered = await signing_in.arrive(who.subject, who.two_factors, address_of(request))
        if not entered.token:
            return _ended(refused(entered.words, to, language, entered.status, entered.waits))
        await signed_in.close(request.cookies.get(COOKIE, ""))
        led = _led(ACCOUNT if entered.lacks else to if to != "/" else home(entered.by), language)
        return _ended(keep(request, led, COOKIE, entered.token, signing_in.longest_s))

    return routes


def _led(to: str, language: Language, status: int = 200) -> Response:
    """A page that leads on: a redirect would still be the other site's, and carry no strict cookie."""
    if language == "en" and "lang=en" not in to:
        to += ("&" if "?" in to else "?") + "lang=en"
    return page("led_on", language, status, here=SIGN_IN, onward=to)


def _unlinked(why: str, language: Language, status: int) -> Response:
    """Back to the own page, which says why: whoever links an account has signed in and needs no form for that."""
    return _led(f"{ACCOUNT}?unlinked={why}", language, status)


def _ended(answer: Response) -> Response:
    answer.delete_cookie(BEGUN_COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _back(request: Request) -> str:
    return own_address(request) + BACK
