"""What each row below a header is: figures, a band, a sum, numbers of columns, a note or signature."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from data_sources.workbooks.cells import Cell, is_missing, text_of
from data_sources.workbooks.header import Header, is_index_row
from data_sources.workbooks.headings import WHOSE
from data_sources.workbooks.sheet import Sheet, is_filled
from domain.text import folded


class RowKind(StrEnum):
    """The kind of a row of a sheet."""

    TITLE = "title"
    HEADER = "header"
    FIGURES = "figures"
    BAND = "band"
    SUM = "sum"
    NUMBERING = "numbering"
    NOTE = "note"
    BLANK = "blank"


# "Cộng Hoà" and "Tổng Cọt" are communes.
_SUM = re.compile(
    r"(?:tổng cộng|tổng số|tổng toàn|cộng dồn|cộng toàn|toàn tỉnh|cả tỉnh|grand total|subtotal|total|bình quân"
    r"|trung bình)(?:\b.*)?|(?:tổng|cộng|sum)(?:\s*[:(].*|\s+(?:nhóm|mục|khu vực|huyện|khối|i+|iv|vi*|[a-d])\b.*)?"
)
_SIGNED = re.compile(
    r"người lập|lập biểu|người báo cáo|kế toán|thủ trưởng|chủ tịch|phó chủ tịch|giám đốc|trưởng phòng|nơi nhận"
    r"|\(?ký,|ký tên|đóng dấu|ghi chú\s*[:：]|^\s*(?:tm|kt|tl|tuq)\.|ngày\s*\S*\s*tháng\s*\S*\s*năm"
)
_GROUP = re.compile(r"[IVX]{1,5}|[A-ZĐ]", re.ASCII | re.IGNORECASE)
_NUMBER_WITHIN = re.compile(r"[+-]?\d[\d.,  ]*%?")


def kinds_of(sheet: Sheet, header: Header) -> list[RowKind]:
    """The kind of each row of a sheet whose table begins with ``header``."""
    found = [RowKind.TITLE if any(map(is_filled, row)) else RowKind.BLANK for row in sheet.rows[: header.top]]
    found += [RowKind.HEADER] * (header.bottom + 1 - header.top)
    body = _Body(sheet, header)
    found += [body.kind(number) for number in range(header.bottom + 1, len(sheet.rows))]
    _end_with_notes(found, body)
    return found


class _Body:
    def __init__(self, sheet: Sheet, header: Header) -> None:
        self._rows = sheet.rows
        roles = header.roles
        self._values = list(header.measures) or [roles["value"]]
        self._first = min(self._values)
        self._keys = [column for role, column in roles.items() if role in WHOSE]
        self._numbering = [c for c, h in enumerate(header.columns) if h.aside and c < min(self._values)]
        self._before = header.bottom
        wide = ((top, left, right) for top, left, bottom, right in sheet.merged if right > left and top == bottom)
        self._wide = {top for top, left, right in wide if any(left < c <= right for c in self._values)}

    def kind(self, number: int) -> RowKind:
        row = self._rows[number]
        if not any(map(is_filled, row)):
            return RowKind.BLANK
        if number <= self._before + 2 and is_index_row(row):
            return RowKind.NUMBERING
        values = [row[c] for c in self._values if c < len(row) and is_filled(row[c])]
        numbers = any(_is_number(cell) for cell in values)
        if not numbers and any(_is_signed(text_of(cell)) for cell in row if isinstance(cell, str)):
            return RowKind.NOTE
        if any(_is_sum(text_of(cell)) for cell in row[: self._first] if isinstance(cell, str)):
            return RowKind.SUM
        if self._is_group(row):
            return RowKind.SUM if values else RowKind.BAND
        if number in self._wide and not numbers:
            return RowKind.BAND
        if not numbers and not any(c < len(row) and is_filled(row[c]) for c in self._keys):
            return RowKind.NOTE
        return RowKind.FIGURES

    def bare(self, number: int) -> bool:
        """Whether a row of figures has nothing under its measures."""
        row = self._rows[number]
        return not any(c < len(row) and is_filled(row[c]) for c in self._values)

    def _is_group(self, row: Sequence[Cell]) -> bool:
        """Whether the number of a row is Roman or a letter, as that of a band is."""
        said = [text_of(row[c]) for c in self._numbering if c < len(row) and is_filled(row[c])]
        return bool(said) and _GROUP.fullmatch(said[0]) is not None


def _end_with_notes(found: list[RowKind], body: _Body) -> None:
    """Texts below a note, or below a blank row under the last figures, are notes although they stand where names do."""
    told = [n for n, kind in enumerate(found) if kind is RowKind.SUM]
    told += [n for n, kind in enumerate(found) if kind is RowKind.FIGURES and not body.bare(n)]
    last = max(told, default=len(found))
    gap = next((n for n in range(last + 1, len(found)) if found[n] is RowKind.BLANK), len(found))
    note = next((n for n, kind in enumerate(found) if kind is RowKind.NOTE), len(found))
    for number in range(min(gap, note), len(found)):
        if found[number] is RowKind.FIGURES and body.bare(number):
            found[number] = RowKind.NOTE


# Rows repeat names and days: each is looked at once.
@lru_cache(maxsize=8_192)
def _is_sum(said: str) -> bool:
    return _SUM.fullmatch(folded(said)) is not None


def _is_signed(said: str) -> bool:
    return bool(said) and _SIGNED.search(folded(said)) is not None


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return not is_missing(cell) and _NUMBER_WITHIN.fullmatch(cell.strip()) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)
