"""/data names silent reporters, distinguishes "never" from "late", and shows whom to call beside the feed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed, with_phones
from domain.feeds.pull import FetchProblem, PullState
from domain.instant import to_ms
from domain.kpis.health import Behind, FeedHealth, Silent
from domain.places.territory import Level
from domain.text import Language
from layouts import data as page
from layouts.parts.screen import ScreenData
from queries.ask import Answers
from queries.health import HEALTH
from queries.places import PLACES, Places
from queries.pulls import PULLS
from store import territories

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
FEEDS = with_phones(discover(data_sources, "FEED", Feed), {"services": "0272 3000 000"})
NAMES = {one.code: one for one in territories.places("2025-07") if one.level is Level.COMMUNE}
SERVICES = FeedHealth(
    feed="services", accepted=9, duplicates=0, rejected=0, late=0, corrected=0, last_received_at=NOW, last_at=NOW,
    reporting=58, expected=60, measured_share=1.0, simulated_share=0.0,
    silent=(Silent("27694", None), Silent("27712", NOW - timedelta(days=3))),
)  # fmt: skip


def of(health: Mapping[str, FeedHealth]) -> ScreenData:
    answers = Answers().put(HEALTH, health).put(PLACES, Places(now=NAMES))
    return ScreenData(language="vi", now=NOW, feeds=FEEDS, answers=answers)


def shown(health: FeedHealth) -> str:
    return str(page.feeds(of({health.feed: health})))


def test_the_silent_stand_by_name():
    found = shown(SERVICES)
    never, late = NAMES["27694"].name, NAMES["27712"].name
    assert f"'{never}'" in found or f"children='{never}'" in found, "alone in its cell, without a date"
    assert f"{late} (" in found
    assert "Chưa từng gửi" in found
    assert "0272 3000 000" in found
    assert found.count("chưa có số điện thoại") == 1, "said once of all other feeds"
    assert f"{len(FEEDS) - 1}/{len(FEEDS)} nguồn" in found


def test_how_often_a_source_sends_is_said_in_words():
    found = shown(SERVICES)
    rhythms = ("hằng năm", "hằng quý", "hằng tháng", "hằng ngày", "mỗi giờ", "mỗi 5 phút")
    assert [said for said in rhythms if said not in found] == []
    assert "31 ngày" not in found


def test_when_everybody_reported_there_is_no_such_list():
    assert "Chưa từng gửi" not in shown(replace(SERVICES, reporting=60, silent=()))


def test_more_than_are_named_are_counted():
    assert "+138" in shown(replace(SERVICES, expected=198))


def test_silent_routes_are_counted_and_not_told_by_their_keys():
    routes = (Silent("mau-38", None), Silent("mau-39", None), Silent("mau-40", NOW - timedelta(hours=9)))
    found = shown(replace(SERVICES, feed="waste_routes", reporting=117, expected=120, silent=routes))
    assert "2 tuyến chưa có kết quả" in found
    assert "1 tuyến chỉ có kết quả cũ" in found
    assert "mau-38" not in found


FETCHED = PullState(
    feed="services", way="pull", source="motcua.example", tried_at=NOW, next_at=NOW + timedelta(minutes=30),
    succeeded_at=NOW - timedelta(minutes=1), news_at=NOW - timedelta(hours=2), bytes=900, accepted=58, rejected=2,
)  # fmt: skip


def fetches(*states: PullState, language: Language = "vi") -> str:
    return str(page.pulls(ScreenData(language=language, now=NOW, feeds=FEEDS, answers=Answers().put(PULLS, states))))


def test_what_has_no_address_says_who_can_declare_one():
    said = fetches()
    assert said.count("trung tâm chưa được khai báo địa chỉ của nguồn này: nhờ quản trị hệ thống khai báo") == 2
    assert FEEDS["coverage"].names.vi not in said, "nobody declares to fetch it"
    assert "not fetched: the source's address is not declared" in fetches(language="en")


def test_readers_meet_no_name_of_a_setting():
    failing = [replace(FETCHED, failures=3, problem=problem) for problem in FetchProblem]
    overdue = replace(FETCHED, next_at=NOW - timedelta(minutes=3))
    for language in get_args(Language):
        for said in (fetches(language=language), fetches(overdue, *failing, language=language)):
            assert not re.search(r"IOC_|[A-Z]+_FILE|_URL", said)


def test_a_fetch_that_goes_well_says_from_where_since_when_and_how_much():
    said = fetches(FETCHED)
    for part in ("motcua.example", "58", "30 phút", "bình thường", str(to_ms(NOW) - 60_000)):
        assert part in said, part


def test_a_fetch_that_fails_says_what_to_do_in_both_languages():
    failing = replace(FETCHED, failures=3, problem=FetchProblem.DENIED, detail="HTTP 401")
    assert f"{FetchProblem.DENIED.value.vi}; HTTP 401" in fetches(failing)
    assert f"{FetchProblem.DENIED.value.en}; HTTP 401" in fetches(failing, language="en")


def test_what_nobody_fetches_any_more_is_never_well():
    for left in (replace(FETCHED, next_at=NOW - timedelta(minutes=3)), replace(FETCHED, running=True)):
        old = replace(left, next_at=NOW - timedelta(minutes=3))
        assert "quá hạn: bộ phận lấy dữ liệu đã dừng" in fetches(old)
        assert "bình thường" not in fetches(old)
    assert "đang lấy" in fetches(replace(FETCHED, running=True))
    waiting = fetches(replace(FETCHED, tried_at=None, succeeded_at=None, news_at=None))
    assert "đợi lần lấy đầu tiên" in waiting


def test_a_fleet_without_a_vehicle_says_so():
    empty = replace(SERVICES, feed="waste_trucks", reporting=0, expected=0, silent=(), last_at=None)
    for health in (empty, replace(empty, last_received_at=None)):
        assert "sổ xe trống: 0 xe" in shown(health)
    assert "sổ xe trống" not in shown(SERVICES), "nobody said anything of it yet"


def test_the_part_that_is_behind_stands_with_its_number_and_since_when():
    found = shown(replace(SERVICES, behind=(Behind(2, 4, NOW - timedelta(minutes=5)),)))
    assert "Phần dữ liệu chưa thu thập" in found
    assert "3/4" in found
    assert "Phần dữ liệu chưa thu thập" not in shown(SERVICES)
