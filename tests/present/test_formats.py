from datetime import UTC, datetime, timedelta

import pytest

from present import formats

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (88.9, 1, "88,9", "88.9"),
        (27_200, 0, "27.200", "27,200"),
        (12_500_000, 0, "12,5 triệu", "12.5 million"),
        (9_999_999, 0, "9.999.999", "9,999,999"),
        (0, 1, "0,0", "0.0"),
        (None, 1, "—", "—"),
    ],
)
def test_numbers_follow_the_language_and_unknown_is_never_zero(value, decimals, vi, en) -> None:
    assert (formats.number(value, decimals, "vi"), formats.number(value, decimals, "en")) == (vi, en)


def test_a_difference_shows_its_sign_and_a_vanishing_one_has_none() -> None:
    assert [formats.signed(v, 1, "vi") for v in (1.24, -0.4, 0.01, -0.01)] == ["+1,2", "\u22120,4", "0,0", "0,0"]


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (-5, "0 giây", "0 seconds"),
        (1, "1 giây", "1 second"),
        (59, "59 giây", "59 seconds"),
        (60, "1 phút", "1 minute"),
        (3599, "59 phút", "59 minutes"),
        (3600, "1 giờ", "1 hour"),
        (47 * 3600, "47 giờ", "47 hours"),
        (23 * 86400, "23 ngày", "23 days"),
        (729 * 86400, "729 ngày", "729 days"),
        (1429 * 86400, "3 năm", "3 years"),
    ],
)
def test_ages_in_words(seconds, vi, en) -> None:
    elapsed = timedelta(seconds=seconds)
    assert (formats.age(elapsed, "vi"), formats.age(elapsed, "en")) == (vi, en)


def test_the_last_minute_of_a_day_is_that_day() -> None:
    now = datetime(2026, 11, 29, 21, 0, tzinfo=UTC)
    assert formats.at_words(datetime(2026, 10, 31, 16, 59, tzinfo=UTC), now, "vi") == "ngày 31/10"
    assert formats.at_words(datetime(2026, 10, 31, 16, 58, tzinfo=UTC), now, "vi") == "lúc 23:58 31/10"
    assert formats.at_words(datetime(2025, 1, 2, 3, 4, tzinfo=UTC), now, "en") == "on 2 Jan 2025"
    assert formats.at_words(now, now, "vi") == "lúc 04:00"


def test_a_figure_of_a_whole_day_has_no_hour() -> None:
    assert formats.period_end(datetime(2026, 10, 31, 16, 59, tzinfo=UTC), NOW, "vi") == "31/10"
    assert formats.period_end(datetime(2026, 10, 31, 16, 58, tzinfo=UTC), NOW, "vi") == "23:58 31/10"


def test_moments_are_vietnam_time_and_as_short_as_is_unmistakable() -> None:
    assert formats.moment(NOW, NOW, "vi") == "14:05"
    assert formats.moment(NOW - timedelta(days=1), NOW, "vi") == "14:05 22/11"
    assert formats.moment(datetime(2025, 6, 29, tzinfo=UTC), NOW, "vi") == "29/06/2025"
    # 18:30 UTC is already the next day in Việt Nam.
    assert formats.day(datetime(2025, 6, 28, 18, 30, tzinfo=UTC), "vi") == "29/06/2025"
    assert formats.weekday(NOW, "vi") == "Thứ Hai 23/11/2026"
    assert formats.weekday(NOW, "en") == "Monday 23 Nov 2026"


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("2026-Q3", "quý III/2026", "quarter 3 of 2026"),
        ("2026-10", "tháng 10/2026", "10/2026"),
        ("2026-10-31", "31/10/2026", "31 Oct 2026"),
        ("2026", "năm 2026", "2026"),
    ],
)
def test_a_period_is_told_in_words(code: str, vi: str, en: str) -> None:
    assert (formats.period(code, "vi"), formats.period(code, "en")) == (vi, en)
