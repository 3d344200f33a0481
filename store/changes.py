"""What the collectors changed since a batch: whoever keeps a copy of the newest reads only that."""

from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Engine, Select, and_, bindparam, exists, func, select, union_all

from domain.device_columns import KIND_CODE, DeviceColumns
from domain.observation import Kind, Observation
from store import rows
from store.observation_tables import observations_latest
from store.tables import bindings, feed_state, fixes_latest, tracker_days, vehicles


class Changes:
    """Reads by batch; blocking."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def batches(self) -> dict[str, int]:
        """The number of the last batch of each feed."""
        with self._engine.connect() as connection:
            return {row.feed: row.batch for row in connection.execute(select(feed_state.c.feed, feed_state.c.batch))}

    def observations(self, feed: str, after: int) -> list[Observation]:
        """The newest observation of every series that a later batch than ``after`` wrote; -1: of every series."""
        c = observations_latest.c
        query = select(observations_latest).where(c.feed == feed, c.batch > after)
        with self._engine.connect() as connection:
            return [rows.observation_of(row) for row in connection.execute(query).mappings()]

    def registered(self) -> tuple[int, ...]:
        """What is different whenever the registers of vehicles and bindings are: how many rows, sums of their times."""
        b, v = bindings.c, vehicles.c
        queries = (
            select(func.count(), func.count(b.to_ms), func.sum(b.from_ms), func.sum(b.to_ms)),
            select(func.count(v.id), func.sum(v.updated_ms)),
        )
        with self._engine.connect() as connection:
            return tuple(int(number or 0) for query in queries for number in connection.execute(query).one())

    def devices(self, feed: str, day: date) -> DeviceColumns:
        """Every device that stands for a vehicle, bound to one or called like one, and what it delivered on ``day``.

        Anybody may send under any name: the rows of those who stand for nothing are not read.
        """
        with self._engine.connect() as connection:
            found = connection.execute(_DEVICES, {"of": feed, "on": day.isoformat()}).all()
        columns = [*zip(*found, strict=True)] if found else [()] * len(_DEVICES.selected_columns)
        vehicle, place, source, kind, at_ms, day_kind, *delivered = columns
        whole = [np.array(column, np.int64) for column in (at_ms, *delivered[:4], *delivered[5:])]
        return DeviceColumns(
            day=day,
            vehicle=vehicle,
            place=place,
            source=source,
            kind=np.array([KIND_CODE[Kind(name)] for name in kind], np.int64),
            at_ms=whole[0],
            day_kind=np.array([KIND_CODE[Kind(name)] for name in day_kind], np.int64),
            fixes=whole[1],
            late_120s=whole[2],
            late_600s=whole[3],
            late_3600s=whole[4],
            online_s=np.array(delivered[4], np.float64),
            first_ms=whole[5],
            last_ms=whole[6],
            history=whole[7],
        )


def _devices_query() -> Select[Any]:
    b, f, d, v = bindings.alias("bound").c, fixes_latest.c, tracker_days.c, vehicles.alias("carrier").c
    bound = select(b.device, b.vehicle).where(b.to_ms.is_(None))
    namesake = select(vehicles.c.id, vehicles.c.id).where(
        ~exists().where(bindings.c.device == vehicles.c.id, bindings.c.to_ms.is_(None))
    )
    of = union_all(bound, namesake).subquery("carried").c
    delivered = ("fixes", "late_120s", "late_600s", "late_3600s", "online_s", "first_ms", "last_ms", "history")
    joined = (
        of.device.table.join(fixes_latest, f.device == of.device)
        .outerjoin(v.id.table, v.id == of.vehicle)
        .outerjoin(tracker_days, and_(d.device == of.device, d.day == bindparam("on")))
    )
    return (
        select(
            of.vehicle, func.coalesce(v.place, ""), f.source, f.kind, f.at_ms, func.coalesce(d.kind, f.kind),
            *(func.coalesce(d[name], 0) for name in delivered),
        )
        .select_from(joined)
        .where(f.feed == bindparam("of"))
        .order_by(of.device)
    )  # fmt: skip


_DEVICES = _devices_query()
