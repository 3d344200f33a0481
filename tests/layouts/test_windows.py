"""Cards of KPIs that look back: received figures stand beside n of N, and a month does not go stale when it ends."""

from dataclasses import replace
from datetime import timedelta

from looking_back import FEED, MONTH, NOW, SCORE, WEEK
from said import kpi_result

from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.observation import Kind
from domain.subject import SubjectKind
from present.cards import CardVM, present


def card(kpi: Kpi, **given) -> CardVM:
    fields = {
        "key": kpi.key, "place": "80", "value": 50.0, "numerator": 5.0, "denominator": 10.0, "reporting": 2,
        "expected": 3, "as_of": NOW - timedelta(hours=5), "computed_at": NOW, "status": Status.NORMAL, "since": NOW,
        "kinds": {Kind.DECLARED: 2}, "sources": ("một cửa",), "told": 11, "asked": 21,
    }  # fmt: skip
    result: KpiResult = kpi_result(**fields | given)
    return present(kpi, FEED, result, (), "vi", NOW)


def test_missing_days_stand_beside_the_contributors():
    assert card(WEEK).coverage == "2/3 xã · 11/21 số liệu ngày"
    assert card(MONTH, told=2, asked=3).coverage == "2/3 xã"
    assert card(SCORE, told=2, asked=3).coverage == "2/3 chỉ số thành phần"


def test_a_result_stands_as_long_as_its_window_says():
    month_ago = NOW - timedelta(days=40)
    assert card(MONTH, as_of=month_ago).status == "normal"
    assert card(MONTH, as_of=NOW - timedelta(days=63)).status == "stale", "nobody evaluated it for a month"
    assert card(WEEK, as_of=NOW - timedelta(days=7)).status == "normal"
    assert card(WEEK, as_of=NOW - timedelta(days=9)).status == "stale"
    assert card(SCORE, as_of=NOW - timedelta(days=60)).stale_after_s == 70 * 86_400
    assert card(SCORE, as_of=NOW - timedelta(days=71)).status == "stale"


def test_results_of_organisations_are_no_results_of_places():
    assert WEEK.of_places
    assert not replace(WEEK, of=SubjectKind.ORGANISATION).of_places
    assert not replace(WEEK, by_place=False).of_places
