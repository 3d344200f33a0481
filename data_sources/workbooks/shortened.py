"""The beginning of a workbook: the same file with the first rows of each sheet, for a look at its headings."""

import io
import re
import zipfile
from xml.parsers import expat

SHEETS = re.compile(r"xl/worksheets/.*\.xml", re.DOTALL)
"""The parts of a workbook that hold cells."""
UNPACKED_MAX = 256 * 2**20
_CHUNK = 2**16


def shortened(body: bytes, rows: int) -> bytes:
    """An .xlsx with the first ``rows`` of each sheet; ``body`` itself when it is anything else or too large."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as whole, zipfile.ZipFile(out, "w") as begun:
            parts = whole.infolist()
            sheets = sum(SHEETS.fullmatch(part.filename) is not None for part in parts)
            if not sheets or sum(part.file_size for part in parts) > UNPACKED_MAX:
                return body
            for part in parts:
                begun.writestr(part.filename, _beginning(whole, part, rows))
    except (zipfile.BadZipFile, expat.ExpatError, NotImplementedError, RuntimeError, OSError, ValueError):
        return body  # Whoever reads it says what is wrong.
    return out.getvalue()


def _beginning(book: zipfile.ZipFile, part: zipfile.ZipInfo, rows: int) -> bytes:
    if not SHEETS.fullmatch(part.filename):
        return book.read(part)
    text, cut = bytearray(), _Cut(rows)
    with book.open(part) as sheet:
        while chunk := sheet.read(_CHUNK):
            if not text and b"\0" in chunk[:4]:
                return book.read(part)  # UTF-16, which no spreadsheet program writes
            text += chunk
            end = cut.at(chunk)
            if end is not None:
                return bytes(text[:end]) + cut.closing
    return bytes(text)


class _Cut:
    """Finds where the row after the first ``rows`` begins, and the tags that are open there."""

    def __init__(self, rows: int) -> None:
        self._rows, self._row = rows, 0
        self._open: list[str] = []
        self._end: int | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._stop

    def at(self, chunk: bytes) -> int | None:
        """The offset in all bytes given so far; None while it is not reached. Raises ExpatError."""
        self._parser.Parse(chunk)
        return self._end

    @property
    def closing(self) -> bytes:
        """The tags that close what is open."""
        return "".join(f"</{tag}>" for tag in reversed(self._open)).encode()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._end is not None:
            return
        if tag.rpartition(":")[2] == "row":
            said = attributes.get("r")
            self._row = int(said) if said else self._row + 1
            if self._row > self._rows:
                self._end = self._parser.CurrentByteIndex
                return
        self._open.append(tag)

    def _stop(self, _tag: str) -> None:
        if self._end is None:
            self._open.pop()
