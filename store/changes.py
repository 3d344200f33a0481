"""Changes since a batch, so that a process with a copy of the newest values reads only those."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import (
    BindParameter,
    Engine,
    Select,
    and_,
    bindparam,
    exists,
    func,
    select,
    union_all,
)

from domain.fleets.device_columns import KIND_CODE, DeviceColumns, Ints
from domain.observation import Kind, Observation
from store import rows
from store.tables.feeds import feed_state
from store.tables.fleet import bindings, fixes_latest, tracker_days, vehicles
from store.tables.observations import observations_latest


class Changes:
    """Queries by batch number; blocking."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def batches(self) -> dict[str, int]:
        """The last batch number of each feed."""
        with self._engine.connect() as connection:
            return {row.feed: row.batch for row in connection.execute(select(feed_state.c.feed, feed_state.c.batch))}

    def observations(self, feed: str, after: int) -> list[Observation]:
        """The newest observation of every series written by a batch after ``after``; -1: of every series."""
        c = observations_latest.c
        query = select(observations_latest).where(c.feed == feed, c.batch > after)
        with self._engine.connect() as connection:
            return [rows.observation_of(row) for row in connection.execute(query).mappings()]

    def devices(self, feed: str, day: date) -> DeviceColumns:
        """Every device of the fleet's vehicles, and its counts on ``day``.

        Such a device is bound to a vehicle or has a vehicle's id; its fixes for another fleet do not count.
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
            kind=_codes(kind),
            at_ms=whole[0],
            day_kind=_codes(day_kind),
            fixes=whole[1],
            late_120s=whole[2],
            late_600s=whole[3],
            late_3600s=whole[4],
            online_s=np.array(delivered[4], np.float64),
            first_ms=whole[5],
            last_ms=whole[6],
            history=whole[7],
        )


def _codes(kinds: Sequence[str]) -> Ints:
    return np.array([KIND_CODE[Kind(name)] for name in kinds], np.int64)


def _devices_query() -> Select[Any]:
    """One row per device of the fleet's vehicles: its newest fix and its day."""
    of_fleet: BindParameter[str] = bindparam("of")
    b, v = bindings.alias("bound").c, vehicles.alias("carrier").c
    bound = select(b.device, b.vehicle).where(b.to_ms.is_(None), b.feed == of_fleet)
    namesake = select(vehicles.c.id, vehicles.c.id).where(
        vehicles.c.feed == of_fleet,
        ~exists().where(bindings.c.device == vehicles.c.id, bindings.c.to_ms.is_(None)),
    )
    of = union_all(bound, namesake).subquery("carried").c
    own, day = fixes_latest.alias("own").c, tracker_days.alias("day").c
    joined = (
        of.device.table.outerjoin(v.id.table, and_(v.id == of.vehicle, v.feed == of_fleet))
        .join(own.device.table, and_(own.device == of.device, own.feed == of_fleet))
        .outerjoin(day.device.table, and_(day.device == of.device, day.feed == of_fleet, day.day == bindparam("on")))
    )
    counts = ("fixes", "late_120s", "late_600s", "late_3600s", "online_s", "first_ms", "last_ms", "history")
    return (
        select(
            of.vehicle, func.coalesce(v.place, ""), own.source, own.kind, own.at_ms,
            func.coalesce(day.kind, own.kind).label("day_kind"),
            *(func.coalesce(day[name], 0).label(name) for name in counts),
        )
        .select_from(joined)
        .order_by(of.device)
    )  # fmt: skip


_DEVICES = _devices_query()
