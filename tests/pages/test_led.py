"""/led: what a board may receive, and what it shows when the store is silent."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import cast

import collection_day
import httpx
import pytest
from fastapi import FastAPI
from plan_fixtures import ROUTE, TET, done
from screen_figures import FEEDS, KPIS, NOW
from screen_fixtures import FakeReading, broken, normal
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from domain.instant import service_day
from domain.observation import Kind
from domain.waste.run import RunState
from pages import resident_routers
from pages.led import reachable
from pages.lookup_counting import LookupCounting
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.services import Services


class Boards:
    """The board's page on a real plan and made-up results."""

    def __init__(self, engine: Engine, reading: FakeReading) -> None:
        self.plan = Plan(engine)
        made = SimpleNamespace(plan=self.plan, runs=Runs(engine), reading=reading, kpis=KPIS, feeds=FEEDS)
        app = FastAPI()
        counting = cast(LookupCounting, SimpleNamespace(count=None))
        for router in resident_routers(cast(Services, made), counting, clock=lambda: NOW):
            app.include_router(router)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rac.longan.vn")

    async def messages(self, path: str = "/led", status: int = 200) -> dict[str, list[str]]:
        answer = await self.client.get(path)
        assert answer.status_code == status
        assert answer.headers["cache-control"] == "no-store"
        sections = re.findall(r'<section data-message="([^"]+)"(.*?)</section>', answer.text, re.DOTALL)
        return {key: re.findall(r"<p class=[^>]+>(.*?)</p>", inside, re.DOTALL) for key, inside in sections}


@pytest.fixture
async def boards(engine: Engine) -> AsyncIterator[Boards]:
    made = Boards(engine, normal())
    async with made.client:
        yield made


async def test_a_board_shows_collections_changes_figures_and_where_to_ask(boards: Boards) -> None:
    soon = replace(TET, day=date(2026, 11, 25))
    boards.plan.add(done(), (replace(ROUTE, places=("27694",)),), (soon,), valid={})
    said = await boards.messages()
    assert ["Lịch xe rác hôm nay", "18:00", "Đường Hùng Vương", "Phường Long An", "để rác trước 17:55"] in said.values()
    assert ["Nghỉ thu gom rác", "Thứ Tư 25/11/2026", "Mùng 1", "mọi tuyến"] in said.values()
    assert said["ask"][-2:] == ["rac.longan.vn", "/lich-thu-gom"]
    assert any(key.startswith("figure-") for key in said)
    assert list(said)[-1] == "neutral"
    assert len({tuple(lines) for lines in said.values()}) == len(said), "nothing is said twice"
    for lines in said.values():
        assert len(lines) <= 5
        assert all(len(re.sub(r" <small>.*", "", line)) <= 20 for line in lines)


async def test_only_figures_that_a_public_rule_allows_reach_a_board(boards: Boards) -> None:
    figures = {key.removeprefix("figure-") for key in await boards.messages() if key.startswith("figure-")}
    assert figures
    assert figures <= {key for key, kpi in KPIS.items() if kpi.public is not None}


async def test_stale_figures_are_not_shown(engine: Engine) -> None:
    made = Boards(engine, broken())
    async with made.client:
        fresh = {key for key in await made.messages() if key.startswith("figure-")}
    assert "figure-fibre_household_share" not in fresh


async def test_a_simulated_collection_is_marked_in_its_message(boards: Boards) -> None:
    boards.plan.add(done(), (replace(ROUTE, kind=Kind.SIMULATED),), (), valid={})
    waste = [lines for key, lines in (await boards.messages()).items() if key.startswith("waste-")]
    assert waste
    assert all("".join(lines).count("MÔ PHỎNG") == 1 for lines in waste)
    assert all(lines[1].endswith("<small>MÔ PHỎNG</small>") for lines in waste)


async def test_a_board_does_not_tell_the_hour_of_a_run_that_nobody_has_begun(boards: Boards, engine: Engine) -> None:
    boards.plan.add(done(), (ROUTE,), (), valid={})
    street = ROUTE.streets[0]
    base = collection_day.service_day().runs[2]
    unseen = replace(
        base, day=service_day(NOW), route=ROUTE.id, number=1, state=RunState.PLANNED, assignments=(), started_at=None,
        begins=NOW - timedelta(minutes=30), as_of=None,
        streets=(replace(base.streets[-1], order=street.order, begins=NOW + timedelta(hours=1)),),
    )  # fmt: skip
    today = [lines for lines in (await boards.messages()).values() if "Lịch xe rác hôm nay" in lines]
    assert "Đường Hùng Vương" in str(today)
    Runs(engine).put([unseen])
    later = Boards(engine, normal())
    async with later.client:
        today = [lines for lines in (await later.messages()).values() if "Lịch xe rác hôm nay" in lines]
    assert "Đường Hùng Vương" not in str(today)
    assert "Chợ Tân An" in str(today), "of which nothing was judged"


async def test_without_a_plan_no_board_sends_people_to_an_empty_page(boards: Boards) -> None:
    said = await boards.messages()
    assert "ask" not in said
    assert not [key for key in said if key.startswith("waste-")]


async def test_a_silent_store_leaves_the_neutral_page(boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise OperationalError("select", {}, Exception("down"))

    monkeypatch.setattr(boards.plan, "routes", down)
    assert list(await boards.messages(status=503)) == ["neutral"]


@pytest.mark.parametrize(
    ("host", "known"),
    [("127.0.0.1:8050", False), ("localhost", False), ("[::1]:8050", False), ("10.0.0.5:8050", True), ("rac.vn", True)],
)
def test_an_address_that_no_telephone_reaches_is_not_shown(host: str, known: bool) -> None:
    assert reachable(host) is known
