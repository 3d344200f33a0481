"""What the public reads about an item of feedback: written by one person, let out by another, taken back at once."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import Engine

from domain.access.principal import Role
from domain.audit import Act
from intake.messages.case_secret import case_secrets
from settings import Settings
from store.access.accounts import Accounts
from store.audit import AuditLog
from store.cases import write_events
from store.database import writing
from tests.pages.test_accounts import accounts, browser, enter, invite, made
from tests.store.casework.test_feedback import told_of

__all__ = ["accounts", "made"]  # fixtures of the same centre

CODE, TEXT = "PA-2026-000123", "Đã vá mặt đường đoạn trước chợ."
PAGE, PUBLIC = "/phan-anh/cong-khai", "/theo-doi-phan-anh"


@pytest.fixture
def server(made: Any, accounts: Accounts, engine: Engine, tmp_path: Any) -> Any:
    invite(accounts)
    invite(accounts, "minh", Role.APPROVER)
    invite(accounts, "sep", Role.LEADER)
    told = Settings.from_env({"IOC_DATA_DIR": str(tmp_path)})
    hashed = case_secrets(told.case_key, told.case_key_file).hashed(CODE)
    with writing(engine) as connection:
        write_events(connection, [told_of(hashed, "27694", datetime(2026, 11, 2, tzinfo=UTC))])
    return made()


async def asked(public: httpx.AsyncClient) -> str:
    return (await public.post(PUBLIC, data={"ma": CODE})).text


def written_in(page: httpx.Response) -> tuple[str, str]:
    """The item's address and the instant at which the text on the page was written."""
    found = re.search(r'action="(/phan-anh/cong-khai/[0-9a-f]{32})/duyet[^>]*>.*?value="(\d+)"', page.text, re.DOTALL)
    assert found, page.text
    return found[1], found[2]


async def test_the_public_reads_it_only_after_a_second_person_let_it_out(server: Any, engine: Engine) -> None:
    async with browser(server) as lan, browser(server, "10.20.0.6") as minh, browser(server, "203.0.113.9") as public:
        await enter(lan)
        await enter(minh, "minh")
        assert (await lan.post(PAGE, data={"code": f" {CODE} ", "text": TEXT})).status_code == 303
        assert TEXT not in await asked(public)
        waiting = await minh.get(PAGE)
        item_, written = written_in(waiting)
        assert CODE not in waiting.text
        assert "duyet" not in (await lan.get(PAGE)).text, "an operator lets nothing out"
        assert (await lan.post(f"{item_}/duyet", data={"written": written})).status_code == 403
        assert (await minh.post(f"{item_}/duyet", data={"written": "1"})).status_code == 409, "not what was seen"
        assert (await minh.post(f"{item_}/duyet", data={"written": written})).status_code == 303
        assert f"Cơ quan xử lý cho biết: {TEXT}" in await asked(public)
        assert (await lan.post(f"{item_}/rut")).status_code == 303
        assert TEXT not in await asked(public)
    withdrawn, approved, written_down = [one for one in AuditLog(engine).newest(9) if one.act.startswith("notice")]
    acts = [one.act for one in (withdrawn, approved, written_down)]
    assert acts == [Act.NOTICE_WITHDRAWN, Act.NOTICE_APPROVED, Act.NOTICE_WRITTEN]
    waits = {"text": TEXT, "written_by": "lan", "approved_by": ""}
    assert (written_down.before, orjson.loads(written_down.after)) == ("", {"text": TEXT})
    assert (orjson.loads(approved.before), orjson.loads(approved.after)) == (waits, waits | {"approved_by": "minh"})
    assert (orjson.loads(withdrawn.before), withdrawn.after) == (waits | {"approved_by": "minh"}, "")


async def test_nobody_lets_out_the_own_words(server: Any) -> None:
    async with browser(server, "10.20.0.6") as minh:
        await enter(minh, "minh")
        await minh.post(PAGE, data={"code": CODE, "text": TEXT})
        page = await minh.get(PAGE)
        assert "/duyet" not in page.text
        case = re.search(r'data-notice="([0-9a-f]{32})"', page.text)
        assert case
        told = {"written": "9" * 13}
        assert (await minh.post(f"{PAGE}/{case[1]}/duyet", data=told)).status_code == 409


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ({"code": CODE, "text": "Gọi 0912 345 678"}, 400, "số điện thoại"),
        ({"code": "PA-2026-999999", "text": TEXT}, 404, "Không có phản ánh nào"),
    ],
)
async def test_what_may_not_be_read_is_said_and_the_words_stay(
    server: Any, given: dict[str, str], status: int, says: str
) -> None:
    async with browser(server) as lan:
        await enter(lan)
        answer = await lan.post(PAGE, data=given)
    assert (answer.status_code, says in answer.text, given["text"] in answer.text) == (status, True, True)


async def test_who_holds_no_such_role_stays_outside(server: Any) -> None:
    async with browser(server, "10.20.0.8") as sep, browser(server, "203.0.113.9") as public:
        await enter(sep, "sep")
        assert (await sep.get(PAGE)).status_code == 403
        assert (await public.post(PAGE, data={"code": CODE, "text": TEXT})).status_code in (401, 403)
