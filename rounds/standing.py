"""Finds where and how long a vehicle stood, idled or drove too fast, as spans of its fixes."""

from collections.abc import Iterator, Sequence
from math import hypot
from statistics import fmean
from typing import NamedTuple

import numpy as np

from rounds.drive import GAP_S, Drive
from streets.graph import Flags, Floats, StreetGraph

# All fixes of a stop lie within this distance of one place: a parked receiver's position wanders so far.
STOP_WITHIN_M, STOP_LEAST_S = 25.0, 60.0
# With 30 s sampling a shorter stop has only one or two fixes: leave it out (WASTE.md, section 3).
SPARSE_EVERY_S, SPARSE_LEAST_S = 20.0, 90.0
IDLE_KMH, IDLE_LEAST_S = 3.0, 300.0
# Speed limits by kind of street where no sign is known; then 5 km/h and 30 s of grace.
LIMITS_KMH = {"motorway": 100.0, "trunk": 80.0, "primary": 60.0, "secondary": 60.0}
OTHER_LIMIT_KMH, GRACE_KMH, SPEEDING_LEAST_S = 50.0, 5.0, 30.0


class Stand(NamedTuple):
    """Fixes ``first`` to ``last`` (inclusive) of a drive, and a value: the greatest speed (km/h), or seconds."""

    first: int
    last: int
    value: float


def stops(drive: Drive, metres: Floats) -> list[Stand]:
    """Stops of a minute or more; ``metres`` are the fixes' places on a plane. A silence ends a stop.

    With sparse fixes a stop needs 90 s, unless the tracker reported a speed of 0 throughout.
    """
    xs, ys, at_s = metres[:, 0].tolist(), metres[:, 1].tolist(), drive.at_s.tolist()
    usual_s = float(np.median(np.diff(drive.at_s))) if len(at_s) > 1 else 0.0
    still = np.concatenate(([0], np.cumsum(drive.speed_kmh == 0))).tolist()
    found: list[Stand] = []
    first = 0
    while first < len(at_s):
        last = _stays(xs, ys, at_s, first)
        sure = usual_s < SPARSE_EVERY_S or still[last + 1] - still[first] == last + 1 - first
        if at_s[last] - at_s[first] >= (STOP_LEAST_S if sure else SPARSE_LEAST_S):
            found.append(Stand(first, last, at_s[last] - at_s[first]))
            first = last
        first += 1
    return found


def _stays(xs: Sequence[float], ys: Sequence[float], at_s: Sequence[float], first: int) -> int:
    """The last fix at the place where the vehicle was at ``first``.

    After a minute the mean of that minute's fixes becomes the place, and one stray fix within twice the distance is
    ignored: otherwise an hour under a roof would become a dozen stops.
    """
    x, y, last, settled = xs[first], ys[first], first, False
    for i in range(first + 1, len(at_s)):
        if at_s[i] - at_s[i - 1] > GAP_S:
            break
        off_m = hypot(xs[i] - x, ys[i] - y)
        if off_m <= STOP_WITHIN_M:
            last = i
            if not settled and at_s[i] - at_s[first] >= STOP_LEAST_S:
                x, y, settled = fmean(xs[first : i + 1]), fmean(ys[first : i + 1]), True
        elif not settled or i - last > 1 or off_m > 2 * STOP_WITHIN_M:
            break
    return last


def idling(drive: Drive) -> list[Stand]:
    """Five minutes or more with the engine on below 3 km/h; none when the tracker does not report the ignition."""
    slow = (drive.ignition == 1) & (np.nan_to_num(drive.speed_kmh, nan=np.inf) < IDLE_KMH)
    return [
        Stand(a, b, float(drive.at_s[b] - drive.at_s[a]))
        for a, b in _spans(drive, slow)
        if drive.at_s[b] - drive.at_s[a] >= IDLE_LEAST_S
    ]


def speeding(drive: Drive, graph: StreetGraph) -> list[Stand]:
    """Half a minute or more, and two fixes, more than 5 km/h above the street's limit."""
    if not len(drive.at_s):
        return []
    limits = np.full(len(drive.at_s), OTHER_LIMIT_KMH)
    if len(drive.passages):
        by_kind = np.array([LIMITS_KMH.get(str(kind), OTHER_LIMIT_KMH) for kind in graph.kinds])
        on = np.minimum(np.searchsorted(drive.passages["to_s"], drive.at_s), len(drive.passages) - 1)
        known = (drive.passages["from_s"][on] <= drive.at_s) & (drive.at_s <= drive.passages["to_s"][on])
        limits[known] = by_kind[graph.kind[drive.passages["segment"][on[known]]]]
    fast = np.nan_to_num(drive.speed_kmh) > limits + GRACE_KMH
    return [
        Stand(a, b, float(drive.speed_kmh[a : b + 1].max()))
        for a, b in _spans(drive, fast)
        if b > a and drive.at_s[b] - drive.at_s[a] >= SPEEDING_LEAST_S
    ]


def _spans(drive: Drive, chosen: Flags) -> Iterator[tuple[int, int]]:
    """First and last fix of each run of chosen ones without a silence between."""
    joined = chosen[1:] & chosen[:-1] & (np.diff(drive.at_s) <= GAP_S)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], joined, [False])).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
