"""The status machine of one KPI for one subject: limits with hold time and clearing level prevent flicker."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.kpis.kpi import LEVELS, Better, Status, Threshold

RANK = {level: rank for rank, level in enumerate(LEVELS)}


@dataclass(frozen=True, slots=True)
class State:
    """The machine's whole state: with these four values it can be restarted.

    ``status`` is shown since ``since``. With a value, ``pending`` is the worst limit that has been exceeded
    continuously since ``pending_since`` but is not in force yet. Without a value (STALE, NO_DATA, NOT_APPLICABLE),
    ``pending`` is the level to return to, because silence clears no alarm.
    """

    status: Status
    since: datetime
    pending: Status | None = None
    pending_since: datetime | None = None


def valued(state: State | None, value: float, thresholds: Sequence[Threshold], better: Better, now: datetime) -> State:
    """The state after a current ``value`` at ``now``; ``state`` None = first value.

    A limit is exceeded strictly beyond it, takes effect after its hold of continuous excess, and ends only at or past
    its clearing level. When a worse limit is exceeded while a milder one waits, its own wait starts when the milder one
    takes effect: never early, at most one hold late.
    """
    exceeded = _worst(t.status for t in thresholds if _beyond(value, t.limit, better))
    if state is not None and state.status is exceeded is Status.NORMAL and state.pending is None:
        return state
    level, waiting = _stand(state)
    kept = _worst(t.status for t in thresholds if RANK[t.status] <= RANK[level] and _beyond(value, t.clear, better))
    if RANK[exceeded] <= RANK[level]:
        return _shown(state, kept, None, now)
    unbroken, since = (exceeded, now) if waiting is None else (_milder(exceeded, waiting[0]), waiting[1])
    due = _worst(t.status for t in thresholds if RANK[t.status] <= RANK[unbroken] and now - since >= t.hold)
    reached = _worst((kept, due))
    if RANK[unbroken] > RANK[reached]:
        return _shown(state, reached, (unbroken, since), now)
    return _shown(state, reached, (exceeded, now) if RANK[exceeded] > RANK[reached] else None, now)


def unvalued(state: State | None, status: Status, now: datetime) -> State:
    """The state after ``status`` (STALE, NO_DATA or NOT_APPLICABLE) replaced the value at ``now``."""
    if state is None:
        return State(status, now)
    if state.status not in RANK:
        return _shown(state, status, _waiting(state), now)
    return _shown(state, status, None if state.status is Status.NORMAL else (state.status, state.since), now)


def _stand(state: State | None) -> tuple[Status, tuple[Status, datetime] | None]:
    """The level in force, and the pending level above it."""
    if state is None:
        return Status.NORMAL, None
    if state.status in RANK:
        return state.status, _waiting(state)
    return state.pending or Status.NORMAL, None


def _waiting(state: State) -> tuple[Status, datetime] | None:
    if state.pending is None or state.pending_since is None:
        return None
    return state.pending, state.pending_since


def _shown(state: State | None, status: Status, waiting: tuple[Status, datetime] | None, now: datetime) -> State:
    since = state.since if state is not None and state.status is status else now
    return State(status, since, *(waiting or (None, None)))


def _beyond(value: float, limit: float, better: Better) -> bool:
    return value < limit if better is Better.HIGHER else value > limit


def _worst(levels: Iterable[Status]) -> Status:
    worst = Status.NORMAL
    for level in levels:
        if RANK[level] > RANK[worst]:
            worst = level
    return worst


def _milder(one: Status, other: Status) -> Status:
    return min(one, other, key=RANK.__getitem__)
