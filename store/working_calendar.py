"""The working days of Việt Nam: the release's (store/seed/working_days.csv), and a centre's own in place of them."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from domain.access.principal import NOBODY, Principal
from domain.audit import Act
from domain.instant import to_ms
from domain.services.working_time import SpecialDay, WorkingCalendar
from store.audit import note
from store.database import upsert, writing
from store.tables.working_days import working_days

_SEED = Path(__file__).parent / "seed" / "working_days.csv"
_COLUMNS = {"day", "kind", "name"}
_KINDS = {"off": False, "works": True}


@lru_cache(maxsize=4)
def working_calendar(own: tuple[SpecialDay, ...] = ()) -> WorkingCalendar:
    """The calendar of the release with a centre's ``own`` days in place of its."""
    return WorkingCalendar.of([*days_of(_SEED.read_text("utf-8"), _SEED.name), *own])


def days_of(text: str, source: str) -> list[SpecialDay]:
    """The days of a CSV text with the columns day (YYYY-MM-DD), kind (off or works) and name.

    Raises ValueError that names the line that is wrong.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    if _COLUMNS.difference(rows.fieldnames or ()):
        raise ValueError("cần các cột / needs the columns day, kind, name")
    return list(_special(rows, source))


def _special(rows: "csv.DictReader[str]", source: str) -> Iterable[SpecialDay]:
    for row in rows:
        try:
            works, name = _KINDS[row["kind"].strip()], row["name"].strip()
            yield SpecialDay(day=date.fromisoformat(row["day"].strip()), works=works, name=name, source=source)
        except (KeyError, ValueError, AttributeError):
            raise ValueError(
                f"dòng {rows.line_num} phải có ngày YYYY-MM-DD, loại off hoặc works, và tên"
                f" / line {rows.line_num} needs a day YYYY-MM-DD, a kind off or works, and a name"
            ) from None


def calendar_of(connection: Connection) -> WorkingCalendar:
    """The calendar in force."""
    found = connection.execute(select(working_days).order_by(working_days.c.day)).mappings()
    own = tuple(
        SpecialDay(day=date.fromisoformat(row["day"]), works=row["works"], name=row["name"], source=row["source"])
        for row in found
    )
    return working_calendar(own)


class WorkingDays:
    """A centre's own days; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, given: Sequence[SpecialDay], now: datetime, by: Principal = NOBODY) -> int:
        """Add or change days; returns how many rows were given."""
        rows = [asdict(one) | {"day": one.day.isoformat(), "updated_ms": to_ms(now)} for one in given]
        with writing(self._engine) as connection:
            upsert(connection, working_days, rows)
            if rows:
                note(connection, Act.WORKING_DAYS_IMPORTED, "working_days", by, now, after={"changed": len(rows)})
        return len(rows)

    def calendar(self) -> WorkingCalendar:
        """The calendar in force."""
        with self._engine.connect() as connection:
            return calendar_of(connection)
