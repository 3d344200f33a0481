"""The beginning of a workbook: its first rows as the whole says them, whatever follows and however it is written."""

import io
import zipfile

import openpyxl
import pytest

from data_sources.workbooks.apart import read_beginnings, read_sheets
from data_sources.workbooks.shortened import shortened

ROWS = [["Mã xã", "Tên xã"], *([f"27{n:03}", f"Xã {n}"] for n in range(400))]
SHEET = "xl/worksheets/sheet1.xml"


def workbook(*sheets: list[list[str]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    del book["Sheet"]
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if number else "visible"
    book["S0"].merge_cells("A100:B120")
    book.save(out)
    return out.getvalue()


def parts_of(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return {name: book.read(name) for name in book.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return out.getvalue()


def with_sheet(text: bytes) -> bytes:
    return packed(parts_of(workbook(ROWS)) | {SHEET: text})


def test_each_sheet_begins_as_the_whole_does_and_the_rest_is_left_out() -> None:
    body = workbook(ROWS, ROWS[:3], [])
    whole, begun = read_sheets(body, "a.xlsx"), read_beginnings(body, "a.xlsx")
    assert [(one.name, one.hidden, one.rows) for one in begun] == [(w.name, w.hidden, w.rows[:60]) for w in whole]
    assert len(read_sheets(shortened(body, 60), "a.xlsx")[0].rows) == 60


@pytest.mark.parametrize(("said", "otherwise"), [
    (b' r="', b' q="'),  # rows and cells that do not say where they stand
    (b"<sheetData>", b"<!-- <row r='99'/> --><sheetData>"),
])  # fmt: skip
def test_a_beginning_is_that_of_the_whole_however_a_program_writes(said: bytes, otherwise: bytes) -> None:
    text = parts_of(workbook(ROWS))[SHEET]
    assert said in text
    body = with_sheet(text.replace(said, otherwise))
    assert read_beginnings(body, "a.xlsx")[0].rows == read_sheets(body, "a.xlsx")[0].rows[:60]


def test_names_with_a_prefix_are_closed_as_they_were_opened() -> None:
    rows = b"".join(b'<x:row r="%d"><x:c r="A%d"><x:v>%d</x:v></x:c></x:row>' % (n, n, n) for n in range(1, 99))
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    body = with_sheet(b'<x:worksheet xmlns:x="%b"><x:sheetData>%b</x:sheetData></x:worksheet>' % (space, rows))
    assert read_beginnings(body, "a.xlsx")[0].rows == [[float(n)] for n in range(1, 61)]


@pytest.mark.parametrize("body", [
    b"PK\x03\x04broken",
    packed({"bang.csv": b"a;b"}),
    with_sheet(b"<worksheet><sheetData><row></sheetData>"),
])  # fmt: skip
def test_what_is_no_workbook_or_broken_is_left_as_it_is(body: bytes) -> None:
    assert shortened(body, 60) == body
