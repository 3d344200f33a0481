"""Stores judged runs, vehicle days, dispatchers' overrides and the correction log."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Engine, bindparam, func, select, union, union_all
from sqlalchemy.sql.schema import Table

from domain.access.principal import NOBODY, Principal
from domain.audit import Act
from domain.instant import to_ms
from domain.waste.run import Audit, Override, RunResult
from domain.waste.work import VehicleDay
from store.audit import note
from store.database import upsert, writing
from store.tables.runs import run_audits, run_overrides, run_results, vehicle_days

_RUN = TypeAdapter(RunResult)
_DAY = TypeAdapter(VehicleDay)
_OVERRIDE = TypeAdapter(Override)
_AUDIT = TypeAdapter(Audit)
_JUDGED = (run_results, vehicle_days)
_OF_DAY = [select(func.max(t.c.computed_ms).label("at_ms")).where(t.c.day == bindparam("on")) for t in _JUDGED]
_NEWEST = select(func.max(union_all(*_OF_DAY).subquery().c.at_ms))


class Runs:
    """Judged runs and vehicle days in SQL; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(
        self, runs: Iterable[RunResult] = (), days: Iterable[VehicleDay] = (), audits: Iterable[Audit] = ()
    ) -> None:
        """Store judgements, all or nothing; a run or vehicle day replaces its earlier version."""
        run_rows = [
            {"day": run.day.isoformat(), "route": run.route, "number": run.number} | _document(_RUN, run)
            for run in runs
        ]
        day_rows = [{"day": day.day.isoformat(), "vehicle": day.vehicle} | _document(_DAY, day) for day in days]
        with writing(self._engine) as connection:
            upsert(connection, run_results, run_rows)
            upsert(connection, vehicle_days, day_rows)
            for audit in audits:
                connection.execute(run_audits.insert().values(_said(_AUDIT, audit, audit.day, audit.at)))

    def runs(self, day: date) -> list[RunResult]:
        """The runs of a service day, by route and number."""
        c = run_results.c
        query = select(c.document).where(c.day == day.isoformat()).order_by(c.route, c.number)
        with self._engine.connect() as connection:
            return [_RUN.validate_json(text) for text in connection.scalars(query)]

    def run(self, day: date, route: str, number: int = 1) -> RunResult | None:
        """One run; None when it was never judged."""
        c = run_results.c
        query = select(c.document).where(c.day == day.isoformat(), c.route == route, c.number == number)
        with self._engine.connect() as connection:
            text = connection.scalar(query)
            return None if text is None else _RUN.validate_json(text)

    def days_judged(self, limit: int = 60) -> list[date]:
        """The newest service days with stored runs or vehicle days, newest first."""
        every = union(*(select(table.c.day) for table in _JUDGED)).subquery()
        query = select(every.c.day).order_by(every.c.day.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [date.fromisoformat(day) for day in connection.scalars(query)]

    def vehicle_days(self, day: date) -> list[VehicleDay]:
        """The vehicle days of a service day, by vehicle."""
        c = vehicle_days.c
        query = select(c.document).where(c.day == day.isoformat()).order_by(c.vehicle)
        with self._engine.connect() as connection:
            return [_DAY.validate_json(text) for text in connection.scalars(query)]

    def changed_at_ms(self, day: date) -> int:
        """The last judgement of a day (epoch ms), 0 for none; callers compare it to decide whether to read again."""
        with self._engine.connect() as connection:
            return connection.scalar(_NEWEST, {"on": day.isoformat()}) or 0

    def changed_since(self, at_ms: int) -> dict[date, int]:
        """Days with a judgement after an instant (epoch ms), each with its newest judgement."""
        found: dict[date, int] = {}
        with self._engine.connect() as connection:
            for table in _JUDGED:
                c = table.c
                query = select(c.day, func.max(c.computed_ms)).where(c.computed_ms > at_ms).group_by(c.day)
                for day, newest in connection.execute(query):
                    of = date.fromisoformat(day)
                    found[of] = max(newest, found.get(of, 0))
        return found

    def override(self, given: Override, by: Principal = NOBODY) -> None:
        """Record a dispatcher's override; a later one for the same vehicle and time wins over it."""
        run = f"{given.day} {given.route} {given.number}"
        after = {
            "vehicle": given.vehicle,
            "since": given.since.isoformat(),
            "until": given.until.isoformat(),
            "typed_name": given.by,
            "note": given.note,
        }
        with writing(self._engine) as connection:
            connection.execute(run_overrides.insert().values(_said(_OVERRIDE, given, given.day, given.said_at)))
            note(connection, Act.RUN_OVERRIDDEN, run, by, given.said_at, after=after)

    def overrides(self, day: date) -> list[Override]:
        """The overrides of a service day, in order of entry."""
        return [_OVERRIDE.validate_json(text) for text in self._said_of(run_overrides, day)]

    def audits(self, day: date) -> list[Audit]:
        """The correction log of a service day, in order."""
        return [_AUDIT.validate_json(text) for text in self._said_of(run_audits, day)]

    def _said_of(self, table: Table, day: date) -> list[str]:
        query = select(table.c.document).where(table.c.day == day.isoformat()).order_by(table.c.id)
        with self._engine.connect() as connection:
            return list(connection.scalars(query))


def _document(kind: TypeAdapter[Any], value: Any) -> dict[str, object]:
    return {"computed_ms": to_ms(value.computed_at), "document": kind.dump_json(value).decode()}


def _said(kind: TypeAdapter[Any], value: Any, day: date, at: datetime) -> dict[str, object]:
    return {"day": day.isoformat(), "at_ms": to_ms(at), "document": kind.dump_json(value).decode()}
