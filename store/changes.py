"""What the collectors changed since a batch: whoever keeps a copy of the newest reads only that."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, select

from domain.observation import Observation
from domain.vehicle import Vehicle
from store import rows
from store.observation_tables import observations_latest
from store.registry import Registry
from store.tables import feed_state, fixes_latest

_CHUNK = 500


class Changes:
    """Reads by batch; blocking."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._registry = Registry(engine)

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

    def vehicles(self, feed: str) -> list[Vehicle]:
        """The newest position of every device that stands for a vehicle: bound to one, or called like one."""
        carried, fleet = self._registry.bound(), self._registry.vehicles()
        c = fixes_latest.c
        query = select(c.device, c.at_ms, c.received_ms, c.latitude, c.longitude, c.kind, c.source).where(
            c.feed == feed
        )
        found = []
        for row in self._of_devices(query, c.device, carried.keys() | fleet.keys()):
            id_ = carried.get(row.device, row.device)
            found.append(rows.vehicle_of(row, id_, fleet[id_].place if id_ in fleet else ""))
        return found

    def _of_devices(self, query: Select[Any], device: ColumnElement[str], devices: Iterable[str]) -> list[Row[Any]]:
        """Rows of some devices: anybody may send under any name, so nothing reads the rows of all of them."""
        wanted = sorted(devices)
        chunks = (wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK))
        with self._engine.connect() as connection:
            return [row for chunk in chunks for row in connection.execute(query.where(device.in_(chunk)))]
