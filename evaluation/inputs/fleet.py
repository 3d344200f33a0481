"""From what trackers delivered and what the roster says: the inputs of the waste KPIs, one vehicle a contributor."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.duty import DAY_S, duty_s
from domain.duty import hours as roster_hours
from domain.instant import day_start, from_ms, service_day, to_ms
from domain.observation import Kind, Observation, least_factual
from domain.tracker_day import TrackerDay
from domain.vehicle import LIVE_WITHIN, Vehicle
from evaluation.columns import Cell

# Thông tư 09/2015/TT-BGTVT: at most 30 s between records while moving.
NOMINAL_CADENCE_S = 30.0
# Device clocks may run this much ahead before the fix quality mends them.
_CLOCK_AHEAD = timedelta(minutes=2)

MEASURES = (
    "on_duty",
    "supplying",
    "duty_s",
    "online_s",
    "fixes_expected",
    "fixes_received",
    "fixes",
    "fixes_on_time",
    "fixes_late_600s",
    "fixes_late_3600s",
    "fitted",
)


def derived_inputs(
    days: Iterable[TrackerDay], roster: Iterable[Observation], vehicles: Iterable[Vehicle], now: datetime
) -> list[Cell]:
    """Inputs of the waste KPIs at ``now``, for the service day of ``now`` so far.

    ``days`` are the tracker days of that day, ``roster`` the newest observations of in_service, tracker_fitted,
    duty_from_s and duty_to_s (a roster stands until it is replaced), ``vehicles`` the newest fix of each device.
    Every row is as old as the newest fix of the whole feed: a vehicle is known to be silent only while others speak.
    So duty counts until 90 s after that fix: when all are silent, the last figures stand and grow old, not worse.

    - duty: the roster's hours (to above 86,400 s is a night shift); without hours, since the vehicle's first fix of
      the day; without either nothing is known of the vehicle and it has no rows.
    - online_s: seconds with a last fix not older than 90 s, at most duty_s. Fixes outside duty are not told apart.
    - fixes_expected: duty_s / 30 s, 0 without a tracker; fixes_received: fixes, at most the expected.
    """
    fleet = _fleet(days, roster, vehicles, now)
    newest_ms = fleet.newest_ms
    if newest_ms is None:
        return []
    heard = max(day_start(service_day(now)), min(now, from_ms(newest_ms) + LIVE_WITHIN))
    return [
        Cell(measure, id_, unit.place, newest_ms, value, unit.kind, unit.source)
        for id_, unit in fleet.units.items()
        if (duty := _duty_s(unit, heard)) is not None
        for measure, value in zip(MEASURES, _values(unit, duty, heard), strict=True)
    ]


def expected_vehicles(roster: Iterable[Observation], vehicles: Iterable[Vehicle], now: datetime) -> dict[str, str]:
    """Who ought to report, with its ward: vehicles in service by the roster, and those a tracker is bound to."""
    return {id_: unit.place for id_, unit in _fleet((), roster, vehicles, now).units.items()}


@dataclass(frozen=True, slots=True)
class Duty:
    """A vehicle at work: its ward (place code, "" unknown) and when its duty began (without hours: midnight)."""

    place: str
    since: datetime
    fitted: bool = True


def on_duty(roster: Iterable[Observation], vehicles: Iterable[Vehicle], now: datetime) -> dict[str, Duty]:
    """Vehicles at work at ``now``, by id: within the roster's hours, or without hours those that sent a fix today."""
    found: dict[str, Duty] = {}
    midnight = day_start(service_day(now))
    elapsed_s = (now - midnight).total_seconds()
    for id_, unit in _fleet((), roster, vehicles, now).units.items():
        hours = roster_hours(unit.roster)
        if hours is None:
            if unit.last_at is not None and unit.last_at >= midnight:
                found[id_] = Duty(unit.place, midnight, unit.fitted)
            continue
        for start in (hours[0], hours[0] - DAY_S):
            if start <= elapsed_s < start + hours[1] - hours[0]:
                found[id_] = Duty(unit.place, midnight + timedelta(seconds=start), unit.fitted)
                break
    return found


@dataclass(slots=True)
class _Unit:
    """A vehicle as roster, newest fix and tracker days show it."""

    place: str = ""
    source: str = ""
    kind: Kind = Kind.MEASURED
    last_at: datetime | None = None
    roster: dict[str, float] = field(default_factory=dict)
    days: list[TrackerDay] = field(default_factory=list)

    @property
    def fitted(self) -> bool:
        """Whether it carries a tracker; it does unless the roster denies it."""
        return self.roster.get("tracker_fitted") != 0


@dataclass(frozen=True, slots=True)
class _Fleet:
    units: dict[str, _Unit]
    newest_ms: int | None


def _fleet(
    days: Iterable[TrackerDay], roster: Iterable[Observation], vehicles: Iterable[Vehicle], now: datetime
) -> _Fleet:
    units: dict[str, _Unit] = {}
    for item in sorted(roster, key=lambda item: (item.at, item.revision)):
        if item.entity and item.value is not None:
            unit = units.setdefault(item.entity, _Unit())
            unit.roster[item.measure] = item.value
            unit.place, unit.source, unit.kind = item.place or unit.place, item.source, item.kind
    vehicle_of: dict[str, str] = {}
    spoken = []
    for vehicle in sorted(vehicles, key=lambda vehicle: vehicle.at):
        spoken.append(vehicle.at)
        # A device bound to no vehicle is a device in waiting and not a vehicle (decision 0020).
        if not vehicle.bound and vehicle.id not in units:
            continue
        vehicle_of[vehicle.device] = vehicle.id
        unit = units.setdefault(vehicle.id, _Unit())
        unit.place, unit.source, unit.kind = unit.place or vehicle.place, vehicle.source, vehicle.kind
        unit.last_at = vehicle.at
    today = service_day(now)
    for day in days:
        spoken.append(day.last_at)
        id_ = vehicle_of.get(day.device, day.device)
        if day.day == today and id_ in units:
            units[id_].days.append(day)
    for unit in units.values():
        if unit.days:
            unit.kind = least_factual(day.kind for day in unit.days)
    newest = max((at for at in spoken if at <= now + _CLOCK_AHEAD), default=None)
    in_service = {id_: unit for id_, unit in sorted(units.items()) if unit.roster.get("in_service") != 0}
    return _Fleet(in_service, None if newest is None else to_ms(min(newest, now)))


def _duty_s(unit: _Unit, now: datetime) -> float | None:
    """Seconds of duty so far today; None when neither roster nor fixes tell."""
    midnight = day_start(service_day(now))
    elapsed_s = (now - midnight).total_seconds()
    hours = roster_hours(unit.roster)
    if hours is not None:
        return duty_s(hours, elapsed_s)
    if unit.days:
        return max(0.0, (now - min(day.first_at for day in unit.days)).total_seconds())
    return None


def _values(unit: _Unit, duty_s: float, now: datetime) -> tuple[float, ...]:
    """Values in the order of MEASURES."""
    fixes = sum(day.fixes for day in unit.days)
    # Out of an archive: nobody can say how long those were on their way.
    timed = fixes - sum(day.history for day in unit.days)
    late = sum(day.late_120s for day in unit.days)
    online_s = sum(day.online_s for day in unit.days)
    if unit.days:
        since_last_s = (now - max(day.last_at for day in unit.days)).total_seconds()
        online_s += min(max(0.0, since_last_s), LIVE_WITHIN.total_seconds())
    on_duty = duty_s > 0
    expected_fixes = duty_s // NOMINAL_CADENCE_S if unit.fitted else 0.0
    return (
        float(on_duty),
        float(on_duty and fixes > 0),
        duty_s,
        min(online_s, duty_s),
        expected_fixes,
        min(float(fixes), expected_fixes),
        float(timed),
        float(timed - late),
        float(sum(day.late_600s for day in unit.days)),
        float(sum(day.late_3600s for day in unit.days)),
        float(unit.fitted),
    )
