"""One feed's state in its collector: turns stream entries into one transaction and the markers to publish."""

import logging
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from domain.case import CaseEvent
from domain.feeds.feed import Decoded, Feed, Format, Payload
from domain.feeds.part import Part, number_of, ordered_by
from domain.feeds.payload import BY_KEY
from domain.fleets.fleet import WAITING
from domain.fleets.vehicle import Position, Vehicle
from domain.imports.told import FileTold
from domain.instant import service_day, to_ms
from domain.observation import Fix, Observation, Rejection, standing
from domain.period import Span
from domain.reason import Reason
from domain.subject import Subject
from intake.collector.archiving import for_archive
from intake.collector.riders import Riders
from intake.collector.trackers import DeviceStates
from intake.messages.decoding import decode
from intake.messages.fix_quality import FUTURE_MENDED_FROM, refusal
from store.intake import Batch, FixKey, IntakeStore, Outcome, fix_key
from store.keeping.raw_archive import RawBatch, packed
from store.records import RegisteredVehicle, RejectedItem
from store.registry import Registry
from store.revisions import Identity, identity, order, statement

_log = logging.getLogger(__name__)
# As many as a vehicle frame and a map can show; further vehicles named by sources wait until people bind them.
VEHICLES_AT_MOST = 20_000
# A binding made on the data page takes effect within this time.
_NAMES_FRESH_S = 2.0
_REGISTER_MEASURE = "in_service"

Entry = tuple[str, Payload]
Read = tuple[str, Payload, Sequence[Decoded], Sequence[int]]
Series = tuple[str, Subject, str, Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBatch:
    """A batch not yet in the database: rows to write and moved markers.

    By device: ``named`` is the source that calls it a vehicle, ``first`` the sender of a binding that knew none.
    """

    cursor: str
    batch: Batch
    named: Mapping[str, str]
    moved: Sequence[Position]
    first: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """A batch that is in the database: markers with a new name, and ids no longer used."""

    outcome: Outcome
    renamed: Sequence[Position]
    gone: Sequence[str]


class Session:
    """The state of one feed since its lease was taken, equal to the database; discarded when a write fails.

    Blocking, one call at a time: the collector calls it in a thread and under a lock. ``cursor`` is the id of the
    last stream entry that is in the database. Each batch is `judge`d and then `keep`t.
    """

    def __init__(self, feed: Feed, part: Part, store: IntakeStore, registry: Registry, now: datetime) -> None:
        self.feed = feed
        self._part = part
        self._store = store
        self._registry = registry
        self.cursor = store.cursor(part)
        self._latest = {_series(item): item for item in store.latest_observations(feed.key)}
        self._riders = Riders(registry, feed.key)
        self._trackers = DeviceStates(store, feed.key, service_day(now), filter(part.holds, self._riders.carried))
        self._names_read_s = 0.0

    def judge(self, entries: Sequence[Entry], now: datetime) -> JudgedBatch:
        """Decode and judge ``entries``, oldest first and `alike`."""
        reread, read = _readings(entries)
        decoded = [
            self._here(stream_id, payload, decode(self.feed, payload, self._registry.organisations.known))
            for stream_id, payload in read
        ]
        if self.feed.is_tracked and self._riders.elsewhere and not reread:
            decoded = _own(decoded, self._riders.elsewhere)
        observations, cases, fixes, rejections = _by_kind(decoded)
        if self.feed.key == WAITING:
            return self._waiting(entries, read, fixes, rejections)
        named = _named(read, fixes)
        first = {} if reread else self._first(read, fixes)
        repeats = 0
        if reread:
            observations, fixes, repeats = self._unknown(observations, fixes)
        judged = self._trackers.judge(fixes, now)
        batch = Batch(
            observations=observations,
            cases=cases,
            fixes=judged.accepted,
            quarantined=judged.quarantined,
            released=judged.released,
            rejections=[*rejections, *judged.rejections],
            latest=judged.latest,
            days=judged.days,
            clock_offsets=judged.clock_offsets,
            late=0 if reread else judged.late,
            older=frozenset() if reread else self._older(observations),
            raw=None if reread else self._archived(decoded),
            reread=reread,
            again=[stream_id for stream_id, _ in read] if reread else (),
            repeats=repeats,
            elsewhere=_elsewhere(decoded) if reread else frozenset(),
            copies=sum(not self._is_home(payload) for _, payload in read) if reread else 0,
            vehicle_days=frozenset(day.day for day in judged.days if day.device in self._riders.carried),
        )
        moved = [self._position(device) for device in judged.moved & self._riders.carried]
        return JudgedBatch(cursor=entries[-1][0], batch=batch, named=named, moved=moved, first=first)

    def _waiting(
        self,
        entries: Sequence[Entry],
        read: Sequence[Entry],
        fixes: Iterable[tuple[str, int, Fix]],
        rejections: list[RejectedItem],
    ) -> JudgedBatch:
        """Devices that stand for no vehicle: nothing is judged or archived, only the newest fix is kept."""
        sender = {id_: payload.sender for id_, payload in read}
        refused = [
            RejectedItem(rejection=wrong, stream_id=id_, item=number, device="")
            for id_, number, fix in fixes
            if (wrong := refusal(fix)) is not None
        ]
        waiting = [(sender[id_], fix) for id_, _, fix in fixes if refusal(fix) is None]
        batch = Batch(waiting=waiting, rejections=[*rejections, *refused])
        return JudgedBatch(cursor=entries[-1][0], batch=batch, named={}, moved=(), first={})

    def _first(self, read: Iterable[Entry], fixes: Iterable[tuple[str, int, Fix]]) -> dict[str, str]:
        sender = {id_: payload.sender for id_, payload in read}
        first: dict[str, str] = {}
        for id_, _, fix in fixes:
            if sender[id_] and self._riders.knows_no_sender(fix.device):
                first.setdefault(fix.device, sender[id_])
        return first

    def keep(self, judged: JudgedBatch, now: datetime, now_s: float) -> Digested:
        """Write the batch judged last in one transaction; ``now_s`` is monotonic seconds.

        Raises store.intake.LostLease when another collector took over.
        """
        batch = replace(judged.batch, today=service_day(now))
        renaming = False
        if self.feed.is_tracked:
            vouched, left = self._vouch(judged.named, now)
            renaming = self._register(batch.observations, now) or vouched
            waiting = [(f"{BY_KEY}{judged.named[fix.device]}", fix) for fix in batch.fixes if fix.device in left]
            batch = replace(batch, waiting=[*batch.waiting, *waiting])
        if judged.first:
            self._registry.remember_senders(judged.first)
        outcome = self._store.write(self._part, expected_cursor=self.cursor, cursor=judged.cursor, batch=batch)
        self.cursor = judged.cursor
        for item in outcome.standing:
            self._remember(standing(item))
        renamed, gone = self.look_again(now, now_s, at_once=renaming)
        self._trackers.forget_waiting(self._riders.carried)
        return Digested(outcome=outcome, renamed=renamed, gone=gone)

    def positions(self) -> list[Position]:
        """Every marker; waiting devices have none."""
        return [self._position(device) for device in self._trackers.devices if device in self._riders.carried]

    def misplaced(self, shown: Iterable[Vehicle]) -> list[str]:
        """Ids of ``shown`` whose device no longer stands for them: it waits, or rides on another vehicle.

        Skips other fleets' markers. Markers from before there were fleets name none and are checked too.
        """
        own = [one for one in shown if one.feed in ("", self.feed.key) and self._part.holds(one.device)]
        right = {one.id for one in own if self._riders.stands_for(one.device, one.id, anywhere=not one.feed)}
        return [one.id for one in own if one.id not in right]

    def _is_home(self, payload: Payload) -> bool:
        return not payload.parts or payload.parts[0] == self._part.number

    def _here(self, stream_id: str, payload: Payload, items: Sequence[Decoded]) -> Read:
        """The numbers of the items that this part keeps: its own, and at home also those of no other part."""
        if not payload.parts:
            return stream_id, payload, items, range(len(items))
        home, numbers = payload.parts[0], []
        for number, item in enumerate(items):
            identity = ordered_by(item)
            part = home if identity is None else number_of(identity, self._part.of)
            if (part if part in payload.parts else home) == self._part.number:
                numbers.append(number)
        return stream_id, payload, items, numbers

    def _archived(self, decoded: Sequence[Read]) -> RawBatch | None:
        home = [read for read in decoded if self._is_home(read[1])]
        kept = ((stream_id, for_archive(payload, items)) for stream_id, payload, items, _ in home)
        return packed([(stream_id, replace(payload, parts=())) for stream_id, payload in kept if payload is not None])

    def _unknown(
        self, told: list[Observation], given: list[tuple[str, int, Fix]]
    ) -> tuple[list[Observation], list[tuple[str, int, Fix]], int]:
        """Items read again that are not stored (without drivers), and how many are, corrected ones included."""
        said = self._store.said_before(told)
        known = self._store.known_fixes(stored_key(fix) for _, _, fix in given)
        unsaid = [item for item in told if statement(item) not in said]
        new = [(id_, number, replace(fix, driver="")) for id_, number, fix in given if stored_key(fix) not in known]
        return unsaid, new, len(told) - len(unsaid) + len(given) - len(new)

    def _older(self, given: Sequence[Observation]) -> frozenset[Identity]:
        """The observations older than the newest of their series; the store decides whether they are new."""
        known = ((item, self._latest.get(_series(item))) for item in given)
        return frozenset(identity(item) for item, newest in known if newest is not None and item.at < newest.at)

    def _remember(self, item: Observation) -> None:
        known = self._latest.get(_series(item))
        if known is None or order(item) > order(known):
            self._latest[_series(item)] = item

    def _register(self, observations: Sequence[Observation], now: datetime) -> bool:
        """Update the vehicle register from the newest roster (repeatable); returns whether it changed."""
        newest: dict[str, Observation] = {}
        for item in observations:
            if item.measure == _REGISTER_MEASURE and item.entity and item.value is not None:
                known = newest.get(item.entity) or self._latest.get(_series(item))
                if known is None or item.at >= known.at:
                    newest[item.entity] = item
        given = (
            RegisteredVehicle(
                id=entity,
                feed=self.feed.key,
                place=item.place or self._riders.place_of(entity),
                in_service=item.value == 1,
            )
            for entity, item in newest.items()
        )
        changed = [vehicle for vehicle in given if self._riders.fleet.get(vehicle.id) != vehicle]
        if changed:
            self._registry.put_vehicles(changed, now)
        return bool(changed)

    def _vouch(self, named: Mapping[str, str], now: datetime) -> tuple[bool, Set[str]]:
        """Register the vehicles that a source with a key names; returns whether there are new ones, and who waits."""
        carried = self._riders.carried
        wanted = fresh = {device: source for device, source in named.items() if device not in carried}
        room = VEHICLES_AT_MOST - len(carried)
        if len(fresh) > room:
            _log.warning("%s: %d vehicles are known; %d more wait", self.feed.key, len(carried), len(fresh))
            fresh = dict(list(fresh.items())[: max(0, room)])
        new = self._registry.vouch(fresh, now, feed=self.feed.key) if fresh else set[str]()
        return bool(new), wanted.keys() - new

    def look_again(self, now: datetime, now_s: float, *, at_once: bool = False) -> tuple[list[Position], list[str]]:
        """Read again which vehicle each device rides on; returns changed markers and ids no longer used.

        Reads at most every two seconds unless ``at_once`` (``now_s``: monotonic seconds).
        """
        if not at_once and now_s - self._names_read_s < _NAMES_FRESH_S:
            return [], []
        self._names_read_s = now_s
        carried, before = self._riders.carried, self._names()
        if not self._riders.read():
            return [], []
        self._trackers.let_go(carried - self._riders.carried)
        # Read new riders from the database: memory has only the fixes they sent here, not those sent elsewhere.
        fresh = set(filter(self._part.holds, self._riders.carried - carried))
        self._trackers.let_go(fresh)
        self._trackers.take_on(fresh, service_day(now))
        after = self._names()
        gone = {name for name, _ in before.values()} - {name for name, _ in after.values()}
        renamed = [self._position(device) for device, name in after.items() if before.get(device) != name]
        return renamed, sorted(gone - self._riders.elsewhere.keys())

    def _names(self) -> dict[str, tuple[str, str]]:
        carried = self._riders.carried
        return {device: self._riders.name(device) for device in self._trackers.devices if device in carried}

    def _position(self, device: str) -> Position:
        fix = self._trackers.newest(device)
        id_, place = self._riders.name(device)
        return Position(
            id=id_,
            feed=self.feed.key,
            device=device,
            bound=True,
            at_ms=to_ms(fix.at),
            received_ms=to_ms(fix.received_at),
            latitude=fix.latitude,
            longitude=fix.longitude,
            kind=fix.kind.value,
            source=fix.source,
            speed_kmh=fix.speed_kmh,
            course_deg=fix.course_deg,
            place=place,
            flags=fix.flags,
        )


def _named(entries: Sequence[Entry], fixes: Iterable[tuple[str, int, Fix]]) -> dict[str, str]:
    """By device, the source with a key that names it a vehicle ("entity" in our own JSON format)."""
    source_of = {id_: payload.source for id_, payload in entries if payload.format == Format.OBSERVATIONS}
    return {fix.device: source for id_, _, fix in fixes if (source := source_of.get(id_))}


def _own(decoded: Sequence[Read], elsewhere: Mapping[str, str]) -> list[Read]:
    """Refuse items about another fleet's vehicles in messages that name their feed.

    A tracker's message names no feed: the door took it from the register.
    """

    def own(payload: Payload, item: Decoded) -> Decoded:
        of = item.device if isinstance(item, Fix) else item.entity if isinstance(item, Observation) else ""
        if of not in elsewhere:
            return item
        detail = f"{of}: {elsewhere[of]}"
        return Rejection(
            feed=payload.feed, reason=Reason.OTHER_FLEET, received_at=payload.received_at, detail=detail,
            source=payload.source,
        )  # fmt: skip

    return [
        (id_, payload, [own(payload, item) for item in items], numbers)
        if payload.format in (Format.OBSERVATIONS, Format.FILE)
        else (id_, payload, items, numbers)
        for id_, payload, items, numbers in decoded
    ]


def _series(item: Observation) -> Series:
    return (item.measure, item.of, item.source, item.period.span)


def alike(entries: Sequence[Entry]) -> list[Entry]:
    """The leading entries that belong together: all of one rereading, or all new."""
    reading = _reading(entries[0][1])
    return list(takewhile(lambda entry: _reading(entry[1]) == reading, entries))


def _reading(payload: Payload) -> str:
    return payload.again.partition("/")[0]


def _readings(entries: Sequence[Entry]) -> tuple[str, Sequence[Entry]]:
    """The id of the entries' rereading ("": none), and the entries by their original ids."""
    reread = _reading(entries[0][1])
    if reread:
        return reread, [(payload.again.partition("/")[2], payload) for _, payload in entries]
    return "", [(payload.receipt or stream_id, payload) for stream_id, payload in entries]


def _by_kind(
    decoded: Sequence[Read],
) -> tuple[list[Observation], list[CaseEvent], list[tuple[str, int, Fix]], list[RejectedItem]]:
    observations: list[Observation] = []
    cases: list[CaseEvent] = []
    fixes: list[tuple[str, int, Fix]] = []
    rejections: list[RejectedItem] = []
    for stream_id, _, items, numbers in decoded:
        for number in numbers:
            item = items[number]
            if isinstance(item, Fix):
                fixes.append((stream_id, number, item))
            elif isinstance(item, Rejection):
                rejections.append(RejectedItem(rejection=item, stream_id=stream_id, item=number))
            elif isinstance(item, CaseEvent):
                cases.append(item)
            elif isinstance(item, FileTold):
                if (lost := _lost(item)) is not None:
                    rejections.append(RejectedItem(rejection=lost, stream_id=stream_id, item=number))
            else:
                observations.append(item)
    return observations, cases, fixes, rejections


def _lost(told: FileTold) -> Rejection | None:
    """The refusal that says which parts of a file were not read; None when nothing may be lost."""
    if not told.lost:
        return None
    return Rejection(
        feed=told.feed, reason=Reason.NOT_READ, received_at=told.received_at, detail=told.lost, source=told.source
    )


def _elsewhere(decoded: Sequence[Read]) -> frozenset[tuple[str, int]]:
    """Items that another part keeps."""
    told = ((stream_id, items, set(numbers)) for stream_id, payload, items, numbers in decoded if payload.parts)
    return frozenset((id_, number) for id_, items, here in told for number in range(len(items)) if number not in here)


def stored_key(fix: Fix) -> FixKey:
    """The key under which a fix is stored: a future time becomes the receive time (intake/messages/fix_quality.py)."""
    ahead = fix.at - fix.received_at > FUTURE_MENDED_FROM
    return fix_key(replace(fix, at=fix.received_at) if ahead else fix)
