"""Workbooks to take away (XLSX): numbers as numbers, text as text whatever it looks like, row by row from the disk."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

WIDEST = 60
# A spreadsheet computes a cell that begins so; in a file of ours it is somebody's text.
COMPUTED = ("=", "+", "-", "@", "\t", "\r")

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of ``rows``; None is an empty cell. The ``heads``-th row is bold and stays in sight, 0 for none.

    ``beside``: how many columns stay in sight too.
    """

    name: str
    rows: Sequence[Sequence[Value]]
    heads: int = 1
    beside: int = 0


def workbook(sheets: Iterable[Sheet], made_at: datetime, title: str = "") -> bytes:
    """The bytes of a workbook with these sheets, in the type of official documents (NĐ 30/2020)."""
    out = io.BytesIO()
    options = {"constant_memory": True, "in_memory": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        plain = {"font_name": "Times New Roman", "text_wrap": True, "valign": "top"}
        usual, bold, quoted = (
            book.add_format({**plain, **more}) for more in ({}, {"bold": True}, {"quote_prefix": True})
        )
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for column, width in enumerate(_widths(sheet.rows)):
                page.set_column(column, column, width)
            if sheet.heads:
                page.freeze_panes(sheet.heads, sheet.beside)
            for at, row in enumerate(sheet.rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        is_bold, computed = at + 1 == sheet.heads, value.startswith(COMPUTED)
                        page.write_string(at, column, value, bold if is_bold else quoted if computed else usual)
                    elif value is not None:
                        page.write_number(at, column, value, usual)
    return out.getvalue()


def _widths(rows: Sequence[Sequence[Value]]) -> list[int]:
    """As wide as the longest text of each column, within limits."""
    widths: list[int] = []
    for row in rows:
        widths += [8] * (len(row) - len(widths))
        for column, value in enumerate(row):
            widths[column] = max(widths[column], min(WIDEST, len(str(value or "")) + 2))
    return widths
