from dataclasses import replace

import pytest
from screen_figures import KPIS, result

from domain.kpis.kpi import Better, Status
from present.charts.distribution import WORST, distribution
from present.charts.svg import chart_svg

ON_TIME = KPIS["services_on_time"]


def spread(values, kpi=ON_TIME, province=97.0, stale=(), statuses=None, language="vi"):
    results = {code: result(kpi, code, value) for code, value in values.items()}
    told = {code: Status.STALE if code in stale else (statuses or {}).get(code, Status.NORMAL) for code in results}
    return distribution(kpi, results, told, province, lambda code: f"Xã {code}", language)


def test_the_worst_ten_are_named_worst_first() -> None:
    found = spread({f"{n:02d}": 80.0 + n for n in range(15)})
    assert [one.name for one in found.worst] == [f"Xã {n:02d}" for n in range(WORST)]
    assert found.worst[0].words == "80,0%"
    lower = replace(ON_TIME, better=Better.LOWER)
    assert spread({"a": 1.0, "b": 9.0}, kpi=lower).worst[0].name == "Xã b"


def test_who_is_as_good_as_the_best_is_not_called_worst() -> None:
    some = spread({"a": 66.7, "b": 100.0, "c": 100.0})
    assert ([one.name for one in some.worst], some.heading) == (["Xã a"], "1 nơi kém nhất")
    all_ = spread({"a": 100.0, "b": 100.0})
    assert (all_.worst, all_.heading) == ((), "cả 2 nơi: 100,0%")


def test_who_is_as_bad_as_the_last_named_is_counted() -> None:
    found = spread({**{f"{n:02d}": 80.0 for n in range(13)}, "z": 99.0})
    assert len(found.worst) == WORST
    assert found.heading == "10 nơi kém nhất · thêm 3 nơi cùng 80,0%"


def test_of_a_sum_no_place_is_worst_and_no_limit_of_the_province_counts() -> None:
    found = spread({"a": 138.0, "b": 2.0}, kpi=KPIS["coverage_4g_gap"], province=140.0)
    assert found.heading == "1 nơi nhiều nhất"
    assert (found.chart.band, found.chart.limits) == (None, ())
    assert found.chart.x is not None
    assert found.chart.x.high < 1_000


def test_who_says_nothing_or_something_old_has_no_dot_and_is_named() -> None:
    chart = spread({"a": 90.0, "b": None, "c": 95.0, "d": 92.0}, stale=("d",)).chart
    assert len(chart.dots) == 2
    assert "không có số liệu mới của 2/4 nơi: Xã b, Xã d" in chart.notes
    assert chart.said.endswith("không có số liệu mới của 2/4 nơi: Xã b, Xã d.")


def test_zero_has_a_dot() -> None:
    assert [dot.x for dot in spread({"a": 0.0, "b": 50.0}).chart.dots] == [50.0, 0.0]


def test_nobody_known_is_a_sentence() -> None:
    found = spread({"a": None, "b": None})
    assert found.worst == ()
    assert found.chart.notes == ("Chưa xã, phường nào có số liệu này.",)
    assert chart_svg(found.chart) == ""


def test_places_alike_lie_above_each_other() -> None:
    dots = spread({"a": 95.0, "b": 95.0, "c": 95.04}).chart.dots
    assert sorted(dot.y for dot in dots) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("key", "kinds"),
    [("teams_it_xanh", ["target", "province"]), ("services_online", ["province"]), ("teams_training_turns", [])],
)
def test_the_province_is_a_line_for_shares_only(key, kinds) -> None:
    chart = spread({"a": 70.0, "b": 90.0}, kpi=KPIS[key]).chart
    assert [limit.kind for limit in chart.limits] == kinds


def test_the_table_has_every_place_and_its_rank() -> None:
    table = spread({"a": 90.0, "b": 95.0, "c": 95.0}).chart.table
    assert table is not None
    assert table.rows == (("Xã b", "95,0", "1"), ("Xã c", "95,0", "1"), ("Xã a", "90,0", "3"))


def test_sixty_dots_weigh_less_than_six_kilobytes() -> None:
    values = {str(n): 80 + n * 0.3 for n in range(60)}
    assert len(chart_svg(spread(values, statuses={"3": Status.CRITICAL}).chart).encode()) < 6_000


def test_in_english() -> None:
    said = spread({"a": 90.0, "b": 95.0}, language="en").chart.said
    assert said.startswith("Dossiers settled on time by commune: 2 places, best 95.0% (Xã b), worst 90.0% (Xã a)")
