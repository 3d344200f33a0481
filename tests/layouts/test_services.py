"""/services: score with lever and rank, reported beside computed, who must act on dossiers, drill to procedures."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from screen_figures import KPIS, NOW, result
from screen_fixtures import FakeReading, quiet

from domain.kpis.kpi import Status
from domain.observation import Kind, Observation
from domain.organisation import Organisation, OrganisationKind
from domain.period import Period, Span, period_of
from domain.places.place import IN_FORCE, PROVINCE
from domain.services.dossier import Channel, Dossier
from domain.services.dossier_counts import SHARES, DossierCounts, DueNow
from domain.services.feedback import FeedbackCounts
from tests.layouts.test_screens import nodes, render, text, with_

OCTOBER = date(2026, 10, 1)
MONTH, YEAR = period_of(Span.MONTH, OCTOBER), period_of(Span.YEAR, OCTOBER)
OURS = {"tdgq": 18.88, "mdhl": 16.4, "mdsh": 17.61, "tttt": 8.74, "clgq": 8.15, "ckmb": 14.79}
COUNTS = dict.fromkeys({name for pair in SHARES.values() for name in pair}, 40)


def said(unit: str, period: Period, points: dict[str, float], **more: float) -> list[Observation]:
    place = "" if unit.startswith("H") else unit
    return [
        Observation(
            feed="scores_766", measure=key, at=NOW - timedelta(days=20), received_at=NOW, value=value,
            kind=Kind.DECLARED, source="Cổng quốc gia", place=place, territory=IN_FORCE if place else "",
            organisation="" if place else unit, period=period,
        )
        for key, value in {**points, **more}.items()
    ]  # fmt: skip


def reading(**given: Any) -> FakeReading:
    found = quiet()
    for name, value in given.items():
        setattr(found, name, value)
    return found


def counts(office: str, procedure: str = "", **more: int) -> DossierCounts:
    return DossierCounts(
        office=office, place="", procedure=procedure, told=NOW, kind=Kind.MEASURED, counts={**COUNTS, **more}
    )


PEERS = [Organisation(code=f"H{n:02d}", name=f"Tỉnh {n}", kind=OrganisationKind.PROVINCE) for n in range(1, 34)]
SCORED = [
    *said(PROVINCE, YEAR, OURS, score=84.57, score_rank=29),
    *said(PROVINCE, MONTH, OURS | {"mdsh": 11.68}, score=78.64),
    *(one for n, peer in enumerate(PEERS) for one in said(peer.code, YEAR, OURS, score=84.0 if n < 5 else 90.0)),
    *said("27694", YEAR, OURS | {"tttt": 1.0}, score=76.83),
    *said("27712", YEAR, OURS, score=84.57),
]


def test_the_score_stands_with_its_rank_among_provinces_and_the_lever():
    page = render("/services", reading(observed=SCORED, offices=PEERS))
    shown = text(page)
    assert "84,57" in shown
    assert "hạng 29/34" in shown
    assert "Cần ưu tiên: Số hóa hồ sơ, còn thiếu 4,39 điểm (17,61/22)." in shown
    assert "Cần ưu tiên: Số hóa hồ sơ, còn thiếu 10,32 điểm (11,68/22)." in shown
    groups = [node for node in nodes(page) if "data-group" in node["props"]]
    assert len(groups) == 12
    assert "Quyết định 766/QĐ-TTg" in shown, "the law is one tap away"


def test_units_are_ranked_lowest_first_with_their_lever():
    page = render("/services", reading(observed=SCORED, offices=PEERS))
    (table,) = [node for node in nodes(page) if node["props"].get("data-table") == "scores"]
    rows = [text(row) for row in nodes(table) if row["type"] == "Tr"][1:]
    assert [row.split()[:3] for row in rows] == [["Phường", "Long", "An"], ["Phường", "Tân", "An"]]
    assert "2/2" in rows[0]
    assert rows[0].endswith("Thanh toán trực tuyến")


def test_reported_and_computed_stand_side_by_side():
    given = reading(observed=SCORED, offices=PEERS)
    given.results = [*given.results, result(KPIS["dossiers_on_time"], PROVINCE, 97.5)]
    shown = text(render("/services", given))
    assert "Tiến độ giải quyết 19,50/20, vì 97,5% hồ sơ đúng hạn. Báo cáo 10/2026: 18,88." in shown


def test_without_a_report_the_owner_is_named():
    shown = text(render("/services", quiet))
    assert "Chưa có báo cáo 766 nào. Đang chờ: Văn phòng UBND tỉnh" in shown
    assert "Chưa có hồ sơ nào. Đang chờ: Trung tâm Phục vụ hành chính công" in shown


def test_an_unknown_group_is_a_dash_and_no_lever():
    shown = text(render("/services", reading(observed=said(PROVINCE, YEAR, {"tdgq": 20.0}))))
    assert "20,00/20" in shown
    assert "—/22" in shown
    assert "Cần ưu tiên:" not in shown


DUE = [
    DueNow(office="27694", open=30, due_soon=4, late=2, waiting=1, undated=0),
    DueNow(office="H53.12", open=9, due_soon=0, late=0, waiting=9, undated=0),
]


def test_units_with_something_to_do_are_listed_and_others_are_not():
    page = render("/services", reading(due=DUE, dossiers=[counts("27694"), counts("H53.12")]))
    (table,) = [node for node in nodes(page) if node["props"].get("data-table") == "due"]
    assert [row["props"]["data-office"] for row in nodes(table) if "data-office" in row["props"]] == ["27694"]
    assert "office=27694" in str(table)


def test_a_share_of_nothing_does_not_apply_and_an_office_leads_to_its_procedures():
    given = reading(
        due=DUE,
        dossiers=[counts("27694", with_fee=0), counts("27694", "1.001612.000.00.00.H53", on_time=10)],
    )
    (row,) = [n for n in nodes(render("/services", given)) if n["type"] == "Tr" and n["props"].get("data-simulated")
              and "data-office" in n["props"]]  # fmt: skip
    assert "—" in text(row)
    shown = text(render("/services", given, office="27694"))
    assert "Phường Long An: theo thủ tục, tháng này" in shown
    assert "1.001612.000.00.00.H53" in shown
    assert "25,0%" in shown


def test_nothing_late_is_said_so():
    shown = text(render("/services", reading(due=DUE[1:], dossiers=[counts("H53.12")])))
    assert "Không đơn vị nào có hồ sơ trễ hoặc sắp đến hạn." in shown


def year(number: int, **values: float) -> list[Observation]:
    period = period_of(Span.YEAR, date(number, 1, 1))
    at = NOW.replace(year=number, month=6)
    return [
        Observation(
            feed="dti", measure=f"dti_{key}", at=at, received_at=NOW, value=value, kind=Kind.DECLARED, source="Bộ",
            place=PROVINCE, territory=IN_FORCE, period=period,
        )
        for key, value in values.items()
    ]  # fmt: skip


PILLARS = {"awareness": 1.0, "institutions": 0.9, "infrastructure": 0.8253, "people": 0.8487, "security": 0.7578,
           "government": 0.8575, "economy": 0.7836, "society": 0.5197}  # fmt: skip


@pytest.mark.long
def test_dti_is_computed_beside_the_published_score_and_what_if_answers():
    given = reading(observed=[*year(2022, rank=11, score=0.8, **PILLARS)])
    shown = text(render("/services", given, what_if="society:1"))
    assert "tính theo trọng số 0,8002; công bố 0,8000" in shown
    assert "Cần ưu tiên: Hoạt động xã hội số, còn thiếu 0,0720 điểm." in shown
    assert "Nếu Hoạt động xã hội số là 1,0000: điểm 0,8722 (hiện nay 0,8002)." in shown
    for odd in ("society:2", "society:", "nobody:1", ":"):
        assert "Nếu Hoạt" not in text(render("/services", given, what_if=odd))


def test_ranks_break_between_63_and_34_and_weights_nobody_published_are_said_so():
    page = render("/services", reading(observed=[*year(2022, rank=11), *year(2024, rank=20, score=0.7, **PILLARS)]))
    shown = text(page)
    assert "2022: hạng 11/63 | 2024: hạng 20/34" in shown
    assert [node["props"]["data-break"] for node in nodes(page) if "data-break" in node["props"]] == ["2024"]
    assert "Chưa có trọng số của năm 2024" in shown


def test_feedback_shows_the_clock_and_n_beside_satisfaction():
    names = ("open", "overdue", "due_soon", "waiting", "settled", "on_time", "rated", "liked", "unrated")
    zero = dict.fromkeys(names, 0)
    busy = {**zero, "open": 5, "overdue": 2, "rated": 8, "liked": 6, "unrated": 12, "settled": 10, "on_time": 9}
    units = [
        FeedbackCounts(place="27694", told=NOW, kind=Kind.MEASURED, oldest=None, counts=zero),
        FeedbackCounts(place="27712", told=NOW, kind=Kind.SIMULATED, oldest=NOW - timedelta(days=31), counts=busy),
    ]
    page = render("/services", reading(feedback=units))
    rows = [node for node in nodes(page) if "data-unit" in node["props"]]
    assert [row["props"]["data-unit"] for row in rows] == ["27712", "27694"], "overdue first"
    assert "75,0% (n = 8) 12" in text(rows[0])
    assert "— (n = 0)" in text(rows[1]), "nobody rated is not 0 %"
    assert "Hạn trả lời 15 ngày làm việc" in text(page)
    assert "Chưa có phản ánh nào. Đang chờ: Trung tâm IOC" in text(render("/services", quiet))


@pytest.mark.long
def test_the_way_to_the_first_ten_is_drawn_from_published_ranks_and_ranks_of_63_are_not_compared():
    page = render("/services", reading(observed=[*year(2021, rank=21), *year(2022, rank=11)]))
    drawn = [node for node in nodes(page) if node["props"].get("data-chart") == "path" or "dti_rank" in str(
        node["props"].get("data-kpi", ""))]  # fmt: skip
    assert drawn
    assert "chưa biết còn cách nhóm 10 của 34 tỉnh bao xa (mục tiêu 2030)" in text(page)
    shown = text(render("/services", reading(observed=[*year(2022, rank=11), *year(2025, rank=20)])))
    assert "Còn 10 bậc đến nhóm 10 vào năm 2030: mỗi năm 2,0 bậc." in shown
    assert "Năm 2025: đã ở trong nhóm 10." in text(render("/services", reading(observed=year(2025, rank=9))))


def test_what_if_is_asked_by_a_tap():
    page = render("/services", reading(observed=year(2022, rank=11, score=0.8, **PILLARS)))
    asked = [node["props"]["href"] for node in nodes(page) if "what_if=" in str(node["props"].get("href", ""))]
    assert len(asked) == len(PILLARS)
    assert any("what_if=society%3A0.6197" in one for one in asked)


FILED = Dossier(
    case="a1b2c3d4" * 4, office="27694", procedure="1.001612", field="TP-01", channel=Channel.ONLINE,
    received=NOW - timedelta(days=9), due=NOW - timedelta(days=2), ended=None, refused=False, supplements=1,
    waits=False, facts={},
)  # fmt: skip


@pytest.mark.long
def test_from_province_to_office_to_procedure_to_its_dossiers():
    given = reading(
        due=DUE, dossiers=[counts("27694"), counts("27694", "1.001612")],
        filed=[FILED, replace(FILED, case="0" * 32, procedure="2.000001")],
    )  # fmt: skip
    links = [str(node["props"].get("href", "")) for node in nodes(render("/services", given))]
    assert "/services?office=27694" in links
    office = render("/services", given, office="27694")
    assert "/services?office=27694&procedure=1.001612" in [str(node["props"].get("href", "")) for node in nodes(office)]
    page = render("/services", given, office="27694", procedure="1.001612")
    (row,) = [node for node in nodes(page) if node["props"].get("data-state") == "late"]
    assert text(row).startswith("a1b2c3d4 ◆ trễ hạn trực tuyến")
    assert FILED.case not in text(page)
    assert "/services/tables/rows.csv?office=27694&procedure=1.001612" in str(page)


def test_months_are_written_as_people_write_them():
    shown = text(render("/services", reading(observed=SCORED, offices=PEERS)))
    assert "Tháng 10/2026:" in shown
    assert "Năm 2026 (lũy kế):" in shown


def test_the_apps_services_stand_by_use_and_unknown_is_last():
    given = reading()
    given.results = [one for one in given.results if not one.key.startswith("calls_")]
    empty = text(render("/services", given))
    assert "Chưa có số liệu sử dụng Long An Số. Đang chờ: Sở Khoa học và Công nghệ" in empty
    told = {"calls_health": 4_000.0, "calls_dvc": 9_000.0, "app_users": 118_000.0}
    given.results = [*given.results, *(result(KPIS[key], PROVINCE, value) for key, value in told.items())]
    lines = [node for node in nodes(render("/services", given)) if "data-calls" in node["props"]]
    assert [line["props"]["data-calls"] for line in lines][:2] == ["calls_dvc", "calls_health"]
    assert text(lines[0]).startswith("dịch vụ công")
    assert text(lines[-1]).endswith("—")


@pytest.mark.long
def test_the_map_shows_the_backlog_of_feedback_when_it_is_asked_for():
    units = [FeedbackCounts(place="27694", told=NOW, kind=Kind.MEASURED, oldest=None, counts=dict.fromkeys(
        ("open", "overdue", "due_soon", "waiting", "settled", "on_time", "rated", "liked", "unrated"), 1))]  # fmt: skip
    page = render("/services", reading(feedback=units), map="feedback_overdue")
    (map_,) = [node for node in nodes(page) if node["props"].get("id") == "map"]
    assert map_["props"]["data-kpi"] == "feedback_overdue"
    assert {"feedback_open", "feedback_overdue", "feedback_open_age"} <= set(
        json.loads(map_["props"]["data-layers"])["kpis"]
    )
    assert any("map=feedback_open_age" in str(node["props"].get("href", "")) for node in nodes(page))
    (other,) = [node for node in nodes(render("/services", quiet, map="nobody")) if node["props"].get("id") == "map"]
    assert other["props"]["data-kpi"] == "services_on_time"


def test_people_stand_beside_dossiers_and_neither_passes_for_the_other():
    given = reading()
    told = {"people_online": 61.5, "firms_online": 70.0, "people_cashless": 55.0}
    given.results = [*given.results, *(result(KPIS[key], PROVINCE, value) for key, value in told.items())]
    page = render("/services", given)
    cards = {
        node["props"]["data-kpi"]: text(node)
        for node in nodes(page)
        if node["props"].get("data-kpi") in told and node["props"].get("className") == "ioc-use"
    }
    assert set(cards) == set(told)
    assert "61,5" in cards["people_online"]
    assert "Theo hồ sơ: hồ sơ trực tuyến" in cards["people_online"]
    assert "Đây là số hồ sơ, không phải số người." in cards["people_cashless"]


def test_what_an_alarm_of_an_area_tells_is_not_listed_and_advised_again() -> None:
    reading = with_(services_on_time=(Status.WARNING, 90))
    states = [Status.CRITICAL, Status.CRITICAL, Status.WARNING, Status.WARNING]
    local = [r for r in reading.results if r.key == "services_on_time" and r.place != PROVINCE and r.value is not None]
    worse = {r.place: replace(r, status=s) for r, s in zip(local, states, strict=False)}
    reading.results = [worse.get(r.place, r) if r.key == "services_on_time" else r for r in reading.results]
    todo = next(n for n in nodes(render("/services", reading)) if n["props"].get("className") == "ioc-todo")
    advice = KPIS["services_on_time"].response.vi
    assert text(todo).count(advice) == 2, "one alarm of what is critical, one of the province and all of its places"
