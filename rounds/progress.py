"""When a run passed its planned stops: the closest approach of its line of fixes, in the order of the plan.

A street driven twice or a loop comes near one stop several times. Each approach within reach is a candidate. Of all
assignments whose times never go back along the plan, the one with the most and the nearest stops wins (weighted
longest increasing sequence, the Viterbi path of a chain that may only go forward). Planned times are not used:
they would make a run look as punctual as its plan.

A corner where a street begins is crossed on other ways, too. Who begins the street comes to a place a hundred metres
along it, then to its middle: these count as half a stop each, and of several times at the corner the last before them
is the beginning.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rounds.judging import SURELY_COLLECTING_KMH

Floats = NDArray[np.float64]

WITHIN_M = 60.0
# Fixes are so far off: of approaches that are nearer none is better, and the last of them counts.
_AS_NEAR_M = 15.0
# A place on a street out of reach of the corner where it begins.
_BEGUN_M = 100.0
# Ignore the line between fixes farther apart in time: it does not show the way between them.
LONGEST_GAP_S = 600.0
# Who is nowhere near a stop as slow as a crew drives by, as on the way to the first street of a round along its last.
_CREEPS_MPS, _DRIVES_BY = 19 / 3.6, 0.5
_METRES_A_DEGREE = 111_195.0


class StopEvent(NamedTuple):
    """Stop number ``stop`` passed at ``passed_s`` at a distance of ``away_m``, known from the fix at ``known_s``."""

    stop: int
    passed_s: float
    away_m: float
    known_s: float


class _Approach(NamedTuple):
    """One approach of the line to a stop: nearest at ``passed_s``, out of reach after ``leaves_s``.

    ``fast``: nowhere within reach was it slow enough for a crew.
    """

    event: StopEvent
    leaves_s: float
    fast: bool


def stop_events(at_s: Floats, places: Floats, stops: Floats, within_m: float = WITHIN_M) -> list[StopEvent]:
    """Stops passed, in the order of the plan; their times never decrease.

    Args:
        at_s: epoch seconds of the fixes, ascending.
        places: rows of longitude and latitude of the fixes.
        stops: rows of longitude and latitude of the planned stops, in the order of the plan.
        within_m: how near the line of fixes counts as passing.
    """
    return beginnings(at_s, places, [stop[None] for stop in stops], within_m)


def beginnings(at_s: Floats, places: Floats, lines: Sequence[Floats], within_m: float = WITHIN_M) -> list[StopEvent]:
    """When the beginnings of planned lines were passed, as `stop_events`; ``lines`` are rows of longitude, latitude."""
    if len(at_s) < 2 or not lines:
        return []
    middle = np.mean([line[0] for line in lines], axis=0)
    scale = _METRES_A_DEGREE * np.array([np.cos(np.radians(middle[1])), 1.0])
    line = _line(at_s, (places - middle) * scale)
    marks = [_marks((line - middle) * scale) for line in lines]
    approaches = [
        approach
        for number, mark in enumerate(mark for of in marks for mark in of)
        for approach in _approaches(number, mark, line, within_m)
    ]
    worth = np.array([0.5 if mark else 1.0 for of in marks for mark in range(len(of))])
    along_m = np.concatenate([[0.0, *np.hypot(*np.diff(mark, axis=0).T)] for mark in marks])
    chain = {event.stop: event for event in _in_order(approaches, worth, along_m, within_m)}
    firsts = np.cumsum([0, *map(len, marks)]).tolist()
    found = []
    for number, (first, end) in enumerate(pairwise(firsts)):
        if first in chain:
            after = next((chain[mark] for mark in range(first + 1, end) if mark in chain), None)
            found.append(_last_before(approaches, chain[first], after)._replace(stop=number))
    return found


def _marks(line: Floats) -> Floats:
    """The places by which a line (metres) is known to be begun: its beginning, a place on it, its middle."""
    if len(line) < 2:
        return line
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    at_m = [0.0, *(m for m in (_BEGUN_M, along[-1] / 2) if _BEGUN_M <= m <= along[-1] / 2)]
    return np.column_stack([np.interp(at_m, along, line[:, axis]) for axis in (0, 1)])


def _last_before(approaches: Sequence[_Approach], event: StopEvent, after: StopEvent | None) -> StopEvent:
    """The last of the approaches to an event's stop before another event; the event itself without one."""
    if after is None:
        return event
    later = [one.event for one in approaches if one.event.stop == event.stop and one.event.passed_s <= after.passed_s]
    last = max(later, key=lambda one: one.passed_s, default=event)
    return last if last.passed_s > event.passed_s else event


class _Line(NamedTuple):
    """The line of fixes, a row a step: where and when it begins and ends, how far it goes (nowhere counts as 1 m)."""

    start: Floats
    begins_s: Floats
    ends_s: Floats
    step: Floats
    moved: Floats
    wait: Floats


def _line(at_s: Floats, track: Floats) -> _Line:
    step = np.diff(track, axis=0)
    length = np.hypot(*step.T)
    return _Line(track[:-1], at_s[:-1], at_s[1:], step, np.where(length == 0, 1.0, length), np.diff(at_s))


def _approaches(number: int, stop: Floats, line: _Line, within_m: float) -> Iterator[_Approach]:
    """One approach for each unbroken time of the line within reach."""
    start, at_s, ends_s, step, moved, wait = line
    share = np.clip(np.einsum("ij,ij->i", stop - start, step) / moved**2, 0, 1)
    away = np.hypot(*(start + share[:, None] * step - stop).T)
    near = (away <= within_m) & (wait <= LONGEST_GAP_S)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], near, [False]))))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        best, last = first + int(away[first:end].argmin()), end - 1
        # At most half a chord of the circle of reach remains; a clipped share lengthens it a little, never shortens it.
        out = min(1.0, share[last] + np.sqrt(within_m**2 - away[last] ** 2) / moved[last])
        passed_s = float(at_s[best] + share[best] * wait[best])
        event = StopEvent(number, passed_s, float(away[best]), float(ends_s[best]))
        # Of each step what lies within reach: who comes fast to a corner and works on from there is slow at it.
        half, at = np.sqrt(within_m**2 - away[first:end] ** 2) / moved[first:end], share[first:end]
        part = np.minimum(1.0, at + half) - np.maximum(0.0, at - half)
        fast = bool((part * moved[first:end]).sum() > _CREEPS_MPS * (part * wait[first:end]).sum())
        yield _Approach(event, float(at_s[last] + out * wait[last]), fast)


def _in_order(approaches: Sequence[_Approach], worth: Floats, along_m: Floats, within_m: float) -> list[StopEvent]:
    """The approaches, at most one a stop, with the greatest total worth (by stop) while times never decrease.

    ``along_m``: by stop, how far it is from the one before along the same street: who went
    there faster than crews surely do is worth half. Such a street is begun by who went slower, before or after.

    Between fixes the line cuts corners, so a stop may seem nearest a little before the stop ahead of it; while it is
    still within reach at that time, it counts as passed then.
    """
    if not approaches:
        return []
    stop = np.array([approach.event.stop for approach in approaches])
    passed_s = np.array([approach.event.passed_s for approach in approaches])
    leaves_s = np.array([approach.leaves_s for approach in approaches])
    # Passing a stop outweighs nearness: an approach at the edge of reach is worth half a direct hit.
    total = np.array([2 - max(approach.event.away_m - _AS_NEAR_M, 0.0) / within_m for approach in approaches])
    total *= worth[stop]
    total[[approach.fast for approach in approaches]] *= _DRIVES_BY
    before = np.full(len(approaches), -1)
    for i in range(1, len(approaches)):
        allowed = np.flatnonzero((stop[:i] < stop[i]) & (passed_s[:i] <= leaves_s[i]))
        if len(allowed):
            went_s = passed_s[i] - passed_s[allowed]
            hurried = (stop[allowed] == stop[i] - 1) & (along_m[stop[i]] > SURELY_COLLECTING_KMH / 3.6 * went_s)
            sums = total[allowed] + np.where(hurried, total[i] / 2, total[i])
            best = _best(sums, passed_s[allowed])
            before[i], total[i] = allowed[best], sums[best]
            passed_s[i] = max(passed_s[i], passed_s[before[i]])
    chain = [_best(total, passed_s)]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    return [_told(approaches[i].event, float(passed_s[i])) for i in reversed(chain)]


def _best(total: Floats, passed_s: Floats) -> int:
    """The approach of the greatest worth, the last of several."""
    return int(np.lexsort((passed_s, total))[-1])


def _told(event: StopEvent, passed_s: float) -> StopEvent:
    return event._replace(passed_s=passed_s, known_s=max(event.known_s, passed_s))
