"""Charts on domain pages and the page of one KPI: what they say, where they lead, what only a button loads."""

import asyncio
import re
from dataclasses import replace

import pytest
from screen_figures import AREAS, KPIS, NOW
from screen_fixtures import CONDITIONS, FakeReading, empty, normal, services

from callbacks.pages import drawn, screen_at
from callbacks.parts.load import load
from domain.kpis.kpi import Status
from domain.places.place import PROVINCE
from layouts.kpi import SCREEN, interactive
from layouts.parts.area_screen import CHARTED
from layouts.parts.charts import shares_chart
from paint.markup import markup
from present.charts.shares import Amount, shares
from tests.layouts.test_screens import SCREENS, marked, nodes, plain, render, text

DOMAINS = ("/services", "/connectivity", "/teams")
PAGE = "/kpi/services_online"


def charts(page):
    return [n["props"] for n in nodes(page) if n["props"].get("data-part") == "chart"]


def links(page):
    return [n["props"]["href"] for n in nodes(page) if n["type"] == "A"]


@pytest.mark.parametrize("path", DOMAINS)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_chart_has_words_and_its_card_leads_to_its_page(path, condition) -> None:
    page = render(path, CONDITIONS[condition]())
    for one in charts(page):
        assert one["role"] == "img"
        assert len(one["aria-label"]) > 30
        assert one["data-drawing"].startswith('<div class="ioc-plotbox"')
        assert len(one["data-drawing"].encode()) < 6_000
    area = next(one for one in AREAS.values() if one.path == path)
    cards = [n for n in nodes(page) if re.search("ioc-card--as-(chart|line)", n["props"].get("className") or "")]
    shown = [card["props"]["data-kpi"] for card in cards]
    assert sorted(shown) == sorted(k.key for k in KPIS.values() if k.feed in area.shown_feeds), "each once"
    for card in cards:
        assert links(card) == [f"/kpi/{card['props']['data-kpi']}"]


def test_without_data_every_chart_is_a_sentence() -> None:
    page = render("/services", empty)
    assert charts(page) == []
    assert text(page).count("Chưa có số liệu từ") == CHARTED, "a card each; the other figures are lines"


def test_the_same_advice_stands_once_for_all_its_places() -> None:
    reading = normal()
    low = [
        replace(one, value=70.0, status=Status.NORMAL if one.place == PROVINCE else Status.ADVISORY)
        if one.key == "teams_active_share" and one.value
        else one
        for one in reading.results
    ]
    page = render("/teams", replace(reading, results=low))
    advice = KPIS["teams_active_share"].response.vi
    assert text(page).count(advice) == 1, "the province has no alarm"
    assert "58 nơi ở mức lưu ý" in text(page)
    assert "và 48 nơi khác" in text(page)


@pytest.mark.parametrize("key", KPIS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_kpi_has_a_page(key, language) -> None:
    page = render(f"/kpi/{key}", normal, language)
    names = KPIS[key].names
    assert names.to(language) in text(page)
    assert charts(page)
    assert [n for n in nodes(page) if n["props"].get("data-table") == "figures"]
    if language == "vi":
        assert "`" not in text(page), "formulas name measures as people do"


def test_the_address_names_range_and_place() -> None:
    page = render(PAGE, normal, range="12m", place="27694")
    current = [n["props"]["href"] for n in marked(page, "aria-current") if "range=" in n["props"]["href"]]
    assert current == [f"{PAGE}?place=27694&range=12m"]
    assert "Phường Long An" in text(page)
    assert PAGE in links(page), "the way back to the province"
    nonsense = render(PAGE, normal, range="7y", place="nowhere")
    (chosen,) = [n["props"]["href"] for n in marked(nonsense, "aria-current") if "range=" in n["props"]["href"]]
    assert chosen == f"{PAGE}?range=30d"


def test_the_bar_s_links_keep_the_page() -> None:
    assert f"{PAGE}?lang=en" in links(render(PAGE, normal))
    assert f"{PAGE}?territory=2024-12" in links(render(PAGE, normal))


@pytest.mark.parametrize("key", ["", "nothing", "a/b", "<b>"])
def test_an_address_without_a_kpi_lists_them(key) -> None:
    page = render("/kpi", normal, key=key)
    assert {f"/kpi/{key}" for key in KPIS} <= set(links(page))
    assert ("Không có chỉ số" in text(page)) == bool(key)


def test_only_screens_that_say_so_have_addresses_below() -> None:
    assert screen_at(SCREENS, ["x"], "/kpi/x") == (SCREEN, {"key": "x"})
    assert screen_at(SCREENS, ["x"], "/kpi/") == (SCREEN, {})
    assert screen_at(SCREENS, ["x"], "/kpi/y") == (None, {}), "an unknown address, hence 404"
    assert screen_at(SCREENS, ["x"], "/services/x") == (None, {})
    assert screen_at(SCREENS, ["x"], "/kpi/x/y") == (None, {})
    assert screen_at(SCREENS, [], "/")[0] is SCREENS["/"]


@pytest.mark.parametrize("path", [*SCREENS, PAGE])
def test_no_page_has_a_figure_that_loads_plotly(path) -> None:
    assert not [n for n in nodes(render(path, normal)) if n["type"] == "Graph"]


def shown(reading: FakeReading, **query: str):
    return asyncio.run(load(services(reading), SCREEN, "vi", {"key": "services_online", **query}, NOW))


def test_the_button_brings_a_figure_that_the_keyboard_reaches() -> None:
    (box,) = interactive(shown(normal()))
    made = plain(box)
    assert made["props"]["tabIndex"] == "0"
    assert made["props"]["aria-label"].startswith("Hồ sơ trực tuyến, từ ")
    (graph,) = [n for n in nodes(made) if n["type"] == "Graph"]
    assert graph["props"]["figure"]["data"]
    assert "Chưa đủ số liệu để vẽ." in text(plain(interactive(shown(empty()))))


def test_the_first_response_holds_the_drawing_once() -> None:
    page = asyncio.run(drawn(services(normal()), SCREENS, "/services", {}, NOW)).page
    html = markup(page)
    assert "data-drawing" not in html
    assert html.count('<div class="ioc-plotbox"') == len(charts(render("/services", normal))) > 7
    assert re.search(r'<div [^>]*role="img"[^>]* data-drawn><div class="ioc-plotbox"', html)


def test_shares_are_one_bar_with_words_or_a_sentence() -> None:
    parts = [Amount("served", "đã thu", 120.0), Amount("unknown", "chưa xác minh", 30.0)]
    made = shares_chart(shares("Đường hôm nay", parts, "km", 1, "vi", simulated=True))
    html = markup(made)
    assert 'aria-label="Đường hôm nay, tổng 150,0 km: đã thu 120,0 km (80,0%), chưa xác minh 30,0 km (20,0%)."' in html
    assert 'data-shares="served 0.80000|unknown 0.20000"' in html
    assert 'data-simulated="true"' in html
    assert "Không có gì để chia phần." in markup(shares_chart(shares("Đường hôm nay", [], "km", 1, "vi")))


def test_what_articles_printed_is_quoted_with_its_row() -> None:
    page = text(render("/kpi/coverage_fibre_households", normal))
    assert "88,9% hộ · VnExpress 4798653, 10/2024 (Hộ có cáp quang)" in page
    installs = text(render("/kpi/services_app_installs", normal, "en"))
    assert "more than 300,000 · VnExpress 4798653, 10/2024" in installs
    assert "413,500 devices · Thanh Niên, 21/10/2024" in installs
    assert "Đã công bố" not in text(render("/kpi/services_on_time", normal))
