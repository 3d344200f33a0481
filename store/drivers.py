"""Stores drivers: the register, what imports of it change, and who drove when. The audit log says who read."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, Engine, bindparam, delete, select, update

from domain.access.principal import Principal
from domain.audit import Act
from domain.fleets.driver import Driver, Stint, ToldDriver, stints
from domain.instant import from_ms, to_ms
from store.audit import AuditLog, note
from store.database import upsert, writing
from store.registry import Registry
from store.tables.drivers import driver_changes, drivers
from store.tables.fleet import fixes

_DAYS = ("licence_expires", "active_from", "active_to")


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

    def put(self, given: Iterable[Driver], by: Principal, now: datetime, file_import: str = "") -> int:
        """Add drivers or correct their entries, all or nothing; returns how many are new or changed.

        Drivers that are not given keep their entries. What each change of ``file_import`` replaces is kept for
        `take_back`; its entries no longer wait.
        """
        c, said = driver_changes.c, {"updated_ms": to_ms(now), "updated_by": by.name}
        with writing(self._engine) as connection:
            known = _entries(connection)
            fresh = [row for row in map(_row, given) if known.get(row["id"]) != row]
            upsert(connection, drivers, [row | said for row in fresh])
            if file_import:
                connection.execute(delete(driver_changes).where(c.file_import == file_import, c.before.is_(None)))
                changes = [_change(file_import, row, _text(known.get(row["id"])), now) for row in fresh]
                upsert(connection, driver_changes, changes)
            left = [{"of": row["id"], "last": row["active_to"]} for row in fresh if row["active_to"]]
            if left:
                of_driver = update(driver_changes).where(c.id == bindparam("of"))
                connection.execute(of_driver.values(active_to=bindparam("last")), left)
            note(connection, Act.DRIVERS_IMPORTED, "drivers", by, now, after={"changed": len(fresh)})
        return len(fresh)

    def hand_in(self, file_import: str, given: Iterable[Driver], now: datetime) -> None:
        """Keep entries that an import brings until they are applied; until then they count for nothing."""
        with writing(self._engine) as connection:
            upsert(connection, driver_changes, [_change(file_import, _row(driver), None, now) for driver in given])

    def handed_in(self, file_import: str) -> list[Driver]:
        """The entries of an import that wait, by id; none when it was applied or dropped."""
        c = driver_changes.c
        query = select(c.entry).where(c.file_import == file_import, c.before.is_(None)).order_by(c.id)
        with self._engine.connect() as connection:
            return [_driver(orjson.loads(entry)) for entry in connection.scalars(query)]

    def restorable(self, file_import: str) -> int:
        """How many entries `take_back` would restore: those that nobody corrected or forgot since."""
        with self._engine.connect() as connection:
            return len(_unchanged_since(connection, file_import))

    def take_back(self, file_import: str, by: Principal, now: datetime) -> None:
        """Bring back what stood before an import, but for entries that were corrected since."""
        with writing(self._engine) as connection:
            back = _unchanged_since(connection, file_import)
            said = {"updated_ms": to_ms(now), "updated_by": by.name}
            upsert(connection, drivers, [orjson.loads(before) | said for before in back.values() if before])
            added = [{"of": id_} for id_, before in back.items() if not before]
            if added:
                connection.execute(delete(drivers).where(drivers.c.id == bindparam("of")), added)
            connection.execute(delete(driver_changes).where(driver_changes.c.file_import == file_import))

    def drop(self, file_import: str) -> None:
        """Forget what an import holds: it cannot be applied or taken back any more."""
        with writing(self._engine) as connection:
            connection.execute(delete(driver_changes).where(driver_changes.c.file_import == file_import))

    def register(self) -> list[Driver]:
        """Every driver, by id."""
        with self._engine.connect() as connection:
            return [_driver(row) for _, row in sorted(_entries(connection).items())]

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


def _entries(connection: Connection) -> dict[str, dict[str, str]]:
    """The register by id, as `_row` writes entries."""
    found = connection.execute(select(*(drivers.c[one.name] for one in fields(Driver)))).mappings()
    # Keys of rows are a kind of str that orjson does not take.
    return {row["id"]: {str(name): said for name, said in row.items()} for row in found}


def _unchanged_since(connection: Connection, file_import: str) -> dict[str, str]:
    """What stood before each entry that an import wrote and that still stands."""
    c, known = driver_changes.c, _entries(connection)
    query = select(c.id, c.entry, c.before).where(c.file_import == file_import, c.before.is_not(None))
    found = connection.execute(query)
    return {row.id: row.before for row in found if known.get(row.id) == orjson.loads(row.entry)}


def _change(file_import: str, row: Mapping[str, str], before: str | None, now: datetime) -> dict[str, object]:
    return {
        "file_import": file_import,
        "id": row["id"],
        "entry": _text(row),
        "before": before,
        "active_to": row["active_to"],
        "handed_ms": to_ms(now),
    }


def _text(row: Mapping[str, str] | None) -> str:
    return orjson.dumps(dict(row)).decode() if row else ""


def _row(driver: Driver) -> dict[str, str]:
    return {name: "" if said is None else str(said) for name, said in asdict(driver).items()}


def _driver(row: Mapping[str, str]) -> Driver:
    days = {name: _day(row[name]) for name in _DAYS}
    texts = {name: said for name, said in row.items() if name not in _DAYS}
    return Driver(**texts, **days)  # type: ignore[arg-type] # the days are those fields, the rest are texts


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
