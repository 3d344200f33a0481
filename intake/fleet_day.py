"""The drives of all vehicles on one service day, brought up to date from the fixes in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from collection.drive import Drive, Driver
from collection.judging import Along, drives_along
from domain.instant import day_start, to_ms
from domain.observation import Kind
from intake.unjudged import Unjudged
from store.tracks import Mark, Tracks, joined
from streets.ways import Ways

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class VehicleDrive:
    """One vehicle's drive, the same by segment, and what kind of fixes it rests on, from whom."""

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
    """A day's drives in memory. ``refresh`` reads what is new; a fix that came out of order rebuilds its vehicle."""

    def __init__(self, day: date, ways: Ways, tracks: Tracks, unjudged: Unjudged) -> None:
        self.day = day
        self.vehicles: dict[str, VehicleDrive] = {}
        self._ways, self._tracks, self._unjudged = ways, tracks, unjudged
        self._begin_ms = to_ms(day_start(day))
        self._drivers: dict[str, Driver] = {}
        self._marks: dict[str, Mark] = {}
        self._carried: dict[str, list[tuple[str, int, int]]] = {}

    def refresh(self, marks: Mapping[str, Mark]) -> dict[str, float]:
        """Take in what ``marks`` (by device) say is new.

        Returns the vehicles whose drive changed, with the time (epoch s) from which on it did.
        """
        carried = self._tracks.carried(self.day)
        moved = {device for device in marks if carried.get(device) != self._carried.get(device)}
        self._carried = carried
        changed = {device for device, mark in marks.items() if self._marks.get(device) != mark}
        late = {device for device in changed if self._came_late(self._marks.get(device), marks[device])}
        self._marks.update({device: marks[device] for device in changed})
        found: dict[str, float] = {}
        for vehicle, devices in self._riders(changed | moved).items():
            anew = vehicle not in self._drivers or bool(devices & (late | moved)) or len(self._devices(vehicle)) > 1
            with self._unjudged.leaving_out(self.day, f"drive of {vehicle}"):
                since_s = self._update(vehicle, anew=anew)
                if since_s is not None:
                    found[vehicle] = since_s
        return found

    def _came_late(self, before: Mark | None, after: Mark) -> bool:
        """Whether fixes older than the newest came: the counter of late ones, or more of them without a newer."""
        if before is None:
            return False
        return after.out_of_order != before.out_of_order or after.last_ms <= before.last_ms

    def _riders(self, devices: set[str]) -> dict[str, set[str]]:
        """Vehicles that carried any of the devices; a device bound to none stands for a vehicle of its name."""
        found: dict[str, set[str]] = {}
        for device in devices:
            for vehicle in {vehicle for vehicle, _, _ in self._carried.get(device, ())} or {device}:
                found.setdefault(vehicle, set()).add(device)
        return found

    def _devices(self, vehicle: str) -> list[tuple[str, int, int]]:
        end_ms = self._begin_ms + _DAY_MS
        own = [
            (device, since, until)
            for device, spans in self._carried.items()
            for rides, since, until in spans
            if rides == vehicle
        ]
        return own if vehicle in self._carried else [*own, (vehicle, self._begin_ms, end_ms)]

    def _update(self, vehicle: str, *, anew: bool) -> float | None:
        """Bring one vehicle up to date; returns from when on its drive changed, None when it did not."""
        devices = self._devices(vehicle)
        known = None if anew else self.vehicles.get(vehicle)
        # It is kept again when all went well: a driver that failed half way is made anew.
        driver = self._drivers.pop(vehicle) if known else Driver(vehicle, self._ways)
        after_ms = int(driver.last_s * 1000) + 1 if known and np.isfinite(driver.last_s) else self._begin_ms
        parts = {d: self._tracks.fixes(d, max(since, after_ms), until) for d, since, until in devices}
        fresh = joined(parts)
        if not len(fresh.at_s):
            if known:
                self._drivers[vehicle] = driver
            return None
        driver.extend(fresh.at_s, fresh.places, fresh.speed_kmh, fresh.ignition)
        teller = max(parts, key=lambda device: len(parts[device].at_s))
        kind, source = (known.kind, known.source) if known else self._tracks.kind_of(teller, self.day)
        drive = driver.drive()
        self._drivers[vehicle] = driver
        self.vehicles[vehicle] = VehicleDrive(
            drive=drive,
            along=drives_along(vehicle, drive.passages[drive.seen]),
            kind=kind,
            source=source,
        )
        return float(fresh.at_s[0])


def marks_by_day(marks: Mapping[tuple[date, str], Mark]) -> dict[date, dict[str, Mark]]:
    """Marks by day, then by device."""
    found: dict[date, dict[str, Mark]] = {}
    for (day, device), mark in marks.items():
        found.setdefault(day, {})[device] = mark
    return found


def days_until(today: date, count: int) -> list[date]:
    """The last ``count`` days, today the last of them."""
    return [today - timedelta(days=back) for back in range(count - 1, -1, -1)]
