"""Forecasts when the truck reaches a run's next streets, and measures the forecast's error once the run is over."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from domain.waste.run import SERVED_SHARE, EtaErrors, Expected, RunResult, StreetResult, StreetState
from rounds.eta import Arrival, estimates
from rounds.lessons import HORIZONS_S, Lessons, PlannedRun
from rounds.progress import StopEvent

# Interval at which a finished run's forecasts are replayed.
_ASKED_EVERY_S = 300.0
_WITHIN_S = 300.0
# A delay that changes by more from one street to the next is doubted; no crew gains a larger share of what the plan
# gives it (no less than a street of it).
_STRAYS_S, _GAINS = 300.0, 0.4
# Who collected so much of the first street has begun.
_BEGUN = 0.3


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
    """When the truck came to the entries, in the order of the plan; times never go back.

    It passes the beginning of a street again where the street leads back there, and before its turn on the way to
    another. Of the instants when it passed or began to collect there, the one that fits how late the run was counts.
    """
    own = frozenset(run.vehicles)
    events: list[StopEvent] = []
    late_s = 0.0
    for stop, street in enumerate(run.streets):
        begins_s = street.begins.timestamp() if street.begins else None
        after_s = events[-1].passed_s if events else -np.inf
        came_s = [at_s for at_s in _came_s(street, own) if at_s >= after_s]
        if not came_s:
            continue
        at_s = came_s[0] if begins_s is None else min(came_s, key=lambda at_s: abs(at_s - begins_s - late_s))
        events.append(StopEvent(stop, at_s, 0.0, at_s))
        late_s = late_s if begins_s is None else at_s - begins_s
    return events


def _came_s(street: StreetResult, own: frozenset[str]) -> list[float]:
    """When its truck passed the beginning of a street, and when it first collected there."""
    first = street.stretches[0] if street.stretches else None
    began = first.first_at if first and first.state is StreetState.SERVED and first.vehicle in own else None
    return [at.timestamp() for at in (street.passed_at, began) if at is not None]


def learn(lessons: Lessons, run: RunResult) -> None:
    """Learn from a finished run; call it once for each run."""
    table, events = _driven(run)
    if table is not None and events:
        lessons.learn(table, events)


def foretold(run: RunResult, lessons: Lessons, now: datetime) -> RunResult:
    """The run with the expected time of every street still due; unchanged when no forecast is possible."""
    table, events = _driven(run)
    if table is None or run.as_of is None:
        return run
    away_s = run.away_since.timestamp() if run.away_since else None
    events = _held_up(run, table, events, now.timestamp())
    states = estimates(
        table, events, now.timestamp(), fix_s=run.as_of.timestamp(), lessons=lessons, away_since_s=away_s
    )
    streets = list(run.streets)
    for number, state in enumerate(states):
        if isinstance(state, Arrival) and streets[number].state is StreetState.DUE:
            at, low, high = (datetime.fromtimestamp(round(each), UTC) for each in state)
            streets[number] = replace(streets[number], expected=Expected(at=at, low=low, high=high))
    return replace(run, streets=tuple(streets))


def _held_up(run: RunResult, table: PlannedRun, events: list[StopEvent], now_s: float) -> list[StopEvent]:
    """The same, the last so late that what is left of its street fits before the next at the pace of the plan: of a
    street that takes an hour the lateness at its beginning says nothing after half of it.
    """
    last = events[-1] if events else None
    if last is None or last.stop + 1 >= len(run.streets):
        return events
    street, later = run.streets[last.stop], run.streets[last.stop + 1 :]
    left_m = sum(one.length_m * (1 - one.share) for one in street.stretches if one.state is StreetState.DUE)
    gone_on = any(one.first_at and one.first_at.timestamp() > last.passed_s for one in later)
    if not left_m or gone_on:
        return events
    begins_s, next_s = (float(table.planned_s[stop]) for stop in (last.stop, last.stop + 1))
    late_s = now_s + (next_s - begins_s) * left_m / street.due_m - next_s
    return [*events[:-1], last._replace(passed_s=max(last.passed_s, begins_s + late_s))]


def _driven(run: RunResult) -> tuple[PlannedRun | None, list[StopEvent]]:
    """The plan with its times, None without any, and when the truck came to the streets in their turn."""
    table = timetable(run)
    return table, [] if table is None else _in_turn(run, table, passings(run))


def _in_turn(run: RunResult, table: PlannedRun, events: Sequence[StopEvent]) -> list[StopEvent]:
    """Without streets that the truck only crossed: by them a run that has just begun would be nearly over, one that
    leads back to a corner far ahead of its plan, and all runs would learn to be early or late there.
    """
    kept: list[StopEvent] = []
    for event, after in zip(events, [*events[1:], None], strict=False):
        before = kept[-1] if kept else None
        was_s, is_s = _late_s(table, before) if before else 0.0, _late_s(table, event)
        then_s = _late_s(table, after) if after else None
        # A delay that is gone at the next street never was.
        gone = then_s is not None and abs(then_s - was_s) < abs(then_s - is_s)
        if (
            abs(is_s - was_s) <= _STRAYS_S
            or _begun(run, event, before)
            or not (gone or _jumps(run, table, before, event, was_s - is_s, then_s))
        ):
            kept.append(event)
    return kept


def _begun(run: RunResult, event: StopEvent, before: StopEvent | None) -> bool:
    """Whether a run began with this street, however early: a good part of it is collected."""
    street = run.streets[event.stop]
    return before is None and event.stop == 0 and street.metres(StreetState.SERVED) > _BEGUN * max(street.due_m, 1.0)


def _jumps(
    run: RunResult, table: PlannedRun, before: StopEvent | None, event: StopEvent, gained_s: float, then_s: float | None
) -> bool:
    """Whether the truck cannot have come so soon: it is not believed to gain much of what the plan takes, unless it had
    collected all before and was as early at the next street (``then_s``).
    """
    first = before.stop if before else 0
    alone = then_s is None or abs(then_s - _late_s(table, event)) > _STRAYS_S
    if gained_s <= _GAINS * float(table.planned_s[event.stop] - table.planned_s[first]):
        # A street that leads round the corner of the next one passes it while it is collected.
        due = (one for one in run.streets[event.stop - 1].stretches if one.state is StreetState.DUE)
        return alone and gained_s > 0 and any(one.share < SERVED_SHARE for one in due)
    return alone or not all(street.state is StreetState.SERVED for street in run.streets[first : event.stop])


def _late_s(table: PlannedRun, event: StopEvent) -> float:
    return event.passed_s - float(table.planned_s[event.stop])


def errors(run: RunResult, lessons: Lessons) -> tuple[EtaErrors, ...]:
    """Forecast errors of a closed run by horizon, replayed every five minutes.

    ``lessons`` must not have learnt this run. Includes the errors of the baseline (plan + current delay).
    """
    table, events = _driven(run)
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
