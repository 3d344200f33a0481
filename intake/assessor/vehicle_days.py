"""Makes vehicles' days from drives, weighings and the roster, including vehicles that were not heard."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import Engine

from domain.fleets.vehicle import plate_key
from domain.instant import VIETNAM, day_start
from domain.observation import Kind
from domain.waste.duty import Rostered, due, rostered
from domain.waste.facility import Ticket
from domain.waste.work import Cause, VehicleDay, weighings
from intake.assessor.fleet_day import FleetDay, VehicleDrive
from intake.assessor.ground import Ground
from intake.assessor.unjudged import Unjudged
from kpi import waste
from rounds.due import RunPlan
from rounds.honesty import cause
from rounds.runs import Fleet
from rounds.work import About, unheard_day, vehicle_day
from store.intake import IntakeStore
from store.records import RegisteredVehicle
from store.registry import Registry
from store.rounds.facilities import Facilities
from store.rounds.runs import Runs
from store.rounds.tracks import Tracks

# Silence and weighings change without any fix.
LOOKS_EVERY = timedelta(minutes=1)
# A day is made from all its fixes, and a truck on the road sends new ones every few seconds.
MADE_EVERY = timedelta(minutes=1)
# So many more were read than those of the last minute: the day says that it is behind them.
MORE_FIXES = 20


@dataclass(frozen=True, slots=True)
class _Known:
    """A day's facts beside drives: register, roster, devices by vehicle, causes of faults, weighings by plate."""

    registered: Mapping[str, RegisteredVehicle]
    roster: Mapping[str, Rostered]
    devices: Mapping[str, set[str]]
    causes: Mapping[str, Cause | None]
    tickets: Mapping[str, tuple[Ticket, ...]]

    def place(self, vehicle: str) -> str:
        """The vehicle's ward, "" when unknown."""
        if vehicle in self.registered:
            return self.registered[vehicle].place
        return self.roster[vehicle].place if vehicle in self.roster else ""

    def tickets_of(self, vehicle: str) -> tuple[Ticket, ...]:
        """Weighings under the vehicle's plate."""
        return self.tickets.get(plate_key(vehicle), ())

    def in_service(self) -> list[str]:
        """Vehicles in register or roster that neither marks as out of service."""
        off = {id_ for id_, unit in self.registered.items() if not unit.in_service}
        off |= {id_ for id_, unit in self.roster.items() if unit.in_service is False}
        return sorted({*self.registered, *self.roster} - off)


class VehicleDays:
    """Makes vehicles' days and remembers them, so that only changed days are written."""

    def __init__(self, engine: Engine, unjudged: Unjudged) -> None:
        self._unjudged = unjudged
        self._tracks, self._runs, self._registry = Tracks(engine, waste.FEED), Runs(engine), Registry(engine)
        self._facilities, self._intake = Facilities(engine), IntakeStore(engine)
        self._kept: dict[date, dict[str, VehicleDay]] = {}
        self._rosters: dict[date, Mapping[str, Rostered]] = {}
        self._looked: dict[date, datetime] = {}
        self._tried: dict[date, dict[str, datetime]] = {}
        self._waiting: dict[date, set[str]] = {}

    def asks(self, day: date, now: datetime) -> bool:
        """Whether it is time to check silence and weighings, or to make a waiting day."""
        return self._looks(day, now) or bool(self._due(day, now))

    def _looks(self, day: date, now: datetime) -> bool:
        looked = self._looked.get(day)
        return looked is None or now - looked >= LOOKS_EVERY

    def _due(self, day: date, now: datetime) -> list[str]:
        tried = self._tried.get(day, {})
        return [v for v in self._waiting.get(day, ()) if v not in tried or now - tried[v] >= MADE_EVERY]

    def made(
        self,
        day: date,
        read: FleetDay,
        changed: Collection[str],
        fleet: Fleet,
        plans: Sequence[RunPlan],
        ground: Ground,
        now: datetime,
    ) -> list[VehicleDay]:
        """The days to write: of ``changed`` drives, of newly weighed vehicles, and of vehicles that were not heard.

        A vehicle's first result comes at once, then one a minute; until then the vehicle waits, and its day says so
        when it is behind by many fixes.
        """
        drives = read.vehicles
        self._waiting.setdefault(day, set()).update(id_ for id_ in changed if id_ in drives and id_ in fleet.spans)
        behind = self._behind(day, drives, now)
        if not self.asks(day, now):
            return behind
        known, kept = self._known(day, now), self._of(day)
        again = {id_ for id_ in drives if id_ in kept and kept[id_].weighings != weighings(known.tickets_of(id_))}
        lines = {plan.key: [np.array(s.planned.points) for s in plan.streets if s.planned.placed] for plan in plans}
        found = []
        for id_ in sorted(again.union(self._due(day, now)) & drives.keys() & fleet.spans.keys()):
            drive, spans = drives[id_], fleet.spans[id_]
            with self._unjudged.leaving_out(day, f"day of {id_}"):
                found.append(
                    vehicle_day(
                        drive.drive,
                        self._about(
                            day,
                            id_,
                            known,
                            now,
                            planned=bool(plans),
                            told=(drive.kind, drive.source),
                            meant=fleet.meant.get(plate_key(id_), frozenset()),
                        ),
                        ways=ground.ways,
                        lines=lines,
                        spans=spans,
                        fences=ground.fences,
                        tickets=known.tickets_of(id_),
                    )
                )
        unheard = self._unheard(day, known, read, now, planned=bool(plans)) if self._looks(day, now) else []
        found += [
            one
            for one in unheard
            if one.vehicle not in kept or replace(one, computed_at=kept[one.vehicle].computed_at) != kept[one.vehicle]
        ]
        fresh = {one.vehicle for one in found}
        return [*(one for one in behind if one.vehicle not in fresh), *found]

    def _behind(self, day: date, drives: Mapping[str, VehicleDrive], now: datetime) -> list[VehicleDay]:
        """The kept days of waiting vehicles that tell of many fixes fewer than were read, and do not say so yet."""
        kept, waiting = self._of(day), self._waiting[day].difference(self._due(day, now))
        known = [(kept[id_], len(drives[id_].drive.at_s)) for id_ in sorted(waiting & kept.keys() & drives.keys())]
        return [
            replace(one, behind=True, computed_at=now)
            for one, fixes in known
            if not one.behind and fixes > one.fixes + MORE_FIXES
        ]

    def keep(self, day: date, written: Iterable[VehicleDay], now: datetime) -> None:
        """Remember the written days, and what was tried; what failed to be written is made again in the next cycle."""
        self._tried.setdefault(day, {}).update(dict.fromkeys(self._due(day, now), now))
        made = {one.vehicle: one for one in written}
        self._of(day).update(made)
        self._waiting.setdefault(day, set()).difference_update(id_ for id_, one in made.items() if not one.behind)
        if self._looks(day, now):
            self._looked[day] = now

    def forget(self, day: date) -> None:
        """Forget a day that is no longer judged, or judged from the beginning."""
        for kept in (self._kept, self._rosters, self._looked, self._tried, self._waiting):
            kept.pop(day, None)
        self._kept.pop(day - timedelta(days=1), None)

    def _of(self, day: date) -> dict[str, VehicleDay]:
        if day not in self._kept:
            self._kept[day] = {one.vehicle: one for one in self._runs.vehicle_days(day)}
        return self._kept[day]

    def _about(
        self,
        day: date,
        vehicle: str,
        known: _Known,
        now: datetime,
        *,
        planned: bool,
        told: tuple[Kind, str],
        meant: frozenset[str] = frozenset(),
    ) -> About:
        return About(
            day=day,
            place=known.place(vehicle),
            kind=told[0],
            source=told[1],
            cause=known.causes.get(vehicle),
            now=now,
            on_duty=due(known.roster.get(vehicle), day, now),
            planned=planned,
            before=self._of(day - timedelta(days=1)).get(vehicle),
            meant=meant,
        )

    def _unheard(self, day: date, known: _Known, read: FleetDay, now: datetime, *, planned: bool) -> list[VehicleDay]:
        """Days of vehicles in service without one valid fix; with the likely cause where one was due."""
        failed = {id_ for id_ in known.in_service() if self._unjudged.has(day, f"drive of {id_}")}
        others = failed | read.vehicles.keys() | read.unread()
        silent = [id_ for id_ in known.in_service() if id_ not in others]
        seen = {device.device: device.last_seen_at for device in self._registry.carried_devices(waste.FEED)}
        carried = {id_: {id_, *known.devices.get(id_, ())} for id_ in silent}
        begun = day_start(day)
        since = {one for devices in carried.values() for one in devices if one in seen and seen[one] >= begun}
        spoke = self._tracks.spoke(since, day)
        found = []
        for id_ in silent:
            unit = known.roster.get(id_)
            said = unit.fitted if unit else None
            fitted = said if said is not None else id_ in known.devices or id_ in seen
            by = (unit.kind, unit.source) if unit else (Kind.DECLARED, "")
            about = self._about(day, id_, known, now, planned=planned, told=by)
            # Without hours of duty only the end of the day shows that a vehicle is missing.
            expected = about.on_duty or (about.on_duty is None and now >= begun + timedelta(days=1))
            why = cause(None, fitted=fitted, heard=bool(carried[id_] & spoke)) if expected or not fitted else None
            found.append(unheard_day(id_, replace(about, cause=why), known.tickets_of(id_)))
        return found

    def _known(self, day: date, now: datetime) -> _Known:
        if day not in self._rosters or self._looks(day, now):
            self._rosters[day] = self._roster(day, now)
        carried: dict[str, set[str]] = {}
        for device, spans in self._tracks.carried(day).items():
            for vehicle, _, _ in spans:
                carried.setdefault(vehicle, set()).add(device)
        return _Known(
            registered=self._registry.vehicles_of(waste.FEED),
            roster=self._rosters[day],
            devices=carried,
            causes=self._causes(day, carried),
            tickets=self._tickets(day),
        )

    def _roster(self, day: date, now: datetime) -> dict[str, Rostered]:
        """The roster as it stood on the day."""
        end = day_start(day + timedelta(days=1))
        if now < end:
            return rostered(self._intake.latest_observations(waste.FEED))
        return rostered(self._intake.observations_as_of(waste.FEED, end - timedelta(milliseconds=1)))

    def _causes(self, day: date, carried: Mapping[str, set[str]]) -> dict[str, Cause | None]:
        """The likely fault of the tracker, by vehicle that sent a fix on the day."""
        offsets = {device.device: device.clock_offset_min for device in self._registry.carried_devices(waste.FEED)}
        bound = {device: vehicle for vehicle, devices in carried.items() for device in devices}
        delivered = self._intake.tracker_days(waste.FEED, day, offsets)
        return {
            bound.get(device, device): cause(known, clock_offset_min=offsets.get(device))
            for device, known in delivered.items()
        }

    def _tickets(self, day: date) -> dict[str, tuple[Ticket, ...]]:
        """The day's weighings by plate: imported tickets, and weights that were sent as observations."""
        begin, end = day_start(day), day_start(day + timedelta(days=1))
        given = self._facilities.tickets(begin, end)
        for item in self._intake.observations_between(waste.FEED, "weighed_kg", begin, end):
            if item.value is not None and item.entity:
                id_, plate = f"{item.at.astimezone(VIETNAM):%H:%M:%S}", plate_key(item.entity)
                given.append(Ticket(id=id_, plant="", plate=plate, entered_at=item.at, net_kg=item.value,
                                    kind=item.kind, source=item.source))  # fmt: skip
        found: dict[str, tuple[Ticket, ...]] = {}
        for ticket in given:
            found[ticket.plate] = (*found.get(ticket.plate, ()), ticket)
        return found
