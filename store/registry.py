"""The registers: places, vehicles, bindings of trackers to vehicles, and API keys of sources."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, exists, func, or_, select, true, update

from domain.access.principal import NOBODY, Actor, Principal
from domain.audit import Act
from domain.feeds.payload import BY_KEY
from domain.fleets.fleet import ANY_KEY, ANYBODY, Carrier, OtherFleetError
from domain.instant import from_ms, to_ms
from domain.key_role import Holder, KeyRole
from domain.places.place import Place
from domain.places.territory import TERRITORIES, Level
from store import rows, territories
from store.audit import note
from store.database import insert, insert_new, upsert, writing
from store.organisations import Organisations
from store.records import Binding, Device, RegisteredVehicle, SourceKey, WaitingDevice
from store.tables.fleet import bindings, devices, registers, vehicles
from store.tables.keys import api_keys
from store.tables.maps import places
from store.waiting import count_waiting, hand_over, is_waiting, newest_waiting

_LOOKUP_CHUNK = 200
_FLEETS = "fleets"
_KEYS_MAX = 2


def stands_for_a_vehicle(device: ColumnElement[str], feed: str) -> ColumnElement[bool]:
    """SQL condition: the device was ever bound in the fleet of ``feed``, or has the id of one of its vehicles."""
    b, v = bindings.c, vehicles.c
    return or_(exists().where(b.device == device, b.feed == feed), exists().where(v.id == device, v.feed == feed))


class Registry:
    """The registers in SQL; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.organisations = Organisations(engine)

    def seed_places(self) -> None:
        """Write the shipped places (store/seed/); idempotent."""
        given = [asdict(place) for known in TERRITORIES for place in territories.places(known.version)]
        with writing(self._engine) as connection:
            upsert(connection, places, given)

    def places(self, territory: str) -> list[Place]:
        """Places of one territory version, including the province and districts, by code."""
        query = select(places).where(places.c.territory == territory).order_by(places.c.code)
        with self._engine.connect() as connection:
            return [Place(**{**row, "level": Level(row["level"])}) for row in connection.execute(query).mappings()]

    def put_vehicles(
        self, given: Iterable[RegisteredVehicle], now: datetime, *, moved_by: str = "", by: Principal = NOBODY
    ) -> None:
        """Add vehicles, or update their place and whether they are in service.

        A vehicle of another fleet is skipped, unless ``moved_by`` says which register moves it. A moved vehicle takes
        its devices along from ``now`` on; their earlier data stays with the old fleet. ``by`` imports the
        register; vehicles that a feed names are data, no act.
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
            if told and moved_by:
                after = {"vehicles": len(told), "source": moved_by}
                note(connection, Act.VEHICLES_IMPORTED, "vehicles", by, now, after=after)

    def vehicles(self) -> dict[str, RegisteredVehicle]:
        """The vehicle register of all fleets, by id."""
        c = vehicles.c
        with self._engine.connect() as connection:
            found = connection.execute(select(c.id, c.feed, c.place, c.in_service).order_by(c.id)).mappings().all()
        return {row["id"]: RegisteredVehicle(**row) for row in found}

    def vehicles_of(self, feed: str) -> dict[str, RegisteredVehicle]:
        """The vehicle register of one fleet, by id."""
        return {id_: one for id_, one in self.vehicles().items() if one.feed == feed}

    def bind(
        self, device: str, vehicle: str, *, feed: str, by: Principal, now: datetime, sender: str = ANYBODY
    ) -> None:
        """Bind ``device`` of ``sender`` to ``vehicle`` of fleet ``feed`` from ``now`` on; ends its earlier binding.

        Raises OtherFleetError when the vehicle belongs to another fleet.
        """
        with writing(self._engine) as connection:
            known = _feed_of_vehicle(connection, vehicle, but=device)
            if known not in (None, feed):
                raise OtherFleetError(vehicle, known)
            before = _carrier(connection, device)
            _end_binding(connection, device, to_ms(now))
            after: dict[str, object] = {"vehicle": vehicle, "feed": feed, "sender": sender}
            row = {"device": device, "from_ms": to_ms(now), "to_ms": None, "by": str(by), **after}
            upsert(connection, bindings, [row])
            hand_over(connection, device, sender, feed)
            _note_change(connection)
            note(connection, Act.VEHICLE_BOUND, device, by, now, before=before, after=after)

    def fleet_of(self, vehicle: str) -> str | None:
        """The feed of the vehicle's fleet, from the register or from a bound device; None when unknown."""
        with self._engine.connect() as connection:
            return _feed_of_vehicle(connection, vehicle)

    def unbind(self, device: str, *, by: Principal, now: datetime) -> None:
        """End the binding of ``device`` at ``now``."""
        with writing(self._engine) as connection:
            before = _carrier(connection, device)
            _end_binding(connection, device, to_ms(now))
            _note_change(connection)
            note(connection, Act.VEHICLE_UNBOUND, device, by, now, before=before)

    def vouch(self, sources: Mapping[str, str], now: datetime, *, feed: str) -> set[str]:
        """Bind devices that trusted sources name as vehicles of the fleet ``feed`` (source by device).

        Returns those newly bound. Such a binding counts from the beginning of time. A device with any earlier binding
        keeps it.
        """
        fresh: list[dict[str, str | int | None]] = []
        with writing(self._engine) as connection:
            for start in range(0, len(given := sorted(sources)), _LOOKUP_CHUNK):
                chunk = given[start : start + _LOOKUP_CHUNK]
                known = set(connection.scalars(select(bindings.c.device).where(bindings.c.device.in_(chunk))))
                fresh += [
                    {
                        "device": device, "from_ms": 0, "vehicle": device, "to_ms": None, "by": sources[device],
                        "feed": feed, "sender": f"{BY_KEY}{sources[device]}",
                    }
                    for device in chunk
                    if device not in known
                ]  # fmt: skip
            if fresh:
                insert_new(connection, bindings, fresh)
                _note_change(connection)
                _note_vouched(connection, {str(row["device"]): sources[str(row["device"])] for row in fresh}, now, feed)
            return {str(row["device"]) for row in fresh}

    def bound(self) -> dict[str, Carrier]:
        """Carrier by device, for the current bindings of all fleets."""
        with self._engine.connect() as connection:
            return _bound(connection)

    def remember_senders(self, first: Mapping[str, str]) -> None:
        """Note the ``first`` sender of bound devices (sender by device), where the binding names none."""
        b = bindings.c
        with writing(self._engine) as connection:
            noted = 0
            for device, sender in sorted(first.items()):
                open_ = (b.device == device, b.to_ms.is_(None), b.sender.in_((ANYBODY, ANY_KEY)))
                noted += connection.execute(update(bindings).where(*open_).values(sender=sender)).rowcount
            if noted:
                _note_change(connection)

    def fleets(self) -> tuple[int, dict[str, Carrier], dict[str, str]]:
        """The register's `version`, the carrier of each bound device, and the feed of each vehicle."""
        with self._engine.connect() as connection:
            # Version first: a change between the reads is then read again, never missed.
            return _version(connection), _bound(connection), _feeds(connection)

    def version(self) -> int:
        """A number that grows with every change of vehicles and bindings."""
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
        """The (device, from, until) epoch ms of devices on a vehicle; a device may have its vehicle's id."""
        carried = [(vehicle, since_ms, until_ms)]
        for binding in (binding for binding in self.bindings_of(vehicle) if binding.device != vehicle):
            end = until_ms if binding.until is None else min(until_ms, to_ms(binding.until))
            carried.append((binding.device, max(since_ms, to_ms(binding.since)), end))
        return carried

    def devices(self) -> list[Device]:
        """Every tracker that ever sent something, newest first."""
        return self._devices(true())

    def carried_devices(self, feed: str) -> list[Device]:
        """Trackers ever bound in the fleet of ``feed``, or named like one of its vehicles; newest first."""
        return self._devices(stands_for_a_vehicle(devices.c.device, feed))

    def pending_devices(self, limit: int, search: str = "") -> list[WaitingDevice]:
        """The newest trackers that wait for a vehicle, of those whose id contains ``search``."""
        with self._engine.connect() as connection:
            return newest_waiting(connection, limit, search)

    def count_pending(self, search: str = "") -> int:
        """How many trackers wait for a vehicle, of those whose id contains ``search``."""
        with self._engine.connect() as connection:
            return count_waiting(connection, search)

    def waits(self, device: str, sender: str) -> bool:
        """Whether ``device`` waits for a vehicle as ``sender`` sends it."""
        with self._engine.connect() as connection:
            return is_waiting(connection, device, sender)

    def add_key(self, name: str, now: datetime, role: KeyRole = KeyRole.SOURCE, by: Principal = NOBODY) -> str:
        """Create a source's key and return its secret, which is not stored.

        A source may have two valid keys of one role, so that it changes keys without a gap. ValueError, in words,
        when the name is empty, revoked, of another role, or has two valid keys.
        """
        if not name.strip():
            raise ValueError("Hãy ghi tên nguồn cho khóa / a key needs the name of its source")
        secret, c = secrets.token_urlsafe(32), api_keys.c
        with writing(self._engine) as connection:
            known = connection.execute(select(c.role, c.revoked_ms).where(c.name == name)).all()
            valid = [row.role for row in known if row.revoked_ms is None]
            if known and valid != [role.value]:
                raise ValueError(_no_second_key(name, valid))
            made = {"name": name, "hash": hash_key(secret), "role": role.value}
            upsert(connection, api_keys, [made | {"created_ms": to_ms(now), "revoked_ms": None}])
            note(connection, Act.KEY_ADDED, name, by, now, after={"role": role.value})
        return secret

    def revoke_key(self, name: str, now: datetime, by: Principal = NOBODY) -> bool:
        """Revoke all keys of a source from ``now`` on; False when it has no valid key."""
        c = api_keys.c
        with writing(self._engine) as connection:
            statement = update(api_keys).where(c.name == name, c.revoked_ms.is_(None)).values(revoked_ms=to_ms(now))
            revoked = connection.execute(statement).rowcount > 0
            if revoked:
                note(connection, Act.KEY_REVOKED, name, by, now)
            return revoked

    def retire_key(self, name: str, now: datetime, by: Principal = NOBODY) -> bool:
        """Revoke the older of a source's two valid keys from ``now`` on; False when it has not two."""
        c = api_keys.c
        valid = select(c.hash).where(c.name == name, c.revoked_ms.is_(None)).order_by(c.created_ms)
        with writing(self._engine) as connection:
            hashes = list(connection.scalars(valid))
            if len(hashes) < _KEYS_MAX:
                return False
            connection.execute(update(api_keys).where(c.hash == hashes[0]).values(revoked_ms=to_ms(now)))
            note(connection, Act.KEY_REVOKED, name, by, now, after={"valid": 1})
        return True

    def find_key(self, secret: str) -> Holder | None:
        """The holder of this secret; None when it is unknown or revoked."""
        return self.holder_of(hash_key(secret))

    def holder_of(self, hashed: str) -> Holder | None:
        """The holder of the key with this hash (see `hash_key`); None when it is unknown or revoked."""
        return self._holder(api_keys.c.hash == hashed)

    def note_session(self, act: Act, name: str, address: str, now: datetime) -> None:
        """Log that the holder ``name`` of a key signed in with it, or out."""
        by = Principal(actor=Actor.SOURCE, name=name, address=address)
        with writing(self._engine) as connection:
            note(connection, act, name, by, now)

    def key_holders(self) -> dict[str, Holder]:
        """Holders of all valid keys by hash (see `hash_key`), for the front door's check in memory."""
        c = api_keys.c
        with self._engine.connect() as connection:
            found = connection.execute(select(c.hash, c.name, c.role).where(c.revoked_ms.is_(None))).all()
        return {row.hash: Holder(row.name, KeyRole(row.role)) for row in found}

    def source_keys(self) -> list[SourceKey]:
        """Every key ever made, by name."""
        with self._engine.connect() as connection:
            found = connection.execute(select(api_keys).order_by(api_keys.c.name, api_keys.c.created_ms)).all()
        return [
            SourceKey(
                name=row.name,
                role=KeyRole(row.role),
                created_at=from_ms(row.created_ms),
                revoked_at=rows.instant_or_none(row.revoked_ms),
            )
            for row in found
        ]

    def _holder(self, which: ColumnElement[bool]) -> Holder | None:
        c = api_keys.c
        with self._engine.connect() as connection:
            row = connection.execute(select(c.name, c.role).where(which, c.revoked_ms.is_(None))).first()
        return None if row is None else Holder(row.name, KeyRole(row.role))

    def _devices(self, which: ColumnElement[bool]) -> list[Device]:
        query = select(devices).where(which).order_by(devices.c.last_seen_ms.desc(), devices.c.device)
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
    """The stored form of a secret: SHA-256 as hex. Secrets have 256 random bits, so a slow hash adds no protection."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _no_second_key(name: str, valid: Sequence[str]) -> str:
    if len(valid) == _KEYS_MAX:
        return (
            f"{name} đang có hai khóa; hãy ngừng khóa cũ trước: python -m ingest key retire / "
            f"{name} has two valid keys; retire the older one first: python -m ingest key retire"
        )
    if valid:
        return f"{name} đang có khóa với vai trò khác / {name} has a valid key of another role: {valid[0]}"
    return f"Tên khóa đã có, hãy chọn tên khác / this key name is taken, choose another: {name}"


def _bound(connection: Connection) -> dict[str, Carrier]:
    c = bindings.c
    found = connection.execute(select(c.device, c.vehicle, c.feed, c.sender).where(c.to_ms.is_(None)))
    return {row.device: Carrier(row.vehicle, row.feed, row.sender) for row in found}


def _feeds(connection: Connection) -> dict[str, str]:
    return {row.id: row.feed for row in connection.execute(select(vehicles.c.id, vehicles.c.feed))}


def _feed_of_vehicle(connection: Connection, vehicle: str, *, but: str = "") -> str | None:
    """The feed of a vehicle from the register, else from its bound devices other than ``but``."""
    registered: str | None = connection.scalar(select(vehicles.c.feed).where(vehicles.c.id == vehicle))
    c = bindings.c
    rides = select(c.feed).where(c.vehicle == vehicle, c.to_ms.is_(None), c.device != but).limit(1)
    return registered if registered is not None else connection.scalar(rides)


def _move(connection: Connection, vehicle: RegisteredVehicle, before: str, by: str, now_ms: int) -> None:
    """Move a vehicle's devices to its new fleet; a device with the vehicle's id gets a binding."""
    c = bindings.c
    rode = select(c.device, c.by, c.sender).where(c.vehicle == vehicle.id, c.to_ms.is_(None))
    rides = list(connection.execute(rode))
    connection.execute(update(bindings).where(c.vehicle == vehicle.id, c.to_ms.is_(None)).values(to_ms=now_ms))
    own = connection.scalar(select(func.count()).select_from(bindings).where(c.device == vehicle.id))
    row = {"vehicle": vehicle.id, "to_ms": None, "feed": vehicle.feed}
    fresh = [
        {"device": ride.device, "from_ms": now_ms, "by": by or ride.by, "sender": ride.sender, **row} for ride in rides
    ]
    if not own:
        # Only a sender with a key spoke for the vehicle under its id.
        named = {"device": vehicle.id, "by": by, "sender": ANY_KEY, **row}
        fresh += [named | {"from_ms": 0, "to_ms": now_ms, "feed": before}, named | {"from_ms": now_ms}]
    upsert(connection, bindings, fresh)


def _version(connection: Connection) -> int:
    return connection.scalar(select(registers.c.version).where(registers.c.name == _FLEETS)) or 0


def _note_change(connection: Connection) -> None:
    c = registers.c
    changed = update(registers).where(c.name == _FLEETS).values(version=c.version + 1)
    if connection.execute(changed).rowcount == 0:
        # When two processes insert the first row at once, the second waits and increments it.
        first = insert(connection.dialect.name, registers).values(name=_FLEETS, version=1)
        connection.execute(first.on_conflict_do_update(index_elements=["name"], set_={"version": c.version + 1}))


def _carrier(connection: Connection, device: str) -> dict[str, object]:
    """What the device is bound to now, for the audit log; empty when to nothing."""
    c = bindings.c
    row = connection.execute(select(c.vehicle, c.feed).where(c.device == device, c.to_ms.is_(None))).first()
    return {"vehicle": row.vehicle, "feed": row.feed} if row else {}


def _note_vouched(connection: Connection, sources: Mapping[str, str], now: datetime, feed: str) -> None:
    """One entry a source, however many devices it named: it may name a whole fleet at once."""
    for source in sorted(set(sources.values())):
        named = sorted(device for device, by in sources.items() if by == source)
        by = Principal(actor=Actor.SOURCE, name=source)
        note(connection, Act.VEHICLE_BOUND, feed, by, now, after={"devices": len(named), "first": named[0]})


def _end_binding(connection: Connection, device: str, now_ms: int) -> None:
    c = bindings.c
    connection.execute(update(bindings).where(c.device == device, c.to_ms.is_(None)).values(to_ms=now_ms))
