"""The mission's rows: each that claims a source is proven from its way in to its number, and to its empty state."""

import asyncio
import contextlib
import html
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import orjson
import pytest
from hangs import until

import areas as areas_room
import kpi as kpi_room
from bench.rig.centre import Centre, running
from callbacks.pages import screen_at, screens
from domain.area import Area
from domain.discovery import discover
from domain.kpis.kpi import Kpi
from domain.mission.indicator import answers
from domain.mission.indicators import INDICATORS
from store.database import open_database
from tests.areas.proofs import Proof, proofs
from tests.areas.rows_services import DOSSIER_ID, FEEDBACK_ID, PEOPLE
from tests.intake.imports.second_person import approve
from tests.words import words_of

ROOT = Path(__file__).parents[2]
AREAS = discover(areas_room, "AREA", Area)
KPIS = discover(kpi_room, "KPIS", Kpi)
PROOFS = proofs()
SENT = [proof for proof in PROOFS.values() if proof.sends or proof.posts or proof.files]
NO_FIGURE, DATA = "—", "/data"
SCREEN_OF = {feed: DATA if feed in area.on_data else area.path for area in AREAS.values() for feed in area.feeds}


def test_there_are_thirty_five_rows_in_order():
    assert [one.number for one in INDICATORS] == list(range(1, 36))
    for one in INDICATORS:
        assert one.audiences
        assert all((*one.names, *one.owner, *one.cadence))
        assert all(all((*told.said, told.article.on, told.article.source)) for told in one.published)


def test_kpis_answer_rows_that_exist():
    numbers = {one.number for one in INDICATORS}
    assert {key: kpi.indicators for key, kpi in KPIS.items() if not set(kpi.indicators) <= numbers} == {}


def test_every_row_with_a_source_is_proven_and_no_other():
    assert set(PROOFS) == {one.number for one in INDICATORS if one.page or answers(one.number, KPIS.values())}


@pytest.mark.parametrize("proof", PROOFS.values(), ids=lambda proof: f"row {proof.row}")
def test_a_proof_shows_what_answers_its_row(proof: Proof):
    if proof.beside:
        assert (ROOT / proof.beside).is_file()
        return
    assert proof.shows or proof.names
    assert screen_at(screens(), KPIS, proof.screen)[0] is not None
    for screen, shows in proof.shown.items():
        assert all(proof.row in KPIS[key].indicators for key in shows)
        assert {SCREEN_OF[KPIS[key].feed] for key in shows} <= {screen}, "the screen that docs/indicators.md names"


def test_every_kpi_that_answers_a_row_is_shown_by_its_proof():
    owed = {(proof.row, key) for proof in SENT for key, kpi in KPIS.items() if proof.row in kpi.indicators}
    assert owed == {(proof.row, key) for proof in SENT for shows in proof.shown.values() for key in shows}


@dataclass(frozen=True)
class Told:
    """Pages of a centre by address, before it was sent anything and after."""

    before: dict[str, str]
    after: dict[str, str]
    indicators: str
    data: str
    leaks: tuple[str, ...]


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """One centre without a simulator: its screens, then everything sent at once, then its screens again."""
    addresses = sorted({screen for proof in SENT for screen in proof.shown})
    with running() as centre, httpx.Client(base_url=centre.web, timeout=60) as web:
        before = {address: web.get(address).text for address in addresses}
        send(centre)
        after = asyncio.run(pages_with_figures(centre.web, addresses))
        yield Told(
            before, after, web.get("/indicators").text, web.get("/data").text, (*kept(centre.data_dir), *answered(web))
        )


def send(centre: Centre) -> None:
    now = datetime.now(UTC)
    items = {repr(item): {**item, "at": now.isoformat()} for proof in SENT for item in proof.sends}
    posts = {path: made(now) for proof in SENT for path, made in proof.posts.items()}
    with httpx.Client(base_url=centre.door, headers={"X-API-Key": centre.key}, timeout=60) as door:
        answer = door.post("/ingest/observations", json=list(items.values()))
        assert answer.status_code == 202, answer.text
        assert not answer.json().get("rejected"), answer.text
        for path, body in ((path, body) for proof in SENT for path, body in proof.files.items()):
            answer = door.post(path, content=body(now))
            assert answer.is_success, answer.text
            assert not answer.json().get("rejected"), answer.text
            if answer.json().get("outcome") == "waits":
                approve(open_database(centre.database_url), centre.data_dir / "maps", answer.json()["import"])
        for path, records in posts.items():
            assert leaking(path, door.post(path, json=records).content) == []
            door.post(path, content=f"{{not json {PEOPLE[0]} {PEOPLE[3]}".encode())
            rows = rows_of(records)
            table = "\n".join(";".join(row) for row in rows)
            as_file = path.replace("/ingest/", "/ingest/files/") + f"?name={PEOPLE[3]}"
            for name, body in (("csv", table.encode()), ("xlsx", workbook(rows))):
                assert leaking(as_file, door.post(f"{as_file}.{name}", content=body).content) == []


def rows_of(records: list[dict[str, Any]]) -> list[list[str]]:
    """The records as a table: a column for each field that any of them, or the one entry of its lists, has."""
    flat = [{name: said for field in one.items() for name, said in columns(*field)} for one in records]
    heads = list(dict.fromkeys(name for one in flat for name in one))
    return [heads, *([str(one.get(name, "")) for name in heads] for one in flat)]


def columns(name: str, said: Any) -> Iterable[tuple[str, Any]]:
    """A field as columns; a list of one entry as that entry's fields."""
    return said[0].items() if isinstance(said, list) and len(said) == 1 else [(name, said)]


def workbook(rows: list[list[str]]) -> bytes:
    """The table as an office sends them: people in the title, in a sheet's name and in a column of their own."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = PEOPLE[1]
    sheet.append((f"Người lập: {PEOPLE[0]}, {PEOPLE[2]}",))
    for row in rows:
        sheet.append(row)
    book.properties.creator = PEOPLE[0]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def leaking(what: str, content: bytes) -> list[str]:
    """Whose name, number or receipt code stands in these bytes, as text or as JSON writes it, zipped or not."""
    secret = (*PEOPLE, DOSSIER_ID, FEEDBACK_ID)
    forms = {form: one for one in secret for form in (one.encode(), orjson.dumps(one)[1:-1], json_bytes(one))}
    read = (content, *unzipped(content))
    return [f"{what}: {one}" for form, one in forms.items() if any(form in part for part in read)]


def unzipped(content: bytes) -> Iterator[bytes]:
    """What the parts of every workbook within these bytes say, also of one that stands in a stream or a database."""
    for found in re.finditer(b"PK\x03\x04.{22}(..)(..)", content, re.DOTALL):
        name, extra = (int.from_bytes(length, "little") for length in found.groups())
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj(-15).decompress(content[found.end() + name + extra :])


def test_the_scan_reads_into_a_workbook_wherever_it_stands() -> None:
    book = workbook([["ChuHoSo"], [PEOPLE[4]]])
    assert {one.partition(": ")[2] for one in leaking("a stream", b"*3\r\n$9\r\n" + book + b"\r\n")} >= {
        *PEOPLE[:3],
        PEOPLE[4],
    }
    assert leaking("nothing", b"PK\x03\x04" + b"x" * 40) == []


def json_bytes(text: str) -> bytes:
    """As JSON in ASCII writes it."""
    return json.dumps(text)[1:-1].encode()


def kept(folder: Path) -> list[str]:
    """What of a person is in a file of the centre: database, log of streams, printed lines."""
    files = {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    told = [name for name, content in files.items() if b"1.001612.000.00.00.H53" in content]
    assert any("sqlite3" in name for name in told), "the scan reads where dossiers are kept"
    assert any(name.endswith(".aof") for name in told), "and where messages wait"
    return [leak for name, content in files.items() for leak in leaking(name, content)]


def answered(web: httpx.Client) -> list[str]:
    """What of a person is in what an operator may ask for."""
    asked = (
        "/", "/services", "/services?office=27694", "/services?office=27694&procedure=1.001612.000.00.00.H53", "/data",
        "/leader", "/api/v1/rejections", "/api/v1/rejections?feed=dossiers", "/api/v1/feeds", "/metrics",
        *(
            f"/services/tables/{name}.{form}?office=27694"
            for name in ("due", "dossiers", "rows", "feedback", "scores")
            for form in ("csv", "xlsx")
        ),
    )  # fmt: skip
    answers = {path: web.get(path) for path in asked}
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
    return [leak for path, answer in answers.items() for leak in leaking(path, answer.content)]


async def pages_with_figures(address: str, paths: list[str]) -> dict[str, str]:
    """The pages, once every figure is there: the evaluator looks once a second."""
    wanted = {key for proof in SENT for shows in proof.shown.values() for key in shows}

    async def all_there() -> bool:
        told = (await web.get("/api/v1/kpis")).json()["results"]
        return wanted <= {one["key"] for one in told if one["value"] is not None}

    async with httpx.AsyncClient(base_url=address, timeout=60) as web:
        await until(all_there)
        return {path: (await web.get(path)).text for path in paths}


def value(page: str, key: str) -> str:
    """The text of a KPI's value on a page; what the page does not hold fails the test."""
    card = re.search(rf'data-kpi="{key}".*?data-part="value"[^>]*>([^<]*)<', page, re.DOTALL)
    assert card, f"no card of {key}"
    return html.unescape(card[1])


def row(page: str, place: str) -> str:
    """The row of a place in a table of the page."""
    found = re.search(rf'<tr [^>]*id="place-{place}".*?</tr>', page, re.DOTALL)
    assert found, f"no row of {place}"
    return found[0]


def state(page: str, number: int) -> str:
    """The state of a row of the list."""
    opened = re.search(rf'<tr [^>]*data-row="indicator-{number}"[^>]*>', page)
    told = opened and re.search(r'data-state="(\w+)"', opened[0])
    assert told, f"no row {number}"
    return told[1]


@pytest.mark.servers
@pytest.mark.parametrize("proof", SENT, ids=lambda proof: f"row {proof.row}")
def test_from_its_way_in_to_its_number_and_to_its_empty_state(told: Told, proof: Proof):
    before, after = (pages[proof.screen] for pages in (told.before, told.after))
    for screen, shows in proof.shown.items():
        earlier, later = (html.unescape(pages[screen]) for pages in (told.before, told.after))
        assert {key: value(earlier, key) for key in shows} == dict.fromkeys(shows, NO_FIGURE)
        assert {key: value(later, key) for key in shows} == dict(shows)
    for name in proof.names:
        assert name not in words_of(before)
        assert name in words_of(after)
    for place, figure in proof.rows.items():
        assert f">{figure}<" not in row(before, place)
        assert f">{figure}<" in row(after, place)
    assert state(told.indicators, proof.row) == "figure"


@pytest.mark.servers
def test_the_first_start_takes_what_was_published_and_lists_its_feed(told: Told):
    of_fibre = words_of(told.after["/connectivity"].partition('data-row="published-19"')[2].partition("</tr>")[0])
    assert "88,9% hộ" in of_fibre
    assert "VnExpress 4798653, 10/2024" in of_fibre
    assert "khai báo · 188 xã, 15 huyện" in of_fibre
    assert "Số liệu báo chí đã đăng" in html.unescape(told.data)
    for one in INDICATORS:
        said = words_of(told.indicators.partition(f'data-row="indicator-{one.number}"')[2].partition("</tr>")[0])
        assert [words.said.vi for words in one.published if words.said.vi not in said] == [], one.number


@pytest.mark.servers
def test_no_byte_that_the_centre_keeps_or_answers_has_a_person(told: Told):
    assert told.leaks == ()


@pytest.mark.servers
def test_the_page_of_the_list_counts_what_has_a_source(told: Told):
    sourced = [one for one in INDICATORS if one.page or answers(one.number, KPIS.values())]
    assert f"Chỉ số có nguồn {len(sourced)}/{len(INDICATORS)}" in html.unescape(told.indicators)
    for one in INDICATORS:
        assert (state(told.indicators, one.number) == "none") is (one not in sourced), one.number
