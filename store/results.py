"""KPI results and status events: the newest of each series, and a history that answers "as it was"."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, bindparam, delete, exists, func, select
from sqlalchemy.sql.expression import ColumnCollection

from domain.health import StatusEvent
from domain.instant import from_ms, to_ms
from domain.kpi import KpiResult, Status
from domain.place import IN_FORCE
from store import rows
from store.database import execute_many, upsert, writing
from store.records import KeptState
from store.tables import kpi_latest, kpi_results, status_events

# A result may change every second; the history keeps the newest of each minute, and every change of status.
_GRAIN_MS = 60_000
_SERIES = ("key", "territory", "place")
_REPLACE = delete(kpi_results).where(
    *(kpi_results.c[name] == bindparam(f"old_{name}") for name in (*_SERIES, "computed_ms"))
)

Series = tuple[str, str, str]
Pending = tuple[str | None, int | None]
Columns = ColumnCollection[str, Any]


class StatusMachine(Protocol):
    """What of a status machine's state is not in its result (kpi's State has it)."""

    @property
    def pending(self) -> Status | None:
        """The level waiting to come into force or to come back to."""

    @property
    def pending_since(self) -> datetime | None:
        """Since when it waits."""


class Results:
    """Results and events in SQL; one instance serves any number of threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self,
        results: Iterable[KpiResult],
        *,
        states: Mapping[tuple[str, str], StatusMachine] | None = None,
        events: Sequence[StatusEvent] = (),
    ) -> list[KpiResult]:
        """Keep what changed (value, status, n of N or as_of) with its events, in one transaction; returns the changed.

        The history keeps the newest result of each minute and every change of status (decision 0007). ``states`` by
        (key, place). A result computed for an earlier instant than the newest one (a backfilled day)
        goes into the history alone and never moves the newest value backwards.
        """
        given = list(results)
        writes = _Writes()
        with writing(self._engine) as connection:
            known = _known(connection, {result.key for result in given})
            changed = [result for result in given if _plan(writes, result, known, states or {})]
            writes.run(connection)
            if events:
                connection.execute(status_events.insert(), [rows.event_row(event) for event in events])
        return changed

    def latest(self, territory: str = IN_FORCE) -> list[KpiResult]:
        """Newest result of every KPI and place of ``territory``."""
        query = (
            select(kpi_latest).where(kpi_latest.c.territory == territory).order_by(kpi_latest.c.key, kpi_latest.c.place)
        )
        return self._results(query)

    def states(self, keys: Iterable[str], territory: str = IN_FORCE) -> dict[tuple[str, str], KeptState]:
        """Where the status machines of these KPIs stood, by (key, place)."""
        c = kpi_latest.c
        query = select(c.key, c.place, c.status, c.since_ms, c.pending_status, c.pending_since_ms)
        with self._engine.connect() as connection:
            found = connection.execute(query.where(c.key.in_(list(keys)), c.territory == territory)).all()
        return {
            (row.key, row.place): KeptState(
                status=Status(row.status),
                since=from_ms(row.since_ms),
                pending=None if row.pending_status is None else Status(row.pending_status),
                pending_since=rows.instant_or_none(row.pending_since_ms),
            )
            for row in found
        }

    def series(
        self, key: str, territory: str, place: str, *, since: datetime, until: datetime, limit: int = 1000
    ) -> list[KpiResult]:
        """History of one series with since <= as_of < until, oldest first: per as_of the last result about it.

        When there are more than ``limit``, the newest are returned. A minute holds at most one (see `record`).
        """
        c, later = kpi_results.c, kpi_results.alias("later")
        superseded = exists().where(
            _same_series(later.c, c), later.c.as_of_ms == c.as_of_ms, later.c.computed_ms > c.computed_ms
        )
        query = (
            select(kpi_results)
            .where(c.key == key, c.territory == territory, c.place == place)
            .where(c.as_of_ms >= to_ms(since), c.as_of_ms < to_ms(until), ~superseded)
            .order_by(c.as_of_ms.desc())
            .limit(limit)
        )
        return self._results(query)[::-1]

    def at(
        self, instant: datetime, *, key: str | None = None, place: str | None = None, territory: str = IN_FORCE
    ) -> list[KpiResult]:
        """Every series as it was: its newest result with as_of <= ``instant``, to the minute.

        Of several results about the same as_of, the last one computed by ``instant`` counts; when all were computed
        later (a late upload), the first of them. Series without a result by then are absent. One seek a series.
        """
        chosen = {name: given for name, given in (("key", key), ("place", place)) if given is not None}
        wanted, inner, instant_ms = kpi_latest.c, kpi_results.alias("inner_results").c, to_ms(instant)
        as_of_ms = select(func.max(inner.as_of_ms)).where(_same_series(inner, wanted), inner.as_of_ms <= instant_ms)
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
        query = select(kpi_results).join_from(seen, kpi_results, onclause=found).order_by(c.key, c.place)
        return self._results(query)

    def events(self, limit: int = 200, territory: str = IN_FORCE) -> list[StatusEvent]:
        """Newest status events, newest first."""
        c = status_events.c
        query = select(status_events).where(c.territory == territory).order_by(c.at_ms.desc(), c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [rows.event_of(row) for row in connection.execute(query).mappings()]

    def _results(self, query: Select[Any]) -> list[KpiResult]:
        with self._engine.connect() as connection:
            return [rows.result_of(row) for row in connection.execute(query).mappings()]


class _Writes:
    """What one call of `Results.record` is going to do, as rows for three statements."""

    def __init__(self) -> None:
        self.latest: list[dict[str, object]] = []
        self.history: list[dict[str, object]] = []
        self.replaced: list[dict[str, object]] = []

    def run(self, connection: Connection) -> None:
        execute_many(connection, _REPLACE, self.replaced)
        upsert(connection, kpi_results, self.history)
        upsert(connection, kpi_latest, self.latest)


class _Known(NamedTuple):
    """What the database says about one series: its newest result, and which row of the history that is."""

    computed_ms: int
    recorded_ms: int
    pending: Pending
    says: tuple[object, ...]

    @property
    def status(self) -> object:
        """Its status, as stored."""
        return self.says[1]


def _plan(
    writes: _Writes,
    result: KpiResult,
    known: Mapping[Series, _Known],
    states: Mapping[tuple[str, str], StatusMachine],
) -> bool:
    """Note what has to be written for ``result``; True when it says something new."""
    old = known.get((result.key, result.territory, result.place))
    computed_ms, says, pending = to_ms(result.computed_at), _says(result), _pending(states, result)
    if old is not None and computed_ms < old.computed_ms:
        writes.history.append(rows.result_row(result))
        return True
    if old is not None and says == old.says:
        if pending != old.pending:
            writes.latest.append(_latest_row(rows.result_row(result), pending, old.recorded_ms))
        return False
    row = rows.result_row(result)
    if old is not None and old.status == row["status"] and old.recorded_ms // _GRAIN_MS == computed_ms // _GRAIN_MS:
        gone = {f"old_{name}": row[name] for name in _SERIES}
        writes.replaced.append(gone | {"old_computed_ms": old.recorded_ms})
    writes.history.append(row)
    writes.latest.append(_latest_row(row, pending, computed_ms))
    return True


def _latest_row(row: dict[str, object], pending: Pending, recorded_ms: int) -> dict[str, object]:
    return row | {"pending_status": pending[0], "pending_since_ms": pending[1], "recorded_ms": recorded_ms}


def _known(connection: Connection, keys: Iterable[str]) -> dict[Series, _Known]:
    c = kpi_latest.c
    says = (c.value, c.status, c.reporting, c.expected, c.as_of_ms)
    query = select(
        c.key, c.territory, c.place, c.computed_ms, c.recorded_ms, c.pending_status, c.pending_since_ms, *says
    ).where(c.key.in_(list(keys)))
    return {
        (row[0], row[1], row[2]): _Known(row[3], row[4], (row[5], row[6]), tuple(row[7:]))
        for row in connection.execute(query).all()
    }


def _says(result: KpiResult) -> tuple[object, ...]:
    """What makes a result worth keeping; in the order in which `_known` reads it back."""
    as_of_ms = None if result.as_of is None else to_ms(result.as_of)
    return (result.value, result.status.value, result.reporting, result.expected, as_of_ms)


def _pending(states: Mapping[tuple[str, str], StatusMachine], result: KpiResult) -> Pending:
    state = states.get((result.key, result.place))
    if state is None:
        return None, None
    return (
        None if state.pending is None else state.pending.value,
        None if state.pending_since is None else to_ms(state.pending_since),
    )


def _same_series(left: Columns, right: Columns) -> ColumnElement[bool]:
    return and_(*(left[name] == right[name] for name in _SERIES))
