"""Errors of estimated times of passing the next stops on a real day, beside the baseline plan + current delay."""

import heapq
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from bench.rig.capmetro import SET, DrivenRun, folder, read
from bench.rig.figure import Figure
from rounds.eta import Arrival, estimates
from rounds.lessons import LARGEST_DELAY_S, Lessons
from rounds.progress import Floats

LIMITS_S = {"eta_mae_5min_s": 300.0, "eta_mae_15min_s": 900.0, "eta_mae_30min_s": 1_800.0, "eta_mae_60min_s": 3_600.0}
FIGURES = (*LIMITS_S, "stop_events_matched", "stop_events_on_time_share")
REFERENCE_EVENTS, REFERENCE_ON_TIME = 42_004, 0.684
EARLIEST_S, LATEST_S = -60.0, 300.0


def measure() -> Iterator[Figure]:
    """Mean absolute errors by planned horizon; each estimate uses only what was known when the last stop was passed."""
    base = folder()
    if base is None:
        print(f"skipped: {SET} is not at hand (IOC_REALDATA)", file=sys.stderr)
        return
    runs = read(base)
    asked = np.concatenate(list(answers([_kept(run) for run in runs])))
    lower = 0.0
    for name, upper in LIMITS_S.items():
        of = asked[(asked[:, 0] > lower) & (asked[:, 0] <= upper)]
        ours, plain, inside = of[:, 1:].mean(axis=0)
        note = f"({lower / 60:.0f}, {upper / 60:.0f}] min, {len(of)} estimates, interval right in {inside:.3f}"
        yield Figure(name=name, value=ours, unit="s", baseline=plain, ratio=ours / plain, note=note)
        lower = upper
    delay_s = np.concatenate([delays(run) for run in runs])
    punctual = float(((delay_s >= EARLIEST_S) & (delay_s <= LATEST_S)).mean())
    count = len(delay_s)
    yield Figure(
        name=FIGURES[-2], value=count, unit="", baseline=REFERENCE_EVENTS, ratio=count / REFERENCE_EVENTS,
        note="within 60 m, in the order of the plan",
    )  # fmt: skip
    yield Figure(
        name=FIGURES[-1], value=punctual, unit="", baseline=REFERENCE_ON_TIME, ratio=punctual / REFERENCE_ON_TIME,
        note="in [-1, +5] min",
    )  # fmt: skip


def delays(run: DrivenRun) -> Floats:
    """Seconds behind the plan at each passed stop."""
    return np.array([event.passed_s - run.plan.planned_s[event.stop] for event in run.events], np.float64)


def answers(runs: Sequence[DrivenRun]) -> Iterator[Floats]:
    """Replays the day: estimates at each passed stop, learns from each finished run.

    Yields rows: planned seconds ahead, absolute error, the baseline's error (s), 1 when the interval was right.
    """
    lessons = Lessons()
    asked = [(event.passed_s, 1, r, i) for r, run in enumerate(runs) for i, event in enumerate(run.events)]
    over = [(max(event.known_s for event in run.events), 0, r, 0) for r, run in enumerate(runs) if run.events]
    for now_s, asks, r, i in heapq.merge(sorted(asked), sorted(over)):
        if not asks:
            lessons.learn(runs[r].plan, runs[r].events)
        elif i + 1 < len(runs[r].events):
            yield _answer(runs[r], i, now_s, lessons)


def _kept(run: DrivenRun) -> DrivenRun:
    """The run without events more than an hour off its plan: those belong to another run."""
    near = np.abs(delays(run)) <= LARGEST_DELAY_S
    return DrivenRun(plan=run.plan, events=[event for event, is_near in zip(run.events, near, strict=True) if is_near])


def _answer(run: DrivenRun, i: int, now_s: float, lessons: Lessons) -> Floats:
    plan = run.plan
    # As in the baseline, a passing is known at once.
    known = [event._replace(known_s=event.passed_s) for event in run.events[: i + 1]]
    states = estimates(plan, known, now_s, fix_s=now_s, lessons=lessons)
    delay_s = now_s - plan.planned_s[known[-1].stop]
    rows = []
    for event in run.events[i + 1 :]:
        state, planned_s = states[event.stop], plan.planned_s[event.stop]
        if not isinstance(state, Arrival):
            raise TypeError(f"stop {event.stop} is ahead, yet {state}")
        inside = state.low_s <= event.passed_s <= state.high_s
        off_s, plain_s = abs(state.at_s - event.passed_s), abs(planned_s + delay_s - event.passed_s)
        rows.append((planned_s - plan.planned_s[known[-1].stop], off_s, plain_s, inside))
    return np.array(rows, np.float64)
