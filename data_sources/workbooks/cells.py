"""Cells of CSV and spreadsheet files: text and numbers in the notation people use in Việt Nam."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from unicodedata import normalize

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from domain.feeds.feed import Measure
from domain.reason import Reason

Cell = str | float | int | bool | date | datetime | time | timedelta | None

# A file holds at most 200,000 values, and twenty cells for each.
ROWS_MAX, CELLS_MAX = 200_000, 4_000_000
_CELL_CHARS_MAX = 200
_MISSING = frozenset({"", "-", "–", "—", "…", "...", "x", "n/a", "#n/a", "na", "null", "none", "nan"}) | frozenset(
    {"đang cập nhật", "chưa cập nhật", "chưa có", "chưa có số liệu", "không có số liệu", "kxđ"}
)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_PLAIN = re.compile(r"[+-]?\d+")
_POINT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")


def text_of(cell: Cell) -> str:
    """A cell as clean text; whole numbers without ".0" (codes typed into spreadsheets)."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    # Cut first: the time to compose a run of accents grows with the square of its length.
    return parse.clean(normalize("NFC", str(cell)[: 4 * _CELL_CHARS_MAX]), _CELL_CHARS_MAX)


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
