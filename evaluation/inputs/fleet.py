"""Computes the inputs of the waste KPIs from tracker deliveries and the roster; one contributor per vehicle."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.fleets.device_columns import KIND_CODE, DeviceColumns, Ints
from domain.fleets.vehicle import LIVE_WITHIN, Vehicle
from domain.instant import day_start, service_day, to_ms
from domain.kpis.kpi import Floats
from domain.observation import Kind, Observation
from domain.waste.duty import DAY_S, Rostered, rostered
from evaluation.columns import Block, Bools

# Thông tư 09/2015/TT-BGTVT: at most 30 s between records while moving.
NOMINAL_CADENCE_S = 30.0
# Device clocks may be this far ahead before fix quality corrects them.
_CLOCK_AHEAD = timedelta(minutes=2)
_LIVE_WITHIN_MS = LIVE_WITHIN // timedelta(milliseconds=1)
_MEASURED = KIND_CODE[Kind.MEASURED]

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


def derived_inputs(devices: DeviceColumns, roster: Mapping[str, Rostered], now: datetime) -> Block | None:
    """Inputs of the waste KPIs at ``now``, for the service day of ``now`` so far; None before the first fix.

    Only deliveries on that day count. A roster is valid until replaced. Every row is as old as the newest fix of the
    whole feed, because a vehicle is known to be silent only while others send. So duty counts until 90 s after that
    fix: when all are silent, the figures become stale, not worse.

    - duty: the roster's hours (an end above 86,400 s is a night shift); without hours, from the vehicle's first fix of
      the day; without either the vehicle has no values.
    - online_s: seconds with a last fix not older than 90 s, at most duty_s. Fixes outside duty count too.
    - fixes_expected: duty_s / 30 s, 0 without a tracker; fixes_received: fixes, at most the expected.
    """
    now_ms, midnight_ms = to_ms(now), to_ms(day_start(service_day(now)))
    today = devices.day == service_day(now)
    newest_ms = _newest_ms(devices, now)
    if newest_ms is None:
        return None
    heard_ms = max(midnight_ms, min(now_ms, newest_ms + _LIVE_WITHIN_MS))
    fleet = _fleet(devices, roster)
    day = _Days.of(devices, fleet, delivered=(devices.fixes > 0) & today)
    duty_s = _duty_s(fleet, day, midnight_ms, heard_ms)
    values = _values(fleet, day, duty_s, heard_ms)
    values[:, np.isnan(duty_s)] = np.nan
    return Block(
        measures=MEASURES,
        contributors=fleet.ids,
        places=fleet.places,
        at_ms=min(newest_ms, now_ms),
        value=values,
        kind=np.where(day.fixes > 0, day.kind, fleet.kind),
        sources=fleet.sources,
    )


def expected_vehicles(devices: DeviceColumns | None, roster: Mapping[str, Rostered]) -> dict[str, str]:
    """Expected contributors with their wards: vehicles in service by the roster, and those with a bound tracker."""
    place = {} if devices is None else dict(zip(devices.vehicle, devices.place, strict=True))
    return {
        id_: (roster[id_].place if id_ in roster else "") or place.get(id_, "") for id_ in _in_service(place, roster)
    }


@dataclass(frozen=True, slots=True)
class Duty:
    """A vehicle on duty: its ward (place code, "" unknown) and the start of its duty (midnight without hours)."""

    place: str
    since: datetime
    fitted: bool = True


def on_duty(roster: Iterable[Observation], vehicles: Iterable[Vehicle], now: datetime) -> dict[str, Duty]:
    """Vehicles on duty at ``now``, by id: within the roster's hours, or without hours those with a fix today.

    ``roster`` are the newest observations of in_service, tracker_fitted, duty_from_s and duty_to_s. A device bound to
    no vehicle is in waiting and does not count (decision 0020).
    """
    said, newest = rostered(roster), dict[str, Vehicle]()
    for one in sorted(vehicles, key=lambda vehicle: vehicle.at):
        if one.bound or one.id in said:
            newest[one.id] = one
    found: dict[str, Duty] = {}
    midnight = day_start(service_day(now))
    elapsed_s = (now - midnight).total_seconds()
    for id_ in _in_service(newest, said):
        unit, vehicle = said.get(id_), newest.get(id_)
        place = (unit.place if unit else "") or (vehicle.place if vehicle else "")
        fitted = unit is None or unit.fitted is not False
        if unit is None or unit.hours is None:
            if vehicle is not None and vehicle.at >= midnight:
                found[id_] = Duty(place, midnight, fitted)
            continue
        begin, end = unit.hours
        for start in (begin, begin - DAY_S):
            if start <= elapsed_s < start + end - begin:
                found[id_] = Duty(place, midnight + timedelta(seconds=start), fitted)
                break
    return found


def _in_service(heard: Iterable[str], roster: Mapping[str, Rostered]) -> list[str]:
    """Ids of vehicles that sent or that the roster names, without those out of service."""
    return sorted({*heard, *roster} - {id_ for id_, unit in roster.items() if unit.in_service is False})


def _newest_ms(devices: DeviceColumns, now: datetime) -> int | None:
    """The newest fix (epoch ms) of any device with a plausible clock; None without one."""
    spoken = np.concatenate([devices.at_ms, devices.last_ms[devices.fixes > 0]])
    believed = spoken[spoken <= to_ms(now + _CLOCK_AHEAD)]
    return int(believed.max()) if len(believed) else None


@dataclass(frozen=True, slots=True)
class _Fleet:
    """Vehicles in service, one entry each, with their newest source and hours of duty (s after midnight, NaN unknown).

    ``unit`` is the index of each device's vehicle, -1 when it is not in service.
    """

    ids: Sequence[str]
    places: Sequence[str]
    sources: Sequence[str]
    kind: Ints
    begins_s: Floats
    ends_s: Floats
    fitted: Bools
    unit: Ints


def _fleet(devices: DeviceColumns, roster: Mapping[str, Rostered]) -> _Fleet:
    places = expected_vehicles(devices, roster)
    number = {id_: at for at, id_ in enumerate(places)}
    unit = np.array([number.get(id_, -1) for id_ in devices.vehicle], np.int64)
    said = [roster.get(id_) for id_ in places]
    sources = [one.source if one else "" for one in said]
    kind = np.array([KIND_CODE[one.kind] if one else _MEASURED for one in said], np.int64)
    # Among several devices of a vehicle the last one to send gives the source.
    for device in np.argsort(devices.at_ms, kind="stable").tolist():
        if unit[device] >= 0:
            sources[unit[device]] = devices.source[device]
            kind[unit[device]] = devices.kind[device]
    hours = np.array([one.hours if one and one.hours else (np.nan, np.nan) for one in said], np.float64).reshape(-1, 2)
    return _Fleet(
        ids=list(places),
        places=list(places.values()),
        sources=sources,
        kind=kind,
        begins_s=hours[:, 0],
        ends_s=hours[:, 1],
        fitted=np.array([one is None or one.fitted is not False for one in said], np.bool_),
        unit=unit,
    )


@dataclass(frozen=True, slots=True)
class _Days:
    """The summed deliveries of each vehicle's devices on the day, and the instants of its first and last fix."""

    fixes: Floats
    history: Floats
    late_120s: Floats
    late_600s: Floats
    late_3600s: Floats
    online_s: Floats
    first_ms: Ints
    last_ms: Ints
    kind: Ints

    @classmethod
    def of(cls, devices: DeviceColumns, fleet: _Fleet, delivered: Bools) -> "_Days":
        """Sum the devices of ``fleet`` that ``delivered``."""
        mine = np.flatnonzero(delivered & (fleet.unit >= 0))
        unit, count = fleet.unit[mine], len(fleet.ids)

        def total(column: NDArray[np.int64] | Floats) -> Floats:
            return np.bincount(unit, column[mine], count).astype(np.float64)

        def furthest(column: Ints, join: np.ufunc, start: int) -> Ints:
            found = np.full(count, start, np.int64)
            join.at(found, unit, column[mine])
            return found

        return cls(
            fixes=total(devices.fixes),
            history=total(devices.history),
            late_120s=total(devices.late_120s),
            late_600s=total(devices.late_600s),
            late_3600s=total(devices.late_3600s),
            online_s=total(devices.online_s),
            first_ms=furthest(devices.first_ms, np.minimum, np.iinfo(np.int64).max),
            last_ms=furthest(devices.last_ms, np.maximum, 0),
            kind=furthest(devices.day_kind, np.maximum, 0),
        )


def _duty_s(fleet: _Fleet, day: _Days, midnight_ms: int, heard_ms: int) -> Floats:
    """Seconds of duty so far today, as `domain.waste.duty.duty_s`; NaN when neither roster nor fixes give them."""
    elapsed_s = (heard_ms - midnight_ms) / 1000
    worked = np.zeros(len(fleet.ids))
    for shift_s in (0.0, DAY_S):  # yesterday's night shift ends today
        begin = np.maximum(fleet.begins_s - shift_s, 0.0)
        worked += np.maximum(0.0, np.minimum(fleet.ends_s - shift_s, elapsed_s) - begin)
    since_first = np.where(day.fixes > 0, np.maximum(0, heard_ms - day.first_ms) / 1000, np.nan)
    return np.where(np.isnan(fleet.begins_s), since_first, worked)


def _values(fleet: _Fleet, day: _Days, duty_s: Floats, heard_ms: int) -> Floats:
    """Values in the order of MEASURES, measure x vehicle."""
    on_duty = duty_s > 0
    since_last_s = np.maximum(0, heard_ms - day.last_ms) / 1000
    live_s = np.where(day.fixes > 0, np.minimum(since_last_s, LIVE_WITHIN.total_seconds()), 0.0)
    expected = np.where(fleet.fitted, duty_s // NOMINAL_CADENCE_S, 0.0)
    return np.array(
        [
            on_duty,
            on_duty & (day.fixes > 0),
            duty_s,
            np.minimum(day.online_s + live_s, duty_s),
            expected,
            np.minimum(day.fixes, expected),
            # Without fixes from an archive: their delay is unknown.
            day.fixes - day.history,
            day.fixes - day.history - day.late_120s,
            day.late_600s,
            day.late_3600s,
            fleet.fitted,
        ],
        np.float64,
    )
