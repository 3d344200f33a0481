"""Makes sheets of a table's bytes, as CSV, spreadsheet, web page or JSON; run as a program, under limits.

apart.py starts it.
"""

import csv
import io
import re
import resource
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import reduce
from itertools import islice
from typing import Any
from xml.parsers import expat

import orjson
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.workbooks.cells import CELLS_MAX, ROWS_MAX, Cell
from data_sources.workbooks.legacy import is_garbled
from data_sources.workbooks.markup import is_markup, markup_sheets
from data_sources.workbooks.records import record_rows
from data_sources.workbooks.sheet import Rows, Sheet
from domain.reason import Reason

SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_ADDRESS_SPACE_BYTES, CPU_S = 1536 * 2**20, 30
_UNPACKED_MAX = 256 * 2**20
_WRITTEN_MAX = 128 * 2**20
_BEGINNING_ROWS = 60
_NO_WORKBOOK = (
    "tệp hỏng, có mật khẩu, hoặc không phải bảng tính (.zip, .docx); hãy mở bằng Excel và lưu lại thành .xlsx / "
    "damaged, locked by a password, or no workbook (.zip, .docx); open it in Excel and save it as .xlsx"
)
_DELIMITERS = ";\t,|"
# The first line of a CSV that tells Excel its delimiter.
_SEP = re.compile(r"\ufeff?\"?sep=([;,\t|])\"?[ \t]*\r?\n", re.IGNORECASE)
_DELIMITER_WITHIN_LINES = 20
_SNIFFED = 4_096
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def table_sheets(body: bytes) -> list[Sheet]:
    """All sheets of a spreadsheet, the tables of a web page, or the one of a CSV text.

    Raises RefusalError NOT_READABLE or LEGACY_ENCODING.
    """
    if body.startswith(SPREADSHEET):
        return _spreadsheet(body)
    if is_markup(body):
        return markup_sheets(_text(body))
    return [Sheet("", _csv(body))]


def _spreadsheet(body: bytes) -> list[Sheet]:
    try:
        if body.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                _require_small(archive)
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        found = []
        for index, about in enumerate(book.sheets_metadata):
            sheet = book.get_sheet_by_index(index)
            rows: Rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
            hidden = about.visible is not SheetVisibleEnum.Visible
            merged = tuple(
                (top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            )
            found.append(Sheet(about.name, rows, hidden=hidden, merged=merged))
        return found
    except RefusalError:
        raise
    except BaseException as error:  # a panic of calamine is a BaseException
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise RefusalError(Reason.NOT_READABLE, _NO_WORKBOOK) from None


def _require_small(archive: zipfile.ZipFile) -> None:
    """Refuse a file that would not fit in memory when unpacked or expanded to a full rectangle of cells.

    Calamine expands a sheet up to its farthest value, so one value in the last possible cell would kill the process.
    When the archive understates a size, reading ends in BadZipFile here.
    """
    if sum(part.file_size for part in archive.infolist()) > _UNPACKED_MAX:
        raise RefusalError(Reason.NOT_READABLE, "> 256 MB")
    for part in archive.namelist():
        if part.startswith("xl/worksheets/") and part.endswith(".xml"):
            with archive.open(part) as sheet:
                parser, extent = expat.ParserCreate(), _Extent()
                parser.StartElementHandler, parser.EndElementHandler = extent.start, extent.end
                parser.ParseFile(sheet)


class _Extent:
    """The rectangle from A1 to the farthest value of a worksheet; refuses it while it is read.

    A row or cell that does not say where it stands comes after the one before, as calamine places it.
    """

    def __init__(self) -> None:
        self._row = self._column = 0
        self._in_cell = False
        self._rows = self._columns = 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an opening tag."""
        name, said = tag.rpartition(":")[2], attributes.get("r")
        if name == "row":
            self._row = int(said) if said else self._row + 1
            self._column = 0
        elif name == "c":
            place = _PLACE.fullmatch(said.strip().upper()) if said else None
            if said and place is None:
                raise RefusalError(Reason.NOT_READABLE, said[:20])
            self._column = _column_number(place[1]) if place else self._column + 1
            self._row = int(place[2]) if place else self._row
        elif self._in_cell:
            # Only a cell with something in it: <c r="D2" s="1"/> has a style and no value.
            self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
            if self._rows > ROWS_MAX or self._rows * self._columns > CELLS_MAX:
                raise RefusalError(
                    Reason.NOT_READABLE,
                    f"{self._columns} cột × {self._rows} dòng; hãy xoá các ô lạc ngoài bảng / "
                    "columns × rows; clear stray cells",
                )
        self._in_cell = name == "c"

    def end(self, _tag: str) -> None:
        """Take a closing tag."""
        self._in_cell = False


def _column_number(letters: str) -> int:
    return reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0)


def _text(body: bytes) -> str:
    if (b"\0" in body[:_SNIFFED] and not body.startswith(parse.UTF_16)) or body.startswith(b"%PDF"):
        raise RefusalError(Reason.NOT_READABLE, "cần CSV hoặc XLSX / CSV or XLSX is needed")
    encoding = "utf-16" if body.startswith(parse.UTF_16) else "utf-8-sig"
    try:
        text = parse.composed(body.decode(encoding))
    except UnicodeDecodeError:
        raise RefusalError(Reason.LEGACY_ENCODING if encoding == "utf-8-sig" else Reason.NOT_READABLE) from None
    if "\0" in text:
        raise RefusalError(Reason.NOT_READABLE, "NUL")
    if is_garbled(text):
        raise RefusalError(Reason.LEGACY_ENCODING)
    return text


def _csv(body: bytes) -> Rows:
    # Count before decoding: a cell is made by a delimiter or by the end of a line.
    lines = body.count(b"\n") + body.count(b"\r")
    cells = lines + max(body.count(mark.encode()) for mark in _DELIMITERS)
    if cells > CELLS_MAX:
        raise RefusalError(Reason.TOO_MANY_ITEMS, f"{cells} > {CELLS_MAX} ô / cells")
    text = _text(body)
    if said := _SEP.match(text):
        return _split(text[said.end() :], said[1])
    first = list(islice((line for line in io.StringIO(text) if line.strip()), _DELIMITER_WITHIN_LINES))
    # The delimiter occurs equally often in most lines; title lines and decimal commas do not.
    return _split(text, max(_DELIMITERS, key=lambda mark: _lines_alike(first, mark)))


def _split(text: str, delimiter: str) -> Rows:
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise RefusalError(Reason.NOT_READABLE, str(error)) from None


def _lines_alike(lines: Sequence[str], mark: str) -> int:
    counts = Counter(line.count(mark) for line in lines)
    del counts[0]
    return max(counts.values(), default=0)


def _record_sheets(body: bytes) -> list[Sheet]:
    return [Sheet("", record_rows(body))]


def _beginnings(body: bytes) -> list[Sheet]:
    return [replace(sheet, rows=sheet.rows[:_BEGINNING_ROWS], merged=()) for sheet in table_sheets(body)]


_READERS: dict[str, Callable[[bytes], list[Sheet]]] = {
    "table": table_sheets,
    "records": _record_sheets,
    "beginnings": _beginnings,
}


def sheets_of(how: str, body: bytes) -> list[Sheet]:
    """The sheets of a ``table``, their ``beginnings``, or the one of ``records``. Raises RefusalError."""
    found = _READERS[how](body)
    if (rows := sum(len(sheet.rows) for sheet in found)) > ROWS_MAX:
        raise RefusalError(Reason.TOO_MANY_ITEMS, f"{rows} > {ROWS_MAX} dòng / rows")
    return found


_TYPES: dict[str, Callable[[Any], Cell]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}


def written_cell(cell: object) -> list[object]:
    """A cell that JSON has no type for, as [type, text or seconds]; `read_cell` reads it."""
    if isinstance(cell, timedelta):
        return ["timedelta", cell.total_seconds()]
    if isinstance(cell, datetime | date | time):
        return [type(cell).__name__, cell.isoformat()]
    raise TypeError(type(cell).__name__)


def read_cell(said: object) -> Cell:
    """The cell that `written_cell` wrote; others as they are."""
    if not isinstance(said, list):
        return said if isinstance(said, str | int | float) else None
    kind, value = said
    return _TYPES[kind](value)


def written_lines(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """Lines of JSON: an object for each sheet, then an array for each of its rows; apart.py reads them."""
    options = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE
    for sheet in sheets:
        about = {"sheet": sheet.name, "hidden": sheet.hidden, "merged": sheet.merged}
        yield orjson.dumps(about, option=orjson.OPT_APPEND_NEWLINE)
        for row in sheet.rows:
            yield orjson.dumps(row, written_cell, options)


def main(arguments: list[str]) -> None:
    """Read the bytes of standard input as `sheets_of` says; write `written_lines`, or one refusal.

    A refusal is an object {"refused", "detail"}.
    """
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE_BYTES, _ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    out, size = sys.stdout.buffer, 0
    try:
        for line in written_lines(sheets_of(arguments[0], sys.stdin.buffer.read())):
            size += len(line)
            if size > _WRITTEN_MAX:
                raise RefusalError(Reason.NOT_READABLE, "> 128 MB")
            out.write(line)
    except RefusalError as refused:
        out.write(orjson.dumps({"refused": refused.reason.code, "detail": refused.detail}))


if __name__ == "__main__":
    main(sys.argv[1:])
