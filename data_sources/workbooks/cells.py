"""Reads rows and numbers of CSV and spreadsheet files in the notation people use in Việt Nam."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import IO
from unicodedata import normalize

from python_calamine import CalamineError, CalamineWorkbook

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.workbooks.legacy import is_garbled
from domain.feeds.feed import Measure
from domain.reason import Reason

Cell = str | float | int | bool | date | datetime | time | timedelta | None

_UNPACKED_MAX = 256 * 2**20
# Twenty per value; a file may hold 200,000 values.
CELLS_MAX = 4_000_000
_CELL_CHARS_MAX = 200
_DELIMITER_WITHIN_LINES = 20
_SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SNIFFED = 4_096
# The tag of a cell with content: <c r="D2" s="1">, but not <c r="D2" s="1"/>, which only has a style.
_VALUE_AT = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>")
_CHUNK, _TAG_MAX = 2**20, 2**10
_MISSING = frozenset({"", "-", "–", "—", "…", "...", "x", "n/a", "#n/a", "na", "null", "none", "nan"}) | frozenset(
    {"đang cập nhật", "chưa cập nhật", "chưa có", "chưa có số liệu", "không có số liệu", "kxđ"}
)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_PLAIN = re.compile(r"[+-]?\d+")
_POINT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")


def read_rows(body: bytes, name: str) -> list[list[Cell]]:
    """All rows of a CSV text or of the first sheet with content.

    Raises RefusalError EMPTY, NOT_READABLE or LEGACY_ENCODING.
    """
    if not body.strip():
        raise RefusalError(Reason.EMPTY)
    rows = _spreadsheet(body) if body.startswith(_SPREADSHEET) else _csv(_text(body))
    if not any(not is_missing(cell) for row in rows for cell in row):
        raise RefusalError(Reason.EMPTY, name)
    return rows


def _spreadsheet(body: bytes) -> list[list[Cell]]:
    try:
        if body.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                _require_small(archive)
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        for index in range(len(book.sheet_names)):
            rows: list[list[Cell]] = [
                list(row) for row in book.get_sheet_by_index(index).to_python(skip_empty_area=False)
            ]
            if rows:
                return rows
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError) as error:
        if isinstance(error, RefusalError):
            raise
        raise RefusalError(Reason.NOT_READABLE, type(error).__name__) from None
    return []


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
                columns, rows = _farthest(sheet)
            if columns * rows > CELLS_MAX:
                raise RefusalError(
                    Reason.NOT_READABLE,
                    f"{columns} cột × {rows} dòng; hãy xoá các ô lạc ngoài bảng / columns × rows; clear stray cells",
                )


def _farthest(sheet: IO[bytes]) -> tuple[int, int]:
    """The largest column and row numbers with a value in a worksheet."""
    columns, rows, rest = {b"A"}, 1, b""
    while chunk := sheet.read(_CHUNK):
        text = rest + chunk
        for column, row in _VALUE_AT.findall(text):
            columns.add(column)
            rows = max(rows, int(row))
        # Keep the start of a cut tag: the next chunk completes it.
        rest = text[max(text.rfind(b"<"), len(text) - _TAG_MAX) :]
    return max(map(_column_number, columns)), rows


def _column_number(letters: bytes) -> int:
    return reduce(lambda number, letter: number * 26 + letter - 64, letters, 0)


def _text(body: bytes) -> str:
    if (b"\0" in body[:_SNIFFED] and not body.startswith(_UTF_16)) or body.startswith(b"%PDF"):
        raise RefusalError(Reason.NOT_READABLE, "cần CSV hoặc XLSX / CSV or XLSX is needed")
    encoding = "utf-16" if body.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = normalize("NFC", body.decode(encoding))
    except UnicodeDecodeError:
        raise RefusalError(Reason.LEGACY_ENCODING if encoding == "utf-8-sig" else Reason.NOT_READABLE) from None
    if "\0" in text:
        raise RefusalError(Reason.NOT_READABLE, "NUL")
    if is_garbled(text):
        raise RefusalError(Reason.LEGACY_ENCODING)
    return text


def _csv(text: str) -> list[list[Cell]]:
    first = [line for line in text.splitlines() if line.strip()][:_DELIMITER_WITHIN_LINES]
    # The delimiter occurs equally often in most lines; title lines and decimal commas do not.
    delimiter = max(";\t,", key=lambda mark: _lines_alike(first, mark))
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise RefusalError(Reason.NOT_READABLE, str(error)) from None


def _lines_alike(lines: Sequence[str], mark: str) -> int:
    counts = Counter(line.count(mark) for line in lines)
    del counts[0]
    return max(counts.values(), default=0)


def text_of(cell: Cell) -> str:
    """A cell as clean text; whole numbers without ".0" (codes typed into spreadsheets)."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return parse.clean(normalize("NFC", str(cell)), _CELL_CHARS_MAX)


def is_missing(cell: Cell) -> bool:
    """True for blanks and for words such as "đang cập nhật" that stand for an unknown number."""
    return cell is None or (isinstance(cell, str) and text_of(cell).casefold() in _MISSING)


class Column:
    """A column's number style, inferred from all its text cells: decimal comma, decimal point, or contradictory."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        texts = [t for t in (_bare(cell) for cell in cells if isinstance(cell, str)) if t]
        comma, point = any(map(_only_comma, texts)), any(map(_only_point, texts))
        # Without proof of either style: "12.345" in a Vietnamese file is twelve thousand.
        self._style = _COMMA if not point else _POINT
        self._mixed = comma and point

    def value(self, cell: Cell, measure: Measure) -> float | None:
        """The cell's number in the measure's unit, None when missing. Raises RefusalError BAD_NUMBER."""
        if is_missing(cell):
            return None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            number = parse.json_number(cell)
            if number is not None:
                return number
        said = text_of(cell)
        if not isinstance(cell, str) or (said.endswith("%") and measure.unit != "%"):
            raise RefusalError(Reason.BAD_NUMBER, said)
        bare = _bare(cell)
        if self._mixed and not _PLAIN.fullmatch(bare):
            raise RefusalError(
                Reason.BAD_NUMBER, f"{said}: cột lẫn dấu phẩy và dấu chấm thập phân / decimal comma and point mixed"
            )
        if not bare.isascii() or not self._style.fullmatch(bare):
            raise RefusalError(Reason.BAD_NUMBER, said)
        plain = bare.replace(".", "").replace(",", ".") if self._style is _COMMA else bare.replace(",", "")
        number = parse.number(plain)
        if number is None:
            raise RefusalError(Reason.BAD_NUMBER, said)
        return number


def _bare(cell: str) -> str:
    text = cell.strip()
    return _BLANKS.sub("", text.removesuffix("%"))


def _only_comma(text: str) -> bool:
    return bool(_COMMA.fullmatch(text)) and not _POINT.fullmatch(text)


def _only_point(text: str) -> bool:
    return bool(_POINT.fullmatch(text)) and not _COMMA.fullmatch(text)
