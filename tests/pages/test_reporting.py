"""A commune's reporter at the whole web side: the own units' files, a second person, and nothing of the centre."""

import re
from typing import Any

import httpx
import pytest

from domain.access.principal import CENTRE, Role
from store.access.accounts import Accounts
from tests.pages.test_accounts import NOW, PASSWORD, accounts, browser, enter, invite, made

__all__ = ["accounts", "made"]  # fixtures of the same centre

HEAD = "Mã xã;Kỳ báo cáo;Hồ sơ đến hạn;Hồ sơ đúng hạn\n"
OWN = f"{HEAD}27694;20/11/2026;512;502\n".encode()


@pytest.fixture
def reporter(accounts: Accounts) -> None:
    """The account hoa, of Phường Long An."""
    accounts.invite("hoa", "Lê Thị Hoa", {Role.REPORTER}, ("27694",), CENTRE, NOW)
    assert accounts.change("hoa", PASSWORD, CENTRE, NOW) is None


async def send(http: httpx.AsyncClient, body: bytes, feed: str = "services", name: str = "bc.csv") -> httpx.Response:
    sent = await http.post("/gui-so-lieu", data={"feed": feed}, files={"file": (name, body, "text/csv")})
    return await http.get(sent.headers["location"]) if sent.status_code == 303 else sent


async def test_a_file_of_the_own_unit_waits_for_a_second_person(made: Any, accounts: Accounts, reporter: None) -> None:
    invite(accounts, "duyet", Role.APPROVER)
    server = made()
    async with browser(server) as hoa, browser(server, "10.20.0.8") as approver:
        assert (await enter(hoa, "hoa")).headers["location"] == "/gui-so-lieu", "not the wall, which is for others"
        shown = await hoa.get("/gui-so-lieu")
        assert ("Phường Long An" in shown.text, "<script" in shown.text) == (True, False)
        sent = await send(hoa, OWN)
        assert ("chờ duyệt" in sent.text, "– → 512" in sent.text) == (True, True)
        assert "Phường Long An · tháng 11/2026" in sent.text
        id_ = re.search(r"/gui-so-lieu/([0-9a-z]+)", str(sent.url))
        assert id_ is not None
        for path in ("/", "/figures", "/api/v1/imports", f"/api/v1/imports/{id_[1]}", "/api/v1/vehicles", "/data"):
            assert (await hoa.get(path)).status_code == 403
        assert (await hoa.post(f"/api/v1/imports/{id_[1]}/approve")).status_code == 403
        await enter(approver, "duyet")
        assert (await approver.get(f"/gui-so-lieu/{id_[1]}")).status_code == 403, "the page is the reporters'"
        approved = await approver.post(f"/api/v1/imports/{id_[1]}/approve")
        assert (approved.status_code, approved.json()["received_by"]) == (200, "person:hoa")
        assert "đã duyệt" in (told := (await hoa.get("/gui-so-lieu")).text) or "đã áp dụng" in told


async def test_other_units_figures_other_peoples_files_and_no_unit_at_all(
    made: Any, accounts: Accounts, reporter: None
) -> None:
    accounts.invite("minh", "", {Role.REPORTER}, (), CENTRE, NOW)
    accounts.change("minh", PASSWORD, CENTRE, NOW)
    server = made()
    async with browser(server) as hoa, browser(server, "10.20.0.8") as minh:
        await enter(hoa, "hoa")
        foreign = await send(hoa, OWN.replace(b"27694", b"27712"))
        assert (
            "không nhận" in foreign.text,
            "(27712 Phường Tân An); tài khoản này chỉ gửi số liệu của Phường Long An" in foreign.text,
        ) == (True, True)
        own = await send(hoa, OWN)
        await enter(minh, "minh")
        assert "chưa gắn với đơn vị nào" in (await minh.get("/gui-so-lieu")).text
        assert (await send(minh, OWN)).status_code == 400
        path = own.url.path
        assert (await minh.get(path)).status_code == 404
        assert (await minh.post(path, data={"give_up": "1"})).status_code == 404
        assert "bc.csv" not in (await minh.get("/gui-so-lieu")).text
        assert (await hoa.post(path, data={"give_up": "1"})).status_code == 303
        given_up = (await hoa.get(path)).text
        assert ("người nạp đã bỏ" in given_up, "<dd>không nhận" in given_up) == (True, False), "nobody refused it"


async def test_a_file_in_which_nothing_was_understood_says_so_and_why(made: Any, reporter: None) -> None:
    async with browser(made()) as hoa:
        await enter(hoa, "hoa")
        told = (await send(hoa, b"a;b\n1;2\n")).text
        assert ("không có số liệu nào để duyệt" in told, "chờ trả lời" in told) == (True, False)
        assert "Hãy tải biểu mẫu" in told, "what to do"
        assert ("Phần không đọc" in told, "không thấy bảng số liệu nào" in told) == (True, True)


async def test_a_figure_of_an_instant_is_told_as_people_write_it(made: Any, reporter: None) -> None:
    async with browser(made()) as hoa:
        await enter(hoa, "hoa")
        told = (await send(hoa, "Mã xã;Kỳ báo cáo;Lượt tải Long An Số\n27694;18/11/2026;3100\n".encode())).text
        assert ("Phường Long An · 18/11/2026" in told, "T17:00" in told) == (True, False)


async def test_a_question_is_answered_on_the_page(made: Any, reporter: None) -> None:
    async with browser(made()) as hoa:
        await enter(hoa, "hoa")
        asked = await send(hoa, b"place;dossiers_due\n27694;11.000\n", name="bc-2026-10.csv")
        names = re.findall(r'type="radio" name="([^"]+)" value="comma"', asked.text)
        assert names
        assert "row 2" not in asked.text, "one language, and the place of the cell once"
        answered = await hoa.post(asked.url.path, data=dict.fromkeys(names, "comma"))
        assert answered.status_code == 303
        assert "– → 11.000" in (await hoa.get(asked.url.path)).text


async def test_bad_files_and_wrong_feeds_are_told_in_words(made: Any, reporter: None) -> None:
    async with browser(made()) as hoa:
        await enter(hoa, "hoa")
        assert (await send(hoa, b"")).status_code == 400
        assert (await send(hoa, OWN, "no_such")).status_code == 404
        assert (await send(hoa, b"x" * (5 * 2**20))).status_code == 413
        assert (await send(hoa, "Họ tên;Điện thoại\nNguyễn Văn A;0912345678\n".encode())).status_code == 422
        form = await hoa.get("/gui-so-lieu/mau/services.xlsx")
        assert (form.status_code, form.content[:2]) == (200, b"PK")
        assert (await hoa.get("/gui-so-lieu/mau/no_such.xlsx")).status_code == 404


async def test_a_cell_that_is_not_taken_says_where_and_what_stands_in_it(made: Any, reporter: None) -> None:
    async with browser(made()) as hoa:
        await enter(hoa, "hoa")
        told = (await send(hoa, f"{HEAD}27694;20/11/2026;abc;502\n".encode())).text
        assert re.search(r"<b>dòng 2, cột 3</b> không phải là số<span>abc</span>", told)
