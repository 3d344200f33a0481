"""/led: one message a page for LED boards; public, without login, navigation or interaction."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from api.own_address import own_host
from api.route import SILENT, HouseRoute
from domain.access.needs import Need, needing
from domain.instant import to_ms
from domain.places.place import PROVINCE
from domain.text import Language
from pages.timetable import Timetable, place_sets, ward_names
from pages.today import LiveToday
from present.led import LedMessage, neutral, of_address, of_change, of_collection, of_figure
from present.public_cards import public_cards
from rounds.lookup.coming import coming, hours
from store.services import Services

PATH = "/led"
COLLECTIONS = 6
_TEMPLATES = Path(__file__).parent / "templates"

Lang = Annotated[str, Query(max_length=8)]


def router(services: Services, timetable: Timetable, live: LiveToday, clock: Callable[[], datetime]) -> APIRouter:
    """The board's page, which fetches itself again, and the script that turns its messages."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    @routes.get(PATH)
    @needing(Need.PUBLIC)
    async def board(request: Request, lang: Lang = "") -> HTMLResponse:
        language: Language = "en" if lang == "en" else "vi"
        now = clock()
        try:
            said, status = await _messages(services, timetable, live, own_host(request), now, language), 200
        except SILENT:
            said, status = [], 503
        page = _template().render(
            messages=said, neutral=neutral(language), language=language, now_ms=to_ms(now), style=_file("led.css")
        )
        return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})

    @routes.get(PATH + ".js")
    @needing(Need.PUBLIC)
    async def script() -> Response:
        return Response(_file("led.js"), media_type="text/javascript")

    return routes


async def _messages(
    services: Services, timetable: Timetable, live: LiveToday, host: str, now: datetime, language: Language
) -> list[LedMessage]:
    """Collections, changes of the plan, public figures, where to ask; what does not fit a board is left out."""
    known = await timetable.known()
    told = hours(await live.runs(), now)
    results = await services.reading.results_latest()
    province = {result.key: result for result in results if result.place == PROVINCE}

    def compose() -> Iterable[LedMessage | None]:
        for one in coming(known.routes, known.exceptions, place_sets(), now, COLLECTIONS, told):
            yield of_collection(one, ward_names(one.wards), now, language)
        for exception in known.exceptions:
            yield of_change(exception, now, language)
        for vm in public_cards(services.kpis, services.feeds, province, language, now):
            yield of_figure(vm, language)
        if known.routes and reachable(host):
            yield of_address(host, language)

    found = await asyncio.to_thread(lambda: list(compose()))
    # Changes of several routes on one day read alike.
    return list({message.lines: message for message in found if message is not None}.values())


def reachable(host: str) -> bool:
    """Whether other machines may reach ``host`` (with its port and path): not a loopback address."""
    name = host.partition("/")[0].rsplit(":", 1)[0].strip("[]")
    try:
        return not ip_address(name).is_loopback
    except ValueError:
        return name != "localhost"


@cache
def _template() -> Template:
    loaded = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return loaded.get_template("led.html")


@cache
def _file(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
