"""Dossiers as they stand: what is due now by office, and what QĐ 766 counts of a month."""

from collections.abc import Sequence
from datetime import date, datetime

import orjson
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, and_, case, func, or_, select

from domain.instant import day_start, from_ms, to_ms
from domain.observation import LEAST_FACTUAL_LAST, Kind, least_factual
from domain.period import Period
from domain.services.dossier import DOSSIER, FACTS, Channel, Dossier
from domain.services.dossier_counts import MONTH_SUMS, OF_RECEIVED, DossierCounts, DueNow
from store.casework import dossier_months
from store.database import upsert
from store.rows import Row as StoredRow
from store.rows import instant_or_none
from store.tables.dossiers import dossier_months as month_sums
from store.tables.dossiers import dossiers

_d, _m = dossiers.c, month_sums.c
_LATE_BY_RULE = _d.supplements > 1


def project(connection: Connection, events: Sequence[StoredRow]) -> None:
    """Write the dossiers that these newest records describe, in the transaction of their events."""
    rows = {event["case_key"]: _row(event) for event in events if event["case_type"] == DOSSIER.key}
    if rows:
        dossier_months.add(connection, rows)
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
        "refused": said.get("refused", False),
        "supplements": int(said["supplements"]),
        "waits": said.get("waits", False),
        **{name: said.get(name, False) for name in FACTS},
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

    def counted(self, month: Period, now: datetime) -> list[DossierCounts]:
        """What QĐ 766 counts of a month, by office: of dossiers received in it, and of those ended in it.

        The sums of the month, and beside them the open dossiers that the hour has made late.
        """
        since_ms, until_ms = bounds(month)
        runs_late = and_(
            _d.ended_ms.is_(None), _d.due_ms < min(to_ms(now), until_ms), _d.supplements <= 1, _d.waits.is_(False),
            _d.received_ms >= since_ms, _d.received_ms < until_ms,
        )  # fmt: skip
        by_hour = select(_d.office, func.count()).where(runs_late).group_by(_d.office)
        sums = select(month_sums).where(_m.month_ms >= since_ms, _m.month_ms < until_ms, _m.dossiers > 0)
        found: dict[str, list[RowMapping]] = {}
        with self._engine.connect() as connection:
            late = {row[0]: row[1] for row in connection.execute(by_hour)}
            for row in connection.execute(sums).mappings():
                found.setdefault(row["office"], []).append(row)
        return [_of_month(office, rows, late.get(office, 0)) for office, rows in found.items()]

    def by_procedure(self, month: Period, now: datetime, office: str) -> list[DossierCounts]:
        """As `counted` for one office, by procedure, counted anew from its dossiers."""
        since_ms, until_ms = bounds(month)
        received = and_(_d.office == office, _d.received_ms >= since_ms, _d.received_ms < until_ms)
        ended = and_(_d.office == office, _d.ended_ms >= since_ms, _d.ended_ms < until_ms)
        counts = _columns(received, min(to_ms(now), until_ms))
        query = (
            select(
                _d.procedure,
                func.max(_d.place).label("place"),
                func.max(_d.told_ms).label("told_ms"),
                func.max(case(*((_d.kind == kind.value, number) for number, kind in enumerate(LEAST_FACTUAL_LAST))))
                .label("kind"),
                *(one.label(name) for name, one in counts.items()),
            )
            .where(or_(received, ended))
            .group_by(_d.procedure)
        )  # fmt: skip
        with self._engine.connect() as connection:
            return [_counts(office, row, list(counts)) for row in connection.execute(query).mappings()]

    def rows(self, month: Period, office: str, procedure: str, limit: int) -> list[Dossier]:
        """Dossiers of one procedure at one office received or ended in a month, at most ``limit``, the newest first."""
        since_ms, until_ms = bounds(month)
        received = and_(_d.office == office, _d.received_ms >= since_ms, _d.received_ms < until_ms)
        ended = and_(_d.office == office, _d.ended_ms >= since_ms, _d.ended_ms < until_ms)
        query = (
            select(dossiers)
            .where(or_(received, ended), _d.procedure == procedure)
            .order_by(_d.received_ms.desc(), _d.case_key)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [_dossier(row) for row in connection.execute(query).mappings()]

    def newest(self) -> datetime | None:
        """When the newest record came; None before any."""
        with self._engine.connect() as connection:
            found = connection.scalar(select(func.max(_m.told_ms)))
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


def _counts(office: str, said: RowMapping, names: Sequence[str]) -> DossierCounts:
    return DossierCounts(
        office=office,
        place=said["place"],
        procedure=said["procedure"],
        told=from_ms(said["told_ms"]),
        kind=Kind(LEAST_FACTUAL_LAST[said["kind"]]),
        counts={name: int(said[name]) for name in names},
    )


def _dossier(said: RowMapping) -> Dossier:
    return Dossier(
        case=said["case_key"],
        office=said["office"],
        procedure=said["procedure"],
        field=said["field"],
        channel=Channel(said["channel"]),
        received=from_ms(said["received_ms"]),
        due=instant_or_none(said["due_ms"]),
        ended=instant_or_none(said["ended_ms"]),
        refused=said["refused"],
        supplements=said["supplements"],
        waits=said["waits"],
        facts={name: said[name] for name in FACTS},
    )


def _of_month(office: str, rows: Sequence[RowMapping], late_by_hour: int) -> DossierCounts:
    sums = {name: sum(int(row[name]) for row in rows) for name in MONTH_SUMS}
    on_time = sums["judged"] - sums["late"] - late_by_hour
    return DossierCounts(
        office=office,
        place=max(row["place"] for row in rows),
        procedure="",
        told=from_ms(max(row["told_ms"] for row in rows)),
        kind=least_factual(Kind(row["kind"]) for row in rows),
        counts={"judged": sums["judged"], "on_time": on_time, **{name: sums[name] for name in OF_RECEIVED},
                "ended": sums["ended"]},
    )  # fmt: skip
