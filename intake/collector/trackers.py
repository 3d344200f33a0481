"""All trackers of one feed: judges batches of fixes, keeps each device's newest fix and its service days."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from operator import attrgetter

from domain.fleets.tracker_day import TrackerDay
from domain.instant import service_day, to_ms
from domain.observation import Fix
from intake.collector.tracker_days import tracker_day, with_fixes
from intake.messages.fix_quality import DeviceState, healed, judge
from store.intake import FixKey, IntakeStore, fix_key
from store.records import LatestFix, RejectedItem

_DAYS_KEPT = 20_000
# Waiting devices kept in memory; others are read from the database when they send again.
WAITING_KEPT = 2_000
_UNHEARD = DeviceState()


@dataclass(slots=True)
class JudgedFixes:
    """A judged batch of fixes, ready for the store; ``moved`` are the devices whose marker moved."""

    accepted: list[Fix] = field(default_factory=list)
    quarantined: list[Fix] = field(default_factory=list)
    released: list[Fix] = field(default_factory=list)
    rejections: list[RejectedItem] = field(default_factory=list)
    latest: list[LatestFix] = field(default_factory=list)
    days: list[TrackerDay] = field(default_factory=list)
    clock_offsets: dict[str, int | None] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    late: int = 0


@dataclass(slots=True)
class _News:
    """A batch's new fixes, repeats and late fixes of one device and day."""

    fixes: list[Fix] = field(default_factory=list)
    repeats: int = 0
    late: int = 0


class DeviceStates:
    """Device states of one feed in memory, equal to the database; rebuilt when a batch could not be written.

    ``devices`` are loaded at the start and stay. Others, whose names anybody may invent, are loaded when they send
    and dropped by `forget_waiting`.
    """

    def __init__(self, store: IntakeStore, feed: str, today: date, devices: Iterable[str]) -> None:
        self._store = store
        self._feed = feed
        self._states: dict[str, DeviceState] = {}
        self._offsets: dict[str, int | None] = {}
        self._days: OrderedDict[tuple[str, date], TrackerDay | None] = OrderedDict()
        self.take_on(devices, today)

    def take_on(self, devices: Iterable[str], today: date) -> None:
        """Load the states and today's tracker days of devices that now stand for vehicles."""
        given = list(devices)
        self._recall(given)
        unknown = [device for device in given if (device, today) not in self._days]
        days = self._store.tracker_days(self._feed, today, unknown)
        self._days.update({(device, today): day for device, day in days.items()})

    def let_go(self, devices: Iterable[str]) -> None:
        """Forget devices that no longer stand for vehicles; `take_on` reads them again when they come back."""
        for device in devices:
            self._states.pop(device, None)
            self._offsets.pop(device, None)

    def forget_waiting(self, vehicles: Collection[str]) -> None:
        """Forget devices other than ``vehicles``, the longest silent first, when far too many are in memory."""
        if len(self._states) <= len(vehicles) + 2 * WAITING_KEPT:
            return
        waiting = [(_heard(state), device) for device, state in self._states.items() if device not in vehicles]
        dropped = {device for _, device in sorted(waiting)[:-WAITING_KEPT]}
        for device in dropped:
            del self._states[device]
            self._offsets.pop(device, None)
        for device, day in [known for known in self._days if known[0] in dropped]:
            del self._days[device, day]

    def _recall(self, devices: Iterable[str]) -> None:
        wanted = {device for device in devices if device not in self._states}
        if not wanted:
            return
        for device, known in self._store.latest_fixes(self._feed, wanted).items():
            # Fixes sent while the device waited now belong to its fleet.
            newest = known.fix if known.fix.feed == self._feed else replace(known.fix, feed=self._feed)
            self._states[device] = DeviceState(newest=newest, suspect=known.suspect, delays_s=known.latencies_s)

    @property
    def devices(self) -> list[str]:
        """Every device in memory with an accepted fix."""
        return [device for device, state in self._states.items() if state.newest is not None]

    def newest(self, device: str) -> Fix:
        """Newest accepted fix of one of `devices`."""
        fix = self._states[device].newest
        assert fix is not None
        return fix

    def judge(self, fixes: Iterable[tuple[str, int, Fix]], now: datetime) -> JudgedFixes:
        """Judge fixes given as (stream id, item, fix), in order."""
        done = JudgedFixes()
        fixes = list(fixes)
        self._recall(fix.device for _, _, fix in fixes)
        candidates: list[tuple[Fix, bool]] = []
        changed: set[str] = set()
        for stream_id, item, fix in fixes:
            before = healed(self._states.get(fix.device) or _UNHEARD, now)
            state, accepted, held, released, refused, moved = judge(fix, before)
            if state is not before:
                self._states[fix.device] = state
                changed.add(fix.device)
            if refused is not None:
                done.rejections.append(
                    RejectedItem(rejection=refused, stream_id=stream_id, item=item, device=fix.device)
                )
            if released is not None:
                done.released.append(released)
                candidates.append((released, True))
            if accepted is not None:
                done.accepted.append(accepted)
                candidates.append((accepted, moved))
            if held is not None:
                done.quarantined.append(held)
            if moved:
                done.moved.add(fix.device)
        self._note_states(done, changed)
        self._note_days(done, candidates)
        return done

    def _note_states(self, done: JudgedFixes, changed: Iterable[str]) -> None:
        for device in changed:
            state = self._states[device]
            if state.newest is not None:
                done.latest.append(LatestFix(fix=state.newest, suspect=state.suspect, latencies_s=state.delays_s))
            offset = state.clock_offset_min
            if self._offsets.get(device, 0) != offset:
                self._offsets[device] = done.clock_offsets[device] = offset

    def _note_days(self, done: JudgedFixes, candidates: Sequence[tuple[Fix, bool]]) -> None:
        """Add new fixes to their days and count repeats; ``candidates`` are (fix, whether the marker moved to it)."""
        # A fix that moved a marker is newer than all before it: only other fixes can repeat one of this batch or of
        # the database.
        unmoved = [fix for fix, moved in candidates if not moved]
        doubtful = {fix.device for fix in unmoved}
        known: set[FixKey] = self._store.known_fixes(map(fix_key, unmoved)) if unmoved else set()
        days: dict[tuple[str, date], _News] = defaultdict(_News)
        for fix, _ in candidates:
            news = days[fix.device, service_day(fix.at)]
            if fix.device in doubtful:
                key = fix_key(fix)
                if key in known:
                    news.repeats += 1
                    continue
                known.add(key)
            if fix.flags and "late" in fix.flags:
                done.late += 1
                news.late += 1
            if fix.valid:
                news.fixes.append(fix)
        for (device, day), news in days.items():
            after = self._day_after(device, day, news)
            if after is not None:
                self._remember((device, day), after)
                done.days.append(after)

    def _day_after(self, device: str, day: date, news: _News) -> TrackerDay | None:
        if (device, day) not in self._days:
            self._remember((device, day), self._store.tracker_days(self._feed, day, (device,)).get(device))
        before = self._days[device, day]
        if before is None:
            if not news.fixes:
                return None
            return tracker_day(news.fixes, duplicates=news.repeats, out_of_order=news.late)
        counted = before
        if news.repeats or news.late:
            counted = replace(
                before, duplicates=before.duplicates + news.repeats, out_of_order=before.out_of_order + news.late
            )
        if len(news.fixes) > 1:
            news.fixes.sort(key=attrgetter("at"))
        if not news.fixes:
            return counted
        first, last = to_ms(news.fixes[0].at), to_ms(news.fixes[-1].at)
        opened, closed = to_ms(before.first_at), to_ms(before.last_at)
        if first >= closed:
            return with_fixes(counted, news.fixes, (closed,))
        stored = self._store.times_around(self._feed, device, day, first, last)
        if not stored or opened <= first < stored[0] or stored[-1] < last <= closed:
            # The day's fixes are no longer stored (store/keeping/retention.py): their sums stand.
            return replace(counted, fixes=counted.fixes + len(news.fixes))
        return with_fixes(counted, news.fixes, stored)

    def _remember(self, device_day: tuple[str, date], day: TrackerDay | None) -> None:
        self._days[device_day] = day
        self._days.move_to_end(device_day)
        if len(self._days) > _DAYS_KEPT:
            self._days.popitem(last=False)


def _heard(state: DeviceState) -> float:
    """When a device was last heard (epoch s), 0 without an accepted fix."""
    return 0.0 if state.newest is None else state.newest.received_at.timestamp()
