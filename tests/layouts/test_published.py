"""Published figures stand beside the centre's own, each with kind, source, date and units; none is counted."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from screen_figures import AREAS, FEEDS, KPIS, NOW, press, result
from screen_fixtures import FakeReading, empty, normal, quiet

from domain.mission.indicators import INDICATORS
from domain.observation import Kind, ObsStatus
from domain.places.place import PROVINCE
from tests.layouts.test_screens import nodes, render, text

TOLD = [(one, told) for one in INDICATORS for told in one.published if told.figure]


def row(reading: FakeReading, path: str, number: int) -> str:
    page = render(path, reading)
    return next(text(node) for node in nodes(page) if node["props"].get("data-row") == f"published-{number}")


@pytest.mark.parametrize(("one", "told"), TOLD, ids=lambda it: str(getattr(it, "number", "")))
def test_a_figure_is_the_one_that_its_words_print(one, told):
    assert told.figure is not None
    printed = [float(n.replace(".", "").replace(",", ".")) for n in re.findall(r"\d[\d.,]*", told.said.vi)]
    assert told.figure.value in printed
    assert told.article.day < NOW.date()


def test_every_printed_figure_comes_with_the_release_as_a_declared_observation():
    came = {(item.measure, item.source, item.value, item.kind, item.territory) for item in press()}
    assert came == {
        (told.figure.measure, told.article.source, told.figure.value, Kind.DECLARED, told.article.territory.version)
        for _, told in TOLD
        if told.figure
    }
    assert all(item.of.code == PROVINCE and item.revision == 1 for item in press())


def test_no_kpi_needs_a_figure_that_was_published():
    published = {key for key, feed in FEEDS.items() if feed.published}
    assert published
    needs = {key: {kpi.feed, *(name.partition("/")[0] for name in kpi.formula.needs if "/" in name)}
             for key, kpi in KPIS.items()}  # fmt: skip
    assert {key for key, feeds in needs.items() if feeds & published} == set()
    assert not published & {feed for area in AREAS.values() for feed in area.feeds}


def test_a_month_means_its_last_day_and_the_units_then_in_force():
    days = {told.article.on: (told.article.day, told.article.territory.version) for _, told in TOLD}
    assert days["10/2024"] == (date(2024, 10, 31), "2024-01")
    assert days["29/06/2025"] == (date(2025, 6, 29), "2024-12")
    assert {told.article.period for _, told in TOLD} == {"2024-10", "2024-10-21", "2025-06-29"}


def test_a_corrected_figure_loses_its_words_and_says_so():
    reading = normal()
    reading.observed = [
        replace(item, value=89.4, revision=2) if item.measure == "households_fibre" else item
        for item in reading.observed
    ]
    said = row(reading, "/connectivity", 19)
    assert "88,9% hộ" not in said
    assert "89,4 %" in said
    assert "VnExpress 4798653, 31/10/2024" in said
    assert "sửa lần 1" in said


def test_a_figure_of_another_newspaper_stands_beside_the_first_by_day():
    reading = normal()
    first = next(item for item in reading.observed if item.measure == "households_fibre")
    newer = replace(first, value=91.2, source="Báo Tây Ninh", territory="2025-07", at=NOW - timedelta(days=20))
    withdrawn = replace(newer, value=None, status=ObsStatus.MISSING, source="Báo khác")
    reading.observed = [withdrawn, newer, *reading.observed]
    said = row(reading, "/connectivity", 19)
    assert said.index("88,9% hộ") < said.index("91,2 %")
    assert "Báo khác" not in said


def test_published_figures_age():
    page = render("/connectivity", normal())
    told = next(node for node in nodes(page) if node["props"].get("data-row") == "published-19")
    ages = [node["props"] for node in nodes(told) if node["type"] == "Time"]
    assert ages[-1]["className"] == "ioc-age ioc-age--stale"


def test_the_rooms_of_then_and_now_stand_side_by_side_by_territory():
    reading = normal()
    kept = [one for one in reading.results if not one.key.startswith("platform_video")]
    now = {"numerator": 60, "denominator": 60, "kinds": {Kind.DECLARED: 60}}
    asked = {"numerator": 58, "denominator": 60, "kinds": {Kind.MEASURED: 60}}
    reading.results = [
        *kept, result(KPIS["platform_video_communes"], PROVINCE, 100.0, **now),
        result(KPIS["platform_video_reachable"], PROVINCE, 96.7, **asked),
    ]  # fmt: skip
    said = row(reading, "/platform", 27)
    assert "60/60 xã · ✎ khai báo" in said
    assert "58/60 điểm cầu · đo" in said, "what can be called is asked, not declared"
    assert "15/15 huyện, đến cấp xã" in said
    assert "Thanh Niên, 29/06/2025" in said
    assert "✎ khai báo · 186 xã, 15 huyện (1/12/2024–30/6/2025)" in said


def test_without_own_figures_the_published_one_stands_alone_and_is_no_figure_of_the_centre():
    reading = empty()
    assert "88,9" not in text(render("/connectivity", reading)), "what is not in the store is not shown"
    reading.observed = press()
    said = row(reading, "/connectivity", 19)
    assert "chưa có số liệu" in said
    assert "88,9% hộ" in said
    assert "188 xã, 15 huyện (đến 30/11/2024)" in said


def test_two_readings_of_one_month_stay_two():
    said = row(quiet(), "/services", 11)
    assert said.index("413.500 thiết bị") < said.index("hơn 300.000 lượt"), "by day: a month means its last one"


@pytest.mark.parametrize("path", sorted(area.path for area in AREAS.values()))
def test_a_screen_has_those_of_its_own_indicators(path):
    feeds = next(area.feeds for area in AREAS.values() if area.path == path)
    own = {one.number for one, _ in TOLD if any(one.number in k.indicators and k.feed in feeds for k in KPIS.values())}
    rows = [node["props"].get("data-row", "") for node in nodes(render(path, normal))]
    shown = {int(row.removeprefix("published-")) for row in rows if str(row).startswith("published-")}
    assert shown == (set() if path == "/waste" else own)
