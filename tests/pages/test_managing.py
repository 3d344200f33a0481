"""The administrator invites by link, the auditor reads and checks the log; neither sees data."""

import asyncio
import re
from typing import Any

import httpx
import orjson
from sqlalchemy import Engine

from domain.access.principal import CENTRE, Actor, Principal, Role
from domain.audit import Act
from store.access.accounts import Accounts
from store.audit import AuditLog
from tests.pages.test_accounts import (
    NOW,
    PAGE,
    PASSWORD,
    accounts,
    administer,
    browser,
    enter,
    invite,
    invite_administrator,
    made,
)

__all__ = ["accounts", "made"]  # fixtures of the same centre


def link_in(page: httpx.Response) -> str:
    found = re.search(r"http://10\.20\.0\.7:8050(/moi/[\w-]{43})", page.text)
    assert found, page.text
    return found[1]


async def test_a_person_is_invited_by_a_link_that_counts_once(made: Any, accounts: Accounts, engine: Engine) -> None:
    invite_administrator(accounts, engine)
    server = made()
    async with browser(server) as admin, browser(server, "10.20.0.8") as lan:
        await administer(admin)
        assert (await admin.get("/api/v1/vehicles")).status_code == 403, "no data"
        given = {"name": "lan", "shown": "Trần Thị Lan", "role": ["operator", "dispatcher"], "units": ""}
        made_for_lan = await admin.post("/quan-tri", data=given)
        link = link_in(made_for_lan)
        assert "Trần Thị Lan" in made_for_lan.text
        assert (await admin.post("/quan-tri", data=given)).status_code == 400, "the name is taken"
        refused = await admin.post("/quan-tri", data={"name": "minh", "shown": "Lê Minh"})
        assert (refused.status_code, 'value="Lê Minh"' in refused.text) == (400, True), "no role; what was typed stays"
        assert "lan" in (await lan.get(link)).text
        for new, again, status in (("short", "short", 400), (PASSWORD, "other", 400), (PASSWORD, PASSWORD, 303)):
            assert (await lan.post(link, data={"new": new, "again": again})).status_code == status
        assert (await lan.get(link)).status_code == 404
        assert (await lan.post(link, data={"new": PASSWORD + "!", "again": PASSWORD + "!"})).status_code == 404
        await enter(lan)
        assert (await lan.get("/api/v1/vehicles")).status_code == 200
        assert (await lan.get("/quan-tri")).status_code == 403
        assert (await lan.get("/api/v1/session")).json() == {"name": "lan", "by_key": False, "lacks": False}
    assert AuditLog(engine).newest(9, acts=(Act.ACCOUNT_CREATED,))[0].name == "sep"


async def test_an_administrator_closes_and_resets_but_not_the_own_account(
    made: Any, accounts: Accounts, engine: Engine
) -> None:
    invite_administrator(accounts, engine)
    invite(accounts)
    server = made()
    async with browser(server) as admin, browser(server, "10.20.0.8") as lan:
        await administer(admin)
        await enter(lan)
        assert (await admin.post("/quan-tri/sep/disable")).status_code == 400
        assert (await admin.post("/quan-tri/nobody/disable")).status_code == 404
        assert (await admin.post("/quan-tri/lan/disable")).status_code == 200
        assert (await lan.get("/api/v1/vehicles")).status_code == 401
        first = link_in(await admin.post("/quan-tri/lan/reset"))
        second = link_in(await admin.post("/quan-tri/lan/reset"))
        assert (await lan.get(first)).status_code == 404, "a later link ends the earlier one"
        assert (await lan.get(second)).status_code == 200


async def test_other_roles_count_at_once_and_old_tokens_and_links_do_not(
    made: Any, accounts: Accounts, engine: Engine
) -> None:
    invite_administrator(accounts, engine)
    invite(accounts)
    server = made()
    async with browser(server) as admin, browser(server, "10.20.0.8") as lan:
        await administer(admin)
        await enter(lan)
        assert (await lan.get("/api/v1/vehicles")).status_code == 200
        assert (await admin.post("/quan-tri/sep/roles", data={"role": "operator"})).status_code == 400, "not the own"
        assert (await admin.post("/quan-tri/lan/roles", data={"role": "sender"})).status_code == 400, "no person's role"
        assert (await admin.post("/quan-tri/nobody/roles", data={"role": "leader"})).status_code == 404
        page = await admin.post("/quan-tri/lan/roles", data={"role": ["auditor", "reporter"], "units": "27694 27712"})
        assert (page.status_code, 'value="27694 27712"' in page.text) == (200, True)
        assert "<dd>Phường Long An, " in page.text, "people know a commune by its name"
        assert (await lan.get("/api/v1/vehicles")).status_code == 401, "the session of the old role has ended"
        await enter(lan)
        assert (await lan.get("/api/v1/vehicles")).status_code == 403
        assert (await lan.get("/nhat-ky")).status_code == 200
    told = AuditLog(engine).newest(9, acts=(Act.ACCOUNT_CHANGED,))
    assert [(one.name, one.of) for one in told] == [("sep", "lan")]


async def test_a_reporter_has_units_that_exist(made: Any, accounts: Accounts, engine: Engine) -> None:
    invite_administrator(accounts, engine)
    async with browser(made()) as admin:
        await administer(admin)
        given = {"name": "hoa", "role": "reporter"}
        for units, said in (("", "cần ít nhất một mã"), ("27694 99999", "mang mã 99999")):
            refused = await admin.post("/quan-tri", data=given | {"units": units})
            assert (refused.status_code, said in refused.text, "hoa" in accounts.everyone()) == (400, True, False), (
                units
            )
        assert (await admin.post("/quan-tri", data=given | {"units": "27694, 27712"})).status_code == 200
        assert accounts.everyone()["hoa"].units == ("27694", "27712")
        changed = await admin.post("/quan-tri/hoa/roles", data={"role": "reporter", "units": "99999"})
        assert (changed.status_code, accounts.everyone()["hoa"].units) == (400, ("27694", "27712"))


async def test_what_was_done_and_for_whom_is_told(made: Any, accounts: Accounts, engine: Engine) -> None:
    invite_administrator(accounts, engine)
    server = made()
    async with browser(server) as admin, browser(server, "10.20.0.8") as lan:
        await administer(admin)
        invited = await admin.post("/quan-tri", data={"name": "lan", "role": "operator"})
        assert "Gửi liên kết này cho lan" in invited.text
        link = link_in(invited)
        assert f'href="{link}?lang=en"' in (await lan.get(link)).text
        chosen = await lan.post(link, data={"new": PASSWORD, "again": PASSWORD})
        assert "Đã đặt mật khẩu" in (await lan.get(chosen.headers["location"])).text
        assert f'href="{link}?lang=en"' in (await lan.get(link)).text, "of a link that has ended, too"
        saved = await admin.post("/quan-tri/lan/roles", data={"role": "leader"})
        assert "Đã lưu vai trò của lan" in saved.text
        assert "Đã khóa tài khoản lan" in (await admin.post("/quan-tri/lan/disable")).text


async def test_whoever_sees_no_data_finds_the_own_account(made: Any, accounts: Accounts) -> None:
    invite(accounts, "an", Role.AUDITOR)
    async with browser(made()) as auditor:
        await enter(auditor, "an")
        assert '<a href="/tai-khoan">Tài khoản</a>' in (await auditor.get("/nhat-ky")).text
        to_first = await auditor.get("/", headers=PAGE)
        assert to_first.headers["location"] == "/tai-khoan", "the centre's name leads to no reproach"
        assert (await auditor.get("/waste", headers=PAGE)).headers["location"] == "/tai-khoan?refused=1"


async def test_of_two_who_use_one_link_at_once_one_has_the_account(
    made: Any, accounts: Accounts, engine: Engine
) -> None:
    invite_administrator(accounts, engine)
    server = made()
    async with browser(server) as admin, browser(server, "10.20.0.8") as lan, browser(server, "10.20.0.9") as thief:
        await administer(admin)
        link = link_in(await admin.post("/quan-tri", data={"name": "lan", "role": "operator"}))
        both = {lan: PASSWORD, thief: PASSWORD + " 2"}
        sent = [http.post(link, data={"new": new, "again": new}) for http, new in both.items()]
        answers = [answer.status_code for answer in await asyncio.gather(*sent)]
        assert sorted(answers) == [303, 404]
        entered = [(await enter(http, password=new)).status_code for http, new in both.items()]
        assert [status == 303 for status in entered] == [status == 303 for status in answers]


async def test_an_auditor_reads_checks_and_exports_the_log(made: Any, accounts: Accounts, engine: Engine) -> None:
    invite(accounts, "an", Role.AUDITOR)
    accounts.invite("lan", "<b>Lan</b>", {Role.OPERATOR}, (), CENTRE, NOW)
    async with browser(made()) as auditor:
        await enter(auditor, "an")
        assert (await auditor.get("/api/v1/vehicles")).status_code == 403, "no data"
        shown = await auditor.get("/nhat-ky")
        assert "Mời người dùng" in shown.text
        assert "<b>Lan</b>" not in shown.text
        assert "Đăng nhập" not in (await auditor.get("/nhat-ky?act=account_created")).text.split('class="entries"')[1]
        newest = AuditLog(engine).newest(1)[0]
        assert f"{newest.number}:{newest.seal}" in (await auditor.post("/nhat-ky")).text
        entries = orjson.loads((await auditor.get("/nhat-ky.json")).content)
        assert [entry["number"] for entry in entries] == list(range(1, newest.number + 1))
        lines = (await auditor.get("/nhat-ky.csv")).text.splitlines()
        assert (lines[0].split(",")[0], len(lines)) == ("number", newest.number + 1)
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE audit_entries SET name = 'x' WHERE number = 1")
        assert "bị can thiệp từ mục 1" in (await auditor.post("/nhat-ky")).text


async def test_the_log_names_the_simulator_in_the_readers_language(made: Any, accounts: Accounts) -> None:
    invite(accounts, "an", Role.AUDITOR)
    accounts.invite("lan", "Lan", {Role.OPERATOR}, (), Principal(actor=Actor.CENTRE, name="simulator"), NOW)
    async with browser(made()) as auditor:
        await enter(auditor, "an")
        for query, said in (("", " · bộ mô phỏng"), ("?lang=en", " · the simulator")):
            shown = (await auditor.get(f"/nhat-ky{query}")).text
            assert said in shown
            assert "trung tâm simulator" not in shown
            assert "centre simulator" not in shown


async def test_nobody_else_manages_or_audits(made: Any, accounts: Accounts) -> None:
    invite(accounts)
    async with browser(made()) as lan:
        await enter(lan)
        for path in ("/quan-tri", "/nhat-ky", "/nhat-ky.csv", "/nhat-ky.json"):
            assert (await lan.get(path)).status_code == 403
        for path in ("/quan-tri", "/quan-tri/lan/reset", "/nhat-ky"):
            assert (await lan.post(path)).status_code == 403
