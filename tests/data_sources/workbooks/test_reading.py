"""Workbooks as offices fill them in, read as a person reads them: what is a figure, what is not, what must be asked."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from data_sources.workbooks.apart import read_sheets
from data_sources.workbooks.table import Reader, TableRead, told_of
from domain.feeds.feed import Bearer, Format, Measure, Payload
from domain.imports.cells import SheetPart
from domain.imports.question import Answers, Topic
from domain.observation import Observation, Rejection
from domain.period import Span
from domain.reason import Reason
from domain.text import Text

RECEIVED = datetime(2026, 11, 22, 9, tzinfo=UTC)
DUE = Measure(key="due", names=Text("Hồ sơ đến hạn", "Dossiers due"), unit="hồ sơ", high=1e7, span=Span.MONTH)
ON_TIME = Measure(key="on_time", names=Text("Hồ sơ đúng hạn", "On time"), unit="hồ sơ", high=1e7, span=Span.MONTH)
SHARE = Measure(key="share", names=Text("Tỷ lệ", "Share"), unit="%", high=100, span=Span.MONTH)
SCORE = Measure(key="score", names=Text("Điểm", "Score"), unit="điểm", high=20, span=Span.MONTH)
MASS = Measure(key="mass", names=Text("Khối lượng", "Mass"), unit="kg", span=Span.MONTH)
READER = Reader((DUE, ON_TIME, SHARE, SCORE, MASS))
NONE: Answers = {}


def workbook(*sheets: list[list[Any]], merged: tuple[str, ...] = (), hidden: tuple[int, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"S{number + 1}")
        for row in rows:
            sheet.append(row)
        for cells in merged if number == 0 else ():
            sheet.merge_cells(cells)
        sheet.sheet_state = "hidden" if number in hidden else "visible"
    return saved(book)


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(rows: list[list[Any]]) -> bytes:
    return "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows).encode()


def read(body: bytes, name: str = "bao-cao-2026-10.xlsx", answers: Answers = NONE) -> TableRead:
    found = READER.read(
        Payload(feed="x", format=Format.FILE, body=body, received_at=RECEIVED, name=name, source="VP"), answers
    )
    if found.book is not None:
        account, items = found.book.account, [one.item for one in found.items]
        assert account.adds_up, account
        assert not items or len(items) <= account.values + account.blanks
        assert sum(part.cells for part in found.book.not_read) == account.not_read
    return found


def figures(found: TableRead) -> dict[tuple[str, str], float | None]:
    items = [one.item for one in found.items if isinstance(one.item, Observation)]
    return {(item.place, item.measure): item.value for item in items}


def refused(found: TableRead) -> list[Reason]:
    return [one.item.reason for one in found.items if isinstance(one.item, Rejection)]


def asked(found: TableRead) -> list[Topic]:
    assert found.book is not None
    return [question.ask for question in found.book.questions]


PLAIN = {("27694", "due"): 512.0, ("27694", "on_time"): 502.0, ("27712", "due"): 90.0, ("27712", "on_time"): 88.0}


def test_titles_bands_sums_numbers_of_columns_and_signatures_are_no_figures() -> None:
    rows = [
        ["UBND TỈNH LONG AN", None, None, "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [None, None, None, "Long An, ngày 5 tháng 11 năm 2026"],
        ["BÁO CÁO THÁNG 10 NĂM 2026"],
        [],
        ["STT", "Mã xã", "Hồ sơ đến hạn", "Hồ sơ đúng hạn", "Ghi chú"],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        ["I", "Khu vực phía Bắc"],
        [1, "27694", 512, 502, "đủ"],
        ["II", "Khu vực phía Nam", 90, 88],
        [2, "27712", 90, 88],
        [None, "Tổng cộng", 602, 590],
        [],
        ["Người lập biểu", None, None, "CHỦ TỊCH"],
        [None, "Nguyễn Văn A"],
    ]
    for body in (workbook(rows), csv(rows)):
        found = read(body, "x.xlsx")
        assert figures(found) == PLAIN
        assert (refused(found), asked(found)) == ([], [])
        items = [one.item for one in found.items if isinstance(one.item, Observation)]
        assert {item.period.code for item in items} == {"2026-10"}
        assert found.book is not None
        told = [(part.part, part.row, part.column) for part in found.book.not_read]
        assert told == [
            (SheetPart.COLUMN, None, 1),
            (SheetPart.COLUMN, None, 5),
            (SheetPart.ROW, 9, None),
            (SheetPart.ROW, 11, None),
            (SheetPart.ROW, 13, None),
            (SheetPart.ROW, 14, None),
        ]
        assert all(part.aside for part in found.book.not_read)


def test_a_commune_called_cong_hoa_is_no_sum() -> None:
    found = read(csv([["Tên xã", "Hồ sơ đến hạn"], ["Cộng Hoà", 5], ["Tổng Cọt", 6], ["Cộng", 11], ["Tổng:", 11]]))
    assert figures(found) == {("Cộng Hoà", "due"): 5, ("Tổng Cọt", "due"): 6}


def test_headers_of_two_and_three_rows_with_merged_cells() -> None:
    body = workbook(
        [
            ["Đơn vị", None, "Hồ sơ", None],
            ["Mã xã", "Tên xã", "đến hạn", "đúng hạn"],
            [None, None, "(hồ sơ)", "(hồ sơ)"],
            ["27694", None, 512, 502],
            ["27712", None, 90, 88],
        ],
        merged=("A1:B1", "C1:D1"),
    )
    assert figures(read(body)) == PLAIN
    loose = [["Mã xã", "Hồ sơ", "", "Ghi chú"], ["", "đến hạn", "đúng hạn", ""], ["27694", 512, 502], ["27712", 90, 88]]
    assert figures(read(csv(loose))) == PLAIN


def test_a_group_above_that_changes_the_meaning_is_asked_about() -> None:
    body = workbook(
        [["Mã xã", "Kỳ này", "Luỹ kế từ đầu năm"], [None, "Hồ sơ đến hạn", "Hồ sơ đến hạn"], ["27694", 5, 50]],
        merged=("A1:A2",),
    )
    found = read(body)
    assert (figures(found), asked(found)) == ({}, [Topic.COLUMN, Topic.COLUMN])
    assert refused(found) == [Reason.UNCLEAR, Reason.UNCLEAR]
    answered = read(body, answers={"column/0/1": "due", "column/0/2": "skip"})
    assert (figures(answered), asked(answered)) == ({("27694", "due"): 5}, [])
    assert answered.book is not None
    assert [part.column for part in answered.book.not_read] == [3]


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("Hồ sơ đến hạn (hồ sơ)", True), ("HỒ SƠ ĐẾN HẠN", True), ("Hồ sơ đến hạn, hồ sơ", True),
        ("Hồ sơ đến hạn (ĐVT: hồ sơ)", True), ("Hồ sơ đến hạn*", True), ("Hồ sơ đến hạn (%)", False),
        ("Hồ sơ đến hạn (nghìn hồ sơ)", False), ("Ho\u0302\u0300 so\u031b đe\u0302\u0301n hạn", True),
    ],
)  # fmt: skip
def test_a_heading_with_its_own_unit_is_known_and_with_another_is_asked_about(heading: str, known: bool) -> None:
    found = read(csv([["Mã xã", heading], ["27694", 5]]))
    assert (figures(found), asked(found)) == (({("27694", "due"): 5}, []) if known else ({}, [Topic.COLUMN]))


def test_a_slip_of_typing_is_not_read_and_its_measure_suggested() -> None:
    found = read(csv([["Mã xã", "Hồ sơ đến hạn", "Hồ sơ đúg hạn"], ["27694", 5, 4]]))
    assert figures(found) == {("27694", "due"): 5}
    assert found.book is not None
    (part,) = found.book.not_read
    assert (part.column, part.cells, part.aside) == (3, 1, False)
    assert "Hồ sơ đúng hạn" in part.words.vi


def test_thousands_in_a_title_are_asked_about_and_multiplied_when_somebody_says_so() -> None:
    rows = [["ĐVT: nghìn hồ sơ"], ["Mã xã", "Hồ sơ đến hạn", "Tỷ lệ"], ["27694", 5, 40]]
    found = read(csv(rows))
    assert (figures(found), asked(found)) == ({}, [Topic.SCALE])
    assert figures(read(csv(rows), answers={"scale/0": "1000"})) == {("27694", "due"): 5000, ("27694", "share"): 40}
    assert figures(read(csv([["Đơn vị tính: hồ sơ"], *rows[1:]])))["27694", "due"] == 5


@pytest.mark.parametrize(
    ("heading", "cells", "values"),
    [
        ("Hồ sơ đến hạn", ["12.345", "1.000"], [12345, 1000]), ("Hồ sơ đến hạn", ["12,345", "999"], [12345, 999]),
        ("Hồ sơ đến hạn", ["12 345", "1"], [12345, 1]), ("Tỷ lệ", ["93,52%", "7 %"], [93.52, 7]),
        ("Tỷ lệ", ["12.345", "7"], [12.345, 7]), ("Điểm", ["18.125", "20"], [18.125, 20]),
        ("Khối lượng", ["1.234,5", "1.000"], [1234.5, 1000]), ("Khối lượng", ["1,234.5", "1,000"], [1234.5, 1000]),
        ("Khối lượng", ["1.234.567", "1.000"], [1234567, 1000]),
    ],
)  # fmt: skip
def test_a_separator_means_what_one_cell_of_its_column_proves(
    heading: str, cells: list[str], values: list[Any]
) -> None:
    found = read(csv([["Mã xã", heading], *([n, cell] for n, cell in enumerate(cells))]))
    assert ([*figures(found).values()], asked(found)) == (values, [])


@pytest.mark.parametrize(
    ("heading", "cells"), [("Hồ sơ đến hạn", ["11.000"]), ("Khối lượng", ["1.234", "7"]), ("Khối lượng", ["1,234"])]
)
def test_a_separator_that_nothing_explains_is_asked_about(heading: str, cells: list[str]) -> None:
    body = csv([["Mã xã", heading], *([n, cell] for n, cell in enumerate(cells))])
    found = read(body)
    assert asked(found) == [Topic.NUMBERS]
    assert set(figures(found).values()) <= {None}
    assert figures(read(body, answers={"numbers/0/1": "comma"})) != figures(
        read(body, answers={"numbers/0/1": "point"})
    )


def test_a_neighbour_of_the_same_sheet_explains_a_separator() -> None:
    found = read(csv([["Mã xã", "Hồ sơ đến hạn", "Khối lượng"], ["1", "12.345", "1.234"]]))
    assert figures(found) == {("1", "due"): 12345, ("1", "mass"): 1234}


@pytest.mark.parametrize("said", ["1 2", "12 34", "1,23,456", "1.2.3", "(5)", "5 hồ sơ", "１２", "1e3"])
def test_what_is_no_number_is_refused(said: str) -> None:
    assert refused(read(csv([["Mã xã", "Hồ sơ đến hạn"], ["1", said]]))) in ([Reason.BAD_NUMBER], [Reason.NOT_WHOLE])


def test_fractions_of_one_in_a_percentage_are_asked_about() -> None:
    body = workbook([["Mã xã", "Tỷ lệ"], ["1", 0.9352], ["2", 1]])
    assert (figures(read(body)), asked(read(body))) == ({}, [Topic.SHARE])
    assert [*figures(read(body, answers={"share/0/1": "fraction"})).values()] == [93.52, 100]
    assert [*figures(read(body, answers={"share/0/1": "percent"})).values()] == [0.9352, 1]
    assert [*figures(read(workbook([["Mã xã", "Tỷ lệ"], ["1", 0.5], ["2", 93]]))).values()] == [0.5, 93]


def days(cells: list[Any], answers: Answers = NONE) -> tuple[list[date], list[Topic]]:
    found = read(
        workbook([["Mã xã", "Ngày", "Hồ sơ đến hạn"], *([n, c, 5] for n, c in enumerate(cells))]), "x", answers
    )
    items = [one.item for one in found.items if isinstance(one.item, Observation)]
    return [item.at.astimezone(UTC).date() for item in items], asked(found)


def test_days_are_read_by_their_column_and_never_by_cell() -> None:
    # An instant of midnight in Việt Nam is the evening before in UTC.
    assert days(["05/10/2026", "14/10/2026"]) == ([date(2026, 10, 4), date(2026, 10, 13)], [])
    assert days(["05/10/2026", "10/14/2026"]) == ([], [Topic.DAYS])
    assert days(["05/10/2026", "10/14/2026"], {"days/0/1": "month_first"})[0] == [date(2026, 5, 9), date(2026, 10, 13)]
    assert days([date(2026, 5, 10), "14/10/2026"]) == ([], [Topic.DAYS])
    assert days([date(2026, 5, 10), "14/10/2026"], {"days/0/1": "swapped"})[0] == [
        date(2026, 10, 4),
        date(2026, 10, 13),
    ]
    assert days([date(2026, 10, 25), "14/10/2026"])[1] == []
    assert days(["2026/10/25", "2026-10-25", "25.10.2026"]) == ([date(2026, 10, 24)] * 3, [])
    assert days(["25/10/26"]) == ([], [])


def test_a_workbook_that_counts_days_from_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (["Mã xã", "Ngày", "Hồ sơ đến hạn"], ["1", date(2026, 10, 20), 5]):
        book.active.append(row)
    (item,) = read(saved(book), "x.xlsx").items
    assert isinstance(item.item, Observation)
    assert item.item.at == datetime(2026, 10, 19, 17, tzinfo=UTC)


def test_a_value_merged_over_several_units_is_none_of_theirs_but_a_key_is() -> None:
    rows = [["Mã xã", "Ngày", "Hồ sơ đến hạn"], ["1", "20/10/2026", 30], ["2", None, None], ["3", None, 7]]
    body = workbook(rows, merged=("C2:C3", "B2:B4"))
    found = read(body, "x.xlsx")
    assert (figures(found), asked(found)) == ({("3", "due"): 7}, [Topic.MERGED])
    assert refused(found) == [Reason.UNCLEAR, Reason.UNCLEAR]
    each = read(body, "x.xlsx", {"merged/0/2": "each"})
    assert figures(each) == {("1", "due"): 30, ("2", "due"): 30, ("3", "due"): 7}


def test_a_blank_is_missing_unless_somebody_says_that_it_is_zero() -> None:
    body = csv([["Mã xã", "Hồ sơ đến hạn"], ["1", ""], ["2", "đang cập nhật"], ["3", 4]])
    assert [*figures(read(body)).values()] == [None, None, 4]
    assert [*figures(read(body, answers={"blank/0/1": "zero"})).values()] == [0, None, 4]


TABLE = [["Mã xã", "Hồ sơ đến hạn"], ["1", 5]]


def test_every_sheet_is_read_or_told_and_hidden_ones_only_when_somebody_says_so() -> None:
    found = read(workbook([["Danh mục"], ["a"]], TABLE, [["Mã xã", "Hồ sơ đến hạn"], ["2", 6]], hidden=(2,)))
    assert figures(found) == {("1", "due"): 5}
    assert found.book is not None
    assert [(part.sheet, part.cells, part.aside) for part in found.book.not_read] == [
        ("S1", 2, False),
        ("S3", 4, False),
    ]
    only = workbook([["Danh mục"]], TABLE, hidden=(1,))
    assert (read(only).items, asked(read(only))) == ((), [Topic.SHEET])
    assert figures(read(only, answers={"sheet/1": "read"})) == {("1", "due"): 5}
    both = workbook(TABLE, [["Mã xã", "Hồ sơ đến hạn"], ["2", 6]])
    assert figures(read(both)) == {("1", "due"): 5, ("2", "due"): 6}
    assert figures(read(both, answers={"sheet/1": "skip"})) == {("1", "due"): 5}


@pytest.mark.parametrize(
    ("title", "name", "period"),
    [
        ("Báo cáo tháng 9/2026", "x.xlsx", "2026-09"),
        ("Quý III năm 2026", "x", "2026-Q3"),
        ("", "bc_T10_2026.xls", "2026-10"),
        ("", "bao_cao_thang_10_2026.xlsx", "2026-10"),
        ("Tháng 10 năm 2026", "bc-2026-10-20.xlsx", "2026-10"),
        ("(Kèm theo Báo cáo số 12/BC-UBND ngày 05/11/2026)", "2026-10.csv", "2026-10"),
        ("Mẫu số 01/2026", "Q3_2026", "2026-Q3"),
        ("Tháng 9 năm 2026", "bc-2026-10.xlsx", None),
        ("Năm 2026", "T10_2026.xlsx", None),
        ("", "bao-cao.xlsx", None),
    ],
)
def test_title_and_file_name_the_period_or_it_is_asked_for(title: str, name: str, period: str | None) -> None:
    body = csv([[title], *TABLE])
    found = read(body, name)
    told = {one.item.period.code for one in found.items if isinstance(one.item, Observation)}
    assert (told, asked(found)) == ({period}, []) if period else (set(), [Topic.PERIOD])
    answered = read(body, name, {"period/0": "Quý III/2026"})
    assert {one.item.period.code for one in answered.items if isinstance(one.item, Observation)} == {"2026-Q3"}


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_says_its_delimiter_or_shows_it(mark: str, encoding: str) -> None:
    text = f"Mã xã{mark}Hồ sơ đến hạn\r\n1{mark}5\r\n"
    assert figures(read(text.encode(encoding), "2026-10.csv")) == {("1", "due"): 5}
    assert figures(read(f"sep={mark}\r\n{text}".encode(encoding), "2026-10.csv")) == {("1", "due"): 5}


HTML = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"><style>td {}</style></head>
<body><table><tr><td colspan=3>Tháng 10 năm 2026</td></tr><tr><th rowspan="2">Mã xã<th colspan="2">Hồ sơ</tr>
<tr><th>đến<br>hạn</th><th>đúng hạn</th></tr><tr><td>27694</td><td>512</td><td>502</td></tr>
<tr><td>27712<td>&nbsp;90</td><td><b>88</b></td></tr></table></body></html>"""
XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Ẩn"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>
</Worksheet><Worksheet ss:Name="BC"><Table>
<Row ss:Index="2"><Cell><Data ss:Type="String">Mã xã</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="String">Hồ sơ đến hạn</Data><Comment><Data>nhớ</Data></Comment></Cell>
<Cell><Data ss:Type="String">Hồ sơ đúng hạn</Data></Cell><Cell><Data ss:Type="String">Ngày</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">27694</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">512</Data></Cell>
<Cell><Data ss:Type="Number">502</Data></Cell>
<Cell ss:MergeDown="1"><Data ss:Type="DateTime">2026-10-20T00:00:00.000</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">27712</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">90</Data></Cell>
<Cell><Data ss:Type="Number">88</Data></Cell></Row></Table></Worksheet></Workbook>"""


@pytest.mark.parametrize("text", [HTML, XML])
def test_web_pages_and_spreadsheet_ml_named_xls_are_read(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert figures(read(text.encode(encoding), "x.xls")) == PLAIN
    assert [sheet.hidden for sheet in read_sheets(XML.encode(), "x.xls")] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "<html><p>Phiên đã hết hạn</p></html>",
        XML[:900],
        XML.replace("<Workbook", '<!DOCTYPE a [<!ENTITY b "c">]><Workbook'),
        XML.replace('Index="2"', 'Index="999999999"'),
    ],
)
def test_a_page_without_a_table_and_broken_markup_are_refused_with_what_to_do(text: str) -> None:
    refusal = read(text.encode(), "x.xls").refused
    assert refusal is not None
    assert refusal.reason is Reason.NOT_READABLE


@pytest.mark.parametrize("heading", ["Hå s¬ ®Õn h¹n", "Hoà sô ñeán haïn phöôøng"])
def test_old_character_sets_in_a_workbook_are_refused_readably(heading: str) -> None:
    refusal = read(workbook([["Mã xã", "Hồ sơ đến hạn", heading], ["1", 5, 6]])).refused
    assert refusal is not None
    assert refusal.reason is Reason.LEGACY_ENCODING
    assert "Unicode" in refusal.reason.value.vi


def warnings(body: bytes, reader: Reader = READER) -> list[str]:
    payload = Payload(feed="x", format=Format.FILE, body=body, received_at=RECEIVED, name="2026-10.csv")
    book = reader.read(payload).book
    assert book is not None
    return [words.vi for words in told_of(payload, book).warnings]


@pytest.mark.parametrize(("total", "gap"), [("602", ""), ("600", "lệch 2"), ("", ""), ("đang cập nhật", "")])
def test_a_sum_that_its_rows_do_not_make_is_told_and_corrects_nothing(total: str, gap: str) -> None:
    body = csv([["Mã xã", "Hồ sơ đến hạn"], ["1", 512], ["2", 90], ["Tổng cộng", total]])
    assert figures(read(body)) == {("1", "due"): 512, ("2", "due"): 90}
    assert (len(warnings(body)), gap in "".join(warnings(body))) == (bool(gap), True)


def test_sums_of_groups_above_or_below_their_rows_are_sums() -> None:
    rows = [
        ["TT", "Mã xã", "Hồ sơ đến hạn"],
        ["I", "Nhóm A", 7],
        [1, "1", 3],
        [2, "2", 4],
        ["II", "Nhóm B", 5],
        [3, "3", 5],
    ]
    assert warnings(csv([*rows, ["", "Cộng", 12]])) == []
    rows = [
        ["Mã xã", "Hồ sơ đến hạn"],
        ["1", 3],
        ["2", 4],
        ["Cộng nhóm I", 7],
        ["3", 5],
        ["Cộng nhóm II", 5],
        ["Tổng số", 12],
    ]
    assert warnings(csv(rows)) == []


def test_the_gap_of_a_published_table_is_a_warning_and_not_a_correction(realdata: Path) -> None:
    keys = {"handled": "Đã xử lý", "early": "Trước hạn", "punctual": "Đúng hạn", "late": "Trễ hạn"}
    measures = [
        Measure(
            key=key,
            names=Text(name, key),
            unit="hồ sơ",
            bearer=Bearer.ENTITY,
            sum_of=tuple(keys)[1:] if key == "handled" else (),
        )
        for key, name in keys.items()
    ]
    rates = [
        Measure(key=f"{key}_share", names=Text(f"{keys[key]} %", key), unit="%", bearer=Bearer.ENTITY, high=100)
        for key in tuple(keys)[1:]
    ]
    reader = Reader((*measures, *rates), {"Mức độ": "entity"})
    body = (realdata / "services" / "dvc_hue_by_level" / "thongke_as_published.csv").read_bytes()
    payload = Payload(feed="x", format=Format.FILE, body=body, received_at=RECEIVED, name="2026-10.csv")
    items = [one.item for one in reader.read(payload).items]
    assert len(items) == 3 * 7
    told = {(item.entity, item.measure): item.value for item in items if isinstance(item, Observation)}
    assert [told["Mức 1, 2", key] for key in (*keys, "early_share", "punctual_share")] == [
        257141,
        124907,
        102770,
        19852,
        48.6,
        40,
    ]
    assert [gap in words for gap, words in zip(("9612", "2267", "lệch 3"), warnings(body, reader), strict=True)] == [
        True
    ] * 3
