"""The first response: who gets a page, whose, from what, and what happens when it cannot be painted."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from math import cos, radians
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
import screen_fixtures as made
from dash import html
from fastapi import FastAPI, Response
from map_fixtures import FakeMaps
from standing_clock import Clock

from callbacks.parts.first_pages import KEPT_MS, FirstPages
from callbacks.parts.history import last_visit
from callbacks.parts.principal import ACTING
from centre.first import FIRST, FirstView
from centre.page import mount, prepare
from domain.access.principal import Actor, Principal, Role
from domain.instant import to_ms
from live.grounds import Grounds
from live.presenter import LayoutPresenter
from present.alarms import URGENT

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clock() -> Clock:
    return Clock(made.NOW)


@pytest.fixture
def pages(clock: Clock) -> FirstPages:
    services = made.services(made.normal())
    return FirstPages(services, Grounds(services.reading, FakeMaps(), None), clock)  # type: ignore[arg-type]


def served(pages: Any, clock: Clock) -> httpx.AsyncClient:
    """A server whose frame is what the first response holds."""
    server = FastAPI()

    @server.get("/{path:path}")
    async def frame(path: str) -> Response:
        return Response(FIRST.get().place + f"<!--{FIRST.get().now_ms}-->", media_type="text/html")

    server.add_middleware(FirstView, painter=pages, clock=clock)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url="http://centre")


@pytest.mark.parametrize("path", ["/", "/waste", "/services", "/connectivity", "/teams", "/leader", "/data", "/kiosk"])
async def test_every_screen_is_in_its_first_response(pages: FirstPages, clock: Clock, path: str) -> None:
    html = (await served(pages, clock).get(path)).text
    assert html.count('id="ioc-first"') == 1
    assert f"<!--{to_ms(made.NOW)}-->" in html
    assert "lúc " in html
    assert not re.search(r"<time[^>]*data-as-of[^>]*>\d", html), "no age stands still"


async def test_numbers_and_the_map_are_there_before_any_script(pages: FirstPages, clock: Clock) -> None:
    html = (await served(pages, clock).get("/")).text
    assert '<strong class="ioc-value" data-part="value">98,1</strong>' in html
    assert html.count('class="ioc-place"') == 60
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="ioc-svg ioc-svg--streets"' in html
    assert "<script" not in html
    english = (await served(pages, clock).get("/?lang=en")).text
    assert "This page does not update itself" in english


@pytest.mark.parametrize(("path", "pictures"), [("/", 2), ("/waste", 1)])
@pytest.mark.parametrize("role", sorted(Role))
async def test_only_who_may_see_vehicles_gets_them_drawn(
    pages: FirstPages, clock: Clock, path: str, pictures: int, role: Role
) -> None:
    http = served(pages, clock)
    bare = (await http.get(path)).text
    token = ACTING.set(Principal(actor=Actor.PERSON, name="lan", roles=frozenset({role})))
    try:
        html = (await http.get(path)).text
        found = pages.find(path, {"since": ""})
    finally:
        ACTING.reset(token)
    vehicles = html.count('<use href="#ioc-marker-')
    assert found is not None, "the callback of the same person gets the page"
    if role in {Role.OPERATOR, Role.DISPATCHER}:
        assert vehicles == pictures * len(await made.services(made.normal()).reading.vehicles())
        assert '<div id="ioc-first">' in html
    else:
        assert vehicles == 0
        assert '<div id="ioc-first" data-withheld>' in html
        assert html == bare, "all who may not see them share one painting"
    assert '<use href="#ioc-marker-' not in bare, "whose principal nobody knows sees none"
    assert "Vị trí xe chỉ hiện cho người trực ban và điều phối." in html


MARK = re.compile(r'<path d="[^"]*" transform="translate\(([-.\d]+) ([-.\d]+)\)" data-tone="(\w+)"/>')
PICTURE = re.compile(r'<g data-marks="" data-lat0="([-.\d]+)" data-scale="([-.\d]+)">(.*?)</g>')


def drawn_marks(page: str) -> list[set[tuple[float, float, str]]]:
    """Of each picture with marks: longitude, latitude to 1e-3°, tone."""
    found = []
    for latitude, scale, inside in PICTURE.findall(page):
        wide = cos(radians(float(latitude))) * float(scale)
        marks = MARK.findall(inside)
        found.append({(round(float(x) / wide, 3), round(-float(y) / float(scale), 3), tone) for x, y, tone in marks})
    return found


@pytest.mark.parametrize(("role", "exact"), [(Role.OPERATOR, True), (Role.LEADER, False)])
async def test_alarms_are_marked_where_the_live_map_marks_them(clock: Clock, role: Role, exact: bool) -> None:
    reading = made.normal()
    reading.positions = [replace(one, feed="waste_trucks") for one in reading.positions]
    services = made.services(reading)
    silent = next(one for one in reading.positions if one.id == "LA-012")
    token = ACTING.set(Principal(actor=Actor.PERSON, name="lan", roles=frozenset({role})))
    try:
        http = served(FirstPages(services, Grounds(services.reading, FakeMaps(), None), clock), clock)  # type: ignore[arg-type]
        wall, before, waste = [(await http.get(path)).text for path in ("/", "/?territory=2024-01", "/waste")]
    finally:
        ACTING.reset(token)
    live = LayoutPresenter(services.kpis, services.feeds, ["waste_trucks"], services.areas.values(), services.reading)
    await live.load()
    rows = live.alarm_rows(
        reading.results,
        {one.feed: one for one in reading.health},
        reading.positions,
        "vi",
        made.NOW,
        exact=exact,
        handlings={},
    )
    told = {(round(x, 3), round(y, 3), str(row.tone)) for row in rows if row.tone in URGENT for x, y in row.at}
    assert ((round(silent.longitude, 3), round(silent.latitude, 3)) in {one[:2] for one in told}) is exact
    assert drawn_marks(wall) == [told, told], "on the province and on the streets beside it"
    assert not any(drawn_marks(before)), "alarms speak of places in force"
    assert not any(drawn_marks(waste)), "no alarm comes to that map"


async def test_an_unknown_address_is_a_404_that_says_so(pages: FirstPages, clock: Clock) -> None:
    server = FastAPI()

    @server.get("/own")
    async def own() -> Response:
        return Response("<p>a page without Dash</p>", media_type="text/html")

    page = mount(server, ROOT, "r1", {})
    page.layout = html.Div()
    prepare(page)
    server.add_middleware(FirstView, painter=pages, clock=clock)
    # Dash adds its answer to every address when the server starts.
    asked: asyncio.Queue[Any] = asyncio.Queue()
    told: asyncio.Queue[Any] = asyncio.Queue()
    running = asyncio.create_task(server({"type": "lifespan", "state": {}}, asked.get, told.put))
    await asked.put({"type": "lifespan.startup"})
    assert (await told.get())["type"] == "lifespan.startup.complete"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url="http://centre") as http:
        lost, english, wall, apart = [await http.get(path) for path in ("/led", "/waste/x?lang=en", "/", "/own")]
        layout = await http.get("/_dash-layout")
    await asked.put({"type": "lifespan.shutdown"})
    await running
    assert [one.status_code for one in (lost, english, wall, apart, layout)] == [404, 404, 200, 200, 200]
    assert re.search(r'id="ioc-first">.*Không có trang này', lost.text)
    assert "This page does not exist" in english.text
    assert 'id="ioc-first"' in wall.text
    assert "Không có trang này" not in wall.text
    assert apart.text == "<p>a page without Dash</p>"


async def test_the_publics_page_holds_public_figures_only(pages: FirstPages, clock: Clock) -> None:
    html = (await served(pages, clock).get("/kiosk")).text
    shown = set(re.findall(r'data-kpi="([^"]*)"', html))
    assert shown == {key for key in shown if made.KPIS[key].public}
    assert shown
    assert "LA-001" not in html
    assert "<svg" not in html


async def test_the_callback_gets_the_page_that_went_out_and_no_older_one(pages: FirstPages, clock: Clock) -> None:
    query = {"since": "", "lang": "en"}
    assert pages.find("/", query) is None
    await served(pages, clock).get("/?lang=en")
    found = pages.find("/", query)
    assert found is not None
    assert found.data is not None
    assert found.data.language == "en"
    assert pages.find("/", {"since": ""}) is None, "another language is another page"
    clock.now += timedelta(milliseconds=KEPT_MS)
    assert pages.find("/", query) is None


async def test_who_asks_at_once_shares_one_painting(pages: FirstPages, clock: Clock) -> None:
    http = served(pages, clock)
    one, other = await asyncio.gather(http.get("/"), http.get("/"))
    assert one.text == other.text
    clock.now += timedelta(minutes=1)
    assert (await http.get("/")).text != one.text, "a later one is painted anew"


async def test_a_page_that_cannot_be_painted_leaves_the_frame_and_a_line_in_the_log(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def serves(self, path: str) -> bool:
            return True

        async def html(self, path: str, query: Mapping[str, str], cookies: Mapping[str, str]) -> str:
            raise ValueError("no such drawing")

        def lost(self, query: Mapping[str, str]) -> str:
            raise AssertionError("every address is known")

    answer = await served(Broken(), clock).get("/")
    assert (answer.status_code, answer.text) == (200, f"<!--{to_ms(made.NOW)}-->")
    assert "the page at / could not be painted" in caplog.text


async def test_the_frames_head_is_on_its_way_before_the_page_is_painted(clock: Clock) -> None:
    sent: list[Any] = []

    class Watching:
        def serves(self, path: str) -> bool:
            return True

        async def html(self, path: str, query: Mapping[str, str], cookies: Mapping[str, str]) -> str:
            sent.append("painted")
            return "<p>98 %</p>"

        def lost(self, query: Mapping[str, str]) -> str:
            raise AssertionError("every address is known")

    async def frame(scope: Any, receive: Any, send: Any) -> None:
        body = f"<style>all of it</style><body>{FIRST.get().place}<footer>".encode()
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html"), length]})
        await send({"type": "http.response.body", "body": body})

    async def send(message: Any) -> None:
        sent.append(message)

    asked = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    await FirstView(frame, Watching(), clock)(asked, AsyncMock(), send)
    start, head, painted, rest = sent
    assert (start["status"], dict(start["headers"])) == (200, {b"content-type": b"text/html"}), (
        "its length is not known"
    )
    assert (head["body"], head["more_body"]) == (b"<style>all of it</style>", True), "nothing to draw yet"
    assert painted == "painted"
    assert (rest["body"], rest.get("more_body", False)) == (b"<body><p>98 %</p><footer>", False)


async def test_what_a_page_says_is_never_a_place_in_the_frame(clock: Clock) -> None:
    hostile = "<p>{%scripts%} {%config%} {%renderer%} %NOW% %TICKING% {%app_entry%} <!--page--></p>"

    class Quoting:
        def serves(self, path: str) -> bool:
            return True

        async def html(self, path: str, query: Mapping[str, str], cookies: Mapping[str, str]) -> str:
            return hostile

        def lost(self, query: Mapping[str, str]) -> str:
            return ""

    server = FastAPI()
    page = mount(server, ROOT, "r1", {})
    page.layout = html.Div()
    prepare(page)
    server.add_middleware(FirstView, painter=Quoting(), clock=clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url="http://centre") as http:
        told = (await http.get("/")).text
    assert hostile in told
    assert f'data-now="{to_ms(made.NOW)}"' in told
    assert 'data-release="r1"' in told
    assert told.count('id="_dash-config"') == 1


async def test_a_cookie_that_cannot_be_read_is_none(pages: FirstPages, clock: Clock) -> None:
    answer = await served(pages, clock).get("/leader", headers={"cookie": 'ioc-visit="\x01; =;;; a=b'})
    assert "Lần xem đầu tiên" in answer.text


def test_the_last_visit_is_the_one_before_the_browser_went_away() -> None:
    now, seen = made.NOW, to_ms(made.NOW - timedelta(hours=2))
    assert last_visit({"ioc-visit": f"5.{seen}"}, now) == str(seen)
    assert last_visit({"ioc-visit": f"5.{to_ms(now - timedelta(minutes=5))}"}, now) == "5", "still the same visit"
    for told in ("", ".", "x.y", "5.9999999999999999999", f"5.{to_ms(now + timedelta(days=1))}"):
        assert last_visit({"ioc-visit": told}, now) in ("", "x", "5"), told
    assert last_visit({}, now) == ""
