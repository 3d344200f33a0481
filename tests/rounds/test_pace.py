"""A run's lateness now and its expected end, and that a street out of turn does not make a run late."""

from dataclasses import replace

from run_fixtures import BEGINS, SERVED, minutes, run, street

from domain.waste.run import Expected, RunState, StreetState
from rounds.pace import Pace, pace


def served(order: int, at: int):
    return street(order, StreetState.SERVED, SERVED, first_at=BEGINS + minutes(at), passed_at=BEGINS + minutes(at))


def due(order: int, at: int):
    expected = Expected(at=BEGINS + minutes(at), low=BEGINS + minutes(at - 3), high=BEGINS + minutes(at + 9))
    return street(order, StreetState.DUE, expected=expected)


def running(*streets, ends: int = 60):
    return run(streets=streets, state=RunState.RUNNING, ends=BEGINS + minutes(ends))


def told_of(one, at: int = 20):
    return pace(one, BEGINS + minutes(at))


def test_a_run_is_as_late_as_its_next_street_and_ends_as_late_as_its_last():
    one = running(served(1, 22), due(2, 30), due(3, 38))
    told = told_of(one)
    assert told.late == minutes(10), "the next street is planned at 20"
    assert told.ends.at == one.ends + minutes(8), "the last street is planned at 30"
    assert (told.ends.low, told.ends.high) == (told.ends.at - minutes(3), told.ends.at + minutes(9))


def test_a_street_served_out_of_turn_does_not_make_the_run_late():
    # Planned at 10, 20, 30, 40; the first was served last, 94 minutes after its time, and the rest is ahead of it.
    told = told_of(running(served(1, 104), served(2, 15), served(3, 22), due(4, 31)))
    assert told.late == minutes(-9)
    assert told.ends.at == BEGINS + minutes(51), "nine minutes before the planned end"


def test_a_street_of_later_passed_on_the_way_does_not_make_the_run_early():
    on_the_way = replace(street(9, StreetState.PASSED), passed_at=BEGINS + minutes(43))
    told = told_of(running(served(1, 12), served(2, 21), served(3, 33), served(4, 42), on_the_way), 50)
    assert told.late == minutes(2), "street 9 is planned at 90"


def test_a_run_that_has_only_crossed_a_street_of_later_says_nothing_yet():
    crossed = replace(street(9, StreetState.DUE), first_at=BEGINS + minutes(1))
    waiting = street(1, StreetState.DUE)
    assert told_of(running(waiting, crossed), 5) is None


def test_streets_of_later_that_were_only_crossed_do_not_make_the_run_early():
    crossed = [replace(street(order, StreetState.DUE), first_at=BEGINS + minutes(14)) for order in (6, 7, 8)]
    told = told_of(running(served(1, 12), *crossed), 20)
    assert told == Pace(late=minutes(2)), "street 8 is planned at 80"


def test_without_a_forecast_a_street_served_out_of_turn_says_nothing():
    silent = running(served(1, 104), served(2, 26), replace(due(3, 40), expected=None))
    told = told_of(silent)
    assert (told.late, told.ends) == (minutes(6), None)
    untimed = running(*(replace(one, begins=None) for one in silent.streets))
    assert told_of(untimed) is None


def test_a_forecast_that_has_passed_says_nothing_of_the_end():
    one = running(served(1, 16), due(2, 27), due(3, 38))
    assert told_of(one, 38).late == minutes(8)
    assert told_of(one, 39) == Pace(late=minutes(6)), "the last street passed is what is left to say"


def test_who_left_its_streets_is_as_late_as_the_next_one_has_waited():
    away = replace(
        running(served(1, 10), street(2, StreetState.DUE), street(3, StreetState.DUE)), as_of=BEGINS + minutes(48)
    )
    assert told_of(away, 48).late == minutes(0), "it may be on its way"
    away = replace(away, away_since=BEGINS + minutes(22))
    assert told_of(away, 48).late == minutes(28), "street 2 is planned at 20"
    assert told_of(away, 12).late == minutes(0), "nothing waits yet"
    assert told_of(away, 60).late == minutes(0), "of a silent one nobody knows"
