from dataclasses import replace
from datetime import timedelta

import pytest
from screen_figures import FEEDS, KPIS, NOW, result

from domain.instant import to_ms
from domain.kpis.kpi import Status
from domain.observation import Kind
from domain.places.place import PROVINCE
from domain.text import Text
from present.charts.course import band_words, course
from present.charts.svg import chart_svg

ONLINE = KPIS["services_online"]
ON_TIME = KPIS["services_on_time"]
DAY = timedelta(days=1)


def drawn(points, kpi=ONLINE, language="vi", days=30, now=NOW):
    """A chart of (days ago, value)."""
    series = [result(kpi, PROVINCE, value, as_of=now - ago * DAY) for ago, value in points]
    return course(kpi, FEEDS[kpi.feed], series, now - days * DAY, now, language)


def values(chart):
    return [[dot.y for dot in line.dots] for line in chart.lines]


def test_nothing_known_is_a_sentence_and_no_drawing() -> None:
    chart = drawn([])
    assert (chart.x, chart.y, chart.lines, chart.dots, chart.table) == (None, None, (), (), None)
    assert chart.notes[0] == "Chưa có số liệu từ 24/10/2026 đến 23/11/2026."
    assert chart_svg(chart) == ""


def test_unknown_figures_are_left_out_and_are_not_zero() -> None:
    chart = drawn([(3, 80.0), (2, None), (1, 82.0)])
    assert values(chart) == [[80.0], [82.0]], "and nothing leads over them"
    close = drawn([(1, 80.0), (0.9, None), (0.8, 82.0)])
    assert values(close) == [[80.0], [82.0]], "however near they are"
    assert not any(dot.y == 0 for dot in chart.figures)
    assert drawn([(2, None), (1, None)]).x is None


def test_one_figure_is_a_dot_with_a_sentence() -> None:
    chart = drawn([(1, 80.5)])
    assert [dot.y for dot in chart.dots] == [80.5]
    assert chart.lines == ()
    assert len(chart.notes) == 1, "the line on the drawing and the card tell the target"
    assert chart.notes[0] == "Mới có một số liệu: 80,5% lúc 14:05 22/11; chưa thể vẽ diễn biến."
    assert chart.x is not None
    assert chart.x.low == to_ms(NOW - 30 * DAY), "the whole range: one figure has no length"


def test_a_gap_longer_than_a_figure_stands_parts_the_line() -> None:
    chart = drawn([(20, 80.0), (19, 81.0), (10, 82.0), (9, 83.0)])
    assert values(chart) == [[80.0, 81.0], [82.0, 83.0]]
    assert "1 khoảng không có số liệu" in chart.notes
    assert "1 khoảng không có số liệu" in chart.said
    assert 'class="ioc-plot__actual" d="M333 ' in chart_svg(chart)
    assert chart_svg(chart).count("M", chart_svg(chart).index('ioc-plot__actual" d="')) >= 2


def test_a_figure_alone_between_two_gaps_is_a_dot() -> None:
    svg = chart_svg(drawn([(20, 80.0), (19, 81.0), (10, 82.0)]))
    assert 'class="ioc-plot__dots" d="M667 ' in svg


def test_zero_is_a_figure_like_another() -> None:
    chart = drawn([(20, 0.0), (19, 0.0)])
    assert values(chart) == [[0.0, 0.0]]
    assert chart.y is not None
    assert chart.y.low == 0.0
    assert "thấp nhất 0,0%" in chart.said


def test_the_axis_of_a_share_ends_at_the_whole() -> None:
    chart = drawn([(2, 99.2), (1, 100.0)], kpi=ON_TIME)
    assert chart.y is not None
    assert chart.y.high == 100
    assert [mark.words for mark in chart.y.marks] == ["90", "95", "100"]


@pytest.mark.parametrize("values_", [(12_551_000, 12_552_000), (1e15, 2e15), (1e-4, 2e-4), (5, 5), (0, 0), (3, 4e9)])
def test_labels_of_huge_tiny_and_equal_figures_differ(values_) -> None:
    chart = drawn([(2, float(values_[0])), (1, float(values_[1]))], kpi=KPIS["teams_training_turns"], days=400)
    assert chart.y is not None
    assert len({mark.words for mark in chart.y.marks}) == 3
    assert all(chart.y.low <= dot.y <= chart.y.high for dot in chart.figures)


def test_what_the_chart_says_without_a_picture() -> None:
    said = drawn([(29, 61.0), (28.5, 66.0), (0.1, 64.5)]).said
    assert said == (
        "Hồ sơ trực tuyến, từ 24/10/2026 đến 23/11/2026: thấp nhất 61,0%, cao nhất 66,0%, mới nhất 64,5% lúc 11:41; "
        "mục tiêu 2030: 80% người dân và doanh nghiệp (cách tính khác); bình thường: từ 50%; "
        "1 khoảng không có số liệu; số liệu mô phỏng."
    )
    english = drawn([(29, 61.0), (0.1, 64.5)], language="en").said
    assert "lowest 61.0%" in english
    assert "target 2030: 80%" in english


def test_a_stale_figure_is_called_stale() -> None:
    assert "77,0% lúc 14:05 18/11 (số liệu cũ)" in drawn([(6, 76.0), (5, 77.0)]).said


def test_target_band_and_newest_lie_on_the_axis() -> None:
    chart = drawn([(2, 97.0), (1, 98.0)], kpi=ON_TIME)
    assert chart.band == (90.0, 100.0)
    assert chart.end is not None
    assert (chart.end.at, chart.end.words) == (98.0, "98,0%")
    online = replace(ONLINE, target=replace(ONLINE.target, of=None))
    goal = drawn([(2, 61.0), (1, 62.0)], kpi=online)
    assert [(limit.kind, limit.at, limit.words) for limit in goal.limits] == [("target", 80.0, "mục tiêu 2030: 80%")]
    assert goal.y is not None
    assert goal.y.low <= 61.0 < 80.0 <= goal.y.high
    assert drawn([(2, 61.0), (1, 62.0)]).limits == (), "a goal of people is no line for files"


def test_a_short_series_is_drawn_over_its_own_length_and_says_so() -> None:
    chart = drawn([(3, 80.0), (2, 81.0), (1, 82.0)])
    assert chart.x is not None
    assert chart.x.low == to_ms(NOW - 3 * DAY)
    assert chart.notes[0] == "từ 20/11/2026 đến 23/11/2026 (trước đó chưa có số liệu)"
    assert drawn([(29, 80.0), (28, 81.0)]).notes[0] == "từ 24/10/2026 đến 23/11/2026"


def test_a_corrected_figure_stands_once_with_its_last_value() -> None:
    """The store answers one result an as_of (`Results.course`); the chart neither averages nor repeats."""
    chart = drawn([(3, 80.0), (2, 60.0), (1, 82.0)])
    assert chart.table is not None
    assert [row[1] for row in chart.table.rows] == ["82,0", "60,0", "80,0"]


def test_real_figures_are_not_marked_as_simulated() -> None:
    real = [result(ONLINE, PROVINCE, 80.0 + day, as_of=NOW - day * DAY, kinds={Kind.MEASURED: 60}) for day in (3, 2, 1)]
    chart = course(ONLINE, FEEDS["services"], real, NOW - 30 * DAY, NOW, "vi")
    assert not chart.simulated
    assert "ioc-plot--simulated" not in chart_svg(chart)
    assert "mô phỏng" not in chart.said
    assert "ioc-plot--simulated" in chart_svg(drawn([(2, 1.0), (1, 2.0)]))


def test_limits_of_a_sum_are_the_province_s_alone() -> None:
    kpi = KPIS["coverage_4g_gap"]
    series = [result(kpi, "27694", 100.0 + day, as_of=NOW - 40 * DAY + day * DAY) for day in range(9)]
    here = course(kpi, FEEDS[kpi.feed], series, NOW - 366 * DAY, NOW, "vi", "Phường Long An")
    assert (here.band, here.limits) == (None, ())
    assert "bình thường" not in here.said
    assert here.title.endswith(", Phường Long An")
    assert course(kpi, FEEDS[kpi.feed], series, NOW - 366 * DAY, NOW, "vi").band is not None


def test_a_target_s_label_keeps_off_the_line() -> None:
    """97 of a target of 100: the label goes over the line and the drawing makes room for it."""
    near = chart_svg(drawn([(390, 97.0), (360, 97.1), (1, 97.3)], kpi=KPIS["teams_it_xanh"], days=400))
    assert 'dy="-.35em" class="ioc-plot__limit"' in near
    assert 'style="padding:1.7em' in near
    beneath = chart_svg(drawn([(390, 96.9), (360, 96.9), (1, 96.9)], kpi=KPIS["teams_it_xanh"], days=400))
    assert 'dy="1.15em" class="ioc-plot__limit"' not in beneath, "a third of a telephone's plot is less than a line"
    cashless = KPIS["services_cashless"]
    far = chart_svg(drawn([(2, 66.0), (1, 66.5)], kpi=replace(cashless, target=replace(cashless.target, of=None))))
    assert 'dy="1.15em" class="ioc-plot__limit"' in far


def test_figures_of_the_future_and_of_before_the_range_are_not_drawn() -> None:
    assert values(drawn([(40, 1.0), (2, 80.0), (1.5, 81.0), (-1, 99.0)])) == [[80.0, 81.0]]


def test_a_dot_out_of_bounds_keeps_its_status() -> None:
    low = replace(result(ON_TIME, PROVINCE, 85.0, as_of=NOW - DAY), status=Status.WARNING)
    chart = course(ON_TIME, FEEDS["services"], [low], NOW - 30 * DAY, NOW, "vi")
    assert [dot.tone for dot in chart.dots] == ["warning"]
    assert "ioc-plot__dots--warning" in chart_svg(chart)


def test_names_of_places_cannot_leave_their_text() -> None:
    kpi = replace(ONLINE, unit=Text("<b>", "<b>"))
    svg = chart_svg(course(kpi, FEEDS["services"], [result(kpi, PROVINCE, 1.0, as_of=NOW)], NOW - DAY, NOW, "vi"))
    assert "<b>" not in svg


def test_a_drawing_of_a_year_weighs_less_than_six_kilobytes() -> None:
    points = [(day * 366 / 96, 50 + day % 17 * 2.73) for day in range(95, 0, -1)]
    assert len(chart_svg(drawn(points, days=366)).encode()) < 6_000


def test_what_is_normal_in_words() -> None:
    assert band_words(ON_TIME, "vi") == "bình thường: từ 90%"
    assert band_words(KPIS["services_cashless"], "vi") == ""
