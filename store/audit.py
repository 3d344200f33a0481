"""Stores the audit log: an entry is written in the transaction of the change it tells, and seals the one before it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection, Engine, Select, delete, select, update

from domain.access.principal import CENTRE, Actor, Principal
from domain.audit import NO_SEAL, Act, Anchor, AuditEntry, Broken, Link, Whole, seal_of, verified
from domain.instant import from_ms, to_ms
from store.database import insert
from store.rows import storable
from store.tables.audit import audit_entries, audit_heads

_HEAD = 1
_TEXT_BYTES = 500
# As many rows as a processor's cache holds: with ten times as many, reading them takes half as long again.
_PAGE = 1_000
_COLUMNS = tuple(audit_entries.c)


def note(
    connection: Connection,
    act: Act,
    of: str,
    by: Principal,
    now: datetime,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write an entry in the caller's transaction. Call it last there: other writers of entries wait until its end."""
    number, sealed = _next(connection)
    texts = (storable(text, _TEXT_BYTES) for text in (by.name, by.address))
    told = (act.value, storable(of, _TEXT_BYTES), _json(before), _json(after))
    entry = (number, to_ms(now), by.actor.value, *texts, *told)
    seal = seal_of(sealed, entry)
    values = dict(zip(audit_entries.c.keys(), (*entry, seal), strict=True))
    connection.execute(audit_entries.insert().values(values))
    connection.execute(update(audit_heads).where(audit_heads.c.id == _HEAD).values(seal=seal))


def cut(connection: Connection, before: datetime, now: datetime, limit: int) -> int:
    """Remove the first entries older than ``before``, at most ``limit``; an entry says where the chain begins now.

    It removes none behind a younger one, or the chain would have a gap. Returns how many it removed.
    """
    c = audit_entries.c
    rows = connection.execute(select(c.number, c.at_ms, c.seal).order_by(c.number).limit(limit)).all()
    young = next((at for at, row in enumerate(rows) if row.at_ms >= to_ms(before)), len(rows))
    if young:
        last = rows[young - 1]
        connection.execute(delete(audit_entries).where(c.number <= last.number))
        note(connection, Act.AUDIT_CUT, str(last.number), CENTRE, now, before={"seal": last.seal})
    return young


class AuditLog:
    """Reads the audit log; blocking, thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self, limit: int, *, acts: Sequence[Act] = (), below: int | None = None) -> list[AuditEntry]:
        """The newest entries, of ``acts`` only if given, with numbers below ``below``; newest first."""
        c = audit_entries.c
        query = select(*_COLUMNS).order_by(c.number.desc()).limit(limit)
        if acts:
            query = query.where(c.act.in_(acts))
        if below is not None:
            query = query.where(c.number < below)
        with self._engine.connect() as connection:
            return [_entry(tuple(row)) for row in connection.execute(query)]

    def between(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[AuditEntry]:
        """The entries of since <= at < until by number, read in pages."""
        c = audit_entries.c
        query = select(*_COLUMNS).order_by(c.number)
        if since is not None:
            query = query.where(c.at_ms >= to_ms(since))
        if until is not None:
            query = query.where(c.at_ms < to_ms(until))
        with self._engine.connect() as connection:
            yield from map(_entry, _links(connection, query))

    def verify(self, known: Anchor | None = None) -> Whole | Broken:
        """Check every entry against the seal before it; see `domain.audit.verified`."""
        c, h = audit_entries.c, audit_heads.c
        with self._engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            newest = connection.execute(select(h.number, h.seal).where(h.id == _HEAD)).first()
            cuts = select(c.of, c.before).where(c.act == Act.AUDIT_CUT.value).order_by(c.number.desc()).limit(1)
            found = connection.execute(cuts).first()
            links = _links(connection, select(*_COLUMNS).order_by(c.number))
            head = (newest.number, newest.seal) if newest else (0, NO_SEAL)
            return verified(links, _begun(found.of, found.before) if found else (0, NO_SEAL), head, known)


def _next(connection: Connection) -> Anchor:
    """The number of the next entry and the seal before it; holds the head until the end of the transaction."""
    head = audit_heads.c
    statement = insert(connection.dialect.name, audit_heads).values(id=_HEAD, number=1, seal=NO_SEAL)
    taking = statement.on_conflict_do_update(index_elements=["id"], set_={"number": head.number + 1})
    row = connection.execute(taking.returning(head.number, head.seal)).one()
    return row.number, row.seal


def _begun(of: str, before: str) -> Anchor:
    """The last removed entry, as its cut tells it; when somebody spoilt it, the chain must begin at its first."""
    try:
        return int(of), str(orjson.loads(before)["seal"])
    except (ValueError, KeyError, TypeError):
        return 0, NO_SEAL


def _links(connection: Connection, query: Select[Link]) -> Iterator[Link]:
    """The rows of ``query``, read in pages: a log is longer than memory."""
    if connection.dialect.name == "postgresql":
        for page in connection.execution_options(yield_per=_PAGE).execute(query).partitions():
            yield from map(tuple, page)
        return
    # The driver's own cursor, which reads in pages by itself: SQLAlchemy's rows cost as much as checking them.
    compiled = query.compile(dialect=connection.dialect)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(str(compiled), tuple(compiled.params[name] for name in compiled.positiontup or ()))
        while links := cursor.fetchmany(_PAGE):
            yield from links
    finally:
        cursor.close()


def _entry(link: Link) -> AuditEntry:
    number, at_ms, actor, name, address, act, of, before, after, seal = link
    return AuditEntry(
        number=number,
        at=from_ms(at_ms),
        actor=Actor(actor),
        name=name,
        address=address,
        act=Act(act),
        of=of,
        before=before,
        after=after,
        seal=seal,
    )


def _json(told: Mapping[str, object] | None) -> str:
    if not told:
        return ""
    # Names of columns are a kind of str that orjson refuses.
    short = {str(k): storable(value, _TEXT_BYTES) if isinstance(value, str) else value for k, value in told.items()}
    return orjson.dumps(short).decode()
