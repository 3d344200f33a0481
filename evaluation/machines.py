"""Advances the status machines of many KPIs and subjects at once; runs a machine only where its state may change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from domain.instant import from_ms, to_ms
from domain.kpis.kpi import LEVELS, Better, Floats, Kpi, Status
from domain.kpis.result_columns import CODE, NEVER, STATUSES, Ints
from evaluation.columns import Bools
from evaluation.status import State, unvalued, valued

NORMAL = CODE[Status.NORMAL]
FOREVER = np.iinfo(np.int64).max
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


def advanced(kpis: Sequence[Kpi], before: Machines, said: Ints, value: Floats, now: datetime) -> tuple[Machines, Ints]:
    """The machines after ``said`` at ``now``; ``said`` is NORMAL where ``value`` is current, else why there is none.

    Also, per KPI, until when (epoch ms) no machine changes while its inputs stay the same; FOREVER without end.
    """
    now_ms, limits = to_ms(now), _Limits.of(kpis)
    exceeded = limits.exceeded(value)
    resting = _resting(limits, before, said, value, exceeded, now_ms)
    after = Machines(*(column.copy() for column in (before.status, before.since_ms, before.pending,
                                                    before.pending_since_ms)))  # fmt: skip
    fresh = (before.status == _NONE) & ((said != NORMAL) | (exceeded == NORMAL))
    after.status[fresh], after.since_ms[fresh] = said[fresh], now_ms
    for kpi, subject in np.argwhere(~resting & ~fresh).tolist():
        state, declared = before.state(kpi, subject), kpis[kpi]
        reached = (
            valued(state, float(value[kpi, subject]), declared.thresholds, declared.better, now)
            if said[kpi, subject] == NORMAL
            else unvalued(state, STATUSES[said[kpi, subject]], now)
        )
        _put(after, kpi, subject, reached)
    return after, _stand_until_ms(after, limits.shortest_ms)


@dataclass(frozen=True, slots=True)
class _Limits:
    """Thresholds, KPI x threshold, with signs such that more is always worse; missing ones are unreachable."""

    sign: Floats
    limit: Floats
    clear: Floats
    code: Ints
    shortest_ms: Ints

    @classmethod
    def of(cls, kpis: Sequence[Kpi]) -> "_Limits":
        """The declared thresholds; the shortest hold is FOREVER without thresholds."""
        shape = (len(kpis), max((len(kpi.thresholds) for kpi in kpis), default=0))
        limit, clear, code = np.full(shape, np.inf), np.full(shape, np.inf), np.zeros(shape, np.int64)
        sign = np.array([[-1.0 if kpi.better is Better.HIGHER else 1.0] for kpi in kpis]).reshape(-1, 1)
        shortest_ms = np.full(len(kpis), FOREVER)
        for row, kpi in enumerate(kpis):
            for at, one in enumerate(kpi.thresholds):
                limit[row, at], clear[row, at] = sign[row, 0] * one.limit, sign[row, 0] * one.clear
                code[row, at] = CODE[one.status]
                shortest_ms[row] = min(shortest_ms[row], one.hold // timedelta(milliseconds=1))
        return cls(sign, limit, clear, code, shortest_ms)

    def exceeded(self, value: Floats) -> Ints:
        """The worst limit exceeded, NORMAL where none."""
        found = np.full(value.shape, NORMAL)
        for limit, code in zip(self.limit.T, self.code.T, strict=True):
            found = np.maximum(found, np.where(self.sign * value > limit[:, None], code[:, None], NORMAL))
        return found

    def kept(self, level: Ints, value: Floats) -> Ints:
        """The worst level up to ``level`` that is not yet cleared."""
        found = np.full(value.shape, NORMAL)
        for clear, code in zip(self.clear.T, self.code.T, strict=True):
            held = (self.sign * value > clear[:, None]) & (code[:, None] <= level)
            found = np.maximum(found, np.where(held, code[:, None], NORMAL))
        return found


def _resting(limits: _Limits, before: Machines, said: Ints, value: Floats, exceeded: Ints, now_ms: int) -> Bools:
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
