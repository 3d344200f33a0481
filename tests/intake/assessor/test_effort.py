"""The assessor's rest: a tenth of a core on average, and no long wait for a day that is uploaded late."""

import pytest

from intake.assessor.effort import EVERY_S, LONGEST_REST_S, RESERVE_S, SHARE, Effort


def test_a_start_and_a_late_day_are_judged_in_quick_cycles():
    effort = Effort()
    assert [effort.rest_s(used_s, used_s) for used_s in (7.0, 6.0, 6.0, 5.0)] == [EVERY_S] * 4


@pytest.mark.parametrize("used_s", [1.5, 2.5])
def test_steady_work_settles_at_a_tenth_of_a_core(used_s: float):
    effort = Effort()
    for _ in range(200):
        effort.rest_s(used_s, used_s)
    rests = [effort.rest_s(used_s, used_s) for _ in range(20)]
    assert sum(rests) + 20 * used_s == pytest.approx(20 * used_s / SHARE, rel=0.05)


def test_a_reserve_comes_back_and_never_grows_beyond_itself():
    effort = Effort()
    for _ in range(1_000):
        effort.rest_s(0.01, 0.01)
    rests = [effort.rest_s(10.0, 10.0) for _ in range(10)]
    quick = rests.index(LONGEST_REST_S)
    assert all(rest_s == EVERY_S for rest_s in rests[: quick - 1])
    assert quick * 8.0 <= RESERVE_S + 10.0


def test_a_slow_cycle_never_rests_longer_than_half_a_minute_and_owes_nothing_after():
    effort = Effort()
    effort.rest_s(600.0, 600.0)
    assert effort.rest_s(600.0, 600.0) == LONGEST_REST_S
    assert effort.rest_s(0.1, 0.1) == EVERY_S
    assert effort.rest_s(0.1, 0.1) == EVERY_S


def test_waiting_for_others_is_not_work():
    effort = Effort()
    assert [effort.rest_s(0.5, 25.0) for _ in range(50)] == [EVERY_S] * 50
