"""Tables as files: unknown is blank, numbers are numbers, what looks like a formula stays text, facts are there."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest

from present.table_file import ColumnOf, TableFile, csv_of, xlsx_of

GIVEN = TableFile(
    title="Điểm",
    columns=[ColumnOf("Đơn vị"), ColumnOf("Điểm", "điểm, nhiều nhất 100")],
    rows=[["Phường Long An", 84.57], ["=HYPERLINK(1)", None], ["+84", 0], ["-1+2", 3], ["@SUM(A1)", 4]],
    facts=[("Số liệu lúc", "28/11/2026 08:00"), ("Nguồn", "=cmd|' /C calc'!A0")],
    made_at=datetime(2026, 11, 28, 1, tzinfo=UTC),
)


def test_csv_opens_in_vietnamese_excel_and_computes_nothing():
    lines = csv_of(GIVEN).decode("utf-8-sig").split("\r\n")
    assert lines[:6] == [
        "Đơn vị;Điểm", "Phường Long An;84,57", "'=HYPERLINK(1);", "'+84;0", "'-1+2;3", "'@SUM(A1);4",
    ]  # fmt: skip
    assert "Số liệu lúc;28/11/2026 08:00" in lines
    assert "Nguồn;'=cmd|' /C calc'!A0" in lines
    assert "Điểm;điểm, nhiều nhất 100" in lines


@pytest.mark.parametrize("row", range(5))
def test_a_workbook_keeps_text_text_and_numbers_numbers(row: int):
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(GIVEN)))
    name, value = list(book["Bảng"].rows)[row + 1]
    assert (name.value, value.value) == tuple(GIVEN.rows[row])
    assert name.data_type == "s"
    told = list(book["Nguồn"].values)
    assert ("Nguồn", "=cmd|' /C calc'!A0") in told
    assert ("Điểm", "điểm, nhiều nhất 100") in told
