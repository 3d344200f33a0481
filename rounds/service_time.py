"""When a run began, and when its vehicles served a street, for its punctuality: what they only crossed, or served for
another, is no sign of earliness.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import datetime

from domain.waste.run import (
    SERVED_SHARE,
    STOP_EARLY,
    STOP_LATE,
    STREET_EARLY,
    STREET_LATE,
    Punctuality,
    StreetState,
    Stretch,
    punctuality,
)
from rounds.assigning import OnRun

Collected = Callable[[datetime, datetime], float]
"""The share (0..1) of the street's metres that was collected between two instants."""


def began(collected: Iterable[Stretch], own: Mapping[str, Sequence[OnRun]]) -> datetime | None:
    """A run's first service: of its vehicles (``own``, with their times on it) while they were on it, for one may have
    collected a street of it before.
    """
    seen = [(one.first_at, own.get(one.vehicle)) for one in collected if one.first_at]
    on = [
        at for at, spans in seen
        if spans is None or any(span.since_s - 1 <= at.timestamp() <= span.until_s + 1 for span in spans)
    ]  # fmt: skip
    return min(on or [at for at, _ in seen], default=None)


def timed(
    begins: datetime | None,
    stretches: Iterable[Stretch],
    passed_at: datetime | None,
    *,
    own: Container[str],
    collected: Collected,
    is_stop: bool,
    now: datetime | None,
) -> Punctuality:
    """The street's service by vehicles of its run (``own``) against its planned time.

    ``passed_at`` is the pass due in the plan's order. ``now`` is None when the run is over; until then a street may
    still be collected when it is due: a vehicle crossed it, or collected there for an earlier entry, and comes again.
    Its beginning collected in its window is on time: a round may lead by that corner again.
    """
    pieces = list(stretches)
    served = [s for s in pieces if s.state is StreetState.SERVED and s.first_at is not None and s.vehicle in own]
    if not served or (passed_at is None and now is not None):
        return Punctuality.UNKNOWN
    if served[0] is pieces[0] and punctuality(begins, served[0].first_at, is_stop=is_stop) is Punctuality.ON_TIME:
        return Punctuality.ON_TIME
    first = min(s.first_at for s in served if s.first_at is not None)
    at = first if passed_at is None else max(first, passed_at)
    found = punctuality(begins, at, is_stop=is_stop)
    if found is Punctuality.EARLY:
        found = punctuality(begins, max(at, _mostly(served)), is_stop=is_stop)
    if found is not Punctuality.EARLY or begins is None:
        return found
    early, late = (STOP_EARLY, STOP_LATE) if is_stop else (STREET_EARLY, STREET_LATE)
    if collected(begins - early, begins + late) >= SERVED_SHARE:
        return Punctuality.ON_TIME
    return Punctuality.UNKNOWN if now is not None and now < begins + late else Punctuality.EARLY


def _mostly(served: Iterable[Stretch]) -> datetime:
    """When more had been served than a truck serves that only crosses (the share that a served street may lack)."""
    pieces = sorted((s.first_at, s.length_m) for s in served if s.first_at is not None)
    crossed_m = (1 - SERVED_SHARE) * sum(length_m for _, length_m in pieces)
    for at, length_m in pieces:
        crossed_m -= length_m
        if crossed_m < 0:
            return at
    return pieces[-1][0]
