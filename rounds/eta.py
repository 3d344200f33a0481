"""Estimates when a run passes its remaining stops, from what is known at the moment asked and nothing later.

The baseline is the plan plus the current delay; lessons of earlier runs correct it (`rounds/lessons.py`).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rounds.lessons import Lessons, PlannedRun
from rounds.progress import StopEvent

# Estimate nothing for a truck that was silent for longer.
SILENT_S = 600.0
# A truck that was to be at its next stop longer ago, at the latest, is late by nobody knows how much.
LOST_S = 600.0


class Passed(NamedTuple):
    """The truck was there."""

    at_s: float


class Arrival(NamedTuple):
    """The truck will come, with a probability of 80 % between ``low_s`` and ``high_s``."""

    at_s: float
    low_s: float
    high_s: float


class Unknown(NamedTuple):
    """Nothing is known since ``since_s``; None = nothing was ever heard."""

    since_s: float | None


State = Passed | Arrival | Unknown


def estimates(
    run: PlannedRun,
    events: Sequence[StopEvent],
    now_s: float,
    *,
    fix_s: float | None,
    lessons: Lessons,
    away_since_s: float | None = None,
) -> tuple[State, ...]:
    """The state of every stop of the plan, all times in epoch seconds.

    Expected times never decrease along the plan and never lie before now. A stop behind the truck without a passing
    fix is unknown, and one that should have been passed by now. The current delay ends at a planned visit to the plant:
    later stops are expected as planned.
    While the truck is away at another time (``away_since_s``), the stops before that visit are unknown.

    Args:
        run: the plan.
        events: stops passed, in the order of the plan; events known only after ``now_s`` are ignored.
        now_s: the moment asked.
        fix_s: the newest fix, None when there was none.
        lessons: learnt from earlier runs.
        away_since_s: when the truck left its streets, None while it collects.
    """
    known = [event for event in events if event.known_s <= now_s]
    ahead = known[-1].stop + 1 if known else 0
    behind = _behind(known, ahead)
    if fix_s is None or now_s - fix_s > SILENT_S:
        return (*behind, *(Unknown(fix_s) for _ in range(ahead, len(run.stops))))
    resumed = ahead if away_since_s is None else max(ahead, _leg_end(run, known))
    expected = _expected(run, known, resumed, now_s, lessons)
    return (*behind, *(Unknown(away_since_s) for _ in range(ahead, resumed)), *expected)


def _leg_end(run: PlannedRun, known: Sequence[StopEvent]) -> int:
    """The first stop after the next planned visit to the plant."""
    leg = run.legs[known[-1].stop] if known else 0
    return int(np.searchsorted(run.legs, leg, side="right"))


def _behind(known: Sequence[StopEvent], ahead: int) -> list[State]:
    passed = {event.stop: event.passed_s for event in known}
    states: list[State] = []
    last_s = None
    for stop in range(ahead):
        last_s = passed.get(stop, last_s)
        states.append(Passed(passed[stop]) if stop in passed else Unknown(last_s))
    return states


def _expected(run: PlannedRun, known: Sequence[StopEvent], first: int, now_s: float, lessons: Lessons) -> list[State]:
    """Expected times of the stops from ``first`` on; where the whole interval is over the forecast has failed."""
    at_s, ends_s = np.array(run.planned_s, np.float64), lessons.unmet(run)
    if known:
        stop = known[-1].stop
        carried = slice(stop + 1, _leg_end(run, known))
        delay_s, error_s = lessons.ahead(run, stop, known[-1].passed_s - float(run.planned_s[stop]))
        count = carried.stop - carried.start
        at_s[carried] += delay_s[:count]
        ends_s[carried] = error_s[:count]
    low_s, high_s = at_s + np.minimum(ends_s[:, 0], 0), at_s + np.maximum(ends_s[:, 1], 0)
    columns = (np.maximum.accumulate(np.maximum(column[first:], now_s)) for column in (at_s, low_s, high_s))
    found = (Arrival(*map(float, row)) for row in zip(*columns, strict=True))
    lost = len(high_s) > first and now_s - high_s[first] > LOST_S
    failed = (high_s[first:] < (np.inf if lost else now_s)).tolist()
    since_s = known[-1].passed_s if known else None
    return [Unknown(since_s) if over else state for state, over in zip(found, failed, strict=True)]
