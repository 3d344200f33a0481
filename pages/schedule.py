"""/lich-thu-gom: residents look up their street's collection times and subscribe to them; needs no script."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.own_address import own_host
from api.route import SILENT, HouseRoute
from domain.access.needs import Need, needing
from domain.text import Language
from pages import schedule_page as page
from pages.schedule_calendar import calendar
from pages.schedule_view import street_view
from pages.timetable import PlanInUse, Timetable, wards
from rounds.lookup.street_directory import Street
from rounds.lookup.street_now import Today
from rounds.lookup.street_search import LONGEST_CHARS, Answer, Outcome, Ward, search

PATH = "/lich-thu-gom"
_CALENDAR_AGE_S = 3_600

Typed = Annotated[str, Query(max_length=2_000)]
Lang = Annotated[str, Query(max_length=8)]
Address = Annotated[str, Path(max_length=200)]


def router(
    timetable: Timetable,
    clock: Callable[[], datetime],
    count: Callable[[Answer], Awaitable[None]],
    live: Callable[[], Awaitable[Today]],
) -> APIRouter:
    """The public pages; ``count`` counts each look-up's outcome, ``live`` returns the state of today's runs."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    async def shown(street: Street, known: PlanInUse, named: tuple[Ward, ...], asked: page.Asked) -> HTMLResponse:
        now = clock()
        view = await asyncio.to_thread(street_view, street, known, await live(), named, now, asked.language)
        return page.answer("street", asked, known, view=view)

    @routes.get(PATH)
    @needing(Need.PUBLIC)
    async def look_up(request: Request, q: Typed = "", lang: Lang = "") -> HTMLResponse:
        asked = _asked(request, lang, q)
        try:
            known = await timetable.known()
        except SILENT:
            return page.unavailable(asked)
        if not asked.text:
            return page.answer("start", asked, known)
        answer = await asyncio.to_thread(search, known.directory.streets, wards, asked.text)
        await count(answer)
        if answer.outcome is Outcome.ONE:
            return await shown(answer.streets[0], known, answer.wards, asked)
        return page.answer("choose", asked, known, answer=answer)

    @routes.get(PATH + "/{address}.ics")
    @needing(Need.PUBLIC)
    async def subscribe(request: Request, address: Address, lang: Lang = "") -> Response:
        asked = _asked(request, lang)
        known = await timetable.known()
        found = known.directory.at(address)
        if len(found) != 1:
            return page.unknown(asked, known)
        return Response(
            await asyncio.to_thread(calendar, found[0], known, clock(), asked.language),
            media_type="text/calendar; charset=utf-8",
            headers={
                "Content-Disposition": f'inline; filename="{quote(address[:80])}.ics"',
                "Cache-Control": f"public, max-age={_CALENDAR_AGE_S}",
            },
        )

    @routes.get(PATH + "/{address}")
    @needing(Need.PUBLIC)
    async def one_street(request: Request, address: Address, lang: Lang = "") -> HTMLResponse:
        asked = _asked(request, lang)
        try:
            known = await timetable.known()
        except SILENT:
            return page.unavailable(asked)
        found = known.directory.at(address)
        if not found:
            return page.unknown(asked, known)
        if len(found) > 1:
            return page.answer("choose", asked, known, answer=Answer(outcome=Outcome.SEVERAL, streets=found))
        return await shown(found[0], known, (), asked)

    return routes


def _asked(request: Request, lang: str, text: str = "") -> page.Asked:
    language: Language = "en" if lang == "en" else "vi"
    here = urlsplit(str(request.url))
    return page.Asked(
        language=language, text=" ".join(text.split())[:LONGEST_CHARS], path=here.path, host=own_host(request),
        scheme=here.scheme,
    )  # fmt: skip
