"""Cells of CSV and spreadsheet files: what they hold, as text, and which words stand for an unknown number."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from unicodedata import normalize

from data_sources.messages import parse

Cell = str | float | int | bool | date | datetime | time | timedelta | None

# A file holds at most 200,000 values, and twenty cells for each.
ROWS_MAX, CELLS_MAX = 200_000, 4_000_000
_CELL_CHARS_MAX = 200
_MISSING = frozenset({"", "-", "–", "—", "…", "...", "x", "n/a", "#n/a", "na", "null", "none", "nan"}) | frozenset(
    {"đang cập nhật", "chưa cập nhật", "chưa có", "chưa có số liệu", "không có số liệu", "kxđ"}
)

NOT_COMPUTED = "công thức chưa được tính / a formula that was never computed"
"""What stands in the place of a formula without a value."""
_FAILED = re.compile(
    r"#(?:DIV/0!|REF!|VALUE!|NAME\?|NUM!|N/A|NULL!|SPILL!|CALC!|FIELD!|BUSY!|GETTING_DATA|ERROR!)|Err:\d{3}"
)


def text_of(cell: Cell) -> str:
    """A cell as clean text; whole numbers without ".0" (codes typed into spreadsheets)."""
    if cell is None:
        return ""
    # Codes, days and numbers as text are most of a table.
    if isinstance(cell, str) and len(cell) <= _CELL_CHARS_MAX and cell.isascii() and cell.isprintable():
        return cell.strip()
    if isinstance(cell, str) and len(cell) <= _CELL_CHARS_MAX:
        return _composed(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    # Cut first: the time to compose a run of accents grows with the square of its length.
    return parse.clean(normalize("NFC", str(cell)[: 4 * _CELL_CHARS_MAX]), _CELL_CHARS_MAX)


@lru_cache(maxsize=4_096)  # names stand in a table again and again
def _composed(cell: str) -> str:
    return parse.clean(normalize("NFC", cell), _CELL_CHARS_MAX)


def is_missing(cell: Cell) -> bool:
    """True for blanks and for words such as "đang cập nhật" that stand for an unknown number."""
    return cell is None or (isinstance(cell, str) and text_of(cell).casefold() in _MISSING)


def is_failed(cell: Cell) -> bool:
    """True for the error of a formula, and for one that was never computed: neither is a name, a code or a day."""
    return isinstance(cell, str) and (cell == NOT_COMPUTED or _FAILED.fullmatch(cell.strip()) is not None)
