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
    """Fixes (rows) and the streets each may stand for, nearest first: the k-th driven forward is place 2k, back 2k + 1.

    ``fix`` is epoch seconds, metres east and metres north; ``segment`` is -1 where a fix has no more streets.
    """

    fix: Floats
    segment: Ints
    along_m: Floats


class Links(NamedTuple):
    """Pairs of fixes: per place of the later one (rows) and of the earlier one (columns) how likely the way between is.

    ``log_likely`` is up to a constant, -inf without a way, and holds how likely the later place is; ``straight_m`` is
    the straight line between the fixes; no way longer than ``longest_m`` was looked at.
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


def placed(ways: Ways, fix: Floats) -> tuple[Places, Floats]:
    """Where fixes may have been, and how many metres each is off its streets (inf where it has no more)."""
    near = ways.graph.near_metres(fix[:, 1:], RADIUS_M)
    rank = np.arange(len(near.row)) - near.row.searchsorted(near.row)
    few = (rank < CANDIDATES).nonzero()[0]
    at = (CANDIDATES * near.row + rank)[few]
    size = CANDIDATES * len(fix)
    segment, along_m, away_m = np.full(size, -1), np.zeros(size), np.full(size, np.inf)
    segment[at], along_m[at], away_m[at] = near.segment[few], near.along_m[few], near.away_m[few]
    shape = len(fix), CANDIDATES
    return Places(fix, segment.reshape(shape), along_m.reshape(shape)), away_m.reshape(shape)


def links(ways: Ways, places: Places, log_emission: Floats, before: Ints, after: Ints) -> Links:
    """The links between pairs of fixes, given by their rows; ``log_emission`` tells how likely each place is."""
    seconds, east_m, north_m = (places.fix[after] - places.fix[before]).T
    straight_m = np.hypot(east_m, north_m)
    longest_m = np.minimum(FASTEST_MPS * seconds + SLACK_M, LONGEST_WAY * straight_m + 10 * BETA_M)
    longest_m[seconds > BREAK_S] = -1.0
    link, reached, left = _pairs(places, before, after)
    most_m = longest_m[link]
    later = PLACES * after[link] + reached
    driven_m = _driven(ways, places, PLACES * before[link] + left, later, most_m)
    likely = log_emission.ravel()[later] - np.abs(driven_m - straight_m[link]) / BETA_M
    likely[driven_m > most_m] = -np.inf
    log_likely = np.full((len(after), PLACES, PLACES), -np.inf)
    log_likely.ravel()[PLACES * (PLACES * link + reached) + left] = likely
    return Links(log_likely, straight_m, longest_m)


def stays(edge: int, from_m: float, to_m: float) -> bool:
    """Whether a drive from one place to another on the same edge does not leave it."""
    return from_m >= to_m if edge % 2 else from_m <= to_m


def _pairs(places: Places, before: Ints, after: Ints) -> tuple[Ints, Ints, Ints]:
    """All pairs of places of two linked fixes: number of the link, place of the later fix, place of the earlier one."""
    streets = np.add.reduce(places.segment >= 0, axis=1)
    earlier = 2 * streets[before]
    pairs = earlier * (2 * streets[after])
    link = np.arange(len(pairs)).repeat(pairs)
    number = np.arange(len(link)) - (pairs.cumsum() - pairs)[link]
    return link, *np.divmod(number, earlier[link])


def _driven(ways: Ways, places: Places, left: Ints, reached: Ints, most_m: Floats) -> Floats:
    """Metres of the cheapest way for each pair of places; inf where there is none, or perhaps one of more metres."""
    edge = (2 * places.segment[:, :, None] + (0, 1)).ravel()
    rest_m, begun_m = (each.ravel() for each in ways.rest(places.segment, places.along_m))
    off, onto = edge[left], edge[reached]
    ends_m = rest_m[left] + begun_m[reached]
    driven_m = ends_m + ways.costs(ways.graph.edge_to[off], ways.graph.edge_from[onto], most_m - ends_m)
    same = (off == onto).nonzero()[0]
    ahead_m = begun_m[reached[same]] - begun_m[left[same]]
    on = ahead_m >= 0
    driven_m[same[on]] = ahead_m[on]
    return driven_m
