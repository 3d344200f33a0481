from dataclasses import replace
from datetime import date, timedelta

import pytest
from screen_figures import FEEDS, KPIS, NOW, result

from domain.instant import to_ms
from domain.places.place import PROVINCE
from present.charts.path import FORECAST_FROM, path

DECLARED = KPIS["services_online"]
assert DECLARED.target is not None
# The declared goal counts people; this one counts files, as the figure does.
ONLINE = replace(DECLARED, target=replace(DECLARED.target, of=None))
MONTH = timedelta(days=30)


def way(values, kpi=ONLINE, language="vi", newest=timedelta(hours=6)):
    """The path of one figure a month, the last of them ``newest`` old."""
    count = len(values)
    series = [
        result(kpi, PROVINCE, value, as_of=NOW - newest - (count - 1 - i) * MONTH) for i, value in enumerate(values)
    ]
    return path(kpi, FEEDS[kpi.feed], series, NOW, language)


def kinds(chart):
    return [line.kind for line in chart.lines]


def test_without_a_dated_target_there_is_no_path() -> None:
    assert path(KPIS["services_on_time"], FEEDS["services"], [], NOW, "vi") is None


def test_without_figures_it_says_so() -> None:
    chart = way([])
    assert chart.x is None
    assert chart.notes == ("Chưa có số liệu để vẽ lộ trình đến mục tiêu.", "mục tiêu 2030: 80%")


def test_the_needed_line_leads_from_the_newest_figure_to_the_target() -> None:
    chart = way([60.0, 61.0])
    needed = next(line for line in chart.lines if line.kind == "needed")
    assert (needed.dots[0].y, needed.dots[1].y) == (61.0, 80.0)
    assert needed.dots[0].x == to_ms(NOW - timedelta(hours=6))
    assert "cần +4,6 điểm mỗi năm" in chart.notes


@pytest.mark.parametrize(
    ("left", "said"), [(31, "cần +19,0 điểm trong 31 ngày còn lại"), (1, "cần +19,0 điểm trong 1 ngày còn lại")]
)
def test_less_than_a_year_is_not_told_by_the_year(left, said) -> None:
    assert ONLINE.target is not None
    due = (NOW - timedelta(hours=6)).date() + timedelta(days=left)
    soon = replace(ONLINE, target=replace(ONLINE.target, due=due))
    notes = way([60.0, 61.0], kpi=soon).notes
    assert said in notes
    assert not any("mỗi năm" in note for note in notes)


@pytest.mark.parametrize("months", [1, 2, FORECAST_FROM - 1])
def test_few_months_give_no_forecast_and_the_chart_says_why(months) -> None:
    chart = way([60.0 + i for i in range(months)])
    assert "forecast" not in kinds(chart)
    assert f"chưa dự báo: mới có {months} tháng, cần 6" in chart.notes


def test_six_months_give_a_forecast_that_is_called_one() -> None:
    chart = way([60.0 + 0.2 * i for i in range(FORECAST_FROM)])
    assert "forecast" in kinds(chart)
    assert any(note.startswith("dự báo theo đường thẳng qua 6 tháng: 71") for note in chart.notes)


def test_many_figures_in_one_month_are_one_point() -> None:
    series = [result(ONLINE, PROVINCE, 60.0 + i, as_of=NOW - timedelta(hours=12 - i)) for i in range(12)]
    chart = path(ONLINE, FEEDS["services"], series, NOW, "vi")
    assert chart is not None
    assert [dot.y for dot in chart.figures] == [71.0]
    assert "forecast" not in kinds(chart), "twelve figures of one day say nothing of 2030"


def test_a_forecast_stays_within_what_can_be() -> None:
    chart = way([40.0, 48.0, 56.0, 64.0, 72.0, 79.0])
    forecast = next(line for line in chart.lines if line.kind == "forecast")
    assert forecast.dots[1].y == 100.0


def test_a_stale_figure_gets_neither_slope_nor_forecast() -> None:
    chart = way([60.0 + i for i in range(8)], newest=timedelta(days=5))
    assert set(kinds(chart)) == {"actual"}
    assert chart.notes[0].startswith("số liệu cũ: 67,0%")


def test_a_month_without_figures_parts_the_line() -> None:
    at = [NOW - timedelta(hours=6), NOW - timedelta(days=95), NOW - timedelta(days=125)]
    series = [result(ONLINE, PROVINCE, 60.0 + i, as_of=when) for i, when in enumerate(reversed(at))]
    chart = path(ONLINE, FEEDS["services"], series, NOW, "vi")
    assert chart is not None
    assert [len(line.dots) for line in chart.lines if line.kind == "actual"] == [2, 1]


def test_a_target_that_is_met_needs_no_slope() -> None:
    chart = way([70.0, 83.5])
    assert "needed" not in kinds(chart)
    assert chart.notes[0] == "nay 83,5% (08:05), đã đạt mục tiêu"


def test_a_target_whose_day_is_over_is_said_to_be_missed() -> None:
    assert ONLINE.target is not None
    late = replace(ONLINE, target=replace(ONLINE.target, due=date(2025, 12, 31)))
    chart = way([60.0, 61.0], kpi=late)
    assert set(kinds(chart)) == {"actual"}
    assert chart.notes == ("nay 61,0% (08:05), đã quá hạn mà chưa đạt",)
    assert chart.x is not None
    assert chart.x.high == to_ms(NOW)


def test_a_target_that_counts_something_else_is_neither_drawn_nor_reached() -> None:
    chart = way([60.0 + 4 * i for i in range(7)], kpi=DECLARED)
    assert (chart.limits, set(kinds(chart))) == ((), {"actual", "forecast"})
    assert chart.title.endswith("xu hướng")
    assert not any("đã đạt" in note or "mỗi năm" in note for note in chart.notes)
    assert any("cách tính khác" in note for note in chart.notes)
    assert chart.y is not None
    assert chart.said.count("cách tính khác") == 1
