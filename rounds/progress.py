"""When a run passed its planned stops: the closest approach of its line of fixes, in the order of the plan.

A street driven twice or a loop comes near one stop several times. Each approach within reach is a candidate. Of all
assignments whose times never go back along the plan, the one with the most and the nearest stops wins (weighted
longest increasing sequence, the Viterbi path of a chain that may only go forward). Planned times are not used:
they would make a run look as punctual as its plan.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WITHIN_M = 60.0
# Ignore the line between fixes farther apart in time: it does not show the way between them.
LONGEST_GAP_S = 600.0
_METRES_A_DEGREE = 111_195.0


class StopEvent(NamedTuple):
    """Stop number ``stop`` passed at ``passed_s`` at a distance of ``away_m``, known from the fix at ``known_s``."""

    stop: int
    passed_s: float
    away_m: float
    known_s: float


class _Approach(NamedTuple):
    """One approach of the line to a stop: nearest at ``passed_s``, out of reach after ``leaves_s``."""

    event: StopEvent
    leaves_s: float


def stop_events(at_s: Floats, places: Floats, stops: Floats, within_m: float = WITHIN_M) -> list[StopEvent]:
    """Stops passed, in the order of the plan; their times never decrease.

    Args:
        at_s: epoch seconds of the fixes, ascending.
        places: rows of longitude and latitude of the fixes.
        stops: rows of longitude and latitude of the planned stops, in the order of the plan.
        within_m: how near the line of fixes counts as passing.
    """
    if len(at_s) < 2 or not len(stops):
        return []
    middle = stops.mean(axis=0)
    scale = _METRES_A_DEGREE * np.array([np.cos(np.radians(middle[1])), 1.0])
    track = (places - middle) * scale
    approaches = [
        approach
        for number, stop in enumerate((stops - middle) * scale)
        for approach in _approaches(number, stop, at_s, track, within_m)
    ]
    return _in_order(approaches, within_m)


def _approaches(number: int, stop: Floats, at_s: Floats, track: Floats, within_m: float) -> Iterator[_Approach]:
    """One approach for each unbroken time of the line within reach."""
    start, step = track[:-1], np.diff(track, axis=0)
    length = np.hypot(*step.T)
    moved = np.where(length == 0, 1.0, length)
    share = np.clip(np.einsum("ij,ij->i", stop - start, step) / moved**2, 0, 1)
    away = np.hypot(*(start + share[:, None] * step - stop).T)
    wait = np.diff(at_s)
    near = (away <= within_m) & (wait <= LONGEST_GAP_S)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], near, [False]))))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        best, last = first + int(away[first:end].argmin()), end - 1
        # At most half a chord of the circle of reach remains; a clipped share lengthens it a little, never shortens it.
        out = min(1.0, share[last] + np.sqrt(within_m**2 - away[last] ** 2) / moved[last])
        passed_s = float(at_s[best] + share[best] * wait[best])
        event = StopEvent(number, passed_s, float(away[best]), float(at_s[best + 1]))
        yield _Approach(event, float(at_s[last] + out * wait[last]))


def _in_order(approaches: Sequence[_Approach], within_m: float) -> list[StopEvent]:
    """The approaches, at most one a stop, with the greatest total worth while times never decrease.

    Between fixes the line cuts corners, so a stop may seem nearest a little before the stop ahead of it; while it is
    still within reach at that time, it counts as passed then.
    """
    if not approaches:
        return []
    stop = np.array([approach.event.stop for approach in approaches])
    passed_s = np.array([approach.event.passed_s for approach in approaches])
    leaves_s = np.array([approach.leaves_s for approach in approaches])
    # Passing a stop outweighs nearness: an approach at the edge of reach is worth half a direct hit.
    total = np.array([2 - approach.event.away_m / within_m for approach in approaches])
    before = np.full(len(approaches), -1)
    for i in range(1, len(approaches)):
        allowed = np.flatnonzero((stop[:i] < stop[i]) & (passed_s[:i] <= leaves_s[i]))
        if len(allowed):
            before[i] = allowed[total[allowed].argmax()]
            total[i] += total[before[i]]
            passed_s[i] = max(passed_s[i], passed_s[before[i]])
    chain = [int(total.argmax())]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    return [_told(approaches[i].event, float(passed_s[i])) for i in reversed(chain)]


def _told(event: StopEvent, passed_s: float) -> StopEvent:
    return event._replace(passed_s=passed_s, known_s=max(event.known_s, passed_s))
