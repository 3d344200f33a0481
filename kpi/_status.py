"""The state machine of one KPI at one place: limits with hold and clearing level, so that chatter does not chatter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.instant import from_ms, to_ms
from domain.kpi import Better, Status, Threshold

# The statuses a value can earn, mildest first; the others say that there is no current value.
LEVELS = (Status.NORMAL, Status.ADVISORY, Status.WARNING, Status.CRITICAL)


@dataclass(frozen=True, slots=True)
class State:
    """Where the machine stands.

    ``status`` is what is shown, since ``since``. ``level`` is the last level a value earned; it outlives a spell of
    STALE or NO_DATA, and None means no value has been seen yet. ``pending`` holds, for each limit exceeded but not
    yet in force, since when.
    """

    status: Status
    since: datetime
    level: Status | None = None
    pending: tuple[tuple[Status, datetime], ...] = ()

    def dump(self) -> dict[str, object]:
        """As JSON-ready values (epoch milliseconds), for whoever keeps it over a restart."""
        return {
            "status": self.status.value,
            "since_ms": to_ms(self.since),
            "level": None if self.level is None else self.level.value,
            "pending": {status.value: to_ms(since) for status, since in self.pending},
        }

    @classmethod
    def load(cls, kept: Mapping[str, object]) -> "State":
        """Inverse of ``dump``; ``level`` and ``pending`` may be absent (then holds begin anew).

        Raises KeyError or ValueError when ``kept`` is something else.
        """
        status = Status(kept["status"])
        level = kept.get("level", status if status in LEVELS else None)
        pending = kept.get("pending") or {}
        since = kept["since_ms"]
        if not isinstance(since, int) or not isinstance(pending, Mapping):
            raise ValueError(f"not a kept state: {kept!r}")
        return cls(
            status,
            from_ms(since),
            None if level is None else Status(level),
            tuple((Status(name), from_ms(int(ms))) for name, ms in pending.items()),
        )


def valued(state: State | None, value: float, thresholds: Sequence[Threshold], better: Better, now: datetime) -> State:
    """The state after a current ``value`` was seen at ``now``.

    A limit counts as exceeded strictly beyond it and comes into force once exceeded without a break for its hold;
    it is left only at or past its clearing level. The very first value takes its level at once: there is no calm
    to protect, and waiting would call an alarm normal.
    """
    level = None if state is None else state.level
    if level is None:
        level = max(
            (t.status for t in thresholds if _beyond(value, t.limit, better)), key=LEVELS.index, default=Status.NORMAL
        )
        return _moved(state, level, level, (), now)
    began = {} if state is None else dict(state.pending)
    rank = LEVELS.index(level)
    reached = Status.NORMAL
    waiting: dict[Status, datetime] = {}
    for threshold in thresholds:
        if rank >= LEVELS.index(threshold.status):
            in_force = _beyond(value, threshold.clear, better)
        elif _beyond(value, threshold.limit, better):
            since = began.get(threshold.status, now)
            in_force = now - since >= threshold.hold
            if not in_force:
                waiting[threshold.status] = since
        else:
            in_force = False
        if in_force:
            reached = max(reached, threshold.status, key=LEVELS.index)
    return _moved(state, reached, reached, tuple(waiting.items()), now)


def unvalued(state: State | None, status: Status, now: datetime) -> State:
    """The state after ``status`` (STALE, NO_DATA or NOT_APPLICABLE) took the place of a value at ``now``."""
    return _moved(state, status, None if state is None else state.level, (), now)


def _beyond(value: float, limit: float, better: Better) -> bool:
    return value < limit if better is Better.HIGHER else value > limit


def _moved(
    state: State | None,
    status: Status,
    level: Status | None,
    pending: tuple[tuple[Status, datetime], ...],
    now: datetime,
) -> State:
    if state is not None and state.status is status:
        if state.level is level and state.pending == pending:
            return state
        return State(status, state.since, level, pending)
    return State(status, now, level, pending)
