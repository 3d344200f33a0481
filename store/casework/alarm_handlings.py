"""What people did about alarms: took them, put them off, gave them back; who did it stands in the log."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, delete, select

from domain.access.principal import Principal
from domain.audit import Act
from domain.instant import from_ms, to_ms
from domain.kpis.alarm import Handling, Priority
from store.audit import note
from store.database import upsert, writing
from store.rows import instant_or_none
from store.tables.alarms import alarm_handlings

_h = alarm_handlings.c


class AlarmHandlings:
    """Handlings in SQL; blocking, thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self) -> dict[str, Handling]:
        """The last one of each alarm, by the alarm's id; `AlarmGroup.handled` tells whether it holds."""
        with self._engine.connect() as connection:
            return {row["alarm"]: _handling(row) for row in connection.execute(select(alarm_handlings)).mappings()}

    def handle(self, did: Handling, by: Principal) -> None:
        """Keep what ``by`` did, in place of what somebody did before."""
        until_ms = None if did.until is None else to_ms(did.until)
        row = {"alarm": did.alarm, "priority": did.priority.value, "done_by": did.by, "at_ms": to_ms(did.at)}
        with writing(self._engine) as connection:
            before = _told(connection, did.alarm)
            upsert(connection, alarm_handlings, [row | {"until_ms": until_ms, "why": did.why}])
            act = Act.ALARM_TAKEN if did.until is None else Act.ALARM_PUT_OFF
            note(connection, act, did.alarm, by, did.at, before=before, after=_told(connection, did.alarm))

    def give_back(self, alarm: str, by: Principal, now: datetime) -> None:
        """Nobody has the alarm any more, and it is not put off; does nothing when that is so."""
        with writing(self._engine) as connection:
            before = _told(connection, alarm)
            if connection.execute(delete(alarm_handlings).where(_h.alarm == alarm)).rowcount:
                note(connection, Act.ALARM_GIVEN_BACK, alarm, by, now, before=before)


def _told(connection: Connection, alarm: str) -> Mapping[str, object] | None:
    """What the audit log says of a handling as it is; None without one."""
    query = select(_h.done_by, _h.priority, _h.until_ms, _h.why).where(_h.alarm == alarm)
    found = connection.execute(query).mappings().one_or_none()
    return None if found is None else dict(found)


def _handling(row: RowMapping) -> Handling:
    return Handling(
        alarm=row["alarm"],
        priority=Priority(row["priority"]),
        by=row["done_by"],
        at=from_ms(row["at_ms"]),
        until=instant_or_none(row["until_ms"]),
        why=row["why"],
    )
