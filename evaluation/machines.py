"""Advances the status machines of many KPIs and subjects at once; runs a machine only where its state may change."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from domain.instant import from_ms, to_ms
from domain.kpis.kpi import LEVELS, Floats
from domain.kpis.result_columns import CODE, NEVER, STATUSES, Ints
from evaluation.columns import Bools
from evaluation.declared import FOREVER, NORMAL, Declared, Limits
from evaluation.status import State, unvalued, valued

_NONE = -1


@dataclass(frozen=True, slots=True)
class Machines:
    """The state of each machine (KPI x subject); status -1 = never started; see `evaluation.status`."""

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


def advanced(declared: Declared, before: Machines, said: Ints, value: Floats, now: datetime) -> tuple[Machines, Ints]:
    """The machines after ``said`` at ``now``; ``said`` is NORMAL where ``value`` is current, else why there is none.

    Also, per KPI, until when (epoch ms) no machine changes while its inputs stay the same; FOREVER without end.
    """
    now_ms, limits = to_ms(now), declared.limits
    exceeded = limits.exceeded(value)
    resting = _resting(limits, before, said, value, exceeded, now_ms)
    after = Machines(*(column.copy() for column in (before.status, before.since_ms, before.pending,
                                                    before.pending_since_ms)))  # fmt: skip
    fresh = (before.status == _NONE) & ((said != NORMAL) | (exceeded == NORMAL))
    after.status[fresh], after.since_ms[fresh] = said[fresh], now_ms
    for kpi, subject in np.argwhere(~resting & ~fresh).tolist():
        state, of = before.state(kpi, subject), declared.kpis[kpi]
        reached = (
            valued(state, float(value[kpi, subject]), of.thresholds, of.better, now)
            if said[kpi, subject] == NORMAL
            else unvalued(state, STATUSES[said[kpi, subject]], now)
        )
        _put(after, kpi, subject, reached)
    return after, _stand_until_ms(after, limits.shortest_ms)


def _resting(limits: Limits, before: Machines, said: Ints, value: Floats, exceeded: Ints, now_ms: int) -> Bools:
    """Where a machine certainly keeps its state: again the same missing value, or again the same level."""
    silent = (said != NORMAL) & (before.status == said)
    here = (
        (said == NORMAL) & (before.status >= 0) & (before.status < len(LEVELS))
    )  # levels come first among the statuses
    settled = (before.pending == _NONE) & (exceeded == before.status)
    waiting = (
        (before.pending > before.status)
        & (exceeded == before.pending)
        & (now_ms - before.pending_since_ms < limits.shortest_ms[:, None])
    )
    same: Bools = silent | (here & (limits.kept(before.status, value) == before.status) & (settled | waiting))
    return same


def _stand_until_ms(machines: Machines, shortest_ms: Ints) -> Ints:
    # Without a value, the pending level is the one to return to: it waits for a value, not for time.
    waiting = (machines.pending != _NONE) & (machines.status < len(LEVELS))
    since = np.where(waiting, machines.pending_since_ms, FOREVER).min(axis=1, initial=FOREVER)
    return np.where(since < FOREVER - shortest_ms, since + shortest_ms, FOREVER)


def _put(machines: Machines, kpi: int, subject: int, state: State) -> None:
    at = (kpi, subject)
    machines.status[at], machines.since_ms[at] = CODE[state.status], to_ms(state.since)
    machines.pending[at] = _NONE if state.pending is None else CODE[state.pending]
    machines.pending_since_ms[at] = NEVER if state.pending_since is None else to_ms(state.pending_since)
