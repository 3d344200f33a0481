"""Until when a vehicle worked on a run: no longer than anybody knows, and not on the way home."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from domain.instant import from_s
from domain.waste.run import AssignedBy, Assignment, StreetState
from rounds.assigning import OnRun
from rounds.judging import SURELY_COLLECTING_KMH, Verdict

# Who has not collected for so long after a run's window goes home, unless it surely collects again.
GOES_HOME_S = 600.0
# A pause in collecting up to this is part of it.
LEAVES_S = 240.0


def worked_until_s(
    verdicts: Iterable[Verdict], ends_s: float, works: Sequence[tuple[float, float]] = ()
) -> dict[str, float]:
    """By vehicle, when it collected last (epoch s); after the window, which ends at ``ends_s``, a drive of which the
    speed does not surely tell collecting, long after the service before it, was the way home. Who still collects
    along the run's streets (``works``, by time), as on the way back of one that is served, still works.
    """
    served = [
        (one.first_s, one.last_s, one.by)
        for one in verdicts
        if one.state is StreetState.SERVED and one.by and one.first_s is not None and one.last_s is not None
    ]
    found: dict[str, float] = {}
    for first_s, last_s, by in sorted(served, key=lambda one: one[:2]):
        until_s = found.get(by.vehicle, -np.inf)
        home = by.vehicle in found and first_s > max(until_s, ends_s) + GOES_HOME_S
        if not home or by.speed_kmh <= SURELY_COLLECTING_KMH:
            found[by.vehicle] = max(until_s, last_s)
    return {vehicle: goes_on(last_s, works) for vehicle, last_s in found.items()}


def goes_on(last_s: float, works: Sequence[tuple[float, float]]) -> float:
    """When collecting that goes on at ``last_s`` ends."""
    for begins_s, until_s in works:
        if begins_s <= last_s + LEAVES_S:
            last_s = max(last_s, until_s)
    return last_s


def gone(
    key: str,
    spans: Mapping[str, Sequence[OnRun]],
    fleet: Mapping[str, Sequence[OnRun]],
    worked_s: Mapping[str, float],
    now_s: float,
) -> dict[str, float]:
    """By vehicle of a run (``key``, its ``spans`` on it) that is on another one now, when it worked on this one last.

    ``fleet``: all spans of each vehicle, by time; ``worked_s`` as in `assignments`.
    """
    last = {vehicle: fleet[vehicle][-1] for vehicle in spans}
    return {
        vehicle: worked_s.get(vehicle, spans[vehicle][-1].until_s)
        for vehicle, span in last.items()
        if span.key != key and span.since_s <= now_s
    }


def assignments(
    spans: Mapping[str, Sequence[OnRun]],
    *,
    heard_s: Mapping[str, float],
    worked_s: Mapping[str, float],
    judged_s: float,
    over_s: float | None,
) -> tuple[Assignment, ...]:
    """Until a vehicle was heard last; of a run that is over until it worked there last, or the run was over. Of a
    vehicle that came later, as long as it was on the run; a dispatcher knows more than the tracker.

    Args:
        spans: by vehicle, its times on the run.
        heard_s: by vehicle, its newest fix (all epoch s).
        worked_s: by vehicle, when it collected last.
        judged_s: as far as the run is judged.
        over_s: when the run was over, None while it is open.
    """

    def until_s(vehicle: str, span: OnRun) -> float:
        known_s = min(span.until_s, judged_s, np.inf if span.overridden else heard_s[vehicle])
        if over_s is None or span.since_s >= over_s:
            return known_s
        last_s = worked_s.get(vehicle, -np.inf)
        cut = not span.overridden and last_s > span.since_s
        return min(known_s, over_s, last_s if cut else np.inf)

    found = [
        Assignment(
            vehicle=vehicle,
            since=from_s(span.since_s),
            until=from_s(until_s(vehicle, span)),
            confidence=span.confidence,
            by=AssignedBy.OVERRIDE if span.overridden else AssignedBy.MATCHED,
        )
        for vehicle, of in spans.items()
        for span in of
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.vehicle)))
