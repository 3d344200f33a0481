"""Fixes of devices as columns, and which vehicle carried which device when: the input of map matching."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Dialect, Engine, bindparam, select
from sqlalchemy.sql.compiler import SQLCompiler

from domain.instant import day_start, to_ms
from domain.observation import Kind
from store.registry import stands_for_a_vehicle
from store.tables.feeds import rejections
from store.tables.fleet import bindings, fixes, tracker_days

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Mark:
    """Detects a change of a device's day: more fixes, or fixes that came out of order."""

    fixes: int
    out_of_order: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class Fixes:
    """Accepted fixes of one device, in order of time.

    Epoch seconds, rows of longitude and latitude, km/h (NaN unknown), ignition (1 on, 0 off, -1 not reported).
    """

    at_s: NDArray[np.float64]
    places: NDArray[np.float64]
    speed_kmh: NDArray[np.float64]
    ignition: NDArray[np.int8]


class Tracks:
    """Fixes of the fleet ``feed`` in SQL; thread-safe."""

    def __init__(self, engine: Engine, feed: str) -> None:
        self._engine = engine
        self._feed = feed

    def marks(self, first: date, last: date) -> dict[tuple[date, str], Mark]:
        """Marks by (day, device) for every day from ``first`` to ``last`` and every device of the fleet's vehicles."""
        c = tracker_days.c
        query = (
            select(c.day, c.device, c.fixes, c.out_of_order, c.last_ms)
            .where(c.day >= first.isoformat(), c.day <= last.isoformat(), c.feed == self._feed)
            .where(stands_for_a_vehicle(c.device, self._feed))
        )
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
        return {(date.fromisoformat(r.day), r.device): Mark(r.fixes, r.out_of_order, r.last_ms) for r in found}

    def carried(self, day: date) -> dict[str, list[tuple[str, int, int]]]:
        """By device, its bindings on a day as (vehicle, from, until) in epoch ms.

        A device bound in another fleet for the whole day has an empty list, so it does not count as the vehicle of its
        name.
        """
        begin = to_ms(day_start(day))
        c = bindings.c
        query = select(c.device, c.vehicle, c.from_ms, c.to_ms, c.feed).where(c.from_ms < begin + _DAY_MS)
        spans: dict[str, list[tuple[str, int, int]]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query.order_by(c.from_ms)):
                until = begin + _DAY_MS if row.to_ms is None else min(row.to_ms, begin + _DAY_MS)
                if until > begin:
                    ridden = spans.setdefault(row.device, [])
                    if row.feed == self._feed:
                        ridden.append((row.vehicle, max(begin, row.from_ms), until))
        return spans

    def fixes(self, spans: Iterable[tuple[str, int, int]]) -> Iterator[Fixes]:
        """For each (device, since, until) in epoch ms: the valid, accepted fixes with since <= at < until."""
        with self._engine.connect() as connection:
            query = _fixes_query(connection.dialect)
            text, names = str(query), query.positiontup
            # The driver's own cursor: for hundreds of devices SQLAlchemy's result objects cost more than reading.
            cursor = connection.connection.cursor()
            for device, since_ms, until_ms in spans:
                given = {"of": device, "since": since_ms, "until": until_ms}
                cursor.execute(text, given if names is None else tuple(given[name] for name in names))
                yield _columns(cursor.fetchall())

    def spoke(self, devices: Iterable[str], day: date) -> set[str]:
        """Which ``devices`` sent anything on a day, including fixes without satellites and rejected messages."""
        begin, wanted = to_ms(day_start(day)), list(devices)
        f, r = fixes.c, rejections.c
        queries = (
            select(f.device).distinct().where(f.device.in_(wanted), f.at_ms >= begin, f.at_ms < begin + _DAY_MS),
            select(r.device).distinct().where(
                r.device.in_(wanted), r.received_ms >= begin, r.received_ms < begin + _DAY_MS
            ),
        )  # fmt: skip
        with self._engine.connect() as connection:
            return {device for query in queries for device in connection.scalars(query)} if wanted else set()

    def kind_of(self, device: str, day: date) -> tuple[Kind, str]:
        """Kind and source of a device's newest fix of a day."""
        c, begin = fixes.c, to_ms(day_start(day))
        query = (
            select(c.kind, c.source)
            .where(c.device == device, c.at_ms >= begin, c.at_ms < begin + _DAY_MS)
            .order_by(c.at_ms.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return (Kind(row.kind), row.source) if row else (Kind.MEASURED, "")


@cache
def _fixes_query(dialect: Dialect) -> SQLCompiler:
    c = fixes.c
    query = (
        select(c.at_ms, c.longitude, c.latitude, c.speed_kmh, c.attributes)
        .where(c.device == bindparam("of"), c.at_ms >= bindparam("since"), c.at_ms < bindparam("until"))
        .where(c.valid.is_(True), c.quarantined.is_(False))
        .order_by(c.at_ms, c.received_ms)
    )
    compiled = query.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    return compiled


def _columns(rows: Sequence[Any]) -> Fixes:
    return Fixes(
        at_s=np.array([row[0] for row in rows], np.float64) / 1000,
        places=np.array([row[1:3] for row in rows], np.float64).reshape(-1, 2),
        speed_kmh=np.array([np.nan if row[3] is None else row[3] for row in rows], np.float64),
        ignition=np.array([_ignition(row[4]) for row in rows], np.int8),
    )


def _ignition(attributes: str) -> int:
    """The ignition from a fix's attributes, JSON as rows.py writes it."""
    at = attributes.find('"ignition')
    if at < 0:
        return -1
    said = attributes[at : at + 40].partition(":")[2].lstrip().lower()
    return 1 if said.startswith(("true", "1", '"on')) else 0 if said.startswith(("false", "0", '"off')) else -1


def joined(given: Sequence[Fixes]) -> Fixes:
    """Merge fixes of one vehicle, from several devices or times, in order of time."""
    if len(given) == 1:
        return given[0]
    order = np.argsort(np.concatenate([one.at_s for one in given]), kind="stable")
    return Fixes(
        at_s=np.concatenate([one.at_s for one in given])[order],
        places=np.concatenate([one.places for one in given])[order],
        speed_kmh=np.concatenate([one.speed_kmh for one in given])[order],
        ignition=np.concatenate([one.ignition for one in given])[order],
    )
