"""Stores drivers: the register, and who drove at which fix time. The audit log says who read either."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Engine, select

from domain.access.principal import Principal
from domain.audit import Act
from domain.fleets.driver import Driver, Stint, ToldDriver, stints
from domain.instant import from_ms, to_ms
from store.audit import AuditLog, note
from store.database import upsert, writing
from store.registry import Registry
from store.tables.drivers import drivers
from store.tables.fleet import fixes


class DriverRead(NamedTuple):
    """Who read what and when; never which driver they found."""

    at: datetime
    by: str
    what: str


class Drivers:
    """Personal data in SQL; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._registry = Registry(engine)

    def put(self, given: Iterable[Driver], by: Principal, now: datetime) -> int:
        """Add drivers or correct their entries, all or nothing; returns how many are new or changed.

        Drivers that are not given keep their entries.
        """
        known = {driver.id: driver for driver in self.register()}
        fresh = [driver for driver in given if known.get(driver.id) != driver]
        said = {"updated_ms": to_ms(now), "updated_by": by.name}
        with writing(self._engine) as connection:
            upsert(connection, drivers, [_row(driver) | said for driver in fresh])
            note(connection, Act.DRIVERS_IMPORTED, "drivers", by, now, after={"changed": len(fresh)})
        return len(fresh)

    def register(self) -> list[Driver]:
        """Every driver, by id."""
        with self._engine.connect() as connection:
            found = connection.execute(select(drivers).order_by(drivers.c.id)).all()
        return [
            Driver(
                id=row.id,
                name=row.name,
                phone=row.phone,
                licence_number=row.licence_number,
                licence_class=row.licence_class,
                licence_expires=_day(row.licence_expires),
                active_from=_day(row.active_from),
                active_to=_day(row.active_to),
            )
            for row in found
        ]

    def stints(self, vehicle: str, since: datetime, until: datetime) -> list[Stint]:
        """Who drove ``vehicle`` in [since, until), from all trackers it carried."""
        c, told = fixes.c, []
        with self._engine.connect() as connection:
            for device, begin, end in self._registry.carried_by(vehicle, to_ms(since), to_ms(until)):
                query = select(c.at_ms, c.driver).where(
                    c.device == device, c.at_ms >= begin, c.at_ms < end, c.driver.is_not(None), c.quarantined.is_(False)
                )
                told += [ToldDriver(at=from_ms(at_ms), code=code) for at_ms, code in connection.execute(query)]
        return stints(vehicle, told)

    def note_read(self, by: Principal, what: str, now: datetime) -> None:
        """Record who reads what. Call it before showing anything."""
        with writing(self._engine) as connection:
            note(connection, Act.DRIVERS_READ, what, by, now)

    def reads(self, limit: int) -> list[DriverRead]:
        """Who read what, newest first."""
        found = AuditLog(self._engine).newest(limit, acts=(Act.DRIVERS_READ,))
        return [DriverRead(entry.at, entry.name, entry.of) for entry in found]


def _row(driver: Driver) -> dict[str, object]:
    return {name: "" if said is None else str(said) for name, said in asdict(driver).items()}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
