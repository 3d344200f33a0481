"""The working days of Việt Nam: those of the release (store/seed/working_days.csv), and a centre's own changes."""

import csv
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from domain.services.working_time import SpecialDay, WorkingCalendar

_SEED = Path(__file__).parent / "seed" / "working_days.csv"
_COLUMNS = {"day", "kind", "name"}
_KINDS = {"off": False, "works": True}


@lru_cache(maxsize=4)
def working_calendar(changes: Path | None = None) -> WorkingCalendar:
    """The calendar of the release, with the days of the file ``changes`` in place of its own.

    Both are CSV files with the columns day (YYYY-MM-DD), kind (off or works) and name; the swap days that the
    Government decides each year are rows. Raises ValueError that names the line of ``changes`` that is wrong.
    """
    shipped = _read(_SEED)
    return WorkingCalendar.of([*shipped, *(_read(changes) if changes else ())])


def _read(file: Path) -> list[SpecialDay]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if _COLUMNS.difference(rows.fieldnames or ()):
                raise ValueError(f"{file.name}: cần các cột / needs the columns day, kind, name")
            return list(_marked(rows, file.name))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name}: không đọc được / cannot be read: {type(error).__name__}") from None


def _marked(rows: "csv.DictReader[str]", name: str) -> Iterable[SpecialDay]:
    for row in rows:
        try:
            works = _KINDS[row["kind"].strip()]
            yield SpecialDay(
                day=date.fromisoformat(row["day"].strip()), works=works, name=row["name"].strip(), source=name
            )
        except (KeyError, ValueError, AttributeError):
            raise ValueError(
                f"{name}: dòng {rows.line_num} phải có ngày YYYY-MM-DD, loại off hoặc works, và tên"
                f" / line {rows.line_num} needs a day YYYY-MM-DD, a kind off or works, and a name"
            ) from None
