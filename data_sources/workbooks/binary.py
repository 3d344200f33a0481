"""Cells of an .xlsb and an .xls that hold an error: calamine tells them as blank, and a blank is a missing figure."""

import posixpath
import struct
import zipfile
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from data_sources.workbooks.compound import stream_of
from data_sources.workbooks.worksheet import Untold

BOOK = "xl/workbook.bin"
_LINKS = "xl/_rels/workbook.bin.rels"
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
_OTHER = "#ERROR!"

# Records of .xlsb [MS-XLSB] 2.3.2.
_ROW, _CELL_ERROR, _FORMULA_ERROR, _SHEET = 0, 3, 11, 156
# Records of .xls [MS-XLS] 2.3.2.
_FORMULA, _BOOL_OR_ERROR, _BOUND_SHEET, _BEGIN, _END = 0x0006, 0x0205, 0x0085, 0x0809, 0x000A
_FAILED = 2


def untold_in_parts(archive: zipfile.ZipFile) -> Mapping[int, Untold]:
    """The errors of each sheet of an .xlsb by its number from 0. Raises KeyError, struct.error for a damaged one."""
    targets: dict[str, str] = {}

    def linked(_tag: str, said: dict[str, str]) -> None:
        targets[said.get("Id", "")] = said.get("Target", "")

    parser = expat.ParserCreate()
    parser.StartElementHandler = linked
    parser.Parse(archive.read(_LINKS), True)
    sheets = [_link(data) for kind, data in _records(archive.read(BOOK)) if kind == _SHEET]
    parts = [posixpath.normpath(posixpath.join("/xl", targets[one])).lstrip("/") for one in sheets if one]
    found = ((number, _errors(archive.read(part))) for number, part in enumerate(parts))
    return {number: cells for number, cells in found if cells}


def untold_in_stream(body: bytes) -> Mapping[int, Untold]:
    """The errors of each sheet of an .xls by its number from 0. Raises struct.error, ValueError for a damaged one."""
    book = stream_of(body, ("Workbook", "Book"))
    starts = [struct.unpack_from("<I", data)[0] for kind, data in _old_records(book, 0) if kind == _BOUND_SHEET]
    found = ((number, _old_errors(book, start)) for number, start in enumerate(starts))
    return {number: cells for number, cells in found if cells}


def _errors(part: bytes) -> Untold:
    row, found = 0, {}
    for kind, data in _records(part):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", data)
        elif kind in (_CELL_ERROR, _FORMULA_ERROR):
            (column,) = struct.unpack_from("<I", data)
            found[row + 1, column + 1] = _ERRORS.get(data[8], _OTHER)
    return found


def _link(data: bytes) -> str:
    (chars,) = struct.unpack_from("<I", data, 8)
    return data[12 : 12 + 2 * chars].decode("utf-16-le")


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part: kind and length have seven bits a byte, two bytes and four at most."""
    at = 0
    while at < len(part):
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | part[at] << 7
            at += 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, part[at : at + size]
        at += size


def _old_errors(book: bytes, start: int) -> Untold:
    found = {}
    for kind, data in _old_records(book, start):
        if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == _FAILED:
            code = data[8]
        elif kind == _BOOL_OR_ERROR and data[7]:
            code = data[6]
        else:
            continue
        row, column = struct.unpack_from("<HH", data)
        found[row + 1, column + 1] = _ERRORS.get(code, _OTHER)
    return found


def _old_records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records from a beginning to its end, without those of a chart that stands within."""
    at, depth = start, 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        data = book[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            return
        if depth == 1:
            yield kind, data
