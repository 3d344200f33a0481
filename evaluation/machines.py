"""The status machines of many KPIs at many subjects at once: only where one may move is the machine itself asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from domain.instant import from_ms, to_ms
from domain.kpi import LEVELS, Better, Floats, Kpi, Status, Threshold
from domain.result_columns import CODE, NEVER, STATUSES, Ints
from evaluation.columns import Bools
from evaluation.status import State, unvalued, valued

NORMAL = CODE[Status.NORMAL]
FOREVER = np.iinfo(np.int64).max
_NONE = -1


@dataclass(frozen=True, slots=True)
class Machines:
    """Where each machine stands (KPI x subject): status -1 where none was ever started; see `evaluation.status`."""

    status: Ints
    since_ms: Ints
    pending: Ints
    pending_since_ms: Ints

    def state(self, kpi: int, subject: int) -> State | None:
        """One machine's state; None before it started."""
        status = int(self.status[kpi, subject])
        if status == _NONE:
            return None
        pending, since = int(self.pending[kpi, subject]), int(self.pending_since_ms[kpi, subject])
        waiting = (STATUSES[pending], from_ms(since)) if pending != _NONE else (None, None)
        return State(STATUSES[status], from_ms(int(self.since_ms[kpi, subject])), *waiting)


def advanced(kpis: Sequence[Kpi], before: Machines, said: Ints, value: Floats, now: datetime) -> Machines:
    """The machines after ``said`` at ``now``: NORMAL where there is a current ``value``, else why there is none."""
    now_ms = to_ms(now)
    resting = _resting(kpis, before, said, value, now_ms)
    after = Machines(*(column.copy() for column in (before.status, before.since_ms, before.pending,
                                                    before.pending_since_ms)))  # fmt: skip
    fresh = (before.status == _NONE) & ((said != NORMAL) | ~_beyond_any(kpis, value))
    after.status[fresh], after.since_ms[fresh] = said[fresh], now_ms
    for kpi, subject in np.argwhere(~resting & ~fresh).tolist():
        state, declared = before.state(kpi, subject), kpis[kpi]
        reached = (
            valued(state, float(value[kpi, subject]), declared.thresholds, declared.better, now)
            if said[kpi, subject] == NORMAL
            else unvalued(state, STATUSES[said[kpi, subject]], now)
        )
        _put(after, kpi, subject, reached)
    return after


def stands_until_ms(kpis: Sequence[Kpi], machines: Machines) -> Ints:
    """Of each KPI until when (epoch ms) no machine moves while what it is told stays the same; FOREVER: never."""
    shortest = np.array([min(map(_hold_ms, kpi.thresholds), default=FOREVER) for kpi in kpis])
    # Without a value, what waits is the level to come back to: it waits for a value and not for time.
    waiting = (machines.pending != _NONE) & (machines.status < len(LEVELS))
    since = np.where(waiting, machines.pending_since_ms, FOREVER).min(axis=1, initial=FOREVER)
    return np.where(since < FOREVER - shortest, since + shortest, FOREVER)


def _resting(kpis: Sequence[Kpi], before: Machines, said: Ints, value: Floats, now_ms: int) -> Bools:
    """Where a machine surely stays as it is: the same again without a value, the same level again with one."""
    silent = (said != NORMAL) & (before.status == said)
    here = (said == NORMAL) & (before.status >= 0) & (before.status < len(LEVELS))  # levels are the first statuses
    exceeded, kept, shortest = _levels(kpis, before.status, value)
    settled = (before.pending == _NONE) & (exceeded == before.status)
    waiting = (
        (before.pending > before.status)
        & (exceeded == before.pending)
        & (now_ms - before.pending_since_ms < shortest[:, None])
    )
    same: Bools = silent | (here & (kept == before.status) & (settled | waiting))
    return same


def _levels(kpis: Sequence[Kpi], level: Ints, value: Floats) -> tuple[Ints, Ints, Ints]:
    """The worst limit exceeded, the worst level at most ``level`` not yet cleared; the shortest hold (ms) by KPI."""
    exceeded, kept = np.zeros(value.shape, np.int64), np.zeros(value.shape, np.int64)
    shortest = np.full(len(kpis), FOREVER)
    for row, kpi in enumerate(kpis):
        for threshold in kpi.thresholds:
            code = CODE[threshold.status]
            exceeded[row][_beyond(kpi, threshold.limit, value[row])] = code
            kept[row][_beyond(kpi, threshold.clear, value[row]) & (code <= level[row])] = code
            shortest[row] = min(shortest[row], _hold_ms(threshold))
    return exceeded, kept, shortest


def _beyond_any(kpis: Sequence[Kpi], value: Floats) -> Bools:
    found = np.zeros(value.shape, np.bool_)
    for row, kpi in enumerate(kpis):
        for threshold in kpi.thresholds:
            found[row] |= _beyond(kpi, threshold.limit, value[row])
    return found


def _beyond(kpi: Kpi, limit: float, value: Floats) -> Bools:
    return value < limit if kpi.better is Better.HIGHER else value > limit


def _hold_ms(threshold: Threshold) -> int:
    return threshold.hold // timedelta(milliseconds=1)


def _put(machines: Machines, kpi: int, subject: int, state: State) -> None:
    at = (kpi, subject)
    machines.status[at], machines.since_ms[at] = CODE[state.status], to_ms(state.since)
    machines.pending[at] = _NONE if state.pending is None else CODE[state.pending]
    machines.pending_since_ms[at] = NEVER if state.pending_since is None else to_ms(state.pending_since)
