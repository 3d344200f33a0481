"""Formulas that failed in .xls, .xlsb and .ods: calamine tells their cells as blank, as a missing figure is."""

import io
import struct
import zipfile
from collections.abc import Sequence

import pytest

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.cells import NOT_COMPUTED
from data_sources.workbooks.rows import table_sheets
from domain.reason import Reason

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512
HEADS = ["Mã xã", "Hồ sơ đến hạn", "Hồ sơ đúng hạn"]


# An .xls: records of a workbook's stream in the sectors of a compound file.


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def beginning(of: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, of, 0, 0, 0, 0))


def label(row: int, column: int, text: str) -> bytes:
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def error(row: int, column: int, code: int) -> bytes:
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, code, 1))


def true(row: int, column: int) -> bytes:
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, 1, 0))


def formula(row: int, column: int, kind: int, code: int = 0) -> bytes:
    result = bytes([kind, 0, code, 0, 0, 0]) + b"\xff\xff"
    return record(0x0006, struct.pack("<HHH", row, column, 0) + result + struct.pack("<HIH", 0, 0, 0))


def old_book(*sheets: bytes) -> bytes:
    """A workbook's stream; each sheet is its records of cells."""
    names = [f"S{number}" for number in range(len(sheets))]
    held = sum(4 + 8 + len(name) for name in names)
    at, globals_ = len(beginning(5)) + held + 4, beginning(5)
    bodies = [beginning(0x10) + cells + record(0x000A, b"") for cells in sheets]
    for name, body in zip(names, bodies, strict=True):
        globals_ += record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name.encode("latin-1"))
        at += len(body)
    return globals_ + record(0x000A, b"") + b"".join(bodies)


def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    told = name.encode("utf-16-le")
    raw = told.ljust(64, b"\0") + struct.pack("<HBB3I", len(told) + 2, kind, 1, FREE, FREE, child)
    return raw.ljust(116, b"\0") + struct.pack("<III", start, size, 0)


def compound(stream: bytes) -> bytes:
    """A compound file with one stream: a small one lies in sectors of 64 bytes within the root's own stream."""
    small = len(stream) < 4096
    sectors = -(-len(stream) // SECTOR)
    # Sector 0 is the table, 1 the directory, 2 the table of small sectors, then the stream.
    chain = [*range(4, 3 + sectors), END]
    fat = [FAT, END, END, *chain]
    minis = -(-len(stream) // 64)
    mini = [*range(1, minis), END] if small else []
    root = entry("Root Entry", 5, 1, 3 if small else END, len(stream) if small else 0)
    directory = root + entry("Workbook", 2, FREE, 0 if small else 3, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, 2 if small else END, int(small), END, 0)
    head += struct.pack("<109I", 0, *[FREE] * 108)
    tables = [struct.pack(f"<{len(one)}I", *one).ljust(SECTOR, b"\xff") for one in (fat, mini)]
    return head + tables[0] + directory.ljust(SECTOR, b"\0") + tables[1] + stream.ljust(sectors * SECTOR, b"\0")


def headed(*cells: bytes) -> bytes:
    return b"".join([*(label(0, column, head) for column, head in enumerate(HEADS)), label(1, 0, "27694"), *cells])


def xls(padding: int = 0) -> bytes:
    first = headed(error(1, 1, 0x07), number(1, 2, 3.0), *(number(2 + row, 2, 1.0) for row in range(padding)))
    second = headed(formula(1, 1, 2, 0x17), true(1, 2))
    return compound(old_book(first, second))


# An .xlsb: records of a sheet in a part of its own.


def packed(kind: int, data: bytes = b"") -> bytes:
    said = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return said + bytes([len(data) & 0x7F | 0x80, len(data) >> 7]) + data


def text(said: str) -> bytes:
    return struct.pack("<I", len(said)) + said.encode("utf-16-le")


def cell(column: int) -> bytes:
    return struct.pack("<II", column, 0)


def xlsb() -> bytes:
    heads = b"".join(packed(6, cell(column) + text(head)) for column, head in enumerate(HEADS))
    row = packed(6, cell(0) + text("27694")) + packed(3, cell(1) + b"\x07")
    failed = packed(11, cell(2) + b"\x2a" + struct.pack("<HII", 0, 0, 0))
    lines = [packed(0, struct.pack("<I", at) + bytes(13)) + cells for at, cells in enumerate((heads, row + failed))]
    sheet = packed(129) + packed(148, struct.pack("<4I", 0, 1, 0, 2)) + packed(145) + b"".join(lines)
    bundle = packed(156, struct.pack("<II", 0, 1) + text("rId1") + text("Số liệu"))
    links = '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    return archive(
        {
            "xl/workbook.bin": packed(131) + packed(143) + bundle + packed(144) + packed(132),
            "xl/_rels/workbook.bin.rels": links.encode(),
            "xl/worksheets/sheet1.bin": sheet + packed(146) + packed(130),
        }
    )


# An .ods.


def ods(rows: str, before: str = "") -> bytes:
    spaces = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }
    named = " ".join(f'xmlns:{key}="{value}"' for key, value in spaces.items())
    heads = "".join(map(written, HEADS))
    body = f'{before}<table:table table:name="B"><table:table-row>{heads}</table:table-row>{rows}</table:table>'
    content = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": f"<office:document-content {named}>{content}</office:document-content>".encode(),
        }
    )


def written(said: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{said}</text:p></table:table-cell>'


def failed(said: str, times: int = 1, note: str = "") -> str:
    """A formula that failed, as LibreOffice saves it."""
    what = 'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
    times_ = f'table:number-columns-repeated="{times}"'
    return f"<table:table-cell {what} {times_}>{note}<text:p>{said}</text:p></table:table-cell>"


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, body in parts.items():
            made.writestr(name, body)
    return out.getvalue()


def told(body: bytes) -> Sequence[Sequence[object]]:
    """The first row below the headings of each sheet."""
    return [sheet.rows[1] for sheet in table_sheets(body)]


@pytest.mark.parametrize("padding", [0, 300], ids=["small", "large"])
def test_an_xls_tells_its_errors_in_the_sheet_where_they_stand(padding: int) -> None:
    assert told(xls(padding)) == [["27694", "#DIV/0!", 3], ["27694", "#REF!", True]]


def test_an_xlsb_tells_its_errors() -> None:
    assert told(xlsb()) == [["27694", "#DIV/0!", "#N/A"]]


def test_an_ods_tells_its_errors_and_what_was_never_computed() -> None:
    row = f'<table:table-row>{written("27694")}{failed("#DIV/0!")}<table:table-cell table:formula="of:=1+1"/>'
    assert told(ods(row + "</table:table-row>")) == [["27694", "#DIV/0!", NOT_COMPUTED]]


def test_repeated_cells_and_rows_of_an_ods_stand_where_they_count_and_notes_are_not_read() -> None:
    note = "<office:annotation><text:p>Người A</text:p></office:annotation>"
    before = '<table:table table:name="A"><table:table-row><table:table-cell/></table:table-row></table:table>'
    lines = f'<table:table-row table:number-rows-repeated="2">{written("27694")}{failed("Err:502", 2, note)}'
    _, sheet = table_sheets(ods(lines + "</table:table-row>", before))
    assert sheet.rows[1:] == [["27694", "Err:502", "Err:502"]] * 2


@pytest.mark.parametrize(
    "body",
    [
        xls()[:1100],
        xls().replace("Workbook".encode("utf-16-le"), "Werkbook".encode("utf-16-le")),
        ods(f'<table:table-row table:number-rows-repeated="90000000">{failed("#N/A", 900)}</table:table-row>'),
    ],
    ids=["cut", "no workbook", "repeated beyond all size"],
)
def test_a_damaged_file_is_refused_and_not_read_half(body: bytes) -> None:
    with pytest.raises(RefusalError) as refused:
        table_sheets(body)
    assert refused.value.reason is Reason.NOT_READABLE


def test_a_chain_of_sectors_that_returns_to_itself_ends() -> None:
    body = bytearray(xls(300))
    struct.pack_into("<I", body, SECTOR + 4 * 4, 3)
    with pytest.raises(RefusalError):
        table_sheets(bytes(body))
