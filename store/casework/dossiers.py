"""Dossiers as they stand: what is due now by office, and what QĐ 766 counts of a month."""

from collections.abc import Sequence
from datetime import date, datetime

import orjson
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, and_, case, func, or_, select

from domain.instant import day_start, from_ms, to_ms
from domain.observation import LEAST_FACTUAL_LAST, Kind
from domain.period import Period
from domain.services.dossier import DOSSIER, FACTS, Channel
from domain.services.dossier_counts import DossierCounts, DueNow
from store.database import upsert
from store.rows import Row as StoredRow
from store.tables.casework import dossiers

_d = dossiers.c
_OF_RECEIVED = ("digitised", "reused", "shared", "verified")
_LATE_BY_RULE = _d.supplements > 1


def project(connection: Connection, events: Sequence[StoredRow]) -> None:
    """Write the dossiers that these newest records describe, in the transaction of their events."""
    rows = {event["case_key"]: _row(event) for event in events if event["case_type"] == DOSSIER.key}
    upsert(connection, dossiers, list(rows.values()))


def _row(event: StoredRow) -> dict[str, object]:
    said = orjson.loads(event["attributes"])
    return {
        "case_key": event["case_key"],
        "feed": event["feed"],
        "office": event["subject"],
        "place": event["place"],
        "procedure": said["procedure"],
        "field": said["field"],
        "channel": said["channel"],
        "received_ms": event["at_ms"],
        "due_ms": _ms(said.get("due")),
        "ended_ms": _ms(said.get("ended")),
        "refused": said["refused"],
        "supplements": int(said["supplements"]),
        "waits": said["waits"],
        **{name: said[name] for name in FACTS},
        "kind": event["kind"],
        "told_ms": event["received_ms"],
    }


def _ms(said: str | None) -> int | None:
    return None if said is None else to_ms(datetime.fromisoformat(said))


class Dossiers:
    """Queries on dossiers; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due_now(self, now: datetime, horizon: datetime) -> list[DueNow]:
        """Open dossiers by office at ``now``: due by ``horizon``, late, waiting, without a due date; worst first."""
        now_ms, horizon_ms = to_ms(now), to_ms(horizon)
        runs = and_(_d.supplements <= 1, _d.waits.is_(False))
        columns = {
            "open": func.count(),
            "due_soon": counted_if(and_(runs, _d.due_ms >= now_ms, _d.due_ms <= horizon_ms)),
            "late": counted_if(or_(_LATE_BY_RULE, and_(runs, _d.due_ms < now_ms))),
            "waiting": counted_if(and_(_d.supplements <= 1, _d.waits.is_(True))),
            "undated": counted_if(and_(_d.supplements <= 1, _d.due_ms.is_(None))),
        }
        query = (
            select(_d.office, *(one.label(name) for name, one in columns.items()))
            .where(_d.ended_ms.is_(None))
            .group_by(_d.office)
        )
        with self._engine.connect() as connection:
            found = [DueNow(**row) for row in connection.execute(query).mappings()]
        return sorted(found, key=lambda one: (-one.late - one.due_soon, one.office))

    def counted(self, month: Period, now: datetime, office: str = "") -> list[DossierCounts]:
        """What QĐ 766 counts of a period, by office: dossiers received in it, and those ended in it.

        ``office``: of this one alone, by procedure.
        """
        by = (_d.office, _d.procedure) if office else (_d.office,)
        since_ms, until_ms = bounds(month)
        received = and_(_d.received_ms >= since_ms, _d.received_ms < until_ms)
        ended = and_(_d.ended_ms >= since_ms, _d.ended_ms < until_ms)
        now_ms = min(to_ms(now), until_ms)
        counts = _columns(received, now_ms)
        query = (
            select(
                *by,
                func.max(_d.place).label("place"),
                func.max(_d.told_ms).label("told_ms"),
                func.max(case(*((_d.kind == kind.value, number) for number, kind in enumerate(LEAST_FACTUAL_LAST))))
                .label("kind"),
                *(one.label(name) for name, one in counts.items()),
            )
            .where(or_(received, ended))
            .group_by(*by)
        )  # fmt: skip
        if office:
            query = query.where(_d.office == office)
        with self._engine.connect() as connection:
            return [
                _counts(row, list(counts), by_procedure=bool(office)) for row in connection.execute(query).mappings()
            ]

    def newest(self) -> datetime | None:
        """When the newest record came; None before any."""
        with self._engine.connect() as connection:
            found = connection.scalar(select(func.max(_d.told_ms)))
        return None if found is None else from_ms(found)


def bounds(period: Period) -> tuple[int, int]:
    """Epoch ms of a calendar period: its first, and the first after it."""
    assert period.start is not None
    assert period.last is not None
    return to_ms(day_start(period.start)), to_ms(day_start(date.fromordinal(period.last.toordinal() + 1)))


def _columns(received: ColumnElement[bool], now_ms: int) -> dict[str, ColumnElement[int]]:
    """The sums of QĐ 766; `evaluation.inputs.dossiers` says what divides what."""
    dated = or_(_LATE_BY_RULE, _d.due_ms.is_not(None))
    late = or_(
        _LATE_BY_RULE,
        and_(_d.ended_ms.is_not(None), _d.ended_ms > _d.due_ms),
        and_(_d.ended_ms.is_(None), _d.waits.is_(False), _d.due_ms < now_ms),
    )
    with_result = or_(_d.asks_result.is_(False), _d.e_result.is_(True))
    return {
        "judged": counted_if(dated),
        "on_time": counted_if(and_(dated, late.is_not(True))),
        "received": counted_if(received),
        "online": counted_if(and_(received, _d.channel == Channel.ONLINE.value, with_result)),
        "with_fee": counted_if(and_(received, _d.has_fee.is_(True))),
        "paid_online": counted_if(and_(received, _d.has_fee.is_(True), _d.paid.is_(True))),
        "ask_result": counted_if(and_(received, _d.asks_result.is_(True))),
        "e_results": counted_if(and_(received, _d.asks_result.is_(True), _d.e_result.is_(True))),
        **{
            name: counted_if(and_(received, _d[name].is_(True)))
            for name in ("digitised", "reused", "shared", "verified")
        },
        "ended": func.count(_d.ended_ms),
    }


def counted_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows meet ``condition``; 0 for none."""
    return func.count().filter(condition)


def _counts(said: RowMapping, names: Sequence[str], *, by_procedure: bool) -> DossierCounts:
    return DossierCounts(
        office=said["office"],
        place=said["place"],
        procedure=said["procedure"] if by_procedure else "",
        told=from_ms(said["told_ms"]),
        kind=Kind(LEAST_FACTUAL_LAST[said["kind"]]),
        counts={name: int(said[name]) for name in names},
    )
