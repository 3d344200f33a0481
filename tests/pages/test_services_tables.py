"""The tables of /services as files: the numbers of the screen, with as-of, source and definitions."""

import io

import httpx
import openpyxl
import pytest
from fastapi import FastAPI
from screen_figures import NOW
from screen_fixtures import FakeReading, quiet, services

from domain.observation import Kind
from domain.services.dossier_counts import SHARES, DossierCounts, DueNow
from pages import services_tables

COUNTS = dict.fromkeys({name for pair in SHARES.values() for name in pair}, 40)


def reading() -> FakeReading:
    found = quiet()
    found.due = [DueNow(office="27694", open=30, due_soon=4, late=2, waiting=1, undated=0)]
    found.dossiers = [
        DossierCounts(office="27694", place="27694", procedure=code, told=NOW, kind=Kind.SIMULATED,
                      counts={**COUNTS, "with_fee": 0})
        for code in ("", "1.001612")
    ]  # fmt: skip
    return found


async def get(path: str) -> httpx.Response:
    app = FastAPI()
    app.include_router(services_tables.router(services(reading()), lambda: NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc") as client:
        return await client.get(path)


async def test_the_table_of_dues_has_its_numbers_and_their_definitions():
    answer = await get("/services/tables/due.csv")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig")
    assert "Phường Long An;27694;4;2;1;0;30" in text
    assert "Đang trễ;quá hạn hoặc quá một lần yêu cầu bổ sung" in text
    assert "mô phỏng" in text.lower()


async def test_a_share_of_nothing_is_a_blank_and_an_office_gives_its_procedures():
    book = openpyxl.load_workbook(io.BytesIO((await get("/services/tables/dossiers.xlsx?office=27694")).content))
    head, row = list(book["Bảng"].values)
    assert row[1] == "1.001612"
    assert row[head.index("3.6 Hồ sơ thanh toán trực tuyến (%)")] is None
    assert row[head.index("2.1 Hồ sơ xử lý trước và đúng hạn (%)")] == 100


@pytest.mark.parametrize("name", ["scores.csv", "scores.xlsx", "feedback.csv", "due.xlsx"])
async def test_every_table_is_there_before_any_figure(name: str):
    assert (await get(f"/services/tables/{name}")).status_code == 200


@pytest.mark.parametrize("name", ["people.csv", "due.pdf", "due", "..%2Fdue.csv"])
async def test_no_other_table_is(name: str):
    assert (await get(f"/services/tables/{name}")).status_code == 404
