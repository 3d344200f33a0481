"""The drives of all vehicles on one service day, brought up to date from the fixes in the database."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

import numpy as np

from domain.instant import day_start, to_ms
from domain.observation import Kind
from intake.assessor.unjudged import Unjudged
from rounds.arrivals import Fence
from rounds.drive import Columns, Drive, GrowingDrive, extend_all
from rounds.driven import driven
from rounds.judging import Along, drives_along
from store.rounds.tracks import Fixes, Mark, Tracks, joined
from streets.ways import Ways

_log = logging.getLogger(__name__)
_DAY_MS = 86_400_000
_AT_ONCE = 100

Carried = tuple[str, int, int]
"""The vehicle or the device, start and end of the ride in epoch ms."""


@dataclass(frozen=True, slots=True)
class VehicleDrive:
    """One vehicle's drive, its passages by segment, and the kind and source of its fixes."""

    drive: Drive
    along: Mapping[int, Sequence[Along]]
    kind: Kind
    source: str

    def then(self, after: "VehicleDrive") -> "VehicleDrive":
        """This drive and the one of the next day as one."""
        segments = {**self.along, **after.along}
        return VehicleDrive(
            drive=self.drive.then(after.drive),
            along={s: [*self.along.get(s, ()), *after.along.get(s, ())] for s in segments},
            kind=after.kind,
            source=after.source,
        )


class FleetDay:
    """A day's drives in memory. ``refresh`` reads new fixes; one out of order rebuilds its vehicle's drive."""

    def __init__(self, day: date, ways: Ways, fences: Sequence[Fence], tracks: Tracks, unjudged: Unjudged) -> None:
        self.day = day
        self.vehicles: dict[str, VehicleDrive] = {}
        self._ways, self._fences, self._tracks, self._unjudged = ways, fences, tracks, unjudged
        self._begin_ms = to_ms(day_start(day))
        self._drivers: dict[str, GrowingDrive] = {}
        self._marks: dict[str, Mark] = {}
        self._carried: dict[str, list[Carried]] = {}
        self._carriers: dict[str, list[Carried]] = {}

    def refresh(self, marks: Mapping[str, Mark]) -> dict[str, float]:
        """Read the fixes that are new according to ``marks`` (by device).

        Returns the vehicles whose drive changed, with the time of the first change (epoch s).
        """
        carried = self._tracks.carried(self.day)
        moved = {device for device in marks if carried.get(device) != self._carried.get(device)}
        self._carried, self._carriers = carried, _by_vehicle(carried)
        changed = {device for device, mark in marks.items() if self._marks.get(device) != mark}
        late = {device for device in changed if self._came_late(self._marks.get(device), marks[device])}
        riders = self._riders(changed | moved)
        anew = {
            vehicle
            for vehicle, devices in riders.items()
            if vehicle not in self._drivers or devices & (late | moved) or len(self._devices(vehicle)) > 1
        }
        found: dict[str, float] = {}
        vehicles = list(riders)
        # In portions, so that no read holds the database's log open for long.
        for at in range(0, len(vehicles), _AT_ONCE):
            found |= self._update(vehicles[at : at + _AT_ONCE], anew)
        self._marks.update({device: marks[device] for device in changed})
        return found

    def unread(self) -> set[str]:
        """Vehicles of which fixes are stored that were not read yet: nobody knows whether they were silent."""
        stored = self._tracks.marks(self.day, self.day)
        return set(self._riders({device for (_, device), mark in stored.items() if self._marks.get(device) != mark}))

    def _came_late(self, before: Mark | None, after: Mark) -> bool:
        """Whether fixes older than the newest came: their counter grew, or the mark changed without a newer fix."""
        if before is None:
            return False
        return after.out_of_order != before.out_of_order or after.last_ms <= before.last_ms

    def _riders(self, devices: set[str]) -> dict[str, set[str]]:
        """By vehicle, those of ``devices`` that it carried; an unbound device stands for the vehicle of its name."""
        found: dict[str, set[str]] = {}
        for device in devices:
            spans = self._carried.get(device)
            for vehicle in {device} if spans is None else {vehicle for vehicle, _, _ in spans}:
                found.setdefault(vehicle, set()).add(device)
        return found

    def _devices(self, vehicle: str) -> list[Carried]:
        own = self._carriers.get(vehicle, [])
        return own if vehicle in self._carried else [*own, (vehicle, self._begin_ms, self._begin_ms + _DAY_MS)]

    def _update(self, vehicles: Sequence[str], anew: Collection[str]) -> dict[str, float]:
        """Bring some vehicles up to date; returns those whose drive changed, and from when on."""
        drivers = {v: GrowingDrive(v, self._ways) if v in anew else self._drivers[v] for v in vehicles}
        fresh = self._fresh(drivers)
        # Put back only after success: a driver that failed half way must be rebuilt.
        for vehicle in fresh:
            self._drivers.pop(vehicle, None)
        together = len(fresh) > 1
        if together:
            try:
                extend_all((drivers[v], _columns(fixes)) for v, (_, fixes) in fresh.items())
            except Exception:
                _log.exception("%d drives of %s cannot be matched together: matching each alone", len(fresh), self.day)
                return reduce(or_, (self._update([vehicle], {vehicle}) for vehicle in fresh))
        found: dict[str, float] = {}
        for vehicle, (teller, fixes) in fresh.items():
            known = None if vehicle in anew else self.vehicles[vehicle]
            with self._unjudged.leaving_out(self.day, f"drive of {vehicle}"):
                if not together:
                    drivers[vehicle].extend(*_columns(fixes))
                self._keep(vehicle, drivers[vehicle], teller, known)
                found[vehicle] = float(fixes.at_s[0])
        return found

    def _fresh(self, drivers: Mapping[str, GrowingDrive]) -> dict[str, tuple[str, Fixes]]:
        """By vehicle with fixes newer than its driver's: the device that sent most of them, then the fixes."""
        spans = [(v, device, max(since, self._after_ms(driver)), until)
                 for v, driver in drivers.items() for device, since, until in self._devices(v)]  # fmt: skip
        fixes = self._tracks.fixes([(device, since, until) for _, device, since, until in spans])
        parts: dict[str, list[tuple[str, Fixes]]] = {}
        for (vehicle, device, _, _), part in zip(spans, fixes, strict=True):
            parts.setdefault(vehicle, []).append((device, part))
        found: dict[str, tuple[str, Fixes]] = {}
        for vehicle, heard in parts.items():
            fresh = joined([part for _, part in heard])
            if len(fresh.at_s):
                found[vehicle] = max(heard, key=lambda told: len(told[1].at_s))[0], fresh
        return found

    def _after_ms(self, driver: GrowingDrive) -> int:
        return int(driver.last_s * 1000) + 1 if np.isfinite(driver.last_s) else self._begin_ms

    def _keep(self, vehicle: str, driver: GrowingDrive, teller: str, known: VehicleDrive | None) -> None:
        kind, source = (known.kind, known.source) if known else self._tracks.kind_of(teller, self.day)
        drive = driver.drive()
        self._drivers[vehicle] = driver
        self.vehicles[vehicle] = VehicleDrive(
            drive=drive,
            along=drives_along(vehicle, driven(drive, self._fences, self._ways.graph)),
            kind=kind,
            source=source,
        )


def _columns(fixes: Fixes) -> Columns:
    return fixes.at_s, fixes.places, fixes.speed_kmh, fixes.ignition


def _by_vehicle(carried: Mapping[str, Sequence[Carried]]) -> dict[str, list[Carried]]:
    """Turn rides by device into rides by vehicle: (device, start, end), epoch ms."""
    found: dict[str, list[Carried]] = {}
    for device, spans in carried.items():
        for vehicle, since, until in spans:
            found.setdefault(vehicle, []).append((device, since, until))
    return found


def marks_by_day(marks: Mapping[tuple[date, str], Mark]) -> dict[date, dict[str, Mark]]:
    """Marks by day, then by device."""
    found: dict[date, dict[str, Mark]] = {}
    for (day, device), mark in marks.items():
        found.setdefault(day, {})[device] = mark
    return found


def days_until(today: date, count: int) -> list[date]:
    """The last ``count`` days, today the last of them."""
    return [today - timedelta(days=back) for back in range(count - 1, -1, -1)]
