"""Days kept for screens: only the few requested last, from any thread."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from store.rounds.kept_days import AT_MOST, KeptDays

DAY = date(2026, 11, 22)


def test_the_day_nobody_asked_for_goes_first() -> None:
    kept: KeptDays[int] = KeptDays()
    for number in range(AT_MOST):
        kept.keep(DAY + timedelta(days=number), number)
    assert kept.get(DAY) == 0
    kept.keep(DAY + timedelta(days=AT_MOST), AT_MOST)
    assert kept.get(DAY) == 0, "it was asked for again"
    assert kept.get(DAY + timedelta(days=1)) is None


def test_a_day_told_anew_replaces_what_was_known() -> None:
    kept: KeptDays[str] = KeptDays()
    kept.keep(DAY, "judged")
    assert kept.keep(DAY, "judged again") == "judged again"
    assert kept.get(DAY) == "judged again"


def test_threads_that_ask_for_more_days_than_are_kept_get_the_day_they_asked_for() -> None:
    kept: KeptDays[date] = KeptDays()

    def ask(number: int) -> bool:
        day = DAY + timedelta(days=number % (2 * AT_MOST))
        return kept.keep(day, day) == day and kept.get(day) in (day, None)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(20_000)))
