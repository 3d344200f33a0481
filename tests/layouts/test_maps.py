"""The map on a page: legends of every KPI, the list of places, the card of one of them."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from map_fixtures import layer
from screen_figures import KPIS, NOW
from screen_fixtures import empty, normal, services

from callbacks.map import card_of, former_units
from domain.places.map_layer import MapLayer
from domain.places.territory import Level
from present.choropleth import CLASSES, packed, unpacked
from tests.layouts.test_screens import SCREENS, marked, nodes, plain, render, text

TAN_AN = "27712"
OLD = "2024-01"


@pytest.mark.parametrize("path", ["/", "/waste", "/services", "/connectivity", "/teams", "/leader"])
def test_every_screen_has_one_map_and_the_words_of_a_legend_for_each_kpi_it_can_show(path: str) -> None:
    page = render(path, normal)
    (chart,) = [n["props"] for n in nodes(page) if n["props"].get("id") == "map"]
    layers = json.loads(chart["data-layers"])["kpis"]
    (legend,) = marked(page, "data-legend")
    assert (legend["props"]["data-legend"], legend["props"]["hidden"]) == (chart["data-shown"], not chart["data-shown"])
    assert "chưa có số liệu" in text(legend)
    assert all(one["title"] and len(one["labels"]) in (0, CLASSES) for one in layers.values())
    if shown := layers.get(chart["data-shown"]):
        assert [shown["title"], *filter(None, shown["labels"])] == [text(n).strip() for n in said(legend)]


def said(legend: Any) -> list[Any]:
    """The title, and the labels in sight."""
    classes = [n for n in nodes(legend) if n["type"] == "Span" and n["props"].get("hidden") is False]
    return [legend["props"]["children"][0], *classes[:-1]]


def test_classes_come_back_from_their_digits() -> None:
    places = ["27694", "27712", "27715"]
    assert unpacked(packed({"27715": 3, "27694": 0}, places), places) == {"27694": 0, "27715": 3}


def test_the_legend_states_the_unit_and_how_many_report() -> None:
    (legend,) = [n for n in marked(render("/services", normal), "data-legend") if not n["props"]["hidden"]]
    assert "Hồ sơ đúng hạn theo xã (%)" in text(legend)
    assert "60/60 xã" in " ".join(text(legend).split())


def test_without_figures_nothing_is_coloured() -> None:
    (chart,) = [n["props"] for n in nodes(render("/services", empty)) if n["props"].get("id") == "map"]
    told = json.loads(chart["data-layers"])
    assert told["places"] == []
    assert {(layer["classes"], layer["of"]) for layer in told["kpis"].values()} == {("", 0)}
    (legend,) = marked(render("/services", empty), "data-legend")
    (count,) = [n for n in nodes(legend) if any("data-count" in one["props"] for one in list(nodes(n))[1:2])]
    assert count["props"]["hidden"], '"0/0 xã" says nothing'


def test_an_older_version_listens_to_nothing_that_speaks_of_todays_places() -> None:
    for territory, live in (("2025-07", "places"), ("2024-01", "")):
        (chart,) = [
            n["props"] for n in nodes(render("/services", normal, territory=territory)) if n["props"].get("id") == "map"
        ]
        assert (chart["data-territory"], chart["data-live"]) == (territory, live)


def test_the_list_of_places_is_in_vietnamese_order() -> None:
    listed = [text(n).strip() for n in marked(render("/services", normal), "data-map-place")]
    assert len(listed) == 60
    assert listed.index("Xã Cần Giuộc") < listed.index("Xã Đông Thành") < listed.index("Xã Hậu Nghĩa")


async def test_a_card_tells_figures_their_age_and_where_the_table_is() -> None:
    asked = {"lang": "en", "path": "/services"}
    card = plain(await card_of(services(normal()), SCREENS["/services"], TAN_AN, asked, NOW))
    assert "Phường Tân An" in text(card)
    assert "29,180 people" in text(card)
    kpis = {n["props"]["data-kpi"] for n in marked(card, "data-kpi")}
    assert kpis == {
        key for key, kpi in KPIS.items() if kpi.of_places and kpi.on_wall and kpi.feed in SCREENS["/services"].feeds
    }
    pages = {f"/kpi/{key}?lang=en&place={TAN_AN}" for key in kpis}
    assert {n["props"]["href"] for n in marked(card, "href")} == {f"/services?lang=en#place-{TAN_AN}"} | pages
    assert marked(card, "data-as-of")


def test_the_row_a_card_leads_to_is_there() -> None:
    rows = [n for n in nodes(render("/services", normal)) if n["props"].get("id") == f"place-{TAN_AN}"]
    assert ["Phường Tân An" in text(row) for row in rows] == [True]


async def test_a_card_nine_days_later_is_as_old_as_its_figures() -> None:
    late = NOW + timedelta(days=9)
    card = plain(await card_of(services(normal()), SCREENS["/services"], TAN_AN, {"path": "/services"}, late))
    assert all("ioc-card--stale" in n["props"]["className"] for n in marked(card, "data-kpi"))


@pytest.mark.parametrize("code", ["", "99999", "<b>"])
async def test_no_place_has_no_card(code: str) -> None:
    assert await card_of(services(normal()), SCREENS["/"], code, {"path": "/"}, NOW) == []


async def test_a_place_without_figures_says_so() -> None:
    card = plain(await card_of(services(empty()), SCREENS["/"], TAN_AN, {"path": "/"}, NOW))
    assert "Chưa có số liệu nào của nơi này." in text(card)


def test_a_card_names_what_was_there_before() -> None:
    assert "Xã Vĩnh Thạnh" in {former.name for former in former_units("2025-07", "27721")}
    parts = {former.name: former.whole for former in former_units("2025-07", "27694")}
    assert parts["Phường 1"]
    assert not parts["Xã Bình Thạnh"]
    assert former_units("2024-01", "27694") == []
    assert former_units("2025-07", "99999") == []


def test_a_former_version_is_coloured_by_district_when_only_those_borders_are_known() -> None:
    districts = layer("d1", territory=OLD, level=Level.DISTRICT)
    communes = layer("c1", territory=OLD, level=Level.COMMUNE)

    def legend(*layers: MapLayer) -> tuple[str, set[str]]:
        page = render("/services", replace(normal(), layers=list(layers)), territory=OLD)
        [shown] = [n for n in marked(page, "data-legend") if not n["props"]["hidden"]]
        [host] = marked(page, "data-layers")
        told = json.loads(host["props"]["data-layers"])
        return text(shown), set(unpacked(told["kpis"]["services_on_time"]["classes"], told["places"]))

    words, codes = legend(districts)
    assert "theo huyện" in words
    assert "/15 huyện" in " ".join(words.split())
    assert codes
    assert {len(code) for code in codes} == {3}
    words, codes = legend(districts, communes)
    assert "theo xã" in words
    assert {len(code) for code in codes} == {5}
