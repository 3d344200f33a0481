"""The leader's page: changes since the last visit, and ranks with their moves."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from said import status_event
from screen_figures import AGES, AREAS, FEEDS, KPIS, NOW, result
from screen_fixtures import FakeReading, empty, normal, quiet, services
from sqlalchemy.exc import OperationalError

from callbacks.map import card_of
from callbacks.pages import screens
from domain.instant import to_ms
from domain.kpis.change import WorstChange
from domain.kpis.kpi import Status
from domain.places.place import IN_FORCE, PROVINCE
from domain.services.qd766 import QD766
from layouts.parts.changes import since_last_visit
from layouts.parts.screen import ScreenData
from paint.markup import markup
from queries.ask import Answers
from queries.changes import CHANGES, Changes
from queries.places import PLACES, Places
from tests.layouts.test_screens import nodes, plain, render, text

HOUR_AGO = str(to_ms(NOW - timedelta(hours=1)))


def part(page: Any, name: str) -> Any:
    return next(n for n in nodes(page) if n["props"].get("id") == f"leader-{name}")


def sentences(reading: FakeReading, **query: str) -> list[tuple[str, str]]:
    found = [n for n in nodes(part(render("/leader", reading, **query), "summary")) if n["type"] == "A"]
    links = [n for n in found if n["props"].get("className") != "ioc-button"]
    return [(text(n), n["props"]["href"]) for n in links]


def heading(reading: FakeReading, language: str = "vi", **query: str) -> str:
    page = part(render("/leader", reading, language, **query), "summary")
    return " ".join(text(n) for n in nodes(page) if n["type"] == "H2")


def test_each_sentence_leads_to_rows_that_are_there() -> None:
    page = render("/leader", normal)
    ids = {n["props"].get("id") for n in nodes(page)}
    said = sentences(normal())
    assert (
        "Xe trong ca có gửi vị trí: 90%; chuyển từ bình thường sang khẩn lúc 14:03",
        "/kpi/waste_vehicles_supplying",
    ) in said
    for _, href in said:
        assert href == "/data" or href.removeprefix("/kpi/") in KPIS or href.split("#")[-1] in ids, href
    assert any("xuống nhóm 5 nơi kém nhất" in sentence for sentence, _ in said)


def test_who_only_left_the_worst_is_told_which_group_that_was() -> None:
    def told(entered: tuple[str, ...]) -> str:
        change = WorstChange(key="services_on_time", entered=entered, left=("27694",))
        answers = Answers().put(CHANGES, Changes(None, [change])).put(PLACES, Places())
        return str(since_last_visit(ScreenData(language="vi", now=NOW, kpis=KPIS, answers=answers)))

    assert "ra khỏi nhóm 5 nơi kém nhất" in told(())
    assert "ra khỏi nhóm đó" in told(("27712",))


def test_a_first_visit_says_so_and_a_later_one_since_when() -> None:
    assert heading(normal()).startswith("Lần xem đầu tiên trên máy này, 24 giờ qua: ")
    assert heading(normal(), since=HOUR_AGO).startswith("Từ lần xem trước (13:05): ")
    assert heading(normal(), "en", since=HOUR_AGO).startswith("Since your last visit (13:05): ")


def test_the_number_of_changes_stays_beside_its_noun() -> None:
    answers = Answers().put(CHANGES, Changes(None, []))
    told = markup(since_last_visit(ScreenData(language="vi", now=NOW, answers=answers)))
    assert '<bdi class="ioc-whole">24 giờ</bdi>' in told, "a heading that scripts know by name is kept whole too"


def test_nonsense_and_the_future_are_no_visit() -> None:
    for since in ("abc", "9" * 40, str(to_ms(NOW + timedelta(days=1)))):
        assert heading(normal(), since=since).startswith("Lần xem đầu tiên"), since


def test_a_quiet_period_says_that_nothing_changed() -> None:
    assert heading(quiet(), since=HOUR_AGO) == "Từ lần xem trước (13:05): không có thay đổi"
    assert sentences(quiet()) == []


def test_nothing_is_said_of_changes_when_nobody_could_look() -> None:
    assert heading(FakeReading(failure=OperationalError("select", {}, Exception("gone")))) == ""


def test_what_happened_before_the_last_visit_is_not_told_again() -> None:
    told = " ".join(sentence for sentence, _ in sentences(normal(), since=HOUR_AGO))
    assert "Xe trong ca có gửi vị trí" in told
    assert "lúc 11:05" not in told


def test_a_correction_is_called_one() -> None:
    key = "services_app_installs"
    now = result(KPIS[key], PROVINCE, 413_500.0)
    reading = FakeReading(results=[now], recorded=[replace(now, value=413_900.0)])
    same = AGES[KPIS[key].feed]
    since = NOW - timedelta(minutes=10)

    reading.then = lambda r, _: replace(r, as_of=NOW - same)  # type: ignore[method-assign]
    (only,) = sentences(reading, since=str(to_ms(since)))
    assert only[0].startswith("Sửa số liệu 13:23 · Lượt cài")
    assert "413.900 lượt → 413.500 lượt" in only[0]


def test_trouble_that_passed_says_what_it_is_now() -> None:
    reading = quiet()
    for minutes, before, after in ((40, Status.NORMAL, Status.CRITICAL), (30, Status.CRITICAL, Status.NORMAL)):
        at = NOW - timedelta(minutes=minutes)
        reading.happened.append(
            status_event(
                at=at,
                key="services_on_time",
                territory=IN_FORCE,
                place=PROVINCE,
                before=before,
                after=after,
                value=90.0,
            )
        )
    ((sentence, _),) = sentences(reading, since=HOUR_AGO)
    assert sentence.endswith("đã lên mức khẩn lúc 13:25; nay bình thường")


def ranks(reading: FakeReading, **query: str) -> list[list[str]]:
    table = part(render("/leader", reading, **query), "ranking")
    rows = [n["props"]["children"] for n in nodes(table) if n["type"] == "Tr"]
    return [[text(cell) for cell in row] for row in rows[1:]]


def test_ranks_say_how_they_moved_and_who_is_new() -> None:
    moves = [row[1] for row in ranks(normal())]
    assert moves.count("mới") == 2
    assert {move[0] for move in moves if move not in ("", "mới")} == {"▲", "▼"}
    assert all(row[1] == "" for row in ranks(quiet())), "nothing moved, so no mark, and never a 0"


def test_without_a_period_before_no_rank_moved_and_the_page_says_why() -> None:
    reading = normal()
    reading.recorded = []
    assert all(row[1] == "" for row in ranks(reading))
    assert "Chưa có số liệu của hôm qua để so hạng." in text(part(render("/leader", reading), "ranking"))


def test_a_figure_too_old_then_is_no_rank_then() -> None:
    reading = normal()
    stale = FEEDS["services"].stale_after + timedelta(days=2)

    reading.then = lambda r, _: replace(r, as_of=NOW - stale)  # type: ignore[method-assign]
    assert all(row[1] == "" for row in ranks(reading))


def test_a_commune_without_data_has_no_rank_and_the_page_says_why() -> None:
    page = part(render("/leader", normal, kpi="teams_active_share"), "ranking")
    assert "Không xếp hạng (chưa có số liệu): " in text(page)
    assert "Chưa xã, phường nào có số liệu này." in text(part(render("/leader", empty), "ranking"))


def test_ties_are_ties_of_what_people_see() -> None:
    reading = normal()
    reading.results = [
        replace(r, value=99.97 if r.place == "27694" else 100.0) for r in reading.results if r.key == "services_on_time"
    ]
    rows = ranks(reading)
    assert [row[0] for row in rows] == ["1"] * 59 + ["60"]
    assert rows[-1][3] == "99,9"


def disputed(page: Any) -> list[str]:
    items = [n for n in nodes(page) if n["props"].get("className") == "ioc-readings__item"]
    return [" ".join(text(item).split()) for item in items]


def test_readings_that_disagree_stand_side_by_side_with_age_kind_and_source() -> None:
    page = part(render("/leader", normal), "rest")
    first = disputed(page)[0]
    assert "chênh 21,4%" in first
    assert "UBND xã 11 ✎ khai báo · 14:05 18/11 · 5 ngày" in first
    assert "Đoàn Thanh niên 14 mô phỏng · 14:05 14/11 · 9 ngày" in first
    assert first.index("UBND xã") < first.index("Đoàn"), "the newest first"
    (folded,) = [n for n in nodes(page) if n["type"] == "Ul" and n["props"].get("className") == "ioc-readings"]
    marks = [n["props"]["data-simulated"] for n in nodes(folded) if "data-simulated" in n["props"]]
    assert marks == ["false", "true", "false", "false"]


def test_a_screen_tells_of_its_own_feed_and_where_sources_agree_nothing() -> None:
    (only,) = disputed(render("/connectivity", normal))
    assert "Hộ có cáp quang, Phường Long An" in only
    assert disputed(render("/services", normal)) == disputed(render("/leader", empty)) == []
    assert "Số liệu các nguồn không khớp" not in text(render("/leader", empty))


def test_the_card_of_a_place_tells_it_too() -> None:
    def card(code: str) -> Any:
        found = asyncio.run(card_of(services(normal()), screens()["/leader"], code, {"path": "/leader"}, NOW))
        return plain(found)

    assert "Sở Khoa học và Công nghệ 4.260" in text(card("27694"))
    assert "Số liệu các nguồn không khớp" not in text(card("27712"))


def goal(page: Any, key: str) -> Any:
    return next(n for n in nodes(page) if n["props"].get("id") == f"goal-{key}")


def test_the_first_sentence_names_the_furthest_goal_its_value_gap_and_owner() -> None:
    lead = next(n for n in nodes(render("/leader", normal)) if n["props"].get("className") == "ioc-leader__lead")
    said = text(lead)
    assert said.startswith("Xa mục tiêu nhất: Xe có gắn thiết bị 50,0%, còn thiếu 50,0 điểm so với mục tiêu 100%.")
    assert KPIS["waste_fitted"].owner.vi in said
    reading = normal()
    reading.results = [replace(r, value=goal.value) if (goal := KPIS[r.key].goal) else r for r in reading.results]
    page = render("/leader", reading)
    assert not [n for n in nodes(page) if n["props"].get("className") == "ioc-leader__lead"], "nothing is short"


def test_a_target_that_no_authority_set_for_the_province_is_no_goal() -> None:
    page = render("/leader", normal)
    shown = {n["props"]["id"] for n in nodes(page) if str(n["props"].get("id", "")).startswith("goal-")}
    assert shown == {f"goal-{kpi.key}" for kpi in KPIS.values() if kpi.province_goal}
    assert "goal-waste_on_time_share" not in shown
    for kpi in KPIS.values():
        assert not kpi.province_goal or kpi.province_goal.source, kpi.key


def test_a_goal_names_its_three_lowest_communes_with_their_moves() -> None:
    lowest = text(goal(render("/leader", normal), "teams_hamlet_coverage"))
    assert "Thấp nhất" in lowest
    assert lowest.count("Xã ") + lowest.count("Phường ") == 3
    assert "▼" in lowest
    assert "Thấp nhất" not in text(goal(render("/leader", normal), "coverage_fibre_communes"))
    assert "đều đạt" in text(goal(render("/leader", normal), "coverage_fibre_communes"))


def test_communes_as_far_off_as_the_last_named_are_counted() -> None:
    reading = normal()
    reading.results = [
        replace(r, value=90.0) if r.key == "teams_hamlet_coverage" and r.value and r.place != PROVINCE else r
        for r in reading.results
    ]
    assert "và 55 nơi bằng mức đó" in text(goal(render("/leader", reading), "teams_hamlet_coverage"))


def test_sources_that_began_to_send_are_folded_and_no_change_of_a_figure() -> None:
    reading = normal()
    reading.recorded = []  # nothing was known a day ago
    changes = part(render("/leader", reading), "summary")
    folded = [n for n in nodes(changes) if n["type"] == "Details" and "bắt đầu hoặc ngừng gửi" in text(n)]
    assert len(folded) == 1
    outside = [n for n in nodes(changes) if n["type"] == "H2"]
    assert "nguồn" not in text(outside[0])


def test_every_figure_is_one_tap_away_and_marked_when_it_is_simulated() -> None:
    rest = part(render("/leader", normal), "rest")
    links = {n["props"]["href"] for n in nodes(rest) if n["type"] == "A"}
    assert {f"/kpi/{key}" for key in KPIS} <= links


def test_what_leaders_are_judged_by_comes_first_with_its_lever() -> None:
    reading = normal()
    full = {f"score_{group.key}": float(group.most) for group in QD766.groups}
    scores = {"score_766": 84.57, **full, "score_tdgq": 12.0, "score_mdhl": 17.0}
    reading.results = [one for one in reading.results if one.key not in scores]
    reading.results += [result(KPIS[key], PROVINCE, value) for key, value in scores.items()]
    page = part(render("/leader", reading), "goals")
    (said,) = [n for n in nodes(page) if n["props"].get("className") == "ioc-score__lever"]
    assert text(said) == "Cần ưu tiên: Tiến độ giải quyết, còn thiếu 8,00 điểm (12,00/20)."
    cards = [n["props"]["data-kpi"] for n in nodes(page) if "data-kpi" in n["props"]]
    assert cards[:2] == list(AREAS["services"].leads)
    goals = [KPIS[key].feed in AREAS["services"].feeds for key in cards[2:] if KPIS[key].goal]
    assert goals == sorted(goals, reverse=True), "then its goals before those of other areas"
    assert True in goals
    assert False in goals


def test_a_score_without_figures_has_no_lever() -> None:
    page = part(render("/leader", empty), "goals")
    assert not [n for n in nodes(page) if n["props"].get("className") == "ioc-score__lever"]
