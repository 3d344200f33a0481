"""Published figures stand beside the centre's own, each with kind, source, date and units; none is counted."""

import re
from datetime import date

import pytest
from screen_figures import AREAS, KPIS, NOW, result
from screen_fixtures import FakeReading, empty, normal, quiet

from domain.mission.indicators import INDICATORS
from domain.observation import Kind
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
    assert told.day < NOW.date()
    assert told.kind is Kind.DECLARED


def test_a_month_means_its_last_day_and_the_units_then_in_force():
    days = {told.on: (told.day, told.territory.version) for _, told in TOLD}
    assert days["10/2024"] == (date(2024, 10, 31), "2024-01")
    assert days["29/06/2025"] == (date(2025, 6, 29), "2024-12")


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
    assert "Thanh Niên, 29/06/2025 · ✎ khai báo · 186 xã, 15 huyện (1/12/2024–30/6/2025)" in said


def test_without_own_figures_the_published_one_stands_alone_and_is_no_figure_of_the_centre():
    said = row(empty(), "/connectivity", 19)
    assert "chưa có số liệu" in said
    assert "88,9 % hộ" in said
    assert "188 xã, 15 huyện (đến 30/11/2024)" in said


def test_two_readings_of_one_month_stay_two():
    said = row(quiet(), "/services", 11)
    assert said.index("hơn 300.000 lượt") < said.index("413.500 thiết bị")


@pytest.mark.parametrize("path", sorted(area.path for area in AREAS.values()))
def test_a_screen_has_those_of_its_own_indicators(path):
    feeds = next(area.feeds for area in AREAS.values() if area.path == path)
    own = {one.number for one, _ in TOLD if any(one.number in k.indicators and k.feed in feeds for k in KPIS.values())}
    rows = [node["props"].get("data-row", "") for node in nodes(render(path, normal))]
    shown = {int(row.removeprefix("published-")) for row in rows if str(row).startswith("published-")}
    assert shown == (set() if path == "/waste" else own)
