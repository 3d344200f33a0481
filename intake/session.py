"""One feed in the hands of one collector: turns stream entries into one transaction and what to tell the screens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.feed import Feed, Payload
from domain.instant import service_day
from domain.observation import Fix, Observation, Rejection, standing
from domain.tracker_day import TrackerDay
from domain.vehicle import Vehicle
from intake.decoding import decode
from intake.trackers import Trackers
from store.intake import Batch, IntakeStore, Outcome, observation_key
from store.records import RegisteredVehicle, RejectedItem
from store.registry import Registry

# A device goes by its vehicle's name this long after someone bound it on the data page, at the latest.
_NAMES_FRESH_S = 2.0
_REGISTER_MEASURE = "in_service"

Entry = tuple[str, Payload]
Series = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """A batch that is in the database: markers to draw anew, ids no longer used, past days it wrote to."""

    outcome: Outcome
    vehicles: Sequence[Vehicle]
    gone: Sequence[str]
    past_days: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is newest in a feed: the value of each series, each marker, what each tracker delivered on one day."""

    observations: Sequence[Observation]
    vehicles: Sequence[Vehicle]
    days: Sequence[TrackerDay]


class Session:
    """The state of one feed since its lease was taken, equal to the database; thrown away when a write fails.

    Blocking, one call at a time: the collector calls it in a thread and under a lock. ``cursor`` is the id of the
    last stream entry that is in the database.
    """

    def __init__(self, feed: Feed, store: IntakeStore, registry: Registry, now: datetime) -> None:
        self.feed = feed
        self._store = store
        self._registry = registry
        self.cursor = store.cursor(feed.key)
        self._trackers = Trackers(store, feed.key, service_day(now))
        self._latest = {_series(item): item for item in store.latest_observations(feed.key)}
        self._vehicle_of = registry.bound()
        self._fleet = registry.vehicles()
        self._names_read_s = 0.0

    def digest(self, entries: Sequence[Entry], now: datetime, now_s: float) -> Digested:
        """Decode, judge and write ``entries`` (oldest first) in one transaction; ``now_s`` is monotonic seconds.

        Raises store.intake.LostLease when another collector took over.
        """
        observations, fixes, rejections = self._decode(entries)
        judged = self._trackers.judge(fixes)
        batch = Batch(
            observations=observations,
            fixes=judged.accepted,
            quarantined=judged.quarantined,
            released=judged.released,
            rejections=[*rejections, *judged.rejections],
            latest=judged.latest,
            days=judged.days,
            clock_offsets=judged.clock_offsets,
            late=judged.late + self._late(observations),
        )
        registered = self._register(observations, now)
        cursor = entries[-1][0]
        outcome = self._store.write(self.feed.key, expected_cursor=self.cursor, cursor=cursor, batch=batch)
        self.cursor = cursor
        for item in observations:
            self._remember(standing(item))
        renamed, gone = self._refresh_names(now_s, at_once=registered)
        touched = {service_day(item.at) for item in observations} | {day.day for day in judged.days}
        return Digested(
            outcome=outcome,
            vehicles=[self._vehicle(device) for device in judged.moved | renamed],
            gone=gone,
            past_days=frozenset(day for day in touched if day < service_day(now)),
        )

    def snapshot(self, day: date) -> Snapshot:
        """What is newest now, with the tracker days of ``day`` (today)."""
        return Snapshot(
            observations=list(self._latest.values()),
            vehicles=[self._vehicle(device) for device in self._trackers.devices],
            days=self._trackers.days_of(day),
        )

    def _decode(
        self, entries: Sequence[Entry]
    ) -> tuple[list[Observation], list[tuple[str, int, Fix]], list[RejectedItem]]:
        observations: list[Observation] = []
        fixes: list[tuple[str, int, Fix]] = []
        rejections: list[RejectedItem] = []
        for stream_id, payload in entries:
            for number, item in enumerate(decode(self.feed, payload)):
                if isinstance(item, Fix):
                    fixes.append((stream_id, number, item))
                elif isinstance(item, Rejection):
                    rejections.append(RejectedItem(rejection=item, stream_id=stream_id, item=number))
                else:
                    observations.append(item)
        return observations, fixes, rejections

    def _late(self, given: Sequence[Observation]) -> int:
        """How many are older than what was known of their series; a repeat is no news and so not late."""
        older = set()
        for item in given:
            known = self._latest.get(_series(item))
            if known is not None and item.at < known.at:
                older.add(observation_key(item))
        return len(older - self._store.known_observations(older)) if older else 0

    def _remember(self, item: Observation) -> None:
        known = self._latest.get(_series(item))
        if known is None or (item.at, item.revision) > (known.at, known.revision):
            self._latest[_series(item)] = item

    def _register(self, observations: Sequence[Observation], now: datetime) -> bool:
        """Keep the vehicle register as the newest roster says; writing it twice does no harm. True when it changed."""
        newest: dict[str, Observation] = {}
        for item in observations:
            if item.measure == _REGISTER_MEASURE and item.entity and item.value is not None:
                known = newest.get(item.entity) or self._latest.get(_series(item))
                if known is None or item.at >= known.at:
                    newest[item.entity] = item
        given = (
            RegisteredVehicle(id=entity, place=item.place or self._place_of(entity), in_service=item.value == 1)
            for entity, item in newest.items()
        )
        changed = [vehicle for vehicle in given if self._fleet.get(vehicle.id) != vehicle]
        if changed:
            self._registry.put_vehicles(changed, now)
        return bool(changed)

    def _refresh_names(self, now_s: float, *, at_once: bool) -> tuple[set[str], list[str]]:
        """Read again which vehicle each device rides on: devices whose marker changed, ids no longer used."""
        if not at_once and now_s - self._names_read_s < _NAMES_FRESH_S:
            return set(), []
        self._names_read_s = now_s
        devices = self._trackers.devices
        before = {device: self._name(device) for device in devices}
        self._vehicle_of = self._registry.bound()
        self._fleet = self._registry.vehicles()
        after = {device: self._name(device) for device in devices}
        gone = {name[0] for name in before.values()} - {name[0] for name in after.values()}
        return {device for device in devices if before[device] != after[device]}, sorted(gone)

    def _name(self, device: str) -> tuple[str, bool, str]:
        """The id a device's marker goes by, whether that is a vehicle, and the vehicle's ward."""
        id_ = self._vehicle_of.get(device, device)
        return id_, id_ != device or device in self._fleet, self._place_of(id_)

    def _place_of(self, vehicle: str) -> str:
        return self._fleet[vehicle].place if vehicle in self._fleet else ""

    def _vehicle(self, device: str) -> Vehicle:
        fix = self._trackers.newest(device)
        id_, bound, place = self._name(device)
        return Vehicle(
            id=id_,
            device=device,
            bound=bound,
            at=fix.at,
            received_at=fix.received_at,
            latitude=fix.latitude,
            longitude=fix.longitude,
            kind=fix.kind,
            source=fix.source,
            speed_kmh=fix.speed_kmh,
            course_deg=fix.course_deg,
            place=place,
            flags=fix.flags,
        )


def _series(item: Observation) -> Series:
    return (item.measure, item.territory, item.place, item.entity, item.source)
