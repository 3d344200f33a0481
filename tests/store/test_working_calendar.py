"""The shipped calendar has the holidays of each year, and a centre's own days stand in place of them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from domain.access.principal import CENTRE
from domain.audit import Act
from intake.imports.command_line import OK, REFUSED
from intake.imports.working_days_command import import_file, list_all
from store.audit import AuditLog
from store.working_calendar import WorkingDays, days_of, working_calendar

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def test_every_year_from_2023_to_2035_has_its_holidays_on_working_days_taken_off():
    calendar = working_calendar()
    assert calendar.years == frozenset(range(2023, 2036))
    for year in sorted(calendar.years):
        fixed = [date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2)]
        assert not any(calendar.works(day) for day in fixed)
        off = [one for one in calendar.marked.values() if one.day.year == year and not one.works]
        assert all(one.day.weekday() < 5 for one in off)
        # 11 days until 2025, 12 since 24/11 is one; at most two more move a weekend's or a swap's.
        assert 8 <= len(off) <= 16


def test_the_day_of_culture_is_off_from_2026_on():
    calendar = working_calendar()
    assert calendar.works(date(2025, 11, 24))
    assert not calendar.works(date(2026, 11, 24))


@pytest.mark.servers
def test_days_of_the_centre_stand_in_place_of_the_releases_and_the_log_knows(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "swap.csv"
    file.write_text("day,kind,name\n2027-02-03,off,Nghỉ Tết\n2027-02-13,works,Làm bù\n", "utf-8-sig")
    register = WorkingDays(engine)
    assert import_file(register, file, "QĐ của Thủ tướng", NOW) == OK
    calendar = register.calendar()
    assert not calendar.works(date(2027, 2, 3))
    assert calendar.works(date(2027, 2, 13))
    assert not calendar.works(date(2026, 11, 24))
    assert list_all(register) == OK
    assert "2027-02-03\toff\tNghỉ Tết\tQĐ của Thủ tướng" in capsys.readouterr().out
    register.put(days_of("day,kind,name\n2027-02-03,works,Đổi lại\n", "x"), NOW, CENTRE)
    assert register.calendar().works(date(2027, 2, 3)), "a later row replaces an earlier one"
    assert Act.WORKING_DAYS_IMPORTED in {entry.act for entry in AuditLog(engine).newest(10)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("day,kind,name\n2027-02-03,off,Tết\n3/2/2027,off,Tết\n", "dòng 3"),
        ("day,kind,name\n2027-02-03,maybe,Tết\n", "dòng 2"),
        ("day,kind,name\n2027-02-03\n", "dòng 2"),
        ("date,name\n", "day, kind, name"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(text: str, message: str):
    with pytest.raises(ValueError, match=message):
        days_of(text, "x")


@pytest.mark.servers
def test_a_file_that_is_not_there_or_wrong_changes_nothing(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    register = WorkingDays(engine)
    assert import_file(register, tmp_path / "absent.csv", "x", NOW) == REFUSED
    (tmp_path / "wrong.csv").write_text("day,kind,name\n2027-02-03,off,Tết\n3/2/2027,off,Tết\n", "utf-8")
    assert import_file(register, tmp_path / "wrong.csv", "x", NOW) == REFUSED
    assert "dòng 3" in capsys.readouterr().err
    assert register.calendar() == working_calendar()
