"""Makes sheets of a table's bytes, as CSV, spreadsheet, web page or JSON; run as a program, under limits.

apart.py starts it.
"""

import io
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.binary import BOOK, untold_in_parts, untold_in_stream
from data_sources.workbooks.cells import ROWS_MAX, Cell
from data_sources.workbooks.delimited import delimited, text_in
from data_sources.workbooks.markup import is_markup, markup_sheets
from data_sources.workbooks.open_document import CONTENT, untold_cells
from data_sources.workbooks.records import record_rows
from data_sources.workbooks.sheet import Rows, Sheet
from data_sources.workbooks.shortened import shortened
from data_sources.workbooks.worksheet import Untold, examined, parts_of, with_untold
from domain.reason import Reason

SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_ADDRESS_SPACE_BYTES, CPU_S = 1536 * 2**20, 30
_WRITTEN_MAX = 128 * 2**20
_BEGINNING_ROWS = 60
_NO_WORKBOOK = (
    "tệp hỏng, có mật khẩu, hoặc không phải bảng tính (.zip, .docx); hãy mở bằng Excel và lưu lại thành .xlsx / "
    "damaged, locked by a password, or no workbook (.zip, .docx); open it in Excel and save it as .xlsx"
)


def table_sheets(body: bytes) -> list[Sheet]:
    """All sheets of a spreadsheet, the tables of a web page, or the one of a CSV text.

    Raises RefusalError NOT_READABLE or LEGACY_ENCODING.
    """
    if body.startswith(SPREADSHEET):
        return _spreadsheet(body)
    if is_markup(body):
        return markup_sheets(text_in(body))
    return [Sheet("", delimited(body))]


def _spreadsheet(body: bytes) -> list[Sheet]:
    try:
        untold = _untold(body)
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
            with_untold(found[-1], untold.get(index, {}))
        return found
    except RefusalError:
        raise
    except BaseException as error:  # a panic of calamine is a BaseException
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise RefusalError(Reason.NOT_READABLE, _NO_WORKBOOK) from None


def _untold(body: bytes) -> Mapping[int, Untold]:
    """The cells whose value calamine does not tell, of each sheet by its number from 0."""
    if not body.startswith(b"PK"):
        return untold_in_stream(body)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        found, names = examined(archive), archive.namelist()
        if CONTENT in names:
            return untold_cells(archive)
        if BOOK in names:
            return untold_in_parts(archive)
        parts = parts_of(archive) if found else ()
        return {number: found[part] for number, part in enumerate(parts) if part in found}


def _record_sheets(body: bytes) -> list[Sheet]:
    return [Sheet("", record_rows(body))]


def _beginnings(body: bytes) -> list[Sheet]:
    found = table_sheets(shortened(body, _BEGINNING_ROWS) if body.startswith(b"PK") else body)
    return [replace(sheet, rows=sheet.rows[:_BEGINNING_ROWS], merged=()) for sheet in found]


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
