"""The evaluator's reading of the fleet: devices that stand for vehicles, and when to read them again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from domain.access.principal import CENTRE
from domain.fleets.device_columns import KIND_CODE
from domain.fleets.tracker_day import TrackerDay
from domain.instant import to_ms
from domain.observation import Kind
from store.changes import Changes
from store.intake import IntakeStore
from store.records import LatestFix, RegisteredVehicle
from store.registry import Registry
from tests.store.test_intake import FEED, T0, Writer, fix

OTHER = "ambulances"
DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DELIVERED = TrackerDay(
    device="T1", day=DAY, kind=Kind.SIMULATED, fixes=10, duplicates=1, out_of_order=2, late_120s=3, late_600s=2,
    late_3600s=1, online_s=270.5, first_at=T0, last_at=T0 + timedelta(minutes=9),
)  # fmt: skip


def test_devices_that_stand_for_vehicles_and_no_others(engine: Engine) -> None:
    registry, write = Registry(engine), Writer(IntakeStore(engine), FEED)
    registry.put_vehicles([RegisteredVehicle(id="LA-001", feed=FEED, place="27694", in_service=True),
                           RegisteredVehicle(id="LA-002", feed=FEED, place="27712", in_service=True)], NOW)  # fmt: skip
    registry.bind("T1", "LA-001", feed=FEED, by=CENTRE, now=T0)
    registry.bind("OLD", "LA-001", feed=FEED, by=CENTRE, now=T0)
    registry.unbind("OLD", now=NOW, by=CENTRE)
    latest = [LatestFix(fix=fix(device=device)) for device in ("T1", "OLD", "phone")]
    write(latest=[*latest, LatestFix(fix=fix(20, device="LA-002", kind=Kind.DECLARED))])
    write(days=[DELIVERED, replace(DELIVERED, device="phone"), replace(DELIVERED, day=date(2026, 11, 21), fixes=3)])
    found = Changes(engine).devices(FEED, DAY)
    assert (found.day, list(found.vehicle), list(found.place)) == (DAY, ["LA-002", "LA-001"], ["27712", "27694"])
    assert list(found.source) == ["phone", "phone"], "the source has that name; the device of that name is none of ours"
    assert found.kind.tolist() == [KIND_CODE[Kind.DECLARED], KIND_CODE[Kind.MEASURED]]
    assert found.at_ms.tolist() == [to_ms(T0 + timedelta(seconds=20)), to_ms(T0)]
    assert found.fixes.tolist() == [0, 10]
    assert [column[1] for column in (found.late_120s, found.late_600s, found.late_3600s)] == [3, 2, 1]
    assert (found.online_s[1], found.day_kind[1]) == (270.5, KIND_CODE[Kind.SIMULATED])
    assert (found.first_ms[1], found.last_ms[1]) == (to_ms(T0), to_ms(T0 + timedelta(minutes=9)))
    assert Changes(engine).devices(FEED, date(2026, 11, 21)).fixes.tolist() == [0, 3]
    nobody = Changes(engine).devices("coverage", DAY)
    assert (list(nobody.vehicle), nobody.fixes.tolist()) == ([], [])


def test_what_a_device_sent_to_another_fleet_does_not_count(engine: Engine) -> None:
    registry, store = Registry(engine), IntakeStore(engine)
    writers = {feed: Writer(store, feed) for feed in (FEED, OTHER)}
    for device in ("T1", "T2", "T3"):
        registry.bind(device, device.replace("T", "LA-"), feed=FEED, by=CENTRE, now=T0)
    registry.bind("T4", "115-01", feed=OTHER, by=CENTRE, now=T0)
    registry.put_vehicles([RegisteredVehicle(id="115-02", feed=OTHER, place="27694", in_service=True)], NOW)

    def write(feed: str, *told: tuple[str, int, Kind]) -> None:
        fixes = [replace(fix(seconds, device=device, kind=kind), feed=feed) for device, seconds, kind in told]
        latest = [LatestFix(fix=one) for one in fixes]
        writers[feed](latest=latest, days=[replace(DELIVERED, device=one.device, kind=one.kind) for one in fixes])

    write(FEED, ("T1", 20, Kind.MEASURED), ("T2", 10, Kind.SIMULATED))
    write(FEED, ("T4", 40, Kind.MEASURED), ("115-02", 40, Kind.MEASURED))
    write(OTHER, ("T1", 30, Kind.MEASURED), ("T2", 30, Kind.MEASURED), ("T3", 30, Kind.MEASURED))
    found = Changes(engine).devices(FEED, DAY)
    assert list(found.vehicle) == ["LA-1", "LA-2"], "T3 spoke to another fleet alone, T4 and 115-02 are another's"
    assert found.at_ms.tolist() == [to_ms(T0 + timedelta(seconds=20)), to_ms(T0 + timedelta(seconds=10))]
    assert found.day_kind.tolist() == [KIND_CODE[Kind.MEASURED], KIND_CODE[Kind.SIMULATED]]
    assert found.fixes.tolist() == [10, 10]


def test_every_change_of_the_registers_shows(engine: Engine) -> None:
    registry = Registry(engine)
    truck = RegisteredVehicle(id="LA-001", feed=FEED, place="27694", in_service=True)
    seen = [registry.version()]
    changed = (
        lambda at: registry.put_vehicles([truck], at),
        lambda at: registry.put_vehicles([replace(truck, place="27712")], at),
        lambda at: registry.bind("T1", "LA-001", feed=FEED, by=CENTRE, now=at),
        lambda at: registry.bind("T1", "LA-002", feed=FEED, by=CENTRE, now=at),
        lambda at: registry.unbind("T1", now=at, by=CENTRE),
        lambda at: registry.vouch({"T9": "a source"}, at, feed=FEED),
    )
    for seconds, change in enumerate(changed):
        change(NOW + timedelta(seconds=seconds))
        seen.append(registry.version())
    assert len(set(seen)) == len(seen)
    assert registry.version() == seen[-1]
