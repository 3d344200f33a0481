"""A table as a file to take away: CSV and XLSX with as-of, source and the definition of every column."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from present.workbook import COMPUTED, Sheet, Value, workbook


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
    told: list[Sequence[Value]] = [[given.title], *([name, said] for name, said in given.facts)]
    told += [[one.head, one.means] for one in given.columns if one.means]
    rows = [[one.head for one in given.columns], *given.rows]
    return workbook([Sheet("Bảng", rows, beside=1), Sheet("Nguồn", told)], given.made_at, given.title)


def _safe(value: Value) -> str:
    """A text that a spreadsheet would compute gets an apostrophe; numbers have a decimal comma."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(COMPUTED) else value
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)
