"""The drawing and plotly's figure are made of one view-model: points, limits and axes agree."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from screen_figures import FEEDS, KPIS, NOW, commune_results, places, result

from domain.kpis.kpi import Status
from domain.places.place import PROVINCE
from present.charts import figure as figures
from present.charts.chart import Chart
from present.charts.course import course
from present.charts.distribution import distribution
from present.charts.figure import figure
from present.charts.path import path
from present.charts.svg import FULL, chart_svg

DAY = timedelta(days=1)
ROOT = Path(__file__).parents[3]
NAMES = {"actual": "thực tế", "needed": "cần", "forecast": "dự báo"}


def a_course() -> Chart:
    kpi = KPIS["services_online"]
    kpi = replace(kpi, target=replace(kpi.target, of=None))
    days = [(29, 71.0), (28, 70.5), (20, 72.0), (19, 73.3), (10, 74.0), (0.5, 78.8)]
    series = [result(kpi, PROVINCE, value, as_of=NOW - ago * DAY) for ago, value in days]
    return course(kpi, FEEDS[kpi.feed], series, NOW - 30 * DAY, NOW, "vi")


def a_distribution() -> Chart:
    kpi = KPIS["services_on_time"]
    codes = [place.code for place in places() if place.code != PROVINCE]
    results = {one.place: one for one in commune_results(kpi, codes)}
    statuses = {code: one.status for code, one in results.items()}
    return distribution(kpi, results, statuses, 97.0, lambda code: code, "vi").chart


def a_path() -> Chart:
    kpi = KPIS["services_online"]
    kpi = replace(kpi, target=replace(kpi.target, of=None))
    series = [result(kpi, PROVINCE, 60 + i, as_of=NOW - (9 - i) * 30 * DAY - DAY / 4) for i in range(10)]
    made = path(kpi, FEEDS[kpi.feed], series, NOW, "vi")
    assert made is not None
    return made


CHARTS = {"course": a_course, "distribution": a_distribution, "path": a_path}


def drawn_points(chart: Chart, svg: str) -> set[tuple[int, int]]:
    """Points of lines and dots in thousandths, but for limits, grid and band."""
    found = set()
    for look, data in re.findall(r'<path class="ioc-plot__(\w+)[^"]*" d="([^"]*)"', svg):
        if look in ("actual", "needed", "forecast", "dots", "end"):
            found |= {(int(x), int(y)) for x, y in re.findall(r"(\d+) (\d+)", data.replace("h0", "").replace("M", " "))}
    return found


def told_points(chart: Chart, made: dict) -> set[tuple[int, int]]:
    """The same of plotly's figure."""
    by_words = {}
    for line in chart.lines:
        by_words |= {(dot.words, dot.y): dot for dot in line.dots}
    by_words |= {(dot.words, dot.y): dot for dot in chart.dots}
    found = set()
    for trace in made["data"]:
        for words, y in zip(trace["text"], trace["y"], strict=True):
            dot = by_words[words, y]
            found.add((round(chart.x.share(dot.x) * FULL), round((1 - chart.y.share(y)) * FULL)))
    return found


@pytest.mark.parametrize("kind", CHARTS)
def test_both_draw_the_same_points(kind: str) -> None:
    chart = CHARTS[kind]()
    points = drawn_points(chart, chart_svg(chart))
    assert points == told_points(chart, figure(chart, NAMES))
    assert len(points) > 5


@pytest.mark.parametrize("kind", CHARTS)
def test_both_draw_the_same_limits_band_and_labels(kind: str) -> None:
    chart = CHARTS[kind]()
    svg, made = chart_svg(chart), figure(chart, NAMES)
    values = made["layout"]["yaxis" if chart.upright else "xaxis"]
    axis = chart.y if chart.upright else chart.x
    assert values["range"] == [axis.low, axis.high]
    for mark in (*chart.x.marks, *chart.y.marks):
        assert f">{mark.words}</text>" in svg
        assert mark.words in (*made["layout"]["xaxis"]["ticktext"], *made["layout"]["yaxis"]["ticktext"])
    said = [note["text"] for note in made["layout"].get("annotations", ())]
    assert said == [limit.words for limit in chart.limits]
    assert all(f">{limit.words}</text>" in svg for limit in chart.limits)
    lines = [shape for shape in made["layout"]["shapes"] if shape["type"] == "line"]
    at = "y0" if chart.upright else "x0"
    assert [shape[at] for shape in lines] == [limit.at for limit in chart.limits]
    bands = [shape for shape in made["layout"]["shapes"] if shape["type"] == "rect"]
    assert len(bands) == svg.count("ioc-plot__band") == bool(chart.band)


def test_a_gap_is_a_gap_in_both() -> None:
    chart = a_course()
    assert len(chart.lines) == 4
    assert len(figure(chart, NAMES)["data"]) == 4, "no trace runs across a gap"


def test_figures_wear_the_page_s_colours() -> None:
    tokens = (ROOT / "assets" / "styles" / "00-tokens.css").read_text("utf-8")
    mine = [figures.TEXT, figures.FAINT, figures.GRID, figures.BAND, figures.DATA, figures.SELECT]
    colours = [*mine, *figures.TONES.values()]
    assert [colour for colour in colours if colour not in tokens] == []


def test_an_empty_chart_has_no_figure() -> None:
    kpi = KPIS["services_online"]
    with pytest.raises(ValueError, match="nothing to draw"):
        figure(course(kpi, FEEDS[kpi.feed], [], NOW - DAY, NOW, "vi"), NAMES)


def test_who_is_out_of_bounds_is_marked_in_both() -> None:
    chart = a_distribution()
    assert [dot.tone for dot in chart.dots if dot.tone] == [Status.WARNING.value]
    assert figures.TONES["warning"] in figure(chart, NAMES)["data"][0]["marker"]["color"]
    assert "ioc-plot__dots--warning" in chart_svg(chart)
