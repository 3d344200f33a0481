"""Removes and rolls up rows older than their rule keeps, in transactions of at most STEP_ROWS rows, by one runner.

It finds rows before it takes the write lock and removes them by key, so that it holds the lock only for the removal.
The work of a killed run stays done; the next run finds the rest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Engine,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.sql.schema import Table

from domain.access.principal import CENTRE
from domain.audit import Act
from domain.instant import day_start, from_ms, service_day, to_ms
from domain.retention import RetentionRun
from store.audit import cut, note
from store.database import execute_many, insert, upsert, writing
from store.keeping.retention import DAY_MS
from store.keeping.roll_up import day_floor, oldest_from, superfluous, times
from store.keeping.rule import RollUp, Rule
from store.rows import instant_or_none
from store.tables.retention import leases, retention_runs

STEP_ROWS = 1_000
STEP_BYTES = 8 * 2**20
LEASE = timedelta(minutes=2)
_NAME = "retention"
# Columns read in addition to the keys.
_BESIDE_KEYS = ("rows", "kept_bytes", "until_ms")

Keys = list[dict[str, object]]


class LeaseLost(Exception):  # noqa: N818 - it names what happened, not a fault
    """Another process runs the retention now. Nothing of this step was done."""


@dataclass(slots=True)
class _Tally:
    """The counts of a run so far, as in its row."""

    at_ms: int
    removed_ever: int
    until_ms: int | None
    removed: int = 0
    bytes: int | None = None
    held_bytes: int | None = None
    early: bool = False


class Retainer:
    """Retention in SQL for the runner ``owner``; blocking, one call at a time.

    ``amounts`` are the (feed, measure) whose every value counts, so that none is rolled up.
    """

    def __init__(
        self,
        engine: Engine,
        owner: str,
        clock: Callable[[], datetime],
        amounts: frozenset[tuple[str, ...]] = frozenset(),
    ) -> None:
        self._engine = engine
        self._owner = owner
        self._clock = clock
        self._amounts = amounts

    def acquire(self) -> bool:
        """Become the only runner; False when another is, or was less than LEASE ago."""
        now_ms = to_ms(self._clock())
        statement = insert(self._engine.dialect.name, leases).values(
            name=_NAME, owner=self._owner, until_ms=now_ms + LEASE // timedelta(milliseconds=1)
        )
        new = statement.excluded
        free = or_(leases.c.owner == self._owner, leases.c.until_ms < now_ms)
        taking = statement.on_conflict_do_update(
            index_elements=["name"], set_={"owner": new.owner, "until_ms": new.until_ms}, where=free
        )
        with writing(self._engine) as connection:
            return connection.execute(taking.returning(leases.c.name)).first() is not None

    def release(self) -> None:
        """Release the lease if it is still ours."""
        with writing(self._engine) as connection:
            connection.execute(delete(leases).where(leases.c.name == _NAME, leases.c.owner == self._owner))

    def steps(self, rule: Rule | RollUp) -> Iterator[int]:
        """Apply ``rule`` as of now, in one small transaction per step; yields the number of rows removed.

        Raises LeaseLost when another runner took over.
        """
        now = self._clock()
        tally = self._begin(rule, now)
        if isinstance(rule, Rule) and rule.chained:
            yield from self._cuts(rule, now, tally)
            return
        parts = self._removals(rule, now, tally) if isinstance(rule, Rule) else self._roll_ups(rule, now, tally)
        for statement, keys, rows in parts:
            with writing(self._engine) as connection:
                self._renew(connection)
                execute_many(connection, statement, keys)
                tally.removed += rows
                tally.removed_ever += rows
                _note(connection, rule, tally)
                if isinstance(rule, Rule) and rule.forgets and tally.removed == rows:
                    older_than = (now - timedelta(days=rule.days)).isoformat()
                    note(connection, Act.DRIVERS_FORGOTTEN, rule.key, CENTRE, now, after={"older_than": older_than})
            yield rows
        with writing(self._engine) as connection:
            self._renew(connection)
            _note(connection, rule, tally)

    def failed(self, rule: Rule | RollUp, why: str) -> None:
        """Record that the newest run of ``rule`` failed; its earlier counts stay."""
        now = self._clock()
        with writing(self._engine) as connection:
            _note(connection, rule, self._begin(rule, now), why)

    def _begin(self, rule: Rule | RollUp, now: datetime) -> _Tally:
        c = retention_runs.c
        with self._engine.connect() as connection:
            known = connection.execute(select(c.removed_ever, c.until_ms).where(c.key == rule.key)).first()
        return _Tally(to_ms(now), known.removed_ever if known else 0, known.until_ms if known else None)

    def _renew(self, connection: Connection) -> None:
        until_ms = to_ms(self._clock() + LEASE)
        mine = (leases.c.name == _NAME, leases.c.owner == self._owner)
        if connection.execute(update(leases).where(*mine).values(until_ms=until_ms)).rowcount == 0:
            raise LeaseLost(f"retention: {self._owner} lost the lease")

    def _removals(self, rule: Rule, now: datetime, tally: _Tally) -> Iterator[tuple[Delete | Update, Keys, int]]:
        before = now - timedelta(days=rule.days)
        statement = _clearing(rule.table, rule.clears) if rule.clears else _removing(rule.table, _key(rule.table))
        for old in self._apart(rule, _older(rule, before)):
            for rows in self._portions(rule, old):
                tally.bytes = _freed(tally.bytes, rows)
                yield statement, [_old(row) for row in rows], len(rows)
        tally.until_ms = to_ms(before)
        if rule.limit_bytes is not None:
            yield from self._beyond(rule, rule.limit_bytes, statement, tally)

    def _cuts(self, rule: Rule, now: datetime, tally: _Tally) -> Iterator[int]:
        """Cut whole days off the beginning of the chain, so that at most a few entries a day tell a cut."""
        before = day_start(service_day(now - timedelta(days=rule.days)))
        rows = STEP_ROWS
        while rows == STEP_ROWS:
            with writing(self._engine) as connection:
                self._renew(connection)
                rows = cut(connection, before, now, STEP_ROWS)
                tally.removed += rows
                tally.removed_ever += rows
                tally.until_ms = to_ms(before)
                _note(connection, rule, tally)
            if rows:
                yield rows

    def _apart(self, rule: Rule, old: ColumnElement[bool]) -> Iterator[ColumnElement[bool]]:
        """The condition in a form that indexes can serve: one per value of ``apart``."""
        if not rule.apart:
            yield old
            return
        column, last = rule.table.c[rule.apart], None
        while True:
            query = select(func.min(column)) if last is None else select(func.min(column)).where(column > last)
            with self._engine.connect() as connection:
                last = connection.scalar(query)
            if last is None:
                return
            yield and_(column == last, old)

    def _portions(self, rule: Rule, old: ColumnElement[bool]) -> Iterator[list[Mapping[str, Any]]]:
        """Yields ``old`` rows in portions that one transaction may remove, until none is left."""
        query = select(*_selected(rule.table)).where(old).limit(STEP_ROWS)
        if "kept_bytes" in rule.table.c:
            query = query.order_by(rule.table.c[rule.time])
        while True:
            rows = _light(self._read(query))
            if not rows:
                return
            yield rows

    def _beyond(
        self, rule: Rule, limit: int, statement: Delete | Update, tally: _Tally
    ) -> Iterator[tuple[Delete | Update, Keys, int]]:
        """Yields the rows beyond the size limit, oldest first."""
        c = rule.table.c
        with self._engine.connect() as connection:
            held = int(connection.scalar(select(func.coalesce(func.sum(c.kept_bytes), 0))) or 0)
        while held > limit:
            rows, excess = [], held - limit
            for row in _light(self._read(select(*_selected(rule.table)).order_by(c[rule.time]).limit(STEP_ROWS))):
                if excess <= 0:
                    break
                rows.append(row)
                excess -= row["kept_bytes"]
            held -= sum(row["kept_bytes"] for row in rows)
            tally.early, tally.until_ms = True, rows[-1][rule.time]
            tally.bytes = _freed(tally.bytes, rows)
            yield statement, [_old(row) for row in rows], len(rows)
        tally.held_bytes = held

    def _roll_ups(self, rule: RollUp, now: datetime, tally: _Tally) -> Iterator[tuple[Delete, Keys, int]]:
        """Yields whole days, oldest first; the next run continues at ``tally.until_ms``, the end of this one."""
        end_ms = day_floor(to_ms(now) - rule.days * DAY_MS)
        for time, absent in times(rule):
            since_ms = tally.until_ms
            statement = _removing(rule.table, (*rule.series, time))
            while (oldest := self._first(oldest_from(rule, time, absent, since_ms))) is not None and oldest < end_ms:
                begin_ms = day_floor(oldest)
                since_ms = begin_ms + DAY_MS
                for by in self._read(select(*(rule.latest.c[name] for name in rule.by)).distinct()):
                    if tuple(by.values()) in self._amounts:
                        continue
                    found = self._read(superfluous(rule, by, time, absent, begin_ms, since_ms))
                    for instants in _chunks(found):
                        rows = sum(one["rows"] for one in instants)
                        yield statement, [_old(one) for one in instants], rows
        tally.until_ms = end_ms

    def _first(self, query: Select[Any]) -> int | None:
        with self._engine.connect() as connection:
            found: int | None = connection.scalar(query)
        return found

    def _read(self, query: Select[Any]) -> list[Mapping[str, Any]]:
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def retention_runs_of(engine: Engine, rules: Sequence[Rule | RollUp]) -> list[RetentionRun]:
    """The newest run of each rule, in their order; for a rule that never ran, only its declaration."""
    with engine.connect() as connection:
        known = {row["key"]: row for row in connection.execute(select(retention_runs)).mappings()}
    found = []
    for rule in rules:
        said: dict[str, Any] = {"key": rule.key, "names": rule.names, "rolls": isinstance(rule, RollUp)}
        row = known.get(rule.key)
        if row is None:
            found.append(RetentionRun(**said, days=rule.days))
            continue
        told: dict[str, Any] = {name: value for name, value in row.items() if name not in ("key", "at_ms", "until_ms")}
        at, until = from_ms(row["at_ms"]), instant_or_none(row["until_ms"])
        found.append(RetentionRun(**said, **told, at=at, until=until))
    return found


def _note(connection: Connection, rule: Rule | RollUp, tally: _Tally, problem: str = "") -> None:
    row: dict[str, object] = {
        "key": rule.key,
        "at_ms": tally.at_ms,
        "until_ms": tally.until_ms,
        "days": rule.days,
        "removed": tally.removed,
        "removed_ever": tally.removed_ever,
        "bytes": tally.bytes,
        "held_bytes": tally.held_bytes,
        "limit_bytes": rule.limit_bytes if isinstance(rule, Rule) else None,
        "early": tally.early,
        "problem": problem,
    }
    upsert(connection, retention_runs, [row])


def _older(rule: Rule, before: datetime) -> ColumnElement[bool]:
    column = rule.table.c[rule.time]
    if not rule.time.endswith("_ms"):
        return and_(column != "", column < service_day(before).isoformat())
    old = column < to_ms(before)
    return and_(rule.table.c[rule.clears].is_not(None), old) if rule.clears else old


def _key(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def _selected(table: Table) -> list[ColumnElement[Any]]:
    weighed = ("kept_bytes", "until_ms") if "kept_bytes" in table.c else ()
    return [table.c[name] for name in (*_key(table), *weighed)]


def _light(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first rows up to STEP_BYTES, at least one; all rows when their size is unknown."""
    total = 0
    for count, row in enumerate(rows):
        total += row.get("kept_bytes", 0)
        if total > STEP_BYTES and count:
            return rows[:count]
    return rows


def _freed(known: int | None, rows: list[Mapping[str, Any]]) -> int | None:
    return (known or 0) + sum(row["kept_bytes"] for row in rows) if "kept_bytes" in rows[0] else known


def _old(row: Mapping[str, Any]) -> dict[str, object]:
    return {f"old_{name}": value for name, value in row.items() if name not in _BESIDE_KEYS}


@cache
def _removing(table: Table, key: tuple[str, ...]) -> Delete:
    return delete(table).where(*(table.c[name] == bindparam(f"old_{name}") for name in key))


@cache
def _clearing(table: Table, column: str) -> Update:
    same = (table.c[name] == bindparam(f"old_{name}") for name in _key(table))
    return update(table).where(*same).values({column: null()})


def _chunks(found: list[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Yields groups of instants with at most STEP_ROWS rows together, but at least one instant."""
    chunk: list[Mapping[str, Any]] = []
    rows = 0
    for one in found:
        if chunk and rows + one["rows"] > STEP_ROWS:
            yield chunk
            chunk, rows = [], 0
        chunk.append(one)
        rows += one["rows"]
    if chunk:
        yield chunk
