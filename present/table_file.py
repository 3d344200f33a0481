"""A table as a file to take away: CSV and XLSX with as-of, source and the definition of every column."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_WIDEST = 60
# A spreadsheet computes a cell that begins so; in a file of ours it is somebody's text.
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """A column: its head, and what its numbers mean ("" for a name)."""

    head: str
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A table; None is unknown or not applicable, never 0. ``facts`` are (name, text): as of, source, kind, law."""

    title: str
    columns: Sequence[ColumnOf]
    rows: Sequence[Sequence[Value]]
    facts: Sequence[tuple[str, str]]
    made_at: datetime


def csv_of(given: TableFile) -> bytes:
    """UTF-8 with a byte order mark and semicolons, as Vietnamese Excel opens it; facts and definitions below."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_safe(one.head) for one in given.columns])
    writer.writerows([[_safe(value) for value in row] for row in given.rows])
    writer.writerow([])
    writer.writerows([[_safe(name), _safe(said)] for name, said in (("", given.title), *given.facts)])
    writer.writerows([[_safe(one.head), _safe(one.means)] for one in given.columns if one.means])
    return out.getvalue().encode("utf-8-sig")


def xlsx_of(given: TableFile) -> bytes:
    """A workbook: the table with numbers as numbers, and a sheet of what it stands on."""
    book = Workbook()
    book.properties.created = book.properties.modified = given.made_at.replace(tzinfo=None)
    sheet = book.worksheets[0]
    sheet.title = "Bảng"
    _write(sheet, [[one.head for one in given.columns], *given.rows])
    sheet.freeze_panes = "B2"
    told = book.create_sheet("Nguồn")
    lines: list[Sequence[Value]] = [[given.title], *([name, said] for name, said in given.facts)]
    _write(told, [*lines, *([one.head, one.means] for one in given.columns if one.means)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, rows: Sequence[Sequence[Value]]) -> None:
    widths: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell: Cell = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                # Text stays text even where it looks like a formula.
                cell.data_type, cell.quotePrefix = "s", value.startswith(_COMPUTED)
            cell.font = Font(name="Times New Roman", bold=number == 1)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            widths[column] = max(widths.get(column, 8), min(_WIDEST, len(str(value or "")) + 2))
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width


def _safe(value: Value) -> str:
    """A text that a spreadsheet would compute gets an apostrophe; numbers have a decimal comma."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_COMPUTED) else value
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)
