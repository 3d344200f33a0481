"""Who drove when, by each fix's own time; refused messages keep no driver."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.fleets.driver import STINT_GAP, Driver, ToldDriver, by_code, stints, unnamed

T0 = datetime(2026, 11, 25, 10, tzinfo=UTC)


def told(minutes: float, code: str) -> ToldDriver:
    return ToldDriver(at=T0 + timedelta(minutes=minutes), code=code)


def test_a_stint_lasts_from_the_first_to_the_last_fix_that_names_its_driver() -> None:
    found = stints("LA-001", [told(0, "TX-07"), told(10, "tx-07 "), told(20, "TX-08"), told(30, "TX-07")])
    assert [(one.code, one.since, one.until, one.fixes) for one in found] == [
        ("TX-07", T0, T0 + timedelta(minutes=10), 2),
        ("TX-08", T0 + timedelta(minutes=20), T0 + timedelta(minutes=20), 1),
        ("TX-07", T0 + timedelta(minutes=30), T0 + timedelta(minutes=30), 1),
    ]


def test_nobody_is_said_to_drive_through_a_long_silence() -> None:
    gap = STINT_GAP.total_seconds() / 60
    assert len(stints("v", [told(0, "A"), told(gap, "A")])) == 1
    assert len(stints("v", [told(0, "A"), told(gap + 1, "A")])) == 2
    assert stints("v", []) == []


def test_a_driver_is_found_by_staff_code_before_licence_number() -> None:
    known = by_code([Driver(id="TX-07", name="A", licence_number="790123"), Driver(id="790123", name="B")])
    assert (known["tx-07"].name, known["790123"].name) == ("A", "B")


def test_days_of_work_include_both_ends_and_may_be_open() -> None:
    driver = Driver(id="1", name="A", active_from=date(2026, 1, 1), active_to=date(2026, 6, 30))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [driver.works_on(day) for day in days] == [False, True, True, False]
    assert Driver(id="1", name="A").works_on(date(2026, 1, 1))


@pytest.mark.parametrize(
    "raw",
    [
        "id=1&lat=x&driverUniqueId=TX-SECRET&lon=1",
        '{"position":{"attributes":{"driverUniqueId":"TX-SECRET","a":1}}}',
        '{"a":{"driver" : {"id":"TX-SECRET","name":"TX-SECRET"}}}',
        '{"driver_licence":["TX-SECRET","TX-SECRET"]}',
        "{'driver': 'TX-SECRET', 'x': 0}",
        '{"driverUniqueId":"TX-SECRET',
        '{"driver":"a\\"TX-SECRET"}',
        "lat=1&DRIVERUNIQUEID=TX-SECRET",
    ],
)
def test_a_refused_message_keeps_no_driver(raw: str) -> None:
    assert "TX-SECRET" not in unnamed(raw)


@pytest.mark.parametrize("separator", [",", ";", "\t", " | "])
@pytest.mark.parametrize("heads", [("Mã tài xế", "Họ và tên"), ("driver", "name"), ("Mã NV", "Họ tên", "Hạng GPLX")])
def test_a_register_sent_to_a_wrong_door_leaves_no_evidence(heads: tuple[str, ...], separator: str) -> None:
    assert unnamed(separator.join(heads) + " TX-07;Nguyễn Văn An") == ""


def test_what_is_not_about_a_driver_stays_as_evidence() -> None:
    raw = 'id=1&lat=x&speed=3&{"vehicle":"LA-031","x":0}'
    assert unnamed(raw) == raw
    assert unnamed("driverUniqueId=7&lat=x") == "driverUniqueId=…&lat=x"
