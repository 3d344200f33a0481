"""What people register: places, vehicles, which tracker rides on which vehicle, and the keys of sources."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, exists, func, or_, select, true, update

from domain.instant import from_ms, to_ms
from domain.key_role import Holder, Role
from domain.place import Place
from domain.territory import TERRITORIES, Level
from store import rows, territories
from store.database import insert_new, upsert, writing
from store.organisations import Organisations
from store.records import Binding, Device, RegisteredVehicle, SourceKey
from store.tables import api_keys, bindings, devices, places, vehicles

_LOOKUP_CHUNK = 200
_WAITS = and_(
    ~exists().where(bindings.c.device == devices.c.device, bindings.c.to_ms.is_(None)),
    ~exists().where(vehicles.c.id == devices.c.device),
)


def stands_for_a_vehicle(device: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a column names a device that was ever bound, or is called like a registered vehicle."""
    return or_(exists().where(bindings.c.device == device), exists().where(vehicles.c.id == device))


class Registry:
    """The registers in SQL; one instance serves any number of threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.organisations = Organisations(engine)

    def seed_places(self) -> None:
        """Write the places the product ships with (store/seed/); repeating it changes nothing."""
        given = [asdict(place) for known in TERRITORIES for place in territories.places(known.version)]
        with writing(self._engine) as connection:
            upsert(connection, places, given)

    def places(self, territory: str) -> list[Place]:
        """Places of one territory version, by code; the province and its districts are among them."""
        query = select(places).where(places.c.territory == territory).order_by(places.c.code)
        with self._engine.connect() as connection:
            return [Place(**{**row, "level": Level(row["level"])}) for row in connection.execute(query).mappings()]

    def put_vehicles(self, given: Iterable[RegisteredVehicle], now: datetime) -> None:
        """Register vehicles, or update their place and whether they are in service."""
        updated_ms = to_ms(now)
        with writing(self._engine) as connection:
            upsert(
                connection,
                vehicles,
                [{"id": v.id, "place": v.place, "in_service": v.in_service, "updated_ms": updated_ms} for v in given],
            )

    def vehicles(self) -> dict[str, RegisteredVehicle]:
        """The vehicle register, by id."""
        with self._engine.connect() as connection:
            found = connection.execute(select(vehicles).order_by(vehicles.c.id)).all()
        return {row.id: RegisteredVehicle(id=row.id, place=row.place, in_service=row.in_service) for row in found}

    def bind(self, device: str, vehicle: str, *, by: str, now: datetime) -> None:
        """From ``now`` on ``device`` rides on ``vehicle``; its earlier binding ends."""
        with writing(self._engine) as connection:
            _end_binding(connection, device, to_ms(now))
            row = {"device": device, "from_ms": to_ms(now), "vehicle": vehicle, "to_ms": None, "by": by}
            upsert(connection, bindings, [row])

    def unbind(self, device: str, *, now: datetime) -> None:
        """From ``now`` on ``device`` rides on no vehicle."""
        with writing(self._engine) as connection:
            _end_binding(connection, device, to_ms(now))

    def vouch(self, sources: Mapping[str, str], now: datetime) -> int:
        """Take sources at their word for devices they call vehicles (source by device); returns how many are new.

        The word holds from the beginning. A device that people or sources ever bound keeps what they said.
        """
        fresh: list[dict[str, object]] = []
        with writing(self._engine) as connection:
            for start in range(0, len(given := sorted(sources)), _LOOKUP_CHUNK):
                chunk = given[start : start + _LOOKUP_CHUNK]
                known = set(connection.scalars(select(bindings.c.device).where(bindings.c.device.in_(chunk))))
                fresh += [
                    {"device": device, "from_ms": 0, "vehicle": device, "to_ms": None, "by": sources[device]}
                    for device in chunk
                    if device not in known
                ]
            return insert_new(connection, bindings, fresh) if fresh else 0

    def bound(self) -> dict[str, str]:
        """Vehicle id by device, for the bindings in force."""
        with self._engine.connect() as connection:
            query = select(bindings.c.device, bindings.c.vehicle).where(bindings.c.to_ms.is_(None))
            return {row.device: row.vehicle for row in connection.execute(query)}

    def bindings_of(self, vehicle: str) -> list[Binding]:
        """Every binding a vehicle ever had, oldest first."""
        query = select(bindings).where(bindings.c.vehicle == vehicle).order_by(bindings.c.from_ms)
        with self._engine.connect() as connection:
            return [
                Binding(
                    device=row.device,
                    vehicle=row.vehicle,
                    since=from_ms(row.from_ms),
                    until=rows.instant_or_none(row.to_ms),
                    by=row.by,
                )
                for row in connection.execute(query)
            ]

    def carried_by(self, vehicle: str, since_ms: int, until_ms: int) -> list[tuple[str, int, int]]:
        """The (device, from, until) epoch ms in which a vehicle carried it; a device may be called like its vehicle."""
        carried = [(vehicle, since_ms, until_ms)]
        for binding in (binding for binding in self.bindings_of(vehicle) if binding.device != vehicle):
            end = until_ms if binding.until is None else min(until_ms, to_ms(binding.until))
            carried.append((binding.device, max(since_ms, to_ms(binding.since)), end))
        return carried

    def devices(self) -> list[Device]:
        """Every tracker that ever sent something, newest first."""
        return self._devices(true())

    def carried_devices(self) -> list[Device]:
        """Trackers that were ever bound, or are called like a registered vehicle; newest first."""
        return self._devices(stands_for_a_vehicle(devices.c.device))

    def pending_devices(self, limit: int) -> list[Device]:
        """The newest trackers that wait for a vehicle: neither bound nor called like a registered vehicle."""
        return self._devices(_WAITS, limit)

    def count_pending(self) -> int:
        """How many trackers wait for a vehicle."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(devices).where(_WAITS)) or 0

    def add_key(self, name: str, now: datetime, role: Role = Role.SOURCE) -> str:
        """Make a source's key and return the secret, which is kept nowhere; ValueError when the name is taken."""
        if not name.strip():
            raise ValueError("Khóa cần có tên nguồn / a key needs the name of its source")
        secret = secrets.token_urlsafe(32)
        with writing(self._engine) as connection:
            made = {"name": name, "hash": hash_key(secret), "role": role.value}
            row = made | {"created_ms": to_ms(now), "revoked_ms": None}
            if insert_new(connection, api_keys, [row]) == 0:
                raise ValueError(f"Tên khóa đã có, hãy chọn tên khác / this key name is taken, choose another: {name}")
        return secret

    def revoke_key(self, name: str, now: datetime) -> bool:
        """Make a key invalid from now on; False when there is no valid key of that name."""
        c = api_keys.c
        with writing(self._engine) as connection:
            statement = update(api_keys).where(c.name == name, c.revoked_ms.is_(None)).values(revoked_ms=to_ms(now))
            return connection.execute(statement).rowcount == 1

    def find_key(self, secret: str) -> Holder | None:
        """Who holds this secret; None when it is unknown or revoked."""
        return self._holder(api_keys.c.hash == hash_key(secret))

    def holder_named(self, name: str) -> Holder | None:
        """The holder of this name while its key is valid."""
        return self._holder(api_keys.c.name == name)

    def key_holders(self) -> dict[str, Holder]:
        """Holders of all valid keys by hash (see `hash_key`), for a front door that checks in memory."""
        c = api_keys.c
        with self._engine.connect() as connection:
            found = connection.execute(select(c.hash, c.name, c.role).where(c.revoked_ms.is_(None))).all()
        return {row.hash: Holder(row.name, Role(row.role)) for row in found}

    def source_keys(self) -> list[SourceKey]:
        """Every key ever made, by name."""
        with self._engine.connect() as connection:
            found = connection.execute(select(api_keys).order_by(api_keys.c.name)).all()
        return [
            SourceKey(
                name=row.name,
                role=Role(row.role),
                created_at=from_ms(row.created_ms),
                revoked_at=rows.instant_or_none(row.revoked_ms),
            )
            for row in found
        ]

    def _holder(self, which: ColumnElement[bool]) -> Holder | None:
        c = api_keys.c
        with self._engine.connect() as connection:
            row = connection.execute(select(c.name, c.role).where(which, c.revoked_ms.is_(None))).first()
        return None if row is None else Holder(row.name, Role(row.role))

    def _devices(self, which: ColumnElement[bool], limit: int | None = None) -> list[Device]:
        query = select(devices).where(which).order_by(devices.c.last_seen_ms.desc(), devices.c.device).limit(limit)
        with self._engine.connect() as connection:
            return [
                Device(
                    device=row.device,
                    source=row.source,
                    first_seen_at=from_ms(row.first_seen_ms),
                    last_seen_at=from_ms(row.last_seen_ms),
                    fixes=row.fixes,
                    clock_offset_min=row.clock_offset_min,
                )
                for row in connection.execute(query)
            ]


def hash_key(secret: str) -> str:
    """How a secret lies at rest: SHA-256, hex. It holds 256 random bits, so a slow hash would protect nothing more."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _end_binding(connection: Connection, device: str, now_ms: int) -> None:
    c = bindings.c
    connection.execute(update(bindings).where(c.device == device, c.to_ms.is_(None)).values(to_ms=now_ms))
