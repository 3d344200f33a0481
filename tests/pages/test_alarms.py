"""Alarms on the way through people: taken, put off, given back; what is over or worse is asked again."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from domain.access.principal import Role
from store.access.accounts import Accounts
from store.results import Results
from tests.pages.test_accounts import accounts, browser, enter, invite, made

__all__ = ["accounts", "made"]  # fixtures of the same centre

PAGE = "/canh-bao"
STOPPED = {"alarm": "evaluator", "seen": "critical"}


@pytest.fixture
def server(made: Any, accounts: Accounts, engine: Engine) -> Any:
    """A centre whose evaluator stopped ten minutes ago: one critical alarm."""
    invite(accounts)
    invite(accounts, "sep", Role.LEADER)
    results = Results(engine)
    results.keep(results.last_tick(), datetime.now(UTC) - timedelta(minutes=10), [])
    return made()


async def posted(http: httpx.AsyncClient, act: str, **given: str) -> int:
    return (await http.post(PAGE, data={**STOPPED, "act": act, **given})).status_code


async def shown(http: httpx.AsyncClient) -> str:
    """What the page says of the alarm beside its forms."""
    found = re.search(r'data-alarm="evaluator">(.*?)</section>', (await http.get(PAGE)).text, re.DOTALL)
    assert found
    return found[1]


async def test_everybody_sees_who_took_it_and_only_who_directs_may(server: Any) -> None:
    async with browser(server) as lan, browser(server, "10.20.0.6") as sep:
        await enter(lan)
        await enter(sep, "sep")
        assert "Tôi nhận việc này" in await shown(lan)
        assert "<form" not in await shown(sep), "a leader reads"
        assert await posted(sep, "take") == 403
        assert await posted(lan, "take") == 303
        assert "Trần Thị Lan nhận lúc" in await shown(sep)
        wall = (await sep.get("/")).text
        assert "Trần Thị Lan nhận lúc" in wall
        assert 'data-focus="evaluator"' in wall, "who took it has it, but it is not over"
        assert await posted(lan, "give_back") == 303
        assert "nhận lúc" not in await shown(sep)


async def test_put_off_it_leaves_the_focus_and_never_the_list(server: Any) -> None:
    async with browser(server) as lan:
        await enter(lan)
        assert await posted(lan, "put_off", hours="1", why="  đang nâng cấp ") == 303
        assert "Trần Thị Lan tạm hoãn đến" in await shown(lan)
        assert "đang nâng cấp" in await shown(lan)
        wall = (await lan.get("/")).text
        assert 'data-focus="evaluator"' not in wall
        assert "Bộ tính chỉ số ngừng chạy" in wall
        assert await posted(lan, "take") == 303
        assert "tạm hoãn đến" not in await shown(lan), "taking it brings it back"


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"act": "put_off", "hours": "8", "why": "x"}, 400, "không được hoãn lâu như vậy"),
        ({"act": "put_off", "hours": "-1", "why": "x"}, 400, "không được hoãn lâu như vậy"),
        ({"act": "put_off", "hours": "", "why": "x"}, 400, "không được hoãn lâu như vậy"),
        ({"act": "put_off", "hours": "1", "why": "   "}, 400, "Ghi lý do"),
        ({"act": "put_off", "hours": "1", "why": "x" * 121}, 400, "Ghi lý do"),
        ({"act": "take", "alarm": "feed:teams"}, 409, "đã hết"),
        ({"act": "take", "seen": "high"}, 409, "khẩn hơn"),
        ({"act": "take", "seen": ""}, 409, "khẩn hơn"),
        ({"act": "close"}, 400, "Không rõ"),
    ],
)
async def test_what_cannot_be_done_is_said_and_not_done(
    server: Any, given: dict[str, str], status: int, said: str
) -> None:
    async with browser(server) as lan:
        await enter(lan)
        answer = await lan.post(PAGE, data={**STOPPED, **given})
        assert (answer.status_code, said in answer.text) == (status, True)
        assert "Trần Thị Lan" not in await shown(lan)


async def test_a_reason_is_text(server: Any) -> None:
    async with browser(server) as lan:
        await enter(lan)
        await posted(lan, "put_off", hours="1", why="<b>&quot;")
        assert "<b>" not in await shown(lan)
        assert "<b>&quot;" not in (await lan.get("/")).text
