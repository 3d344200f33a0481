"""The command of the register of vehicles: import a table, list the register fleet by fleet."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from data_sources.registers.vehicles import VehicleEntry, read_vehicles
from domain.access.principal import CENTRE
from domain.feeds.feed import Feed, tracked
from domain.finding import errors
from domain.fleets.fleet import OtherFleetError
from domain.places.place import IN_FORCE
from intake.imports.command_line import OK, REFUSED, say
from intake.imports.map_report import both
from store import territories
from store.records import RegisteredVehicle
from store.registry import Registry

_SHOWN = 50


def import_file(registry: Registry, feeds: Mapping[str, Feed], file: Path, source: str, now: datetime) -> int:
    """Register the file's vehicles and print refused rows; REFUSED when no row is usable.

    A vehicle that changes its fleet moves with its trackers, from now on.
    """
    try:
        body = file.read_bytes()
    except OSError as error:
        say(f"Không mở được {file} / cannot open: {error.strerror}")
        return REFUSED
    before = registry.vehicles()
    known = {id_: one.feed for id_, one in before.items()}
    fleets = tracked(feeds.values())
    entries, findings = read_vehicles(body, file.name, fleets=fleets, known=known, place_of=_place_of)
    given = [_registered(one, before.get(one.vehicle)) for one in entries]
    changed = [one for one in given if before.get(one.id) != one]
    moved = sum(known.get(one.id, one.feed) != one.feed for one in changed)
    registry.put_vehicles(changed, now, moved_by=source, by=CENTRE)
    print(
        f"nhận / accepted: {len(entries)}; mới hoặc đổi / new or changed: {len(changed)}; "
        f"đổi đội / moved: {moved}; từ chối / rejected: {len(errors(findings))}"
    )
    for found in findings[:_SHOWN]:
        where = f"dòng / row {found.row}: " if found.row else ""
        print(f"  {where}{both(found.words)}")
    _bind(registry, entries, source, now)
    return OK if entries else REFUSED


def list_all(registry: Registry, feeds: Mapping[str, Feed]) -> int:
    """Print the number of vehicles of each fleet, then one line a vehicle."""
    registered = registry.vehicles()
    for key in tracked(feeds.values()):
        print(f"{key}\t{sum(one.feed == key for one in registered.values())}\t{both(feeds[key].names)}")
    for one in registered.values():
        print(f"{one.id}\t{one.feed}\t{one.place or '-'}\t{'1' if one.in_service else '0'}")
    return OK


def _place_of(said: str) -> str:
    found = territories.places_named(IN_FORCE, said)
    return found[0].code if len(found) == 1 else ""


def _registered(said: VehicleEntry, before: RegisteredVehicle | None) -> RegisteredVehicle:
    place = said.place or (before.place if before else "")
    return RegisteredVehicle(id=said.vehicle, feed=said.feed, place=place, in_service=said.in_service)


def _bind(registry: Registry, entries: tuple[VehicleEntry, ...], source: str, now: datetime) -> None:
    bound = registry.bound()
    for one in entries:
        if one.device and (one.device not in bound or bound[one.device].vehicle != one.vehicle):
            try:
                registry.bind(one.device, one.vehicle, feed=one.feed, by=CENTRE, now=now)
            except OtherFleetError as other:
                print(f"  {one.device}: xe của đội khác / the vehicle is another fleet's: {other}")
