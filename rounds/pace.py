"""How late a run is now and when it ends, both from the forecasts of its streets; and what its crew has still to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from statistics import median_low

from domain.waste.run import Expected, RunResult, StreetResult, StreetState
from rounds.judging import SURELY_COLLECTING_KMH

LAST, FEW = 5, 3
"""Passages that tell how late a run without a forecast is; of fewer than ``FEW`` only those in turn do."""
UNDER_WAY, SLOWEST_MPS = timedelta(minutes=10), 0.8
"""Who came to a street and to none after it is still there, as long as collecting it may take."""

_HEARD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """``late`` against the plan, early is negative; a crew makes up for some of it until ``ends``."""

    late: timedelta
    ends: Expected | None = None


def pace(run: RunResult, now: datetime) -> Pace | None:
    """As late as forecast for the next street still due, in the order of the plan; else as at the streets passed last.
    It ends as late as the last of them is forecast.

    Without a forecast the middle of the last five served streets speaks, the earlier of two: a street that was served
    out of turn, or crossed on the way to another, says nothing about the run. A run that has just begun may have served
    no other. A forecast that has passed is none. Who left its streets is at least as late as the next one has waited.
    None when the plan gives no time to compare with, or nothing is known.
    """
    ahead = [(one, one.expected, one.begins) for one in run.streets if one.expected and one.begins]
    ahead = [(street, expected, begins) for street, expected, begins in ahead if expected.at >= now]
    if ahead:
        (_next, soon, planned), (last, end, begins) = ahead[0], ahead[-1]
        rest = max((last.ends or run.ends or begins) - begins, timedelta())
        ends = Expected(at=end.at + rest, low=end.low + rest, high=end.high + rest)
        return Pace(late=soon.at - planned, ends=ends)
    timed = [(_passed(street), street.begins) for street in run.streets if street.begins]
    in_turn = list(takewhile(lambda one: one[0] is not None, timed))
    told = [one for one in timed if one[0] is not None]
    passed = sorted((at, at - begins) for at, begins in (told if len(told) >= FEW else in_turn) if at and begins)
    if not passed:
        return None
    late = median_low(late for _at, late in passed[-LAST:])
    waits = _waits_for_it(run, now)
    return Pace(late=max(late, now - waits) if waits else late)


def _waits_for_it(run: RunResult, now: datetime) -> datetime | None:
    """The planned hour of the street that comes next, while its vehicles are away from their streets and are heard."""
    if run.away_since is None or run.silent_since(now, _HEARD):
        return None
    passed = max((street.order for street in run.streets if _passed(street)), default=0)
    ahead = [one for one in run.streets if one.order > passed and one.state is StreetState.DUE and not one.hidden]
    return next((street.begins for street in ahead if street.begins), None)


def left(run: RunResult, *, heard: bool) -> list[StreetResult]:
    """Its streets that its crew has still to serve; one that was only driven through has been left out.

    ``heard``: its vehicles send again. Then no driver has still to do what a silence may hide, unless that is together
    longer than a crew collects in the silences at its fastest: a few minutes hide each street, but not all of them.
    """
    due = [street for street in run.streets if street.state is StreetState.DUE]
    hidden = [street for street in due if heard and street.hidden]
    gaps = {stretch.gap for street in hidden for stretch in street.stretches if stretch.gap}
    silent_s = sum((until - since).total_seconds() for since, until in gaps)
    if sum(street.metres(StreetState.DUE) for street in hidden) > SURELY_COLLECTING_KMH / 3.6 * silent_s:
        return due
    return [street for street in due if street not in hidden]


def longest(length_m: float) -> timedelta:
    """The time that any crew needs for so many metres at most."""
    return max(UNDER_WAY, timedelta(seconds=length_m / SLOWEST_MPS))


def _passed(street: StreetResult) -> datetime | None:
    return (street.passed_at or street.first_at) if street.state is StreetState.SERVED else None
