"""Stores KPI results and status events: each KPI's newest document, and a history that answers "as it was"."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    and_,
    bindparam,
    cast,
    delete,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.sql.expression import ColumnCollection

from domain.instant import from_ms, to_ms
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import KpiResult
from domain.kpis.result_columns import ResultColumns, from_document
from domain.places.place import IN_FORCE
from domain.subject import SubjectKind
from store import rows
from store.database import execute_many, insert, insert_new, upsert, writing
from store.tables.results import evaluations, kpi_latest, kpi_results, kpi_series, late_days, status_events

_SERIES = ("key", "territory", "subject_kind", "subject")
_EVERY_KPI = "kpis"
# The index has the kind before the subject: without a kind, a series is found by reading those of all subjects.
_KINDS = tuple(kind.value for kind in SubjectKind)

Columns = ColumnCollection[str, Any]
_NEXT_TICK = (
    update(evaluations)
    .where(evaluations.c.name == _EVERY_KPI, evaluations.c.tick == bindparam("known"))
    .values(tick=bindparam("next"), at_ms=bindparam("now_ms"))
)


class LostTurn(Exception):  # noqa: N818 - it names the condition the evaluator reacts to
    """Another evaluator stored results since. Nothing of this tick was written; start again from the database."""


class Results:
    """Results and events in SQL; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # The columns of each document and the text they were read from, by KPI, territory and kind of subject.
        self._kept: dict[tuple[str, str, str], tuple[str, ResultColumns]] = {}

    def last_tick(self) -> int:
        """The number of the last stored tick, 0 before the first."""
        with writing(self._engine) as connection:
            first = insert(connection.dialect.name, evaluations).values(name=_EVERY_KPI, tick=0, at_ms=0)
            connection.execute(first.on_conflict_do_nothing())
            return int(connection.scalar(select(evaluations.c.tick)) or 0)

    def evaluated_at(self) -> datetime | None:
        """When the last tick was stored; None before the first."""
        with self._engine.connect() as connection:
            at_ms = connection.scalar(select(evaluations.c.at_ms).where(evaluations.c.name == _EVERY_KPI))
        return from_ms(at_ms) if at_ms else None

    def keep(
        self,
        tick: int,
        at: datetime,
        newest: Iterable[ResultColumns],
        *,
        events: Sequence[StatusEvent] = (),
        history: Iterable[KpiResult] = (),
        territory: str = IN_FORCE,
    ) -> None:
        """Store the tick after ``tick`` in one transaction; raises LostTurn when ``tick`` is not the last one.

        ``newest`` replaces the whole documents of its KPIs; ``history`` holds the results that changed status.
        """
        with writing(self._engine) as connection:
            turn = {"known": tick, "next": tick + 1, "now_ms": to_ms(at)}
            if connection.execute(_NEXT_TICK, turn).rowcount == 0:
                raise LostTurn(f"tick {tick} is no longer the last")
            upsert(connection, kpi_latest, [_latest_row(columns) for columns in newest])
            _into_history(connection, history, territory)
            execute_many(connection, status_events.insert(), [
                rows.event_row(event) | {"territory": territory} for event in events
            ])  # fmt: skip

    def add_history(self, results: Iterable[KpiResult], territory: str = IN_FORCE) -> None:
        """Add results to the history only, in one transaction; existing ones are not duplicated."""
        with writing(self._engine) as connection:
            _into_history(connection, results, territory)

    def late_days(self) -> list[tuple[str, date, int]]:
        """Past days that wait for evaluation, newest first: (feed, day, the last batch that wrote to it)."""
        with self._engine.connect() as connection:
            found = connection.execute(select(late_days).order_by(late_days.c.day.desc(), late_days.c.feed)).all()
        return [(row.feed, date.fromisoformat(row.day), row.batch) for row in found]

    def add_past_day(self, feed: str, day: date, batch: int, results: Iterable[KpiResult]) -> None:
        """Store the results of a late day and remove it from the queue, unless a later batch wrote to it."""
        c = late_days.c
        with writing(self._engine) as connection:
            _into_history(connection, results, IN_FORCE)
            connection.execute(delete(late_days).where(c.feed == feed, c.day == day.isoformat(), c.batch <= batch))

    def documents(self, territory: str = IN_FORCE, *, key: str | None = None) -> list[ResultColumns]:
        """Newest results of every KPI (or of one), as columns.

        Most KPIs did not change since the last call: their columns, and the rows made of them, are the same objects.
        """
        c = kpi_latest.c
        query = select(c.key, c.subject_kind, c.document).where(c.territory == territory)
        query = query.order_by(c.key, c.subject_kind)
        if key is not None:
            query = query.where(c.key == key)
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
        return [self._read(name, territory, kind, text) for name, kind, text in found]

    def _read(self, key: str, territory: str, kind: str, text: str) -> ResultColumns:
        known = self._kept.get((key, territory, kind))
        if known is None or known[0] != text:
            known = self._kept[key, territory, kind] = text, from_document(orjson.loads(text))
        return known[1]

    def latest(self, territory: str = IN_FORCE) -> list[KpiResult]:
        """Newest result of every KPI and subject of ``territory``."""
        return [result for columns in self.documents(territory) for result in columns.results()]

    def series(
        self, key: str, territory: str, place: str, *, since: datetime, until: datetime, limit: int = 1000
    ) -> list[KpiResult]:
        """History of one series with since <= as_of < until, oldest first; per as_of the last result.

        Returns the newest ``limit``. The history has one result per minute and every change of status; the newest
        result is included before it reaches the history.
        """
        c, same = kpi_results.c, kpi_results.alias("same").c
        # Not "none computed later": SQLite would look through the whole rest of the series for each row.
        last_ms = select(func.max(same.computed_ms)).where(_same_series(same, c), same.as_of_ms == c.as_of_ms)
        query = (
            select(kpi_results)
            .where(c.key == key, c.territory == territory, c.subject_kind.in_(_KINDS), c.subject == place)
            .where(c.as_of_ms >= to_ms(since), c.as_of_ms < to_ms(until), c.computed_ms == last_ms.scalar_subquery())
            .order_by(c.as_of_ms.desc())
            .limit(limit)
        )
        return self._with_newest(self._results(query)[::-1], key, territory, place, since, until)[-limit:]

    def course(
        self, key: str, territory: str, place: str, *, since: datetime, until: datetime, spans: int
    ) -> list[KpiResult]:
        """The `series`, thinned to the last result of each of ``spans`` equal spans of [since, until) that has one.

        One index seek a span and kind of subject, however much history there is.
        """
        begin_ms, end_ms = to_ms(since), to_ms(until)
        series = {"key": key, "territory": territory, "subject": place}
        recorded = self._results(_course_query(), **series, begin_ms=begin_ms, end_ms=end_ms, spans=spans)
        found = self._with_newest(recorded, key, territory, place, since, until)
        by_span = {(to_ms(r.as_of) - begin_ms) * spans // (end_ms - begin_ms): r for r in found if r.as_of is not None}
        return list(by_span.values())

    def at(
        self, instant: datetime, *, key: str | None = None, place: str | None = None, territory: str = IN_FORCE
    ) -> list[KpiResult]:
        """Every series as it was: its newest result with as_of <= ``instant``, at a resolution of one minute.

        Of several results with the same as_of, the last one computed by ``instant`` counts; when all were computed
        later (a late upload), the first one. A result made of several figures (``asked``) looks back, so the last one
        computed by then counts. A series without a result by then is absent. Costs one index seek per series.
        """
        recorded = {(r.key, r.of): r for r in self._recorded_at(instant, key, place, territory)}
        for columns in self.documents(territory, key=key):
            for newest in columns.results() if place is None else filter(None, [columns.result(place)]):
                if newest.as_of is None or newest.as_of > instant or (newest.asked and newest.computed_at > instant):
                    continue
                known = recorded.get((newest.key, newest.of))
                if known is None or _told_later(newest, known, instant):
                    recorded[newest.key, newest.of] = newest
        return [recorded[series] for series in sorted(recorded, key=lambda s: (s[0], s[1].code))]

    def events(self, limit: int = 200, territory: str = IN_FORCE) -> list[StatusEvent]:
        """The newest status events, newest first."""
        c = status_events.c
        query = select(status_events).where(c.territory == territory).order_by(c.at_ms.desc(), c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [rows.event_of(row) for row in connection.execute(query).mappings()]

    def _with_newest(
        self, history: Sequence[KpiResult], key: str, territory: str, place: str, since: datetime, until: datetime
    ) -> list[KpiResult]:
        """``history`` of one series, oldest first, with its newest result if that has not reached the history yet."""
        found = {result.as_of: result for result in history}
        for columns in self.documents(territory, key=key):
            newest = columns.result(place)
            if newest is None or newest.as_of is None or not since <= newest.as_of < until:
                continue
            known = found.get(newest.as_of)
            if known is None or known.computed_at < newest.computed_at:
                found[newest.as_of] = newest
        return sorted(found.values(), key=lambda r: (r.as_of is not None, r.as_of))

    def _recorded_at(self, instant: datetime, key: str | None, place: str | None, territory: str) -> list[KpiResult]:
        chosen = {name: given for name, given in (("key", key), ("subject", place)) if given is not None}
        wanted, inner, instant_ms = kpi_series.c, kpi_results.alias("inner_results").c, to_ms(instant)
        known = or_(inner.asked == 0, inner.computed_ms <= instant_ms)
        as_of_ms = select(func.max(inner.as_of_ms)).where(
            _same_series(inner, wanted), inner.as_of_ms <= instant_ms, known
        )
        seen = (
            select(*(wanted[name] for name in _SERIES), as_of_ms.scalar_subquery().label("as_of_ms"))
            .where(wanted.territory == territory, *(wanted[name] == given for name, given in chosen.items()))
            .cte("seen")
            .prefix_with("MATERIALIZED")
        )
        about = and_(_same_series(inner, seen.c), inner.as_of_ms == seen.c.as_of_ms)
        by_then = select(func.max(inner.computed_ms)).where(about, inner.computed_ms <= instant_ms)
        first_later = select(func.min(inner.computed_ms)).where(about)
        computed_ms = func.coalesce(by_then.scalar_subquery(), first_later.scalar_subquery())
        c = kpi_results.c
        found = and_(_same_series(c, seen.c), c.computed_ms == computed_ms)
        return self._results(select(kpi_results).join_from(seen, kpi_results, onclause=found))

    def _results(self, query: Select[Any], **given: object) -> list[KpiResult]:
        with self._engine.connect() as connection:
            return [rows.result_of(row) for row in connection.execute(query, given).mappings()]


@cache
def _course_query() -> Select[Any]:
    """The query of `Results.course`, made once: SQLAlchemy compiles VALUES with data anew for every sparkline."""
    key, territory, subject = (bindparam(name, type_=String) for name in ("key", "territory", "subject"))
    begin_ms, end_ms, spans = (bindparam(name, type_=BigInteger) for name in ("begin_ms", "end_ms", "spans"))
    first = select(cast(0, BigInteger).label("number")).cte("numbers", recursive=True)
    number = first.union_all(select(first.c.number + 1).where(first.c.number + 1 < spans))
    kind = union_all(*(select(literal_column(f"'{one}'", String).label("kind")) for one in _KINDS)).cte("kinds")
    c, inner = kpi_results.c, kpi_results.alias("inner_results").c

    def of_series(columns: Columns, subject_kind: ColumnElement[str]) -> ColumnElement[bool]:
        given = (columns.key == key, columns.territory == territory, columns.subject == subject)
        return and_(*given, columns.subject_kind == subject_kind)

    def edge_ms(at: ColumnElement[int]) -> ColumnElement[int]:
        return begin_ms + (end_ms - begin_ms) * at // spans

    in_part = and_(inner.as_of_ms >= edge_ms(number.c.number), inner.as_of_ms < edge_ms(number.c.number + 1))
    last_ms = select(func.max(inner.as_of_ms)).where(of_series(inner, kind.c.kind), in_part).scalar_subquery()
    every = number.join(kind, true())
    seen = select(kind.c.kind, last_ms.label("as_of_ms")).select_from(every).cte("seen").prefix_with("MATERIALIZED")
    told = and_(of_series(inner, seen.c.kind), inner.as_of_ms == seen.c.as_of_ms)
    computed_ms = select(func.max(inner.computed_ms)).where(told).scalar_subquery()
    on = and_(of_series(c, seen.c.kind), c.computed_ms == computed_ms)
    return select(kpi_results).join_from(seen, kpi_results, onclause=on).order_by(c.as_of_ms)


def _told_later(newest: KpiResult, known: KpiResult, instant: datetime) -> bool:
    """Whether ``newest``, which may not be in the history yet, replaces ``known`` as the result at ``instant``.

    The as_of of both is at or before ``instant``.
    """
    assert newest.as_of is not None
    assert known.as_of is not None
    if newest.as_of != known.as_of:
        return newest.as_of > known.as_of
    return known.computed_at < newest.computed_at <= instant


def _into_history(connection: Connection, results: Iterable[KpiResult], territory: str) -> None:
    given = [rows.result_row(result, territory) for result in results]
    upsert(connection, kpi_results, given)
    insert_new(connection, kpi_series, [{name: row[name] for name in _SERIES} for row in given])


def _latest_row(columns: ResultColumns) -> dict[str, object]:
    return {
        "key": columns.key,
        "territory": columns.territory,
        "subject_kind": columns.kind.value,
        "document": columns.text().decode(),
    }


def _same_series(left: Columns, right: Columns) -> ColumnElement[bool]:
    return and_(*(left[name] == right[name] for name in _SERIES))
