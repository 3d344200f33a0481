"""What the evaluator reads of the fleet: devices that stand for vehicles, and when it has to look again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine
from test_store_intake import FEED, T0, Writer, fix

from domain.device_columns import KIND_CODE
from domain.instant import to_ms
from domain.observation import Kind
from domain.tracker_day import TrackerDay
from store.changes import Changes
from store.intake import IntakeStore
from store.records import LatestFix, RegisteredVehicle
from store.registry import Registry

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DELIVERED = TrackerDay(
    device="T1", day=DAY, kind=Kind.SIMULATED, fixes=10, duplicates=1, out_of_order=2, late_120s=3, late_600s=2,
    late_3600s=1, online_s=270.5, first_at=T0, last_at=T0 + timedelta(minutes=9),
)  # fmt: skip


def test_devices_that_stand_for_vehicles_and_no_others(engine: Engine) -> None:
    registry, write = Registry(engine), Writer(IntakeStore(engine), FEED)
    registry.put_vehicles([RegisteredVehicle(id="LA-001", place="27694", in_service=True),
                           RegisteredVehicle(id="LA-002", place="27712", in_service=True)], NOW)  # fmt: skip
    registry.bind("T1", "LA-001", by="test", now=T0)
    registry.bind("OLD", "LA-001", by="test", now=T0)
    registry.unbind("OLD", now=NOW)
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


def test_every_change_of_the_registers_shows(engine: Engine) -> None:
    registry, changes = Registry(engine), Changes(engine)
    seen = [changes.registered()]
    changed = (
        lambda at: registry.put_vehicles([RegisteredVehicle(id="LA-001", place="27694", in_service=True)], at),
        lambda at: registry.put_vehicles([RegisteredVehicle(id="LA-001", place="27712", in_service=True)], at),
        lambda at: registry.bind("T1", "LA-001", by="test", now=at),
        lambda at: registry.bind("T1", "LA-002", by="test", now=at),
        lambda at: registry.unbind("T1", now=at),
        lambda at: registry.vouch({"T9": "a source"}, at),
    )
    for seconds, change in enumerate(changed):
        change(NOW + timedelta(seconds=seconds))
        seen.append(changes.registered())
    assert len(set(seen)) == len(seen)
    assert changes.registered() == seen[-1]
