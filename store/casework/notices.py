"""What the public reads about feedback: written by one person, let out by another; who did it stands in the log."""

from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, delete, select, update

from domain.access.principal import Principal
from domain.audit import Act
from domain.instant import from_ms, to_ms
from domain.services.notice import Notice
from store.audit import note
from store.database import upsert, writing
from store.rows import instant_or_none
from store.tables.feedback import feedback_items, feedback_notices

LISTED_MAX = 100
_n = feedback_notices.c


class Notices:
    """Notices in SQL; blocking, thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listed(self) -> list[Notice]:
        """Those that wait first, then the newest let out; at most `LISTED_MAX`."""
        query = select(feedback_notices).order_by(_n.approved_ms.is_not(None), _n.written_ms.desc()).limit(LISTED_MAX)
        with self._engine.connect() as connection:
            return [_notice(row) for row in connection.execute(query).mappings()]

    def write(self, case: str, text: str, by: Principal, now: datetime) -> bool:
        """Write or replace the notice of ``case``, which waits again; False when no item has this hash."""
        with writing(self._engine) as connection:
            if connection.scalar(select(feedback_items.c.case_key).where(feedback_items.c.case_key == case)) is None:
                return False
            before = _told(connection, case)
            row = {"case_key": case, "text": text, "written_by": by.name, "written_ms": to_ms(now)}
            upsert(connection, feedback_notices, [{**row, "approved_by": "", "approved_ms": None}])
            note(connection, Act.NOTICE_WRITTEN, case, by, now, before=before, after={"text": text})
        return True

    def approve(self, case: str, written_ms: int, by: Principal, now: datetime) -> bool:
        """Let out the notice as it was written at ``written_ms``; False when another text or person stands there.

        Nobody lets out the own words.
        """
        with writing(self._engine) as connection:
            seen = (
                _n.case_key == case,
                _n.written_ms == written_ms,
                _n.written_by != by.name,
                _n.approved_ms.is_(None),
            )
            statement = update(feedback_notices).where(*seen).values(approved_by=by.name, approved_ms=to_ms(now))
            before = _told(connection, case)
            if not connection.execute(statement).rowcount:
                return False
            note(connection, Act.NOTICE_APPROVED, case, by, now, before=before, after=_told(connection, case))
        return True

    def withdraw(self, case: str, by: Principal, now: datetime) -> bool:
        """Take the notice back, let out or not; False when there is none."""
        with writing(self._engine) as connection:
            before = _told(connection, case)
            if not connection.execute(delete(feedback_notices).where(_n.case_key == case)).rowcount:
                return False
            note(connection, Act.NOTICE_WITHDRAWN, case, by, now, before=before)
        return True


def _told(connection: Connection, case: str) -> dict[str, object] | None:
    """What the audit log says of a notice as it is; None without one."""
    query = select(_n.text, _n.written_by, _n.approved_by).where(_n.case_key == case)
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    return {"text": found.text, "written_by": found.written_by, "approved_by": found.approved_by}


def _notice(row: RowMapping) -> Notice:
    return Notice(
        case=row["case_key"],
        text=row["text"],
        written_by=row["written_by"],
        written_at=from_ms(row["written_ms"]),
        approved_by=row["approved_by"],
        approved_at=instant_or_none(row["approved_ms"]),
    )
