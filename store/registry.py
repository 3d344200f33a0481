"""What people register: places, vehicles, which tracker rides on which vehicle, and the keys of sources."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, exists, func, or_, select, true, update

from domain.fleet import Carrier, OtherFleetError, feeds_of
from domain.instant import from_ms, to_ms
from domain.key_role import Holder, Role
from domain.place import Place
from domain.territory import TERRITORIES, Level
from store import rows, territories
from store.database import insert, insert_new, upsert, writing
from store.organisations import Organisations
from store.records import Binding, Device, RegisteredVehicle, SourceKey
from store.tables import api_keys, bindings, devices, places, registers, vehicles

_LOOKUP_CHUNK = 200
_FLEETS = "fleets"
_WAITS = and_(
    ~exists().where(bindings.c.device == devices.c.device, bindings.c.to_ms.is_(None)),
    ~exists().where(vehicles.c.id == devices.c.device),
)


def stands_for_a_vehicle(device: ColumnElement[str], feed: str) -> ColumnElement[bool]:
    """Whether a column names a device that was ever bound in the fleet of ``feed``, or is called like one of it."""
    b, v = bindings.c, vehicles.c
    return or_(exists().where(b.device == device, b.feed == feed), exists().where(v.id == device, v.feed == feed))


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

    def put_vehicles(self, given: Iterable[RegisteredVehicle], now: datetime, *, moved_by: str = "") -> None:
        """Register vehicles, or update their place and whether they are in service.

        One of another fleet is left alone, or moved when ``moved_by`` says on whose word: it takes its devices along
        from ``now`` on, and what they did before stays where it was.
        """
        now_ms = to_ms(now)
        with writing(self._engine) as connection:
            before = _feeds(connection)
            told = [one for one in given if moved_by or before.get(one.id, one.feed) == one.feed]
            for one in told:
                if before.get(one.id, one.feed) != one.feed:
                    _move(connection, one, before[one.id], moved_by, now_ms)
            upsert(connection, vehicles, [{**asdict(one), "updated_ms": now_ms} for one in told])
            if told:
                _note_change(connection)

    def vehicles(self) -> dict[str, RegisteredVehicle]:
        """The vehicle register of all fleets, by id."""
        c = vehicles.c
        with self._engine.connect() as connection:
            found = connection.execute(select(c.id, c.feed, c.place, c.in_service).order_by(c.id)).mappings().all()
        return {row["id"]: RegisteredVehicle(**row) for row in found}

    def vehicles_of(self, feed: str) -> dict[str, RegisteredVehicle]:
        """The vehicle register of one fleet, by id."""
        return {id_: one for id_, one in self.vehicles().items() if one.feed == feed}

    def bind(self, device: str, vehicle: str, *, feed: str, by: str, now: datetime) -> None:
        """From ``now`` on ``device`` rides on ``vehicle`` of the fleet ``feed``; its earlier binding ends.

        Raises OtherFleetError for a vehicle that another fleet knows.
        """
        with writing(self._engine) as connection:
            known = _feed_of_vehicle(connection, vehicle, but=device)
            if known not in (None, feed):
                raise OtherFleetError(vehicle, known)
            _end_binding(connection, device, to_ms(now))
            row = {"device": device, "from_ms": to_ms(now), "vehicle": vehicle, "to_ms": None, "by": by, "feed": feed}
            upsert(connection, bindings, [row])
            _note_change(connection)

    def fleet_of(self, vehicle: str) -> str | None:
        """The feed of the fleet that knows ``vehicle``: its register does, or a device rides on it; None when none."""
        with self._engine.connect() as connection:
            return _feed_of_vehicle(connection, vehicle)

    def unbind(self, device: str, *, now: datetime) -> None:
        """From ``now`` on ``device`` rides on no vehicle."""
        with writing(self._engine) as connection:
            _end_binding(connection, device, to_ms(now))
            _note_change(connection)

    def vouch(self, sources: Mapping[str, str], now: datetime, *, feed: str) -> int:
        """Take sources at their word for devices they call vehicles of the fleet ``feed`` (source by device).

        Returns how many are new. The word holds from the beginning. A device that people or sources ever bound keeps
        what they said.
        """
        fresh: list[dict[str, object]] = []
        with writing(self._engine) as connection:
            for start in range(0, len(given := sorted(sources)), _LOOKUP_CHUNK):
                chunk = given[start : start + _LOOKUP_CHUNK]
                known = set(connection.scalars(select(bindings.c.device).where(bindings.c.device.in_(chunk))))
                fresh += [
                    {
                        "device": device, "from_ms": 0, "vehicle": device, "to_ms": None, "by": sources[device],
                        "feed": feed,
                    }
                    for device in chunk
                    if device not in known
                ]  # fmt: skip
            new = insert_new(connection, bindings, fresh) if fresh else 0
            if new:
                _note_change(connection)
            return new

    def bound(self) -> dict[str, Carrier]:
        """Carrier by device, for the bindings in force of all fleets."""
        with self._engine.connect() as connection:
            return _bound(connection)

    def fleets(self) -> tuple[int, dict[str, str]]:
        """The `version` of the register, and the feed of every device that stands for a vehicle of a fleet."""
        with self._engine.connect() as connection:
            # In this order: a change between the two is read again, never missed.
            version = _version(connection)
            return version, feeds_of(_bound(connection), _feeds(connection))

    def version(self) -> int:
        """A number that goes up with every change of vehicles and bindings, whoever made it."""
        with self._engine.connect() as connection:
            return _version(connection)

    def bindings_of(self, vehicle: str) -> list[Binding]:
        """Every binding a vehicle ever had, oldest first."""
        query = select(bindings).where(bindings.c.vehicle == vehicle).order_by(bindings.c.from_ms)
        with self._engine.connect() as connection:
            return [
                Binding(
                    device=row.device,
                    vehicle=row.vehicle,
                    feed=row.feed,
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

    def carried_devices(self, feed: str) -> list[Device]:
        """Trackers ever bound in the fleet of ``feed``, or called like a vehicle of its register; newest first."""
        return self._devices(stands_for_a_vehicle(devices.c.device, feed))

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


def _bound(connection: Connection) -> dict[str, Carrier]:
    c = bindings.c
    found = connection.execute(select(c.device, c.vehicle, c.feed).where(c.to_ms.is_(None)))
    return {row.device: Carrier(row.vehicle, row.feed) for row in found}


def _feeds(connection: Connection) -> dict[str, str]:
    return {row.id: row.feed for row in connection.execute(select(vehicles.c.id, vehicles.c.feed))}


def _feed_of_vehicle(connection: Connection, vehicle: str, *, but: str = "") -> str | None:
    """The feed of a vehicle by its register, else by the devices that ride on it, ``but`` one."""
    registered: str | None = connection.scalar(select(vehicles.c.feed).where(vehicles.c.id == vehicle))
    c = bindings.c
    rides = select(c.feed).where(c.vehicle == vehicle, c.to_ms.is_(None), c.device != but).limit(1)
    return registered if registered is not None else connection.scalar(rides)


def _move(connection: Connection, vehicle: RegisteredVehicle, before: str, by: str, now_ms: int) -> None:
    """Let what rides on a vehicle change the fleet with it; a device called like it has a binding from then on."""
    c = bindings.c
    rides = list(connection.execute(select(c.device, c.by).where(c.vehicle == vehicle.id, c.to_ms.is_(None))))
    connection.execute(update(bindings).where(c.vehicle == vehicle.id, c.to_ms.is_(None)).values(to_ms=now_ms))
    said = {row.device: row.by for row in rides}
    own = connection.scalar(select(func.count()).select_from(bindings).where(c.device == vehicle.id))
    row = {"vehicle": vehicle.id, "to_ms": None, "feed": vehicle.feed}
    fresh = [{"device": device, "from_ms": now_ms, "by": by or told, **row} for device, told in said.items()]
    if not own:
        past = {"device": vehicle.id, "from_ms": 0, "by": by, **row, "to_ms": now_ms, "feed": before}
        fresh += [past, {"device": vehicle.id, "from_ms": now_ms, "by": by, **row}]
    upsert(connection, bindings, fresh)


def _version(connection: Connection) -> int:
    return connection.scalar(select(registers.c.version).where(registers.c.name == _FLEETS)) or 0


def _note_change(connection: Connection) -> None:
    c = registers.c
    changed = update(registers).where(c.name == _FLEETS).values(version=c.version + 1)
    if connection.execute(changed).rowcount == 0:
        # Of two that come here first at the same time, the second waits and counts on.
        first = insert(connection.dialect.name, registers).values(name=_FLEETS, version=1)
        connection.execute(first.on_conflict_do_update(index_elements=["name"], set_={"version": c.version + 1}))


def _end_binding(connection: Connection, device: str, now_ms: int) -> None:
    c = bindings.c
    connection.execute(update(bindings).where(c.device == device, c.to_ms.is_(None)).values(to_ms=now_ms))
