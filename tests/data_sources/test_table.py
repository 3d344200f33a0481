"""CSV and spreadsheets as offices really write them."""

import io
import resource
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import orjson
import pytest

from data_sources import coverage, waste_trucks
from data_sources.workbooks import apart
from data_sources.workbooks.apart import IN_PLACE_MAX_BYTES
from data_sources.workbooks.rows import read_cell, written_cell
from data_sources.workbooks.table import tables
from domain.feeds.feed import Decoded, Format, Measure, Payload
from domain.imports.told import FileTold
from domain.instant import day_start
from domain.observation import Kind, Observation, ObsStatus, Rejection
from domain.period import Span
from domain.places.place import said_twice
from domain.reason import Reason
from domain.subject import organisation
from domain.text import Text

RECEIVED = datetime(2026, 11, 22, 9, tzinfo=UTC)


def read(body: bytes | str, name: str = "coverage-2026-10.csv", feed: str = "coverage") -> list[Decoded]:
    owner = coverage.FEED if feed == "coverage" else waste_trucks.FEED
    raw = body.encode() if isinstance(body, str) else body
    payload = Payload(feed=feed, format=Format.FILE, body=raw, received_at=RECEIVED, name=name)
    return [item for item in owner.decode(payload) if not isinstance(item, FileTold)]


def values(decoded: list[Decoded]) -> list[float | None]:
    return [item.value for item in decoded if isinstance(item, Observation)]


def reasons(decoded: list[Decoded]) -> list[Reason]:
    return [item.reason for item in decoded if isinstance(item, Rejection)]


def sheet(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_wide_layout_with_semicolons_and_decimal_comma() -> None:
    decoded = read("place;households;fibre_households\n27694;12.345;11.000\n27712;9.876;8.000,0\n")
    assert values(decoded) == [12345, 11000, 9876, 8000]
    assert all(isinstance(item, Observation) and item.kind is Kind.DECLARED for item in decoded)


def test_headings_may_be_the_vietnamese_names_below_a_title() -> None:
    decoded = read("BÁO CÁO THÁNG\n\nSTT,Mã,Hộ gia đình,Hộ có cáp quang\n1,27694,100,90\n")
    assert [(i.measure, i.value) for i in decoded if isinstance(i, Observation)] == [
        ("households", 100),
        ("fibre_households", 90),
    ]


def test_long_layout_with_kind_source_and_revision() -> None:
    text = (
        "measure,place,at,value,kind,source,revision\n"
        "households,27694,2026-11-01,100,measured,VNPT,2\n"
        "households,27712,31/10/2026,200,,Viettel,\n"
    )
    first, second = read(text, "x.csv")
    assert isinstance(first, Observation)
    assert isinstance(second, Observation)
    assert (first.kind, first.source, first.revision) == (Kind.MEASURED, "VNPT", 2)
    assert first.at == datetime(2026, 10, 31, 17, tzinfo=UTC)
    assert second.at == datetime(2026, 10, 30, 17, tzinfo=UTC)


@pytest.mark.parametrize("word", ["", "đang cập nhật", "Đang Cập Nhật ", "-", "…", "n/a", "#N/A"])
def test_a_value_not_known_yet_is_missing_and_never_zero(word: str) -> None:
    (observed,) = (i for i in read(f"place;households\n27694;{word}\n") if isinstance(i, Observation))
    assert observed.value is None
    assert observed.status is ObsStatus.MISSING


def test_a_month_stands_as_of_its_last_day() -> None:
    (observed,) = read("place;households\n27694;1\n", "coverage-2026-10.csv")
    assert isinstance(observed, Observation)
    assert observed.at == datetime(2026, 10, 30, 17, tzinfo=UTC)


def test_a_running_month_stands_as_of_the_day_it_came() -> None:
    (observed,) = read("place,at,households\n27694,11/2026,1\n", "x.csv")
    assert isinstance(observed, Observation)
    assert observed.at == datetime(2026, 11, 21, 17, tzinfo=UTC)


def test_without_any_day_it_is_refused_and_says_what_to_add() -> None:
    (refused,) = read("place;households\n27694;1\n", "coverage.csv")
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.MISSING_FIELD
    assert "cột at" in refused.detail


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings(encoding: str) -> None:
    assert values(read("Mã;Hộ gia đình\n27694;5\n".encode(encoding))) == [5]


@pytest.mark.parametrize(
    "body",
    [
        "Mã;Hộ gia đình\n".encode("cp1258", "replace") + b"27694;\xb5\xd0\n",
        "Mã;Hộ gia đình;Quß║¡n\n27694;5;1\n".encode(),
        "MÃ£;PhÆ°á»ng\n27694;5\n".encode(),
        "place;Phöôøng\n27694;5\n".encode(),
    ],
)
def test_legacy_encodings_are_refused_with_what_to_do(body: bytes) -> None:
    (refused,) = read(body)
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.LEGACY_ENCODING
    assert "UTF-8" in refused.reason.value.vi


@pytest.mark.parametrize(
    "text", ["Hoàng Hoa Thám", "Khuôn viên Đại học", "Phường Tân An", "ĐOÀN NGUYỄN THỤY", "Bến Lức – Cần Giuộc"]
)
def test_proper_vietnamese_is_not_taken_for_a_legacy_encoding(text: str) -> None:
    assert values(read(f"place;households;ghi chú\n27694;5;{text}\n")) == [5]


def test_the_number_style_is_inferred_for_the_whole_column() -> None:
    def shares(body: str) -> list[float | None]:
        decode = tables((Measure(key="share", names=Text("Tỷ lệ", "Share"), unit="%", high=1e9),))
        payload = Payload(feed="x", format=Format.FILE, body=body.encode(), received_at=RECEIVED, name="2026-10-01.csv")
        return values(list(decode(payload)))

    assert shares("place;share\n1;1.234\n2;2,5\n") == [1234, 2.5]
    assert shares('place,share\n1,"1,234"\n2,2.5\n') == [1234, 2.5]


def test_a_column_that_mixes_comma_and_point_is_refused_not_guessed() -> None:
    decoded = read("place;households\n1;2,5\n2;2.5\n3;7\n")
    assert reasons(decoded) == [Reason.BAD_NUMBER, Reason.BAD_NUMBER]
    assert values(decoded) == [7]


def test_percent_text_is_a_percentage_and_nothing_else() -> None:
    share = Measure(key="share", names=Text("Tỷ lệ", "Share"), unit="%", high=100)
    payload = Payload(
        feed="x", format=Format.FILE, body=b"place;share\n1;93,5%\n2; 7 %\n", received_at=RECEIVED, name="2026-10-01"
    )
    assert values(list(tables((share,))(payload))) == [93.5, 7]
    assert reasons(read("place;households\n27694;93,5%\n")) == [Reason.BAD_NUMBER]


def test_spreadsheet_with_numbers_text_and_dates() -> None:
    body = sheet(
        ["Báo cáo"],
        ["place", "at", "households", "fibre_households"],
        [27694, date(2026, 11, 1), 100, "đang cập nhật"],
        ["27712", datetime(2026, 11, 1, 8), "1.234", 90],  # noqa: DTZ001 - cells carry no zone
        [None, None, None, None],
    )
    decoded = read(body, "x.xlsx")
    assert values(decoded) == [100, None, 1234, 90]
    assert [i.place for i in decoded if isinstance(i, Observation)] == ["27694", "27694", "27712", "27712"]
    assert {i.at for i in decoded if isinstance(i, Observation)} == {
        datetime(2026, 10, 31, 17, tzinfo=UTC),
        datetime(2026, 11, 1, 1, tzinfo=UTC),
    }


def test_entity_measures_ask_for_an_entity() -> None:
    text = "entity,place,at,in_service\nLA-001,27694,2026-11-01,1\n,27694,2026-11-01,1\n"
    decoded = read(text, "x.csv", "waste_trucks")
    assert [i.entity for i in decoded if isinstance(i, Observation)] == ["LA-001"]
    assert reasons(decoded) == [Reason.MISSING_FIELD]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("measure,place,at,value\ncats,27694,2026-11-01,1\n", Reason.UNKNOWN_MEASURE),
        ("place,at,households\n27694,2026-11-01,-5\n", Reason.OUT_OF_RANGE),
        ("place,at,households\n27694,2026-11-01,nhiều\n", Reason.BAD_NUMBER),
        ("place,at,households\n27694,hôm qua,5\n", Reason.BAD_TIME),
        ("place,at,households\n27694,13/2026,5\n", Reason.BAD_TIME),
        ("place,at,households\n27694,2027-01-01,5\n", Reason.FUTURE_TIME),
        ("place,at,households,kind\n27694,2026-11-01,5,guess\n", Reason.BAD_CODE),
        ("place,at,households,revision\n27694,2026-11-01,5,two\n", Reason.BAD_NUMBER),
        ("a,b\n1,2\n", Reason.WRONG_SHAPE),
        ("place,households\n", Reason.EMPTY),
        ("", Reason.EMPTY),
        (" \n;;\n", Reason.EMPTY),
    ],
)
def test_refusals(text: str, reason: Reason) -> None:
    assert reasons(read(text, "x.csv")) == [reason]


def test_a_refusal_names_row_and_column() -> None:
    (refused,) = (
        i
        for i in read("place,at,households\n27694,2026-11-01,5\n27712,2026-11-01,abc\n", "x.csv")
        if isinstance(i, Rejection)
    )
    assert "dòng 3, cột 3" in refused.detail


@pytest.mark.parametrize("body", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0broken", b"\xff\xfea", b"a\0b"])
def test_unreadable_files_are_refused(body: bytes) -> None:
    assert reasons(read(body, "x.xlsx")) == [Reason.NOT_READABLE]


def test_the_real_monthly_report_is_refused_or_read_but_never_breaks(realdata: Any) -> None:
    body = (realdata / "services" / "angiang_766" / "bao_cao_T10_2025.xlsx").read_bytes()
    decoded = read(body, "bao_cao_T10_2025.xlsx")
    assert decoded
    assert all(isinstance(item, Rejection) for item in decoded), "its columns are none of ours"


def test_a_place_may_stand_by_its_name_with_its_district_and_a_code_wins() -> None:
    def said(text: str) -> list[str]:
        return [item.place for item in read(text) if isinstance(item, Observation)]

    assert said("place;households\nPhường Long An;1\n") == ["Phường Long An"], "the intake looks it up"
    assert said("Huyện;Xã;households\nThủ Thừa;Bình Thạnh;1\n;xã Long An;2\n") == [
        "Bình Thạnh, Thủ Thừa",
        "xã Long An",
    ]
    assert said("Tên xã;Mã xã;households\nPhường Long An;27694;1\nPhường Tân An;;2\n") == [
        said_twice("27694", "Phường Long An"),
        "Phường Tân An",
    ], "the intake compares the two"
    assert reasons(read("Huyện;Xã;households\nThủ Thừa;;1\n")) == [Reason.MISSING_FIELD], "a district alone is no row"


@pytest.mark.parametrize("cell", ["XFD1048576", "D1048576", "ZZ60000"])
def test_a_value_in_a_cell_far_away_is_refused_before_it_takes_the_memory(cell: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet(["place", "at", "households"], ["27694", "2026-11-01", 5])))
    book.active[cell] = 1
    out = io.BytesIO()
    book.save(out)
    (refused,) = read(out.getvalue(), "x.xlsx")
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.NOT_READABLE
    assert "columns × rows" in refused.detail


def test_cells_that_are_only_painted_do_not_make_a_sheet_large() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet(["place", "at", "households"], ["27694", "2026-11-01", 5])))
    book.active["C1048576"].number_format = "0.00"
    out = io.BytesIO()
    book.save(out)
    assert values(read(out.getvalue(), "x.xlsx")) == [5]


@pytest.mark.parametrize("body", [b"%PDF-1.4\n%\xe2\xe3", b"\x1f\x8b\x08\x00\xc1", b"\x89PNG\r\n\x1a\n\x00\xd8"])
def test_what_is_no_text_is_not_called_an_old_encoding(body: bytes) -> None:
    assert reasons(read(body, "x.csv")) == [Reason.NOT_READABLE]


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("01/11/2026 08:30", datetime(2026, 11, 1, 1, 30, tzinfo=UTC)),
        ("1-11-2026", datetime(2026, 10, 31, 17, tzinfo=UTC)),
        ("01.11.2026 08:30:15", datetime(2026, 11, 1, 1, 30, 15, tzinfo=UTC)),
    ],
)
def test_days_are_read_as_people_write_them(said: str, at: datetime) -> None:
    (item,) = read(f"place,at,households\n27694,{said},5\n", "x.csv")
    assert isinstance(item, Observation)
    assert item.at == at


def test_a_column_of_vehicles_says_nothing_of_a_places_figures() -> None:
    (item,) = read("xe,place,at,households\nLA-001,27694,2026-11-01,5\n", "x.csv")
    assert isinstance(item, Observation)
    assert (item.entity, item.place) == ("", "27694")


@pytest.mark.parametrize(
    ("said", "period", "as_of"),
    [
        ("2026-10", "2026-10", date(2026, 10, 31)),
        ("10/2026", "2026-10", date(2026, 10, 31)),
        ("Quý III/2026", "2026-Q3", date(2026, 9, 30)),
        ("quý 3/2026", "2026-Q3", date(2026, 9, 30)),
        ("2026-Q3", "2026-Q3", date(2026, 9, 30)),
        ("2025", "2025", date(2025, 12, 31)),
        ("Năm 2025", "2025", date(2025, 12, 31)),
        ("11/10/2026", "2026-10", date(2026, 10, 11)),
    ],
)
def test_a_cell_names_its_period_and_the_figure_stands_as_of_its_end(said: str, period: str, as_of: date) -> None:
    decode = tables((Measure(key="dossiers_due", names=Text("a", "b"), unit="hồ sơ", span=Span.MONTH),))
    payload = Payload(
        feed="services", format="file", body=f"place;kỳ báo cáo;dossiers_due\n27694;{said};5\n".encode(),
        received_at=RECEIVED, source="VP", name="x.csv",
    )  # fmt: skip
    found, _ = decode(payload)
    assert isinstance(found, Observation)
    assert (found.period.code, found.at) == (period, day_start(as_of))


def test_a_share_sent_for_a_count_is_refused_with_its_row_and_column() -> None:
    (refused,) = read(b"place,at,households\n27694,2026-11-01,88.9\n")
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.NOT_WHOLE
    assert "88.9" in refused.detail


def test_an_organisation_is_named_by_its_code() -> None:
    (found,) = read("mã định danh,at,households\nH01.187,2026-11-01,5\n".encode())
    assert isinstance(found, Observation)
    assert found.of == organisation("H01.187")


def without_places(cells: int, row: str = 'r="1048576"', cell: str = "<c><v>1</v></c>") -> bytes:
    """A workbook whose only row has ``cells`` cells that do not say where they stand, as some programs write it."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    written = f'<worksheet xmlns="{namespace}"><sheetData><row {row}>{cell * cells}</row></sheetData></worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet([1]))) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for part in book.namelist():
            bomb.writestr(part, written if part == "xl/worksheets/sheet1.xml" else book.read(part))
    return out.getvalue()


def ods(repeated: int) -> bytes:
    """An OpenDocument sheet that says one full row ``repeated`` times."""
    told = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="a"><table:table-row table:number-rows-repeated="{repeated}">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", told)
    return out.getvalue()


@pytest.mark.long
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (without_places(1), Reason.NOT_READABLE),
        (without_places(1_000), Reason.NOT_READABLE),
        (without_places(1, cell='<c r="xfd1048576"><v>1</v></c>'), Reason.NOT_READABLE),
        (without_places(1, cell='<c r="A99999999999"><v>1</v></c>'), Reason.NOT_READABLE),
        (without_places(1, row='r="-4"'), Reason.NOT_READABLE),
        (ods(1_048_576), Reason.NOT_READABLE),
        (b"a," * 2**22, Reason.TOO_MANY_ITEMS),
        (b"place\n" * 300_000, Reason.TOO_MANY_ITEMS),
        (b"[" + b"{}," * 2**21 + b"{}]", Reason.TOO_MANY_ITEMS),
        (("place\na" + "\u0301" * 500_000 + "\u0316" * 500_000).encode(), Reason.NOT_READABLE),
    ],
    ids=[
        "one cell",
        "1,000 cells",
        "lower case",
        "no such row",
        "before the first row",
        "ods",
        "csv",
        "rows",
        "json",
        "accents",
    ],
)
def test_a_file_that_unfolds_is_refused_and_takes_no_memory_here(body: bytes, reason: Reason) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert reasons(read(body, "x-2026-11.xlsx")) == [reason]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1_024, "kB: cells stay elsewhere"


def test_a_sheet_whose_cells_do_not_say_where_they_stand_is_read() -> None:
    inline = "".join(f'<c t="str"><v>{text}</v></c>' for text in ("place", "at", "households"))
    row = '</row><row><c t="str"><v>27694</v></c><c t="str"><v>2026-11-01</v></c><c><v>5</v></c>'
    assert values(read(without_places(1, row="", cell=inline + row), "x.xlsx")) == [5]


def test_a_large_file_is_read_apart_as_a_small_one_is_here() -> None:
    head, line = "place,at,households\n", "27694,2026-11-01,5\n"
    large = head + line + " \n" * 20_000
    assert len(large) > IN_PLACE_MAX_BYTES > len(head + line)
    assert values(read(large, "x.csv")) == values(read(head + line, "x.csv")) == [5]
    late = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    kept = [[None, True, 1.5, "chữ", late, late.date(), late.time(), timedelta(hours=30)]]
    out = orjson.dumps(kept, written_cell, orjson.OPT_PASSTHROUGH_DATETIME)
    assert [[read_cell(cell) for cell in row] for row in orjson.loads(out)] == kept


def test_a_reader_that_takes_too_long_is_ended_and_the_file_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_DEADLINE_S", 0.0)
    (refused,) = read(sheet(["place", "at", "households"], ["27694", "2026-11-01", 5]), "x.xlsx")
    assert isinstance(refused, Rejection)
    assert (refused.reason, "split the file" in refused.detail) == (Reason.NOT_READABLE, True)
