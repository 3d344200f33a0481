"""Forecasts when the truck reaches a run's next streets, and measures the forecast's error once the run is over."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from domain.waste.run import STREET_LATE, EtaErrors, Expected, RunResult, StreetState
from rounds.eta import Arrival, estimates
from rounds.lessons import HORIZONS_S, Lessons, PlannedRun
from rounds.progress import StopEvent

# Interval at which a finished run's forecasts are replayed.
_ASKED_EVERY_S = 300.0
_WITHIN_S = 300.0
# A street passed this long before its time, with others left out before it, or sooner after the one before it than
# that takes by the plan, was crossed on the way to another.
_CROSSED_S, _SOONER = STREET_LATE.total_seconds(), 0.3


def timetable(run: RunResult) -> PlannedRun | None:
    """The run's entries with a time each; missing times are interpolated by metres between planned ones.

    None when the plan gives no time at all.
    """
    known = [n for n, street in enumerate(run.streets) if street.begins is not None]
    if not known:
        return None
    said_s = [street.begins.timestamp() for street in run.streets if street.begins is not None]
    along_m = np.concatenate(([0.0], np.cumsum([max(street.due_m, 1.0) for street in run.streets])))[:-1]
    planned_s = np.maximum.accumulate(np.interp(along_m, along_m[known], said_s))
    return PlannedRun(route=run.route, stops=[street.order for street in run.streets], planned_s=planned_s)


def passings(run: RunResult) -> list[StopEvent]:
    """When the entries were passed, in the order of the plan; times never go back."""
    events: list[StopEvent] = []
    for stop, street in enumerate(run.streets):
        if street.passed_at is not None and (not events or street.passed_at.timestamp() >= events[-1].passed_s):
            events.append(StopEvent(stop, street.passed_at.timestamp(), 0.0, street.passed_at.timestamp()))
    return events


def learn(lessons: Lessons, run: RunResult) -> None:
    """Learn from a finished run; call it once for each run."""
    table, events = timetable(run), passings(run)
    if table is not None and events:
        lessons.learn(table, events)


def foretold(run: RunResult, lessons: Lessons, now: datetime) -> RunResult:
    """The run with the expected time of every street still due; unchanged when no forecast is possible."""
    table = timetable(run)
    if table is None or run.as_of is None:
        return run
    events = _in_turn(table, passings(run))
    states = estimates(table, events, now.timestamp(), fix_s=run.as_of.timestamp(), lessons=lessons)
    streets = list(run.streets)
    for number, state in enumerate(states):
        if isinstance(state, Arrival) and streets[number].state is StreetState.DUE:
            at, low, high = (datetime.fromtimestamp(round(each), UTC) for each in state)
            streets[number] = replace(streets[number], expected=Expected(at=at, low=low, high=high))
    return replace(run, streets=tuple(streets))


def _in_turn(table: PlannedRun, events: Sequence[StopEvent]) -> list[StopEvent]:
    """Without streets of later that the truck only crossed: by them a run that has just begun would be nearly over, and
    one that leads back to a corner far ahead of its plan.
    """
    kept: list[StopEvent] = []
    for event in events:
        planned_s = float(table.planned_s[event.stop])
        before = kept[-1] if kept else None
        follows = event.stop == (before.stop + 1 if before else 0)
        takes_s = planned_s - float(table.planned_s[before.stop]) if before else 0.0
        driven_s = event.passed_s - before.passed_s if before else 0.0
        if event.passed_s > planned_s - _CROSSED_S or (follows and driven_s >= _SOONER * takes_s):
            kept.append(event)
    return kept


def errors(run: RunResult, lessons: Lessons) -> tuple[EtaErrors, ...]:
    """Forecast errors of a closed run by horizon, replayed every five minutes.

    ``lessons`` must not have learnt this run. Includes the errors of the baseline (plan + current delay).
    """
    table, events = timetable(run), passings(run)
    if table is None or len(events) < 2:
        return ()
    own = list(_misses(table, events, lessons))
    base = list(_misses(table, events, Lessons()))
    told = []
    for low_s, high_s in zip((0.0, *HORIZONS_S), HORIZONS_S[:-1], strict=False):
        mine = [abs(miss) for ahead, miss in own if low_s < ahead <= high_s]
        theirs = [abs(miss) for ahead, miss in base if low_s < ahead <= high_s]
        if mine:
            told.append(
                EtaErrors(
                    horizon_s=int(high_s),
                    count=len(mine),
                    error_s=round(sum(mine), 1),
                    within_300s=sum(miss <= _WITHIN_S for miss in mine),
                    baseline_error_s=round(sum(theirs), 1),
                )
            )
    return tuple(told)


def _misses(table: PlannedRun, events: Sequence[StopEvent], lessons: Lessons) -> Iterator[tuple[float, float]]:
    """(seconds ahead, seconds off) of each passing, forecast every five minutes of the run."""
    for now_s in np.arange(events[0].passed_s + 1, events[-1].passed_s, _ASKED_EVERY_S).tolist():
        states = estimates(table, events, now_s, fix_s=now_s, lessons=lessons)
        for event in events:
            state = states[event.stop]
            if event.passed_s > now_s and isinstance(state, Arrival):
                yield event.passed_s - now_s, state.at_s - event.passed_s
