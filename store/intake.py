"""The collector's single transaction, and the state it reads when it takes over a feed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Select,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.expression import ColumnCollection

from domain.case import CaseEvent
from domain.feeds.part import Part
from domain.fleets.fleet import WAITING
from domain.fleets.tracker_day import TrackerDay
from domain.instant import day_start, from_ms, service_day, to_ms
from domain.observation import Fix, Observation, standing
from store import rows
from store.cases import write_events
from store.database import Insert, execute_many, execute_rows, insert, insert_new_rows, upsert, upsert_rows, writing
from store.keeping.raw_archive import RawBatch, archive
from store.keeping.rereads import Reread, settle
from store.keeping.rereads import count as count_reread
from store.records import FeedCounts, LatestFix, RejectedItem
from store.revisions import Identity, Statement, identity, statements, write_observations
from store.tables.feeds import feed_cursors, feed_state, rejections
from store.tables.fleet import devices, fixes, fixes_latest
from store.tables.fleet import tracker_days as days_table
from store.tables.observations import observations, observations_latest
from store.tables.results import late_days
from store.waiting import write_waiting

FIRST_CURSOR = "0-0"
KEPT_REJECTIONS = 100_000
_LOOKUP_CHUNK = 200
_COUNTERS = ("accepted", "duplicates", "rejected", "late", "corrected")

_SERIES = ("feed", "measure", "subject_kind", "subject", "territory", "source", "span")

FixKey = tuple[str, int, float, float]
Columns = ColumnCollection[str, Any]


class LostLease(Exception):  # noqa: N818 - it names the condition the collector reacts to
    """Another collector moved the feed's cursor. Nothing of this batch was written; acquire the lease again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The decoded and judged content of one read of the stream. The store recognises and counts repeats in it.

    ``fixes`` are accepted, ``quarantined`` are suspects (stored, but not counted until decided), ``released`` are
    earlier suspects now accepted. A suspect found wrong is one of the ``rejections``. ``latest`` and ``days`` replace
    the stored rows of their devices (and days). ``clock_offsets`` are minutes by device; None clears. ``late`` counts
    fixes older than the newest known one; ``older`` are the identities of such observations, which count as late unless
    they are repeats. ``raw`` is the packed source. ``again`` lists the stream entries that the re-reading ``reread``
    took from the archive. Then known items do not count as duplicates (``repeats`` of them were left out), and
    ``rejections`` replace those of the same entries, except the items (entry, number) that another part reads
    (``elsewhere``); ``copies`` of the entries are counted there. ``waiting`` are fixes of devices that stand for no
    vehicle, each with its sender.
    """

    observations: Sequence[Observation] = ()
    cases: Sequence[CaseEvent] = ()
    fixes: Sequence[Fix] = ()
    quarantined: Sequence[Fix] = ()
    released: Sequence[Fix] = ()
    rejections: Sequence[RejectedItem] = ()
    latest: Sequence[LatestFix] = ()
    days: Sequence[TrackerDay] = ()
    clock_offsets: Mapping[str, int | None] = field(default_factory=dict)
    late: int = 0
    older: Set[Identity] = frozenset()
    raw: RawBatch | None = None
    reread: str = ""
    again: Sequence[str] = ()
    repeats: int = 0
    elsewhere: Set[tuple[str, int]] = frozenset()
    copies: int = 0
    today: date | None = None
    vehicle_days: Set[date] = frozenset()
    waiting: Sequence[tuple[str, Fix]] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of a stored batch: new items, repeats of stored ones, rejections.

    ``corrected`` counts new items that correct a stored one. ``observations`` are the new observations with the
    revision numbers that the store gave; ``standing`` are those of them that are now current.
    """

    accepted: int
    duplicates: int
    rejected: int
    corrected: int = 0
    observations: tuple[Observation, ...] = field(default=(), compare=False)
    standing: tuple[Observation, ...] = field(default=(), compare=False)


def fix_key(fix: Fix) -> FixKey:
    """Identity of a fix: (device, at in epoch ms, latitude, longitude)."""
    return (fix.device, to_ms(fix.at), fix.latitude, fix.longitude)


class IntakeStore:
    """The collector's SQL; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def cursor(self, part: Part) -> str:
        """The stream id up to which ``part`` is in the database; "0-0" before the first batch.

        It also switches the feed to this number of parts: a collector with another number can no longer write.
        """
        state, c = feed_state.c, feed_cursors.c
        here = (c.feed == part.feed, c.parts == part.of, c.part == part.number)
        with writing(self._engine) as connection:
            dialect = connection.dialect.name
            row = insert(dialect, feed_state).values(feed=part.feed, parts=part.of)
            connection.execute(row.on_conflict_do_nothing())
            divided = update(feed_state).where(state.feed == part.feed, state.parts != part.of)
            connection.execute(divided.values(parts=part.of))
            given = {"feed": part.feed, "parts": part.of, "part": part.number, "last_stream_id": FIRST_CURSOR}
            connection.execute(insert(dialect, feed_cursors).values(given).on_conflict_do_nothing())
            found = connection.scalar(select(c.last_stream_id).where(*here))
        return str(found)

    def write(self, part: Part, *, expected_cursor: str, cursor: str, batch: Batch) -> Outcome:
        """Store ``batch`` and move the part's cursor from ``expected_cursor`` to ``cursor``, all or nothing.

        Raises LostLease when another collector moved the cursor, or the feed's number of parts changed.
        """
        feed = part.feed
        with writing(self._engine) as connection:
            _move_cursor(connection, part, expected_cursor, cursor)
            fixes_told = _write_fixes(connection, batch)
            # From here on other parts of the feed wait, so that batch numbers follow the order of commits.
            number = _next_batch(connection, part)
            outcome = _write_items(connection, batch, number, *fixes_told)
            if batch.reread:
                outcome = _settle_again(connection, feed, batch, outcome)
            else:
                _write_rejections(connection, batch.rejections)
                if batch.raw is not None:
                    archive(connection, batch.raw)
            upsert_rows(connection, fixes_latest, [(*rows.latest_row(latest), number) for latest in batch.latest])
            upsert_rows(connection, days_table, [(*rows.day_row(day, feed), number) for day in batch.days])
            _write_devices(connection, batch)
            write_waiting(connection, batch.waiting)
            outcome = replace(outcome, accepted=outcome.accepted + (len(batch.waiting) if feed == WAITING else 0))
            _count(connection, feed, batch, outcome)
            _note_late_days(connection, feed, number, batch, outcome)
        return outcome

    def known_fixes(self, keys: Iterable[FixKey]) -> set[FixKey]:
        """Which of ``keys`` are already stored, including quarantined fixes."""
        wanted, known, c = set(keys), set[FixKey](), fixes.c
        at_ms: dict[str, list[int]] = defaultdict(list)
        for device, instant_ms, _, _ in sorted(wanted):
            at_ms[device].append(instant_ms)
        query = select(c.device, c.at_ms, c.latitude, c.longitude)
        with self._engine.connect() as connection:
            # SQLite reads the whole table for a list of whole keys, not for a list of one device's instants.
            for device, of in at_ms.items():
                for start in range(0, len(of), _LOOKUP_CHUNK):
                    there = query.where(c.device == device, c.at_ms.in_(of[start : start + _LOOKUP_CHUNK]))
                    known.update((row[0], row[1], row[2], row[3]) for row in connection.execute(there))
        return known & wanted

    def said_before(self, given: Iterable[Observation]) -> set[Statement]:
        """All stored revisions with the identities of ``given``, including corrected ones."""
        with self._engine.connect() as connection:
            return statements(connection, map(identity, given))

    def latest_fixes(self, feed: str, devices: Iterable[str]) -> dict[str, LatestFix]:
        """Newest accepted fix by device of ``feed``; devices without one are absent."""
        c = fixes_latest.c
        query = select(fixes_latest).where(c.feed == feed)
        return {str(row["device"]): rows.latest_of(row) for row in self._of_devices(query, c.device, devices)}

    def tracker_days(self, feed: str, day: date, devices: Iterable[str]) -> dict[str, TrackerDay]:
        """The counts of ``devices`` on ``day`` in ``feed``, by device; devices without data are absent."""
        c = days_table.c
        query = select(days_table).where(c.day == day.isoformat(), c.feed == feed)
        return {str(row["device"]): rows.day_of(row) for row in self._of_devices(query, c.device, devices)}

    def _of_devices(self, query: Select[Any], device: ColumnElement[str], devices: Iterable[str]) -> list[RowMapping]:
        """Rows of the named devices only: anybody may send under any name, so the number of all rows has no bound."""
        wanted = sorted(devices)
        with self._engine.connect() as connection:
            return [
                row
                for start in range(0, len(wanted), _LOOKUP_CHUNK)
                for row in connection.execute(query.where(device.in_(wanted[start : start + _LOOKUP_CHUNK]))).mappings()
            ]

    def times_around(self, feed: str, device: str, day: date, first_ms: int, last_ms: int) -> list[int]:
        """Epoch ms of counted fixes of a day, ascending: the one before ``first_ms`` to the one after ``last_ms``."""
        c = fixes.c
        counted = select(c.at_ms).where(c.device == device, c.feed == feed, c.valid, c.quarantined.is_(False))
        since_ms, until_ms = to_ms(day_start(day)), to_ms(day_start(day + timedelta(days=1)))
        before = counted.where(c.at_ms >= since_ms, c.at_ms < first_ms).order_by(c.at_ms.desc()).limit(1)
        within = counted.where(c.at_ms >= first_ms, c.at_ms <= last_ms)
        after = counted.where(c.at_ms > last_ms, c.at_ms < until_ms).order_by(c.at_ms).limit(1)
        with self._engine.connect() as connection:
            return sorted(at_ms for query in (before, within, after) for at_ms in connection.scalars(query))

    def latest_observations(self, feed: str) -> list[Observation]:
        """Newest observation of every series of ``feed``: one per (measure, subject, source, span)."""
        with self._engine.connect() as connection:
            query = select(observations_latest).where(observations_latest.c.feed == feed)
            return [rows.observation_of(row) for row in connection.execute(query).mappings()]

    def observations_between(self, feed: str, measure: str, since: datetime, until: datetime) -> list[Observation]:
        """Observations of one measure with since <= at < until in their last revision, oldest first."""
        o = observations.c
        query = (
            select(observations)
            .where(o.feed == feed, o.measure == measure, o.at_ms >= to_ms(since), o.at_ms < to_ms(until))
            .order_by(o.at_ms, o.period, o.revision)
        )
        with self._engine.connect() as connection:
            found = [rows.observation_of(row) for row in connection.execute(query).mappings()]
        return list({identity(item): item for item in found}.values())

    def observations_as_of(self, feed: str, instant: datetime, *, known: datetime | None = None) -> list[Observation]:
        """Newest observation of every series of ``feed`` with at <= ``instant``, received by ``known`` (None: ever).

        Costs one index seek per series.
        """
        series, inner, o = observations_latest.c, observations.alias("inner_observations").c, observations.c
        received = true() if known is None else inner.received_ms <= to_ms(known)
        before = and_(_same_series(inner, series), inner.at_ms <= to_ms(instant), received)
        at_ms = select(func.max(inner.at_ms)).where(before)
        seen = (
            select(*(series[name] for name in _SERIES), at_ms.scalar_subquery().label("at_ms"))
            .where(series.feed == feed)
            .cte("seen")
            .prefix_with("MATERIALIZED")
        )
        about = and_(_same_series(inner, seen.c), inner.at_ms == seen.c.at_ms, received)
        period = select(func.max(inner.period)).where(about).scalar_subquery()
        revision = select(func.max(inner.revision)).where(about, inner.period == o.period).scalar_subquery()
        of_series = and_(_same_series(o, seen.c), o.at_ms == seen.c.at_ms)
        found = and_(of_series, o.period == period, o.revision == revision)
        with self._engine.connect() as connection:
            query = select(observations).join_from(seen, observations, onclause=found)
            return [rows.observation_of(row) for row in connection.execute(query).mappings()]


def _same_series(left: Columns, right: Columns) -> ColumnElement[bool]:
    return and_(*(left[name] == right[name] for name in _SERIES))


def _move_cursor(connection: Connection, part: Part, expected: str, cursor: str) -> None:
    here = {"of": part.feed, "divided": part.of, "number": part.number}
    if connection.execute(_moved(), here | {"expected": expected, "cursor": cursor}).rowcount == 0:
        raise LostLease(f"{part}: cursor is no longer {expected}")


def _next_batch(connection: Connection, part: Part) -> int:
    """The next batch number of the feed."""
    number = connection.scalar(_next(), {"of": part.feed, "divided": part.of})
    if number is None:
        raise LostLease(f"{part}: the feed now has another number of parts")
    return int(number)


@cache
def _moved() -> Update:
    c = feed_cursors.c
    here = (c.feed == bindparam("of"), c.parts == bindparam("divided"), c.part == bindparam("number"))
    mine = update(feed_cursors).where(*here, c.last_stream_id == bindparam("expected"))
    return mine.values(last_stream_id=bindparam("cursor"))


@cache
def _next() -> ReturningUpdate[int]:
    c = feed_state.c
    mine = update(feed_state).where(c.feed == bindparam("of"), c.parts == bindparam("divided"))
    return mine.values(batch=c.batch + 1).returning(c.batch)


def _note_late_days(connection: Connection, feed: str, number: int, batch: Batch, outcome: Outcome) -> None:
    """Queue for the evaluator the past days that this batch wrote to."""
    touched = {service_day(item.at) for item in outcome.observations} | batch.vehicle_days
    late = sorted(day for day in touched if batch.today is not None and day < batch.today)
    upsert(connection, late_days, [{"feed": feed, "day": day.isoformat(), "batch": number} for day in late])


def _write_fixes(connection: Connection, batch: Batch) -> tuple[int, int]:
    """Write the fixes; returns how many accepted and how many quarantined ones are new."""
    new = insert_new_rows(connection, fixes, [rows.fix_row(fix, quarantined=False) for fix in batch.fixes])
    held = insert_new_rows(connection, fixes, [rows.fix_row(fix, quarantined=True) for fix in batch.quarantined])
    return new, held


def _write_items(connection: Connection, batch: Batch, number: int, new_fixes: int, held: int) -> Outcome:
    told = write_observations(connection, batch.observations, number)
    new_events, corrected_events, told_events = write_events(connection, batch.cases)
    released = _release(connection, batch.released)
    offered = len(batch.fixes)
    return Outcome(
        accepted=len(told.fresh) + new_events + new_fixes + released,
        duplicates=told.repeats + told_events + offered - new_fixes + len(batch.quarantined) - held,
        rejected=len(batch.rejections),
        corrected=told.corrected + corrected_events,
        observations=tuple(told.fresh),
        standing=tuple(told.stands),
    )


def _release(connection: Connection, given: Sequence[Fix]) -> int:
    released = 0
    for fix in given:
        device, at_ms, latitude, longitude = fix_key(fix)
        c = fixes.c
        where = (c.device == device, c.at_ms == at_ms, c.latitude == latitude, c.longitude == longitude)
        statement = update(fixes).where(*where, c.quarantined.is_(True)).values(quarantined=False)
        released += connection.execute(statement).rowcount
    return released


def _write_rejections(connection: Connection, given: Sequence[RejectedItem]) -> None:
    if not given:
        return
    connection.execute(rejections.insert(), [rows.rejection_row(item) for item in given])
    newest = select(func.max(rejections.c.id)).scalar_subquery()
    connection.execute(delete(rejections).where(rejections.c.id <= newest - KEPT_REJECTIONS))


def _settle_again(connection: Connection, feed: str, batch: Batch, outcome: Outcome) -> Outcome:
    """Count a re-reading: repeats only in its own row, rejections by the difference to before."""
    refused, resolved = settle(connection, feed, batch.again, batch.rejections, batch.elsewhere)
    more = Reread(
        read=len(batch.again) - batch.copies,
        accepted=outcome.accepted,
        repeats=outcome.duplicates + batch.repeats,
        corrected=outcome.corrected,
        refused=len(batch.rejections),
        resolved=resolved,
    )
    count_reread(connection, batch.reread, more)
    return replace(outcome, duplicates=0, rejected=refused - resolved)


def _write_devices(connection: Connection, batch: Batch) -> None:
    counts: Counter[str] = Counter(fix.device for fix in (*batch.fixes, *batch.quarantined))
    first: dict[str, datetime] = {}
    last: dict[str, tuple[str, datetime]] = {}
    for fix in (*batch.fixes, *batch.quarantined):
        first.setdefault(fix.device, fix.received_at)
        last[fix.device] = fix.source, fix.received_at
    for refused in batch.rejections:
        if refused.device:
            device = rows.storable(refused.device, rows.DEVICE_LIMIT_BYTES)
            first.setdefault(device, refused.rejection.received_at)
            last[device] = refused.rejection.source, refused.rejection.received_at
    seen = [
        (device, source, to_ms(first[device]), to_ms(received_at), counts[device], None)
        # Sorted, so that collectors of two feeds that write the same devices cannot deadlock.
        for device, (source, received_at) in sorted(last.items())
    ]
    if batch.reread:
        insert_new_rows(connection, devices, [(*row[:4], 0, None) for row in seen])
    else:
        execute_rows(connection, _seen_devices(connection.dialect.name), devices, seen)
    offsets = [{"of": device, "minutes": minutes} for device, minutes in batch.clock_offsets.items()]
    if offsets:
        told = update(devices).where(devices.c.device == bindparam("of"))
        connection.execute(told.values(clock_offset_min=bindparam("minutes")), offsets)


@cache
def _seen_devices(dialect: str) -> Insert:
    statement = insert(dialect, devices)
    new, old = statement.excluded, devices.c
    return statement.on_conflict_do_update(
        index_elements=["device"],
        set_={"source": new.source, "last_seen_ms": new.last_seen_ms, "fixes": old.fixes + new.fixes},
    )


def _count(connection: Connection, feed: str, batch: Batch, outcome: Outcome) -> None:
    received = [item.received_at for item in batch.observations]
    received += [item.received_at for item in batch.cases]
    received += [fix.received_at for fix in (*batch.fixes, *batch.quarantined, *(fix for _, fix in batch.waiting))]
    received += [item.rejection.received_at for item in batch.rejections]
    happened = (
        [standing(item).at for item in batch.observations]
        + [item.received_at for item in batch.cases]  # a case may be old, what is told of it is new
        + [item.at for item in (*batch.fixes, *batch.released)]
    )
    more = {
        "of": feed,
        "more_accepted": outcome.accepted,
        "more_duplicates": outcome.duplicates,
        "more_rejected": outcome.rejected,
        "more_late": batch.late + sum(identity(item) in batch.older for item in outcome.observations),
        "more_corrected": outcome.corrected,
        "received_ms": to_ms(max(received)) if received else None,
        "at_ms": to_ms(max(happened)) if happened else None,
    }
    execute_many(connection, _counted(), [more])


@cache
def _counted() -> Update:
    c = feed_state.c
    changed = {name: c[name] + bindparam(f"more_{name}", type_=BigInteger) for name in _COUNTERS}
    for last, name in ((c.last_received_ms, "received_ms"), (c.last_at_ms, "at_ms")):
        told = bindparam(name, type_=BigInteger)
        changed[last.name] = case((or_(last.is_(None), last < told), told), else_=last)
    return update(feed_state).where(c.feed == bindparam("of")).values(changed)


def feed_counts(engine: Engine) -> dict[str, FeedCounts]:
    """Counters by feed, for every feed that ever received something."""
    with engine.connect() as connection:
        found = connection.execute(select(feed_state)).all()
    return {
        row.feed: FeedCounts(
            feed=row.feed,
            **{name: getattr(row, name) for name in _COUNTERS},
            last_received_at=None if row.last_received_ms is None else from_ms(row.last_received_ms),
            last_at=None if row.last_at_ms is None else from_ms(row.last_at_ms),
        )
        for row in found
    }
