"""Devices that stand for no vehicle: the newest fix of each device and sender, bounded, until people bind it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, func, literal, or_, select, tuple_

from domain.fleets.fleet import ANY_KEY, ANYBODY
from domain.instant import from_ms, to_ms
from domain.observation import Fix
from store import rows
from store.database import Insert, execute_many, insert
from store.records import WaitingDevice
from store.tables.fleet import bindings, fixes_latest, waiting

# Anybody may send under any name: beyond so many the longest silent go.
WAITING_AT_MOST = 10_000
_POSITION = [column.name for column in fixes_latest.columns if column.name in waiting.columns]
_HEARD = bindings.alias("heard").c
_COVERED = exists().where(
    _HEARD.device == waiting.c.device,
    _HEARD.to_ms.is_(None),
    or_(
        _HEARD.sender.in_((ANYBODY, waiting.c.sender)),
        and_(_HEARD.sender == ANY_KEY, waiting.c.sender.startswith(ANY_KEY)),
    ),
)


def write_waiting(connection: Connection, given: Sequence[tuple[str, Fix]]) -> None:
    """Keep the newest of fixes given as (sender, fix) in order of arrival, and count them."""
    if not given:
        return
    newest = {(fix.device, sender): fix for sender, fix in given}
    first = {(fix.device, sender): to_ms(fix.received_at) for sender, fix in reversed(given)}
    counts = dict.fromkeys(newest, 0)
    for sender, fix in given:
        counts[fix.device, sender] += 1
    told = [
        {
            **{name: value for name, value in rows.position_row(fix).items() if name in waiting.columns},
            "device": device,
            "sender": sender,
            "first_seen_ms": first[device, sender],
            "last_seen_ms": to_ms(fix.received_at),
            "fixes": counts[device, sender],
        }
        # Sorted, so that two collectors cannot deadlock.
        for (device, sender), fix in sorted(newest.items(), key=lambda one: one[0])
    ]
    execute_many(connection, _seen(connection.dialect.name), told)
    c = waiting.c
    beyond = select(c.device, c.sender).order_by(c.last_seen_ms.desc(), c.device, c.sender).offset(WAITING_AT_MOST)
    connection.execute(delete(waiting).where(tuple_(c.device, c.sender).in_(beyond)))


@cache
def _seen(dialect: str) -> Insert:
    statement = insert(dialect, waiting)
    new, old = statement.excluded, waiting.c
    changed = {name: new[name] for name in _POSITION if name != "device"}
    return statement.on_conflict_do_update(
        index_elements=["device", "sender"],
        set_={**changed, "last_seen_ms": new.last_seen_ms, "fixes": old.fixes + new.fixes},
    )


def hand_over(connection: Connection, device: str, sender: str, feed: str) -> None:
    """Give the newest fix that ``sender`` sent for ``device`` to the fleet ``feed``, if that has none of the device."""
    w = waiting.c
    more = {"feed": feed, "recent_latencies": "[]", "batch": 0}
    # An earlier collector's message had no known sender.
    which = (w.device == device, w.sender.in_((sender, "")))
    chosen = (
        select(*(w[name] for name in _POSITION), *(literal(value) for value in more.values()))
        .where(*which)
        .order_by(w.last_seen_ms.desc())
        .limit(1)
    )
    given = insert(connection.dialect.name, fixes_latest).from_select([*_POSITION, *more], chosen)
    connection.execute(given.on_conflict_do_nothing())


def newest_waiting(connection: Connection, limit: int, search: str) -> list[WaitingDevice]:
    """The newest waiting devices, of those whose id contains ``search``; each with the vehicle its id is bound to."""
    w, b = waiting.c, bindings.c
    query = (
        _listed(select(waiting, b.vehicle), search)
        .outerjoin(bindings, and_(b.device == w.device, b.to_ms.is_(None)))
        .order_by(w.last_seen_ms.desc(), w.device, w.sender)
        .limit(limit)
    )
    return [
        WaitingDevice(
            device=row.device,
            sender=row.sender,
            source=row.source,
            first_seen_at=from_ms(row.first_seen_ms),
            last_seen_at=from_ms(row.last_seen_ms),
            fixes=row.fixes,
            claims=row.vehicle or "",
        )
        for row in connection.execute(query)
    ]


def count_waiting(connection: Connection, search: str) -> int:
    """How many devices wait, of those whose id contains ``search``."""
    return connection.scalar(_listed(select(func.count()).select_from(waiting), search)) or 0


def is_waiting(connection: Connection, device: str, sender: str) -> bool:
    """Whether ``device`` waits as ``sender`` sends it."""
    w = waiting.c
    return bool(connection.scalar(select(w.fixes).where(w.device == device, w.sender == sender, ~_COVERED)))


def _listed(query: Select[Any], search: str) -> Select[Any]:
    query = query.where(~_COVERED)
    return query.where(waiting.c.device.icontains(search, autoescape=True)) if search else query
