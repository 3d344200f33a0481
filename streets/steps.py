"""What a track may stand for: each fix as places on streets, and how likely the ways between them are.

Newson and Krumm 2009: a fix lies off its street by a normal error; between two fixes the way driven is about as long
as the straight line. Here all pairs of places of many fixes are weighed at once, in arrays.
"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from streets.graph import Floats, Ints
from streets.ways import Ways

RADIUS_M = 50.0
CANDIDATES = 8
# Each street near is a place driven forward and one driven back.
PLACES = 2 * CANDIDATES
# Flat around this value on 132 hand-corrected tracks (bench map_matching_*).
BETA_M = 10.0
# Nothing links two fixes farther apart in time than this, or only reached faster than this.
BREAK_S = 900.0
FASTEST_MPS, SLACK_M = 40.0, 100.0
# A way more than so many times the straight line long is never the likeliest: the search stops there.
LONGEST_WAY = 3.0
# A fix where the vehicle turns back is as unlikely as this (log probability) between drives of more than so many
# metres. Over shorter ones crews do turn, and a fix that only strayed looks the same.
TURN, TURN_M = -8.0, 100.0


class Places(NamedTuple):
    """Fixes (rows) and the places on streets each may stand for, nearest first, each twice: driven forward and back.

    ``fix`` is epoch seconds, metres east and metres north; ``edge`` 2 × segment, or 1 more when driven back, -1 where
    a fix has no more places.
    """

    fix: Floats
    edge: Ints
    along_m: Floats


class Links(NamedTuple):
    """Pairs of fixes: per place of the later one (rows) and of the earlier one (columns) how likely the way between is.

    ``log_likely`` is up to a constant, -inf without a way; ``straight_m`` is the straight line between the fixes; no
    way longer than ``longest_m`` was looked at.
    """

    log_likely: Floats
    straight_m: Floats
    longest_m: Floats


class Error:
    """How far a vehicle's fixes lie off their streets (standard deviation): learnt from its fixes, the newest most.

    What a fix is off its nearest street stands for its error, and counts for the fixes after it only: so a track
    matched as it comes is matched as all at once.
    """

    # Until the track has shown its own: worth so many fixes. Each later fix makes those before weigh less.
    FIRST_M, FIRST_FIXES, LASTS = 6.0, 4.0, 0.98
    LEAST_M, MOST_M = 4.0, 30.0

    def __init__(self) -> None:
        self._squares, self._fixes = self.FIRST_FIXES * self.FIRST_M**2, self.FIRST_FIXES

    def before(self, nearest_m: Sequence[float]) -> list[float]:
        """For fixes so far off their nearest streets (inf: none is near), the error as known before each."""
        errors_m = []
        for away_m in nearest_m:
            error_m = (self._squares / self._fixes) ** 0.5
            errors_m.append(min(max(error_m, self.LEAST_M), self.MOST_M))
            if away_m == inf:
                continue
            self._squares = self.LASTS * self._squares + away_m * away_m
            self._fixes = self.LASTS * self._fixes + 1
        return errors_m


def placed(ways: Ways, at_s: Floats, metres: Floats) -> tuple[Places, Floats]:
    """Where fixes may have been, and how many metres each is off its places (inf where it has no more)."""
    near = ways.graph.near_metres(metres, RADIUS_M)
    rank = np.arange(len(near.row)) - np.searchsorted(near.row, near.row)
    few = rank < CANDIDATES
    at = near.row[few], rank[few]
    edge, along_m, away_m = (np.full((len(at_s), CANDIDATES, 2), each) for each in (-1, 0.0, np.inf))
    edge[at] = 2 * near.segment[few, None] + (0, 1)
    along_m[at] = near.along_m[few, None]
    away_m[at] = near.away_m[few, None]
    fix = np.column_stack((at_s, metres))
    return Places(fix, edge.reshape(-1, PLACES), along_m.reshape(-1, PLACES)), away_m.reshape(-1, PLACES)


def links(ways: Ways, places: Places, before: Ints, after: Ints) -> Links:
    """The links between pairs of fixes, given by their rows."""
    seconds, east_m, north_m = (places.fix[after] - places.fix[before]).T
    straight_m = np.hypot(east_m, north_m)
    longest_m = np.minimum(FASTEST_MPS * seconds + SLACK_M, LONGEST_WAY * straight_m + 10 * BETA_M)
    longest_m[seconds > BREAK_S] = -1.0
    there = places.edge >= 0
    pairs = there[after, :, None] & there[before, None, :]
    link, reached, left = np.nonzero(pairs)
    reached += PLACES * after[link]
    left += PLACES * before[link]
    most_m = longest_m[link]
    driven_m = _driven(ways, places, left, reached, most_m)
    log_likely = np.full(pairs.shape, -np.inf)
    log_likely[pairs] = np.where(driven_m <= most_m, np.abs(driven_m - straight_m[link]) / -BETA_M, -np.inf)
    return Links(log_likely, straight_m, longest_m)


def stays(edge: int, from_m: float, to_m: float) -> bool:
    """Whether a drive from one place to another on the same edge does not leave it."""
    return from_m >= to_m if edge % 2 else from_m <= to_m


def _driven(ways: Ways, places: Places, left: Ints, reached: Ints, most_m: Floats) -> Floats:
    """Metres of the cheapest way for each pair of places; inf where there is none, or perhaps one of more metres."""
    edge, along_m = places.edge.ravel(), places.along_m.ravel()
    rest_m, begun_m = ways.rest(edge, along_m)
    ends_m = rest_m[left] + begun_m[reached]
    starts, ends = ways.graph.edge_to[edge], ways.graph.edge_from[edge]
    driven_m = ends_m + ways.costs(starts[left], ends[reached], most_m - ends_m)
    same = np.flatnonzero(edge[left] == edge[reached])
    ahead_m = begun_m[reached[same]] - begun_m[left[same]]
    on = ahead_m >= 0
    driven_m[same[on]] = ahead_m[on]
    return driven_m
