"""The campaign on /society: pace and communes behind, a board by campaign; and the weekly report as a page to print."""

import asyncio
import re
from datetime import date, timedelta
from html import unescape

import httpx
import pytest
from fastapi import FastAPI
from said import kpi_result
from screen_figures import FEEDS, NOW
from screen_fixtures import FakeReading, empty, normal, services

from callbacks.pages import drawn, screens
from domain import subject
from domain.case import CaseEvent, case_key
from domain.kpis.kpi import Status
from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE
from layouts.casework.society_campaign import KPI
from pages.teams import weekly
from paint.markup import markup
from store import territories

(TASK,) = FEEDS["door_to_door"].listed


def told(name: str, campaign: str, event: str, due: str, days_ago: int = 1, **more: str) -> CaseEvent:
    at = NOW - timedelta(days=days_ago)
    return CaseEvent(
        feed="door_to_door", case_type=TASK.key, case=case_key(b"0123456789abcdef", name), event=event,
        of=subject.place("27694", IN_FORCE), at=at, received_at=at, kind=Kind.SIMULATED, source="x", place="27694",
        attributes={"task": name, "campaign": campaign, "office": "UBND xã", "due": due, **more},
    )  # fmt: skip


def reading() -> FakeReading:
    found = normal()
    found.cases = [
        told("Lập danh sách", "Đi từng ngõ", "done", "2026-11-20", evidence="Biên bản 01"),
        told("Gõ cửa ấp 1", "Đi từng ngõ", "given", "2026-11-20", 20),
        told("Dán mã QR", "Chợ không tiền mặt", "given", "2026-11-27", 20),
    ]
    return found


def page(of: FakeReading, language: str = "vi") -> str:
    shown = asyncio.run(drawn(services(of), screens(), "/society", {"lang": language}, NOW)).page
    return re.sub("</?bdi[^>]*>", "", unescape(markup(shown)))


def test_each_campaign_has_its_board_with_owner_evidence_and_what_is_late():
    shown = page(reading())
    assert shown.index("Đi từng ngõ") < shown.index("Chợ không tiền mặt")
    assert "1 đang mở · 1 chậm" in shown
    assert "Biên bản 01" in shown
    assert "chậm 1 ngày làm việc" in shown
    assert "/chien-dich/bao-cao" in shown


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pace_names_the_communes_furthest_behind_first(language: str):
    shown = page(reading(), language)
    section = shown[shown.index("Nhịp cần có" if language == "vi" else "Pace needed") :]
    assert re.findall(r'<tr[^>]*data-unit="(\d+)"', section) or "Chưa có số hộ" in section or "No households" in section


def test_without_tasks_it_says_whom_it_waits_for():
    assert "Chưa có mục nào." in page(empty())


async def weekly_page(of: FakeReading, query: str = "") -> httpx.Response:
    server = FastAPI()
    places = {place.code: place for place in territories.places(IN_FORCE) if place.code != PROVINCE}
    server.include_router(weekly.router(FEEDS, of, date(2026, 12, 31), lambda: places, lambda: NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://ioc") as http:
        return await http.get(f"/chien-dich/bao-cao{query}")


async def test_the_weekly_report_tells_done_late_and_owed_of_each_campaign():
    answer = await weekly_page(reading())
    assert answer.status_code == 200
    doors, market = re.findall(r'<section class="card" data-campaign=.*?</section>', answer.text, re.DOTALL)
    assert "Hoàn thành trong tuần (1)" in doors
    assert "Chậm (1)" in doors
    assert "Gõ cửa ấp 1" in doors
    assert "Đến hạn trong 7 ngày tới (1)" in market
    assert "Dữ liệu mô phỏng" in answer.text
    assert "<script" not in answer.text


async def test_the_households_of_the_report_are_those_of_communes_counted_once():
    of = reading()
    of.results = [
        kpi_result(
            key=KPI, place=place, territory=IN_FORCE, value=50.0, numerator=1_000, denominator=2_000, reporting=1,
            expected=1, as_of=NOW, computed_at=NOW, status=Status.NORMAL, since=NOW, kinds={}, sources=(),
        )
        for place in ("27694", "27712", "benluc", PROVINCE)
    ]  # fmt: skip
    answer = (await weekly_page(of)).text
    assert "Đã đến 2.000 hộ, còn 2.000 hộ" in answer
    assert answer.count("50,0%") == 2


async def test_the_weekly_report_refuses_a_day_that_is_none_and_is_honest_when_empty():
    assert (await weekly_page(reading(), "?day=hôm-nay")).status_code == 400
    assert "Chưa có việc nào được giao." in (await weekly_page(empty())).text
