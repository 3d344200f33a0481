"""Citizens' feedback as it stands: backlog and clocks by place, what a month counts, one item by its keyed hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, or_, select

from domain.instant import from_ms, to_ms
from domain.observation import LEAST_FACTUAL_LAST, Kind
from domain.period import Period
from domain.services.feedback import FEEDBACK, FeedbackCounts, due_of
from domain.services.working_time import WorkingCalendar
from store.casework.dossiers import bounds, counted_if
from store.database import upsert
from store.rows import Row
from store.tables.feedback import feedback_items, feedback_notices
from store.working_calendar import calendar_of

_f, _n = feedback_items.c, feedback_notices.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one item is: nothing that tells whose it is or what was written.

    ``notice``: what the office tells the public about it, once a second person let it out; "" for nothing.
    """

    field: str
    received: datetime
    due: datetime | None
    waits: bool
    ended: datetime | None
    refused: bool
    simulated: bool
    notice: str = ""


def project(connection: Connection, events: Sequence[Row]) -> None:
    """Write the items that these newest records describe, in the transaction of their events."""
    mine = [event for event in events if event["case_type"] == FEEDBACK.key]
    if mine:
        calendar = calendar_of(connection)
        rows = {event["case_key"]: _row(event, calendar) for event in mine}
        upsert(connection, feedback_items, list(rows.values()))


def _row(event: Row, calendar: WorkingCalendar) -> dict[str, object]:
    said = orjson.loads(event["attributes"])
    at = {
        name: datetime.fromisoformat(said[name]) if name in said else None
        for name in ("contacted", "asked", "came", "answered", "refused", "published")
    }
    received, ended = from_ms(event["at_ms"]), at["answered"] or at["refused"]
    waits = at["asked"] is not None and at["came"] is None and ended is None
    now = ended or from_ms(event["received_ms"])
    due = due_of(received, at["asked"], at["came"], calendar, now, refused=at["answered"] is None and ended is not None)
    return {
        "case_key": event["case_key"],
        "feed": event["feed"],
        "office": event["subject"],
        "place": event["place"],
        "field": said["field"],
        "channel": said["channel"],
        "received_ms": event["at_ms"],
        "contacted_ms": _ms(at["contacted"]),
        "due_ms": None if waits else _ms(due),
        "waits": waits,
        "ended_ms": _ms(ended),
        "refused": at["refused"] is not None,
        "published_ms": _ms(at["published"]),
        "liked": said.get("liked"),
        "repeated": said["repeated"],
        "kind": event["kind"],
        "told_ms": event["received_ms"],
    }


def _ms(at: datetime | None) -> int | None:
    return None if at is None else to_ms(at)


class Feedback:
    """Queries on feedback; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def counted(self, month: Period, now: datetime, horizon: datetime) -> list[FeedbackCounts]:
        """By office: what is open at ``now``, due by ``horizon``, overdue; and what the period settled."""
        since_ms, until_ms = bounds(month)
        now_ms, is_open = to_ms(now), _f.ended_ms.is_(None)
        settled = and_(_f.ended_ms >= since_ms, _f.ended_ms < until_ms)
        overdue = and_(is_open, _f.due_ms < now_ms)
        columns: dict[str, ColumnElement[int]] = {
            "open": counted_if(is_open),
            "open_s": func.coalesce(func.sum(case((is_open, (now_ms - _f.received_ms) / 1_000), else_=0)), 0),
            "overdue": counted_if(overdue),
            "due_soon": counted_if(and_(is_open, _f.due_ms >= now_ms, _f.due_ms <= to_ms(horizon))),
            "waiting": counted_if(and_(is_open, _f.waits.is_(True))),
            # 5.2: settled in the period, and open beyond the deadline.
            "settled": counted_if(or_(and_(settled, _f.due_ms.is_not(None)), overdue)),
            "on_time": counted_if(and_(settled, _f.ended_ms <= _f.due_ms)),
            "rated": counted_if(and_(settled, _f.liked.is_not(None))),
            "liked": counted_if(and_(settled, _f.liked.is_(True))),
            "unrated": counted_if(and_(settled, _f.liked.is_(None))),
            "repeated": counted_if(and_(settled, _f.repeated.is_(True))),
            "contacted": counted_if(and_(settled, _f.contacted_ms.is_not(None))),
            "contact_s": func.coalesce(
                func.sum(case((settled, (_f.contacted_ms - _f.received_ms) / 1_000), else_=0)), 0
            ),
        }
        query = (
            select(
                _f.office,
                func.max(_f.told_ms).label("told_ms"),
                func.min(case((is_open, _f.received_ms))).label("oldest_ms"),
                func.max(case(*((_f.kind == kind.value, at) for at, kind in enumerate(LEAST_FACTUAL_LAST))))
                .label("kind"),
                *(one.label(name) for name, one in columns.items()),
            )
            .where(or_(is_open, settled))
            .group_by(_f.office)
        )  # fmt: skip
        with self._engine.connect() as connection:
            return [
                FeedbackCounts(
                    place=row["office"],
                    told=from_ms(row["told_ms"]),
                    kind=Kind(LEAST_FACTUAL_LAST[row["kind"]]),
                    oldest=None if row["oldest_ms"] is None else from_ms(row["oldest_ms"]),
                    counts={name: int(row[name]) for name in columns},
                )
                for row in connection.execute(query).mappings()
            ]

    def newest(self) -> datetime | None:
        """When the newest record came; None before any."""
        with self._engine.connect() as connection:
            found = connection.scalar(select(func.max(_f.told_ms)))
        return None if found is None else from_ms(found)

    def progress(self, case_key: str) -> Progress | None:
        """How far the item with this keyed hash is; None when there is none."""
        with self._engine.connect() as connection:
            told = and_(_n.case_key == _f.case_key, _n.approved_ms.is_not(None))
            query = select(feedback_items, _n.text).outerjoin(feedback_notices, told).where(_f.case_key == case_key)
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        return Progress(
            field=row["field"],
            received=from_ms(row["received_ms"]),
            due=None if row["due_ms"] is None else from_ms(row["due_ms"]),
            waits=row["waits"],
            ended=None if row["ended_ms"] is None else from_ms(row["ended_ms"]),
            refused=row["refused"],
            simulated=row["kind"] == Kind.SIMULATED,
            notice=row["text"] or "",
        )
