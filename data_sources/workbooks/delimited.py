"""Tables as text: which characters the bytes are, which mark stands between cells, where a quotation ends."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.workbooks.cells import CELLS_MAX
from data_sources.workbooks.legacy import is_garbled
from data_sources.workbooks.sheet import Rows
from domain.reason import Reason

_DELIMITERS = ";\t,|"
# The first line of a CSV that tells Excel its delimiter.
_SEP = re.compile(r"\ufeff?\"?sep=([;,\t|])\"?[ \t]*\r?\n", re.IGNORECASE)
_DELIMITER_WITHIN_LINES = 20
_SNIFFED = 4_096
_END = "\x1e"
_NO_TEXT = "cần CSV hoặc XLSX / CSV or XLSX is needed"
_OPEN_QUOTE = (
    "dấu ngoặc kép mở ở dòng {row} không được đóng, nên các dòng sau bị nuốt vào một ô; hãy sửa dòng ấy / "
    "the quotation mark opened in line {row} is not closed and swallows the lines after it; correct that line"
)


def text_in(body: bytes) -> str:
    """A file's text in NFC. Raises RefusalError NOT_READABLE or LEGACY_ENCODING."""
    encoding = _encoding(body)
    try:
        text = parse.composed(body.decode(encoding))
    except UnicodeDecodeError:
        raise RefusalError(Reason.LEGACY_ENCODING if encoding == "utf-8-sig" else Reason.NOT_READABLE) from None
    if "\0" in text:
        raise RefusalError(Reason.NOT_READABLE, "NUL")
    if is_garbled(text):
        raise RefusalError(Reason.LEGACY_ENCODING)
    return text


def _encoding(body: bytes) -> str:
    """UTF-8, or UTF-16 with its mark or, as some programs write it, without: every other byte is then 0."""
    head = body[:_SNIFFED]
    if body.startswith(b"%PDF"):
        raise RefusalError(Reason.NOT_READABLE, _NO_TEXT)
    if body.startswith(parse.UTF_16):
        return "utf-16"
    if b"\0" not in head:
        return "utf-8-sig"
    half = len(head) // 2
    for encoding, high, low in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if 2 * high.count(0) > half and not low.count(0):
            return encoding
    raise RefusalError(Reason.NOT_READABLE, _NO_TEXT)


def delimited(body: bytes) -> Rows:
    """The rows of a CSV text. Raises RefusalError NOT_READABLE, LEGACY_ENCODING or TOO_MANY_ITEMS."""
    # Count before decoding: a cell is made by a delimiter or by the end of a line.
    lines = body.count(b"\n") + body.count(b"\r")
    cells = lines + max(body.count(mark.encode()) for mark in _DELIMITERS)
    if cells > CELLS_MAX:
        raise RefusalError(Reason.TOO_MANY_ITEMS, f"{cells} > {CELLS_MAX} ô / cells")
    text = text_in(body)
    if said := _SEP.match(text):
        return _split(text[said.end() :], said[1])
    first = list(islice((line for line in io.StringIO(text) if line.strip()), _DELIMITER_WITHIN_LINES))
    # The delimiter occurs equally often in most lines; title lines and decimal commas do not.
    return _split(text, max(_DELIMITERS, key=lambda mark: _lines_alike(first, mark)))


def _split(text: str, delimiter: str) -> Rows:
    # A line of our own at the end: a quotation that nobody closed has swallowed it.
    ending = "" if text.endswith(("\n", "\r")) else "\n"
    reader = csv.reader(io.StringIO(f"{text}{ending}{_END}", newline=""), delimiter=delimiter)
    found: Rows = []
    began = 1
    try:
        for row in reader:
            if row == [_END]:
                return found
            found.append(list(row))
            last, began = began, reader.line_num + 1
    except csv.Error:
        last = began
    raise RefusalError(Reason.NOT_READABLE, _OPEN_QUOTE.format(row=last))


def _lines_alike(lines: Sequence[str], mark: str) -> tuple[int, int]:
    """How many lines have a mark equally often, and how often: of two marks, the one with more columns counts."""
    counts = Counter(line.count(mark) for line in lines)
    del counts[0]
    return max(((alike, count) for count, alike in counts.items()), default=(0, 0))
