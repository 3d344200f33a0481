import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import orjson
import pytest
from dash.development.base_component import Component
from plan_fixtures import ROUTE, TET
from said import status_event
from screen_figures import AREAS, KPIS, NOW, VALUES, places, result
from screen_fixtures import CONDITIONS, FakeReading, broken, empty, normal, quiet, services
from sqlalchemy.exc import OperationalError

from callbacks.pages import drawn, screens
from callbacks.parts.load import load
from domain.kpis.kpi import Better, KpiResult, Status
from domain.kpis.ranking import rank
from domain.places.place import IN_FORCE, PROVINCE, Place
from layouts.parts.cards import by_name
from layouts.parts.screen import ScreenData
from paint.said import as_json
from present.choropleth import choropleth
from queries.ask import Answers, NotAsked
from queries.courses.series import SERIES
from queries.places import PLACES, Places
from queries.vehicles import VEHICLES

SCREENS = screens()


def render(
    path: str, reading: FakeReading | Callable[[], FakeReading], language: str = "vi", **query: str
) -> dict[str, Any]:
    """The page's tree; a condition by its name (``normal``, without a call) is drawn once for all tests, to be read."""
    asked = {**query, "lang": language}
    if isinstance(reading, FakeReading):
        return told(services(reading), path, asked)
    return kept(path, reading, tuple(sorted(asked.items())))


@cache
def kept(path: str, condition: Callable[[], FakeReading], query: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return told(services(condition()), path, dict(query))


def told(services: Any, path: str, query: dict[str, str]) -> dict[str, Any]:
    return plain(shown(services, path, query))  # type: ignore[no-any-return]


def shown(services: Any, path: str, query: dict[str, str]) -> Component:
    found: list[Component] = []

    async def draw() -> None:
        """Returns nothing, for `asyncio.run` prints what its task returns, twice, and throws it away."""
        found.append((await drawn(services, SCREENS, path, query, NOW)).page)

    asyncio.run(draw())
    return found[0]


def plain(part: Any) -> Any:
    """What a browser is told of it."""
    return orjson.loads(orjson.dumps(part, default=as_json, option=orjson.OPT_NON_STR_KEYS))


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every component, each before its children."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict) and "props" in one:
            yield one
            waiting.append(one["props"].get("children"))
        elif isinstance(one, list):
            waiting.extend(reversed(one))


def text(tree: Any) -> str:
    if isinstance(tree, dict):
        return text(tree.get("props", {}).get("children"))
    if isinstance(tree, list):
        return " ".join(text(child) for child in tree)
    return "" if tree is None else str(tree)


OF_AREAS = {feed for area in AREAS.values() for feed in area.feeds}
ON_THE_WALL = sorted(key for key, kpi in KPIS.items() if kpi.on_wall and kpi.feed in OF_AREAS)
SECTIONS = [area for area in AREAS.values() if {KPIS[key].feed for key in ON_THE_WALL} & set(area.feeds)]
GOALS = [kpi for kpi in KPIS.values() if kpi.province_goal]


def marked(tree: Any, attribute: str) -> list[dict[str, Any]]:
    return [n for n in nodes(tree) if attribute in n["props"]]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("path", SCREENS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_screen_renders_in_every_condition(path, condition, language) -> None:
    page = render(path, CONDITIONS[condition], language)
    assert page["props"]["data-screen"] == SCREENS[path].key
    assert not [n for n in nodes(page) if "style" in n["props"]], "no inline styles"


@pytest.mark.parametrize("path", ["/", "/connectivity"])
def test_a_screen_says_what_dash_says_of_it(path: str) -> None:
    page = shown(services(normal()), path, {})
    assert plain(page) == orjson.loads(orjson.dumps(page, default=lambda one: one.to_plotly_json()))


FIGURES = ("data-kpi", "data-row", "data-layers")


@pytest.mark.parametrize("path", SCREENS)
def test_the_simulated_mark_follows_the_data_not_a_setting(path) -> None:
    def simulated(reading: FakeReading) -> list[Any]:
        return [n for n in marked(render(path, reading), "data-simulated") if n["props"]["data-simulated"] == "true"]

    page = render(path, normal)
    assert simulated(normal()) or not [n for name in FIGURES for n in marked(page, name)], "it shows figures unmarked"
    assert not simulated(empty()), "an empty page must not claim simulated data"


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        *[("/connectivity", mark) for mark in ("ioc-card ", "ioc-mapbox", "place-")],
        *[("/leader", mark) for mark in ("ioc-card ", "ioc-mapbox")],
        ("/", "feeds-"),
    ],
)
def test_each_part_that_shows_simulated_figures_calls_for_the_banner_itself(path, mark) -> None:
    """A card may not have heard yet what the table beside it shows."""

    def kind(node: dict[str, Any]) -> str:
        props = node["props"]
        return f"{props.get('className', '')} {props.get('id', '')} {'feeds-' if 'data-row' in props else ''}"

    page = render(path, normal)
    assert any(mark in kind(n) for n in marked(page, "data-simulated") if n["props"]["data-simulated"] == "true")


def test_wall_shows_every_kpi_once_with_age_coverage_and_source() -> None:
    page = render("/", normal)
    cards = marked(page, "data-kpi")
    articles = [c for c in cards if re.search("--as-(tile|chip)", c["props"].get("className", ""))]
    assert sorted(c["props"]["data-kpi"] for c in articles) == ON_THE_WALL
    for card in articles:
        parts = {n["props"]["data-part"]: n for n in marked(card, "data-part")}
        assert {"value", "unit", "coverage", "source", "age", "spark", "bullet", "glyph"} <= parts.keys()
        assert parts["age"]["props"]["data-as-of"]
        # One sender of one: its figure's source and age say it all.
        assert bool(text(parts["coverage"])) == KPIS[card["props"]["data-kpi"]].by_place
        assert text(parts["source"]) == "Mô phỏng"


def test_empty_wall_says_what_it_waits_for_and_shows_no_number() -> None:
    page = render("/", empty)
    values = [text(n) for n in marked(page, "data-part") if n["props"]["data-part"] == "value"]
    assert values == ["—"] * (len(ON_THE_WALL) + 1)
    assert "ioc-focus--calm" in slot(page)["props"]["className"]
    assert "từ các nguồn đang gửi" in text(slot(page)), "no source sends"
    assert text(page).count("đang chờ lần gửi đầu tiên") == len(SECTIONS) + 1, "each area, and one line for all feeds"
    assert "Chưa xe nào gửi vị trí." in text(page)


def test_where_a_vehicle_was_heard_nothing_says_that_none_was() -> None:
    assert "Chưa xe nào gửi vị trí." in text(render("/waste", empty))
    assert "Chưa xe nào gửi vị trí." not in text(render("/waste", normal))


def slot(page: Any) -> dict[str, Any]:
    return next(n for n in nodes(page) if n["props"].get("className", "").startswith("ioc-focus "))


def focused(reading: FakeReading, **query: str) -> str:
    """The KPI whose figure stands in the slot, "" in a quiet time."""
    found = slot(render("/", reading, **query))
    return (
        "" if "calm" in found["props"]["className"] else next(n["props"]["data-kpi"] for n in marked(found, "data-kpi"))
    )


def with_(**statuses: tuple[Status, int]) -> FakeReading:
    """A quiet province but for these KPIs, each out of bounds for so many minutes."""
    reading = quiet()
    reading.results = [
        replace(r, status=statuses[r.key][0], since=NOW - timedelta(minutes=statuses[r.key][1]))
        if r.key in statuses and r.place == PROVINCE
        else r
        for r in reading.results
    ]
    return reading


def test_the_most_urgent_alarm_has_the_focus_slot_with_all_that_is_needed_to_act() -> None:
    page = render("/", with_(services_on_time=(Status.CRITICAL, 15)))
    found = slot(page)
    said = text(found)
    assert marked(page, "data-focused")[0]["props"]["data-row"] == found["props"]["data-focus"]
    assert focused(with_(services_on_time=(Status.CRITICAL, 15))) == "services_on_time"
    for told in (
        "◆",
        "Hồ sơ giải quyết đúng hạn",
        "từ 13:50",
        KPIS["services_on_time"].response.vi,
        "Trung tâm Phục vụ hành chính",
    ):
        assert told in said, told
    assert any(n["props"].get("href") == "/services" for n in nodes(found))


def test_a_quiet_province_says_since_when() -> None:
    assert focused(quiet()) == focused(empty()) == focused(broken()) == ""
    calm = quiet()
    over = {"before": Status.CRITICAL, "after": Status.NORMAL, "value": 97.0}
    at = NOW - timedelta(hours=3)
    calm.happened = [status_event(at=at, key="services_on_time", territory=IN_FORCE, place=PROVINCE, **over)]
    said = text(slot(render("/", calm)))
    assert "Không có cảnh báo cần xử lý ngay" in said
    assert "3 giờ" in said


def test_critical_comes_before_high_and_what_can_wait_is_no_focus() -> None:
    warning, critical = (Status.WARNING, 90), (Status.CRITICAL, 5)
    assert focused(with_(services_on_time=warning, services_online=critical)) == "services_online"
    assert focused(with_(services_on_time=(Status.ADVISORY, 900))) == "", "an advisory is no focus"


def test_stale_wall_marks_old_figures_and_does_not_alarm_by_them() -> None:
    page = render("/", broken)
    classes = {
        n["props"]["data-kpi"]: n["props"]["className"] for n in marked(page, "data-kpi") if n["type"] == "Article"
    }
    assert "ioc-card--stale" in classes["waste_vehicles_supplying"]
    assert "ioc-card--critical" not in " ".join(classes.values())
    assert "Nguồn ngừng gửi: Xe thu gom rác" in text(page)


def test_stale_domain_screen_does_not_say_all_is_well() -> None:
    page = render("/waste", broken)
    assert "Không có chỉ số nào vượt ngưỡng." not in text(page)
    assert "Nguồn ngừng gửi" in text(page)


def test_store_that_does_not_answer_gives_a_page_that_says_so() -> None:
    page = render("/", FakeReading(failure=OperationalError("select", {}, Exception("gone"))))
    assert "Không đọc được kho dữ liệu" in text(page)
    assert "gone" not in text(page)


def test_a_page_says_after_which_figures_its_regions_are_drawn_again() -> None:
    def page(path: str) -> dict[str, Any]:
        return next(n["props"] for n in nodes(render(path, normal)) if "data-regions" in n["props"])  # type: ignore[no-any-return]

    def followed(path: str) -> set[str]:
        return set(page(path)["data-regions"].split())

    assert {KPIS[key].feed for key in followed("/")} == {"waste_routes"}, "the wall's regions show the day's collection"
    assert followed("/services") == {key for key, kpi in KPIS.items() if kpi.feed in AREAS["services"].feeds}
    assert followed("/kiosk") == set()
    assert "data-lists" not in page("/"), "news of feeds and events fill their own lists there"
    assert "data-lists" in page("/data")


def test_unknown_address_leads_back() -> None:
    page = render("/khong-co", normal)
    assert "Không có trang này" in text(page)
    assert any(n["props"].get("href") == "/" for n in nodes(page))


def test_english_pages_keep_their_language_in_links() -> None:
    links = [n["props"]["href"] for n in nodes(render("/", normal, "en")) if n["type"] == "A"]
    internal = [h for h in links if h.startswith("/") and h != "/"]
    assert internal
    assert all("lang=en" in h for h in internal)


def test_commune_rows_keep_their_order_whatever_the_values() -> None:
    def names(reading: FakeReading) -> list[str]:
        page = render("/services", reading)
        (table,) = [n for n in nodes(page) if n["props"].get("data-table") == "communes"]
        return [text(n) for n in nodes(table) if n["type"] == "Th" and n["props"].get("scope") == "row"]

    other = normal()
    other.results = [replace(r, value=(r.value or 0) * 0.9) for r in reversed(other.results)]
    assert names(normal()) == names(other)
    assert len(names(normal())) == 60


def test_vietnamese_order_puts_d_with_stroke_after_d_and_ignores_the_unit_type() -> None:
    names = ("Xã Đức Hòa", "Phường An Lục", "Xã Dương", "Xã Ấp Bắc")
    here = {name: Place(territory=IN_FORCE, code=name, name=name) for name in names}
    data = ScreenData(language="vi", now=NOW, answers=Answers().put(PLACES, Places(here=here)))
    assert sorted(names, key=lambda code: by_name(data, code)) == [
        "Phường An Lục", "Xã Ấp Bắc", "Xã Dương", "Xã Đức Hòa",
    ]  # fmt: skip


def test_ranking_shares_ranks_and_skips_after_them() -> None:
    values = {"a": 3.0, "b": 2.0, "c": 2.0, "d": 1.0}
    assert [r for r, _, _ in rank(values, Better.HIGHER)] == [1, 2, 2, 4]
    assert [code for _, code, _ in rank(values, Better.LOWER)] == ["d", "b", "c", "a"]


def test_leader_counts_only_fresh_figures_as_met() -> None:
    met = {kpi.key for kpi in GOALS if kpi.meets(VALUES[kpi.key])}
    stale = {"coverage_fibre_communes"}
    assert met >= {*stale, "teams_it_xanh"}
    assert "services_cashless" not in met
    assert f"Tỉnh đạt {len(met)}/{len(GOALS)} mục tiêu" in text(render("/leader", normal))
    nothing = text(render("/leader", empty))
    assert "Chưa có số liệu của mục tiêu nào" in nothing
    assert f"0/{len(GOALS)} mục tiêu" not in nothing, "none known is not none met"
    known = met - stale - {"teams_it_xanh"}  # of that one nothing is known
    assert f"Tỉnh đạt {len(known)}/{len(GOALS)} mục tiêu" in text(render("/leader", broken))


def test_leader_shows_a_goal_of_people_for_reference_and_who_set_it() -> None:
    page = text(render("/leader", normal))
    judged = page[page.index("Mục tiêu của tỉnh") : page.index("Chưa có số liệu đúng đối tượng")]
    apart = page[page.index("Chưa có số liệu đúng đối tượng") :]
    for key in ("services_online", "services_cashless"):
        assert KPIS[key].names.vi not in judged
        assert KPIS[key].names.vi in apart
    assert f"Mục tiêu do Tỉnh Long An đặt: {KPIS['services_online'].target.source}" in apart


def test_leader_names_unranked_communes_instead_of_ranking_them_last() -> None:
    page = render("/leader", normal, kpi="teams_active_share")
    assert "Không xếp hạng (chưa có số liệu): " in text(page)
    rows = [n for n in nodes(page) if n["props"].get("className") == "ioc-rank"]
    assert len(rows) == 58


def test_kiosk_carries_only_public_figures() -> None:
    reading = normal()
    page = json.dumps(render("/kiosk", reading), ensure_ascii=False)
    public = {key for key, kpi in KPIS.items() if kpi.public}
    assert all(key in page for key in public)
    assert not [key for key in KPIS.keys() - public if key in page]
    secrets = [v.id for v in reading.positions] + [p.name for p in places() if p.code != PROVINCE] + ["862019041234567"]
    assert not [s for s in secrets if s in page]
    assert "/data" not in page


def test_kiosk_drops_stale_slides_and_ends_neutral() -> None:
    slides = [n["props"]["data-slide"] for n in marked(render("/kiosk", broken), "data-slide")]
    assert "coverage_fibre_households" not in slides
    assert [n["props"]["data-slide"] for n in marked(render("/kiosk", empty), "data-slide")] == ["neutral"]


def test_half_of_the_kiosks_slides_need_no_statistics_and_the_address_is_a_picture() -> None:
    reading = normal()
    served = services(reading)
    served.plan.planned = (replace(ROUTE, weekdays=frozenset(range(1, 8)), places=("27694",)),)
    served.plan.differing = (replace(TET, day=NOW.date() + timedelta(days=2)),)
    page = told(served, "/kiosk", {"lang": "vi"})
    slides = marked(page, "data-slide")
    plain = [s for s in slides if not marked(s, "data-kpi")]
    assert len({s["props"]["data-slide"] for s in slides}) == len(slides)
    assert 2 * len(plain) >= len(slides)
    collections = text(next(s for s in slides if s["props"]["data-slide"] == "collections"))
    # As the street's page and boards say.
    for said in ("18:00", "theo lịch", "Đường Hùng Vương", "Phường Long An", "để rác trước 17:55"):
        assert said in collections
    assert "Mùng 1" in text(next(s for s in slides if s["props"]["data-slide"] == "changes"))
    assert "/lich-thu-gom.svg" in json.dumps(page)


def test_a_kiosks_picture_shows_as_many_of_a_hundred_as_its_sentence_and_no_figure_stands_twice() -> None:
    for slide in marked(render("/kiosk", normal), "data-public"):
        headline = text(next(n for n in marked(slide, "data-part") if n["props"]["data-part"] == "headline"))
        parts = {n["props"]["data-part"]: text(n) for n in marked(slide, "data-part")}
        assert parts.get("value", "none").rstrip("%") not in headline
        if "data-hundred" in slide["props"]:
            assert slide["props"]["data-hundred"] in headline


def test_kiosk_begins_with_its_first_slide_and_that_ones_dot() -> None:
    assert [n["type"] for n in marked(render("/kiosk", normal), "data-on")] == ["Section", "I"]


def test_kiosk_gives_time_to_read() -> None:
    for slide in marked(render("/kiosk", normal), "data-slide"):
        headline = next(n for n in marked(slide, "data-part") if n["props"]["data-part"] == "headline")
        assert int(slide["props"]["data-dwell"]) >= max(8, 2 + len(text(headline).split()))


def test_refusals_show_reason_in_words_and_never_the_message() -> None:
    page = text(render("/data", normal))
    assert "toạ độ 0,0" in page
    assert "id=LA-019" not in page
    assert "coordinates are 0,0" in text(render("/data", normal, "en"))


def by_commune(kpi_key: str, values: list[float | None]) -> dict[str, KpiResult]:
    return {str(i): result(KPIS[kpi_key], str(i), v) for i, v in enumerate(values)}


def test_a_share_is_classed_by_the_limits_of_its_kpi_and_a_calm_province_is_dark() -> None:
    kpi = KPIS["services_on_time"]
    high, critical = (one.limit for one in kpi.thresholds)
    values = [99.0, high, high - 0.1, critical - 0.1, None]
    classes = choropleth(kpi, by_commune("services_on_time", values), "vi")
    assert classes.by_place == {"0": 0, "1": 0, "2": 2, "3": 3}
    assert classes.labels == ("≥ 90", "", "80–90", "< 80")
    calm = choropleth(kpi, by_commune("services_on_time", [96.0, 97.0, 98.0, 99.0]), "vi")
    assert set(calm.by_place.values()) == {0}, "the worst quarter of a good province is no news"


def test_a_target_is_a_limit_too() -> None:
    classes = choropleth(KPIS["services_online"], by_commune("services_online", [85.0, 60.0, 40.0]), "vi")
    assert classes.by_place == {"0": 0, "1": 2, "2": 3}
    assert classes.labels == ("≥ 80", "", "50–80", "< 50")


def test_a_count_stands_in_quarters_as_its_limit_is_the_province_s() -> None:
    gap = choropleth(KPIS["coverage_4g_gap"], by_commune("coverage_4g_gap", [10, 20, 30, 40]), "vi")
    assert gap.by_place == {"0": 0, "1": 1, "2": 2, "3": 3}
    same = choropleth(KPIS["coverage_4g_gap"], by_commune("coverage_4g_gap", [7, 7, 7, 7]), "vi")
    assert same.labels == ()
    assert set(same.by_place.values()) == {1}


def test_stale_results_leave_the_map() -> None:
    found = by_commune("services_on_time", [99, 97, 95, 93])
    found["3"] = replace(found["3"], status=Status.STALE)
    assert "3" not in choropleth(KPIS["services_on_time"], found, "vi").by_place


async def test_series_are_loaded_only_for_what_the_screen_shows() -> None:
    data = await load(services(normal()), SCREENS["/waste"], "vi", {}, NOW)
    assert {key for key, _ in data.get(SERIES)} == {
        key for key, kpi in KPIS.items() if kpi.feed in SCREENS["/waste"].feeds
    }
    kiosk = await load(services(normal()), SCREENS["/kiosk"], "vi", {}, NOW)
    for ask in (SERIES, VEHICLES):
        with pytest.raises(NotAsked):
            kiosk.get(ask)


def test_components_are_dash_components() -> None:
    data = asyncio.run(load(services(normal()), SCREENS["/"], "vi", {}, NOW + timedelta(seconds=1)))
    assert isinstance(SCREENS["/"].layout(data), Component)
