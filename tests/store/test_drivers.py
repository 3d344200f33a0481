"""Stored drivers on both pairs of servers: corrected, every access logged, by fix time, deleted in time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from collecting import stored_fixes
from sqlalchemy import Engine, select

from domain.access.principal import CENTRE, Actor, Principal
from domain.fleets.driver import Driver
from intake.messages.fix_quality import DeviceState, judge
from store.drivers import Drivers
from store.intake import IntakeStore
from store.records import LatestFix
from store.registry import Registry
from store.tables.feeds import rejections
from store.tables.fleet import fixes, fixes_latest
from tests.store.test_intake import T0, Writer, fix, refusal

AN = Driver(id="TX-07", name="Nguyễn Văn An", phone="0912 345 678", licence_class="C", licence_expires=date(2030, 1, 2))
BINH = Driver(id="TX-08", name="Trần Thị Bình", active_from=date(2026, 1, 1), active_to=date(2026, 12, 31))


@pytest.fixture
def drivers(engine: Engine) -> Drivers:
    return Drivers(engine)


@pytest.fixture
def write(engine: Engine) -> Writer:
    return Writer(IntakeStore(engine))


def test_the_register_is_corrected_and_sending_it_again_changes_nothing(drivers: Drivers) -> None:
    assert drivers.put([BINH, AN], Principal(actor=Actor.SOURCE, name="Điều phối"), T0) == 2
    assert drivers.register() == [AN, BINH]
    assert drivers.put([AN, BINH], Principal(actor=Actor.SOURCE, name="Điều phối"), T0) == 0
    moved = Driver(id="TX-07", name="Nguyễn Văn An", phone="")
    assert drivers.put([moved], Principal(actor=Actor.SOURCE, name="Điều phối"), T0) == 1
    assert drivers.register() == [moved, BINH], "who is not given stays"


def test_a_late_upload_is_given_to_whoever_drove_then_and_not_to_the_newest_driver(
    drivers: Drivers, write: Writer
) -> None:
    """Traccar #6015: a tracker that buffered for hours gave its fixes to the driver who had logged on meanwhile."""
    write(fixes=[fix(21_600, driver="TX-08"), fix(21_660, driver="TX-08")])
    late = fix(60, driver="TX-07", received_at=T0 + timedelta(hours=7))
    write(fixes=[fix(0, driver="TX-07", received_at=T0 + timedelta(hours=7)), late])
    found = drivers.stints("LA-001", T0, T0 + timedelta(days=1))
    assert [(one.code, one.since) for one in found] == [("TX-07", T0), ("TX-08", T0 + timedelta(hours=6))]
    assert [one.until for one in found] == [T0 + timedelta(seconds=60), T0 + timedelta(seconds=21_660)]


def test_a_late_fix_that_names_nobody_is_given_to_nobody(drivers: Drivers, write: Writer) -> None:
    write(fixes=[fix(21_600, driver="TX-08")])
    write(fixes=[fix(0, received_at=T0 + timedelta(hours=7))])
    assert [one.since for one in drivers.stints("LA-001", T0, T0 + timedelta(days=1))] == [T0 + timedelta(hours=6)]


def test_stints_follow_the_vehicle_through_its_trackers(engine: Engine, drivers: Drivers, write: Writer) -> None:
    registry = Registry(engine)
    registry.bind("phone", "LA-001", feed="waste_trucks", by=CENTRE, now=T0)
    registry.bind("phone", "LA-002", feed="waste_trucks", by=CENTRE, now=T0 + timedelta(hours=1))
    write(fixes=[fix(0, device="phone", driver="A"), fix(3_600, device="phone", driver="B"), fix(30, driver="A")])
    day = (T0, T0 + timedelta(days=1))
    assert [(one.vehicle, one.code, one.fixes) for one in drivers.stints("LA-001", *day)] == [("LA-001", "A", 2)]
    assert [(one.vehicle, one.code) for one in drivers.stints("LA-002", *day)] == [("LA-002", "B")]
    assert drivers.stints("LA-001", T0 + timedelta(hours=2), T0 + timedelta(days=1)) == []


def test_a_held_jump_names_nobody_until_it_is_believed(drivers: Drivers, write: Writer) -> None:
    jump = fix(10, driver="TX-09", latitude=11.0)
    write(quarantined=[jump])
    assert drivers.stints("LA-001", T0, T0 + timedelta(days=1)) == []
    write(released=[jump])
    assert [one.code for one in drivers.stints("LA-001", T0, T0 + timedelta(days=1))] == ["TX-09"]


def test_a_code_stands_beside_its_fix_and_nowhere_else(engine: Engine, write: Writer) -> None:
    one = fix(0, driver="TX-SECRET")
    jump = fix(1, driver="TX-SECRET", latitude=14.0)
    verdict = judge(jump, judge(one, DeviceState()).state)
    write(
        fixes=[one],
        latest=[LatestFix(fix=one, suspect=verdict.held or jump)],
        rejections=[refusal(raw="id=1&lat=x&driverUniqueId=TX-SECRET")],
    )
    with engine.connect() as connection:
        kept = connection.execute(select(fixes)).mappings().one()
        assert kept["driver"] == "TX-SECRET"
        assert "TX-SECRET" not in str({name: value for name, value in kept.items() if name != "driver"})
        for table in (fixes_latest, rejections):
            assert "TX-SECRET" not in str(connection.execute(select(table)).all())
    read = stored_fixes(engine, "LA-001", T0, T0 + timedelta(days=1))
    assert "TX-SECRET" not in str(read)


def test_who_looked_is_kept_newest_first(drivers: Drivers) -> None:
    drivers.note_read(Principal(actor=Actor.SOURCE, name="An"), "register", T0)
    drivers.note_read(Principal(actor=Actor.SOURCE, name="Bình"), "run 2026-11-25 mau-01 1", T0 + timedelta(minutes=1))
    assert [(read.by, read.what) for read in drivers.reads(10)] == [
        ("Bình", "run 2026-11-25 mau-01 1"), ("An", "register"),
    ]  # fmt: skip
    assert drivers.reads(1)[0].at == datetime(2026, 11, 22, 8, 1, tzinfo=UTC)
