"""The shipped calendar has the holidays of each year, and a centre's file replaces days of it."""

from datetime import date
from pathlib import Path

import pytest

from store.working_calendar import working_calendar


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


def test_a_file_of_the_centre_replaces_days(tmp_path: Path):
    file = tmp_path / "swap.csv"
    file.write_text("day,kind,name\n2027-02-03,off,Nghỉ Tết\n2027-02-13,works,Làm bù\n", "utf-8-sig")
    calendar = working_calendar(file)
    assert not calendar.works(date(2027, 2, 3))
    assert calendar.works(date(2027, 2, 13))
    assert not calendar.works(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("day,kind,name\n2027-02-03,off,Tết\n3/2/2027,off,Tết\n", "dòng 3"),
        ("day,kind,name\n2027-02-03,maybe,Tết\n", "dòng 2"),
        ("day,kind,name\n2027-02-03\n", "dòng 2"),
        ("date,name\n", "day, kind, name"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, message: str):
    file = tmp_path / "swap.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=message):
        working_calendar(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="cannot be read"):
        working_calendar(tmp_path / "absent.csv")
