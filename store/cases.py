"""Stores case events: recognises repeats, keeps corrections as revisions, reads back the current revision."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter

import orjson
from sqlalchemy import Connection, Engine, and_, func, or_, select

from domain.case import CaseEvent, CaseType
from domain.instant import from_ms, to_ms
from domain.observation import Kind
from domain.subject import Subject, SubjectKind
from store.casework import dossiers, feedback, teams
from store.database import among, insert_new
from store.rows import Row
from store.tables.observations import case_events

LISTED_MAX = 500
_LOOKUP_CHUNK = 1_000
_IDENTITY = ("feed", "at_ms", "case_type", "case_key", "event")
_SAYS = ("subject_kind", "subject", "territory", "place", "kind", "source", "attributes")
_identity, _says = itemgetter(*_IDENTITY), itemgetter(*_SAYS)


def write_events(connection: Connection, given: Sequence[CaseEvent]) -> tuple[int, int, int]:
    """Store events in the caller's transaction; returns counts: (new, corrections among the new, repeats)."""
    fresh, corrected = _numbered(connection, given)
    insert_new(connection, case_events, fresh)
    dossiers.project(connection, fresh)
    feedback.project(connection, fresh)
    teams.project(connection, fresh)
    return len(fresh), corrected, len(given) - len(fresh)


def _numbered(connection: Connection, given: Sequence[CaseEvent]) -> tuple[list[dict[str, object]], int]:
    """Rows of new events with revision numbers, and how many of them correct a stored event."""
    rows = [_row(item) for item in given]
    stands = _stands(connection, {_identity(row) for row in rows})
    fresh, corrected = [], 0
    for row in rows:
        identity, told = _identity(row), _says(row)
        revision, says = stands.get(identity, (0, None))
        if told == says:
            continue
        corrected += revision > 0
        stands[identity] = revision + 1, told
        row["revision"] = revision + 1
        fresh.append(row)
    return fresh, corrected


class Cases:
    """Queries on case events; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def events(self, feed: str, since: datetime, until: datetime) -> list[CaseEvent]:
        """Events with since <= at < until in their current revision, oldest first."""
        c, later = case_events.c, case_events.alias("later").c
        same = and_(*(later[name] == c[name] for name in _IDENTITY))
        newest = select(func.max(later.revision)).where(same).scalar_subquery()
        query = (
            select(case_events)
            .where(c.feed == feed, c.at_ms >= to_ms(since), c.at_ms < to_ms(until), c.revision == newest)
            .order_by(c.at_ms, c.case_key, c.event)
        )
        with self._engine.connect() as connection:
            return [_event(row) for row in connection.execute(query).mappings()]

    def listed(self, feed: str, kind: CaseType, since: datetime) -> list[CaseEvent]:
        """Every event, in its current revision, of each case that is open or ended at or after ``since``; oldest first.

        At most `LISTED_MAX` cases, those with the newest event.
        """
        c = case_events.c
        newest = (
            select(c.case_key, func.max(c.at_ms).label("at_ms"))
            .where(c.feed == feed, c.case_type == kind.key)
            .group_by(c.case_key)
            .subquery()
        )
        shown = (
            select(c.case_key)
            .join(newest, and_(c.feed == feed, c.case_key == newest.c.case_key, c.at_ms == newest.c.at_ms))
            .where(c.case_type == kind.key, or_(c.event.not_in(kind.ends), c.at_ms >= to_ms(since)))
            .group_by(c.case_key)
            .order_by(func.max(c.at_ms).desc())
            .limit(LISTED_MAX)
        )
        with self._engine.connect() as connection:
            keys = [row.case_key for row in connection.execute(shown)]
            events = select(case_events).where(c.feed == feed, c.case_type == kind.key, c.case_key.in_(keys))
            found = [_event(row) for row in connection.execute(events.order_by(c.at_ms, c.revision)).mappings()]
        return list({(one.case, one.event, one.at): one for one in found}.values())

    def repeats(self, given: Sequence[CaseEvent]) -> int:
        """How many of ``given`` repeat the current revision."""
        with self._engine.connect() as connection:
            return len(given) - len(_numbered(connection, given)[0])

    def history(self, feed: str, case_type: str, case: str) -> list[CaseEvent]:
        """Every revision of every event of one case, oldest first."""
        c = case_events.c
        query = select(case_events).where(c.feed == feed, c.case_type == case_type, c.case_key == case)
        with self._engine.connect() as connection:
            return [_event(row) for row in connection.execute(query.order_by(c.at_ms, c.revision)).mappings()]


def _stands(
    connection: Connection, identities: Iterable[tuple[object, ...]]
) -> dict[tuple[object, ...], tuple[int, tuple[object, ...] | None]]:
    """By identity, the highest revision and its content."""
    wanted = list(identities)
    columns = [case_events.c[name] for name in _IDENTITY]
    events = select(case_events)
    found: dict[tuple[object, ...], tuple[int, tuple[object, ...] | None]] = {}
    for start in range(0, len(wanted), _LOOKUP_CHUNK):
        query = among(connection.dialect.name, events, columns, wanted[start : start + _LOOKUP_CHUNK])
        for row in connection.execute(query.order_by(case_events.c.revision)).mappings():
            found[_identity(row)] = row["revision"], _says(row)
    return found


def _row(item: CaseEvent) -> dict[str, object]:
    kind, subject, territory = item.of
    return {
        "feed": item.feed,
        "case_type": item.case_type,
        "case_key": item.case,
        "event": item.event,
        "at_ms": to_ms(item.at),
        "subject_kind": kind.value,
        "subject": subject,
        "territory": territory,
        "place": item.place,
        "received_ms": to_ms(item.received_at),
        "kind": item.kind.value,
        "source": item.source,
        "attributes": orjson.dumps(dict(item.attributes), option=orjson.OPT_SORT_KEYS).decode(),
    }


def _event(row: Row) -> CaseEvent:
    made = CaseEvent(
        feed=row["feed"],
        case_type=row["case_type"],
        case=row["case_key"],
        event=row["event"],
        of=Subject(SubjectKind(row["subject_kind"]), row["subject"], row["territory"]),
        at=from_ms(row["at_ms"]),
        received_at=from_ms(row["received_ms"]),
        kind=Kind(row["kind"]),
        source=row["source"],
        place=row["place"],
        attributes=orjson.loads(row["attributes"]),
    )
    return replace(made, revision=row["revision"])
