"""The brief as files: what is printed, the hash that can be checked, one making for the same requests, refusals."""

import asyncio
import io
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
import typst
from fastapi import FastAPI
from screen_figures import KPIS, NOW
from screen_fixtures import FakeReading, empty, normal
from screen_fixtures import services as fakes
from sqlalchemy.exc import OperationalError

from domain.observation import Kind
from pages import brief
from pages.brief import Briefs
from present.brief.brief import Brief
from present.brief.pdf import pdf
from present.brief.xlsx import xlsx
from store.briefs import BriefFiles


class Centre:
    """The brief's routes over a made-up centre, with its files in ``folder``."""

    def __init__(self, reading: FakeReading, folder: Path) -> None:
        self.services = fakes(reading)
        self.services.briefs = self.files = BriefFiles(folder)
        self.briefs = Briefs(self.services, lambda: NOW)
        app = FastAPI()
        app.include_router(brief.router(self.briefs, self.files))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc")

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)


Open = Callable[[FakeReading], Centre]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    return lambda reading: Centre(reading, tmp_path)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("condition", [normal, empty])
async def test_the_pdf_is_one_page(opened: Open, language: str, condition: Callable[[], FakeReading]) -> None:
    answer = await opened(condition()).get(f"/brief.pdf?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert "ioc-long-an-2026-11-23-1405.pdf" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", answer.content)) == 1


async def test_a_figure_too_old_to_judge_the_goal_is_struck_on_paper(opened: Open) -> None:
    """Struck as on the page: nobody reads it as today's. A value that was never there has nothing to strike."""

    def lines(made: Brief) -> int:
        """How many lines are drawn on the page."""
        packed = re.findall(rb"stream\r?\n(x.*?)endstream", pdf(made), re.S)
        drawn = (zlib.decompressobj().decompress(one) for one in packed)
        return sum(len(re.findall(rb"\bS\s", one)) for one in drawn if b"BT" in one)

    told = await opened(normal()).briefs.brief("vi")
    first, *others = told.goals
    assert first.number is not None
    old = replace(told, goals=(replace(first, standing="unknown"), *others))
    nothing = replace(told, goals=(replace(first, standing="unknown", number=None), *others))
    assert (lines(old), lines(nothing)) == (lines(told) + 1, lines(told))


async def test_paper_says_how_many_changes_it_leaves_out_and_the_workbook_has_all(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    nine = [f"thay đổi {n}" for n in range(1, 10)]
    monkeypatch.setattr("layouts.parts.brief.figures_changed", lambda _: nine)
    told = await opened(normal()).briefs.brief("vi")
    book = openpyxl.load_workbook(io.BytesIO(xlsx(told)))
    assert [row[0] for row in book["Thay đổi"].values][1:] == nine
    set_: list[Any] = []
    monkeypatch.setattr(typst, "compile", lambda *_, sys_inputs, **__: set_.append(json.loads(sys_inputs["brief"])))
    pdf(told)
    assert (set_[0]["changes"], set_[0]["more"]) == (nine[:6], "và 3 thay đổi nữa")


async def test_the_workbook_holds_numbers_and_what_they_stand_on(opened: Open) -> None:
    centre = opened(normal())
    answer = await centre.get("/brief.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Mục tiêu", "Xã, phường", "Thay đổi", "Nguồn"]
    rows = list(book["Mục tiêu"].values)
    told = await centre.briefs.brief("vi")
    assert rows[0][0] == told.headline
    assert f"/{len(told.goals)} mục tiêu" in told.headline
    assert rows[2][0] == "DỮ LIỆU MÔ PHỎNG"
    fibre = next(row for row in rows if row[0] == KPIS["coverage_fibre_communes"].names.vi)
    assert fibre[1] == 100
    assert ("Mã kiểm tra số liệu (sha256)", told.sha256) in list(book["Nguồn"].values)


async def test_whoever_has_a_printed_hash_gets_the_figures_behind_it(opened: Open) -> None:
    centre = opened(normal())
    await centre.get("/brief.pdf")
    told = await centre.briefs.brief("vi")
    answer = await centre.get(f"/api/v1/briefs/{told.sha256}")
    assert sha256(answer.content).hexdigest() == told.sha256
    figures = answer.json()["figures"]
    assert {"kpi": "teams_it_xanh", "place": "80", "value": 100.0}.items() <= next(
        one for one in figures if one["kpi"] == "teams_it_xanh" and one["place"] == "80"
    ).items()
    assert (await centre.briefs.brief("en")).sha256 == told.sha256, "words are no figures"


async def test_the_figures_of_a_page_printed_now_are_kept_for_its_hash(opened: Open) -> None:
    reading = normal()
    centre = opened(reading)
    printed = (await centre.briefs.brief("vi")).sha256
    assert sha256((await centre.get(f"/api/v1/briefs/{printed}")).content).hexdigest() == printed
    reading.results = [replace(one, value=1.0) for one in reading.results]
    assert (await centre.briefs.brief("vi")).sha256 != printed
    later = await centre.get(f"/api/v1/briefs/{printed}")
    assert sha256(later.content).hexdigest() == printed, "the paper is checked after the figures have moved on"


@pytest.mark.parametrize("asked", ["0" * 64, "x", "..%2F..%2Fetc", "A" * 64])
async def test_a_hash_that_nobody_printed_is_refused_in_two_languages(opened: Open, asked: str) -> None:
    centre = opened(normal())
    await centre.get("/brief.pdf")
    answer = await centre.get(f"/api/v1/briefs/{asked}")
    assert answer.status_code == 404
    if "%" not in asked:
        assert answer.json()["vi"]
        assert answer.json()["en"]


async def test_another_figure_is_another_hash_and_a_real_one_carries_no_banner(opened: Open) -> None:
    before = await opened(normal()).briefs.brief("vi")
    reading = normal()
    reading.results = [
        replace(r, kinds={Kind.MEASURED: 1}, value=99.0 if r.key == "teams_it_xanh" and r.place == "80" else r.value)
        for r in reading.results
    ]
    after = await opened(reading).briefs.brief("vi")
    assert before.sha256 != after.sha256
    assert (before.simulated, after.simulated) == (True, False)
    assert json.loads(after.canonical)["figures"][0]["kinds"] == {"measured": 1}


async def test_two_same_requests_make_one(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def count(given: Any) -> bytes:
        made.append(given)
        return pdf(given)

    monkeypatch.setattr(brief, "KINDS", {**brief.KINDS, "pdf": count})
    centre = opened(normal())
    first, second, other = await asyncio.gather(
        centre.get("/brief.pdf"), centre.get("/brief.pdf"), centre.get("/brief.pdf?lang=en")
    )
    assert first.content == second.content != other.content
    assert [one.language for one in made].count("vi") == 1


async def test_a_page_that_cannot_be_set_says_what_to_do(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Any) -> bytes:
        raise typst.TypstError("no such font")

    monkeypatch.setattr(brief, "KINDS", {**brief.KINDS, "pdf": fails})
    answer = await opened(normal()).get("/brief.pdf")
    assert answer.status_code == 503
    assert "in trang /leader" in answer.json()["vi"]
    assert "Print /leader" in answer.json()["en"]


async def test_a_silent_store_makes_no_brief(opened: Open) -> None:
    answer = await opened(FakeReading(failure=OperationalError("select", {}, Exception("gone")))).get("/brief.pdf")
    assert answer.status_code == 503
    assert answer.json()["reason"] == "unavailable"
