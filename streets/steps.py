"""What a track may stand for: each fix as places on streets, and how likely the ways between them are.

Newson and Krumm 2009: a fix lies off its street by a normal error; between two fixes the way driven is about as long
as the straight line. Here all pairs of places of many fixes are weighed at once, in arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from streets.graph import Floats, Ints
from streets.ways import Ways

RADIUS_M = 50.0
CANDIDATES = 8
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


@dataclass(slots=True)
class Step:
    """One fix and the places on streets it may stand for, nearest first, each twice: driven forward and back.

    ``edge`` is 2 × segment, or 1 more when driven back.
    """

    fix: int
    at_s: float
    east_m: float
    north_m: float
    silent_s: float
    edge: Ints
    along_m: Floats
    log_emission: Floats


class Link(NamedTuple):
    """From each place of a step (rows) to each of the next: log probability of the way and the fix, up to a constant.

    ``straight_m`` is the straight line between the fixes; no way longer than ``longest_m`` is looked at.
    """

    log_likely: Floats
    straight_m: float
    longest_m: float


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
        """For fixes so far off their nearest streets, the error as known before each."""
        errors_m = []
        for away_m in nearest_m:
            error_m = (self._squares / self._fixes) ** 0.5
            errors_m.append(min(max(error_m, self.LEAST_M), self.MOST_M))
            self._squares = self.LASTS * self._squares + away_m * away_m
            self._fixes = self.LASTS * self._fixes + 1
        return errors_m


def steps(
    ways: Ways, error: Error, at_s: Floats, places: Floats, metres: Floats, kept: Ints, silent_s: Sequence[float]
) -> list[Step]:
    """A step for each kept fix; one without a street near has no places to stand for, but it was heard of."""
    near = ways.graph.near(places[kept], RADIUS_M)
    first = np.searchsorted(near.row, np.arange(len(kept) + 1))
    found = first[1:] > first[:-1]
    errors_m = np.ones(len(kept))
    errors_m[found] = error.before(near.away_m[first[:-1][found]].tolist())
    edge = np.repeat(2 * near.segment, 2)
    edge[1::2] += 1
    along_m = np.repeat(near.along_m, 2)
    log_emission = np.repeat(-0.5 * (near.away_m / errors_m[near.row]) ** 2, 2)
    begins, ends = (2 * first[:-1]).tolist(), (2 * np.minimum(first[1:], first[:-1] + CANDIDATES)).tolist()
    east_m, north_m = metres[kept].T.tolist()
    told = zip(kept.tolist(), at_s[kept].tolist(), east_m, north_m, silent_s, begins, ends, strict=True)
    return [
        Step(fix, at, east, north, silent, edge[a:b], along_m[a:b], log_emission[a:b])
        for fix, at, east, north, silent, a, b in told
    ]


def links(ways: Ways, chain: Sequence[Step]) -> list[Link]:
    """The links between steps that follow each other, each with at least one place."""
    counts = np.array([len(step.edge) for step in chain])
    first = counts.cumsum() - counts
    pairs = counts[:-1] * counts[1:]
    ends = pairs.cumsum()
    # Per pair of places: the link it belongs to, and the rows of its two places.
    link = np.repeat(np.arange(len(pairs)), pairs)
    row, column = np.divmod(np.arange(len(link)) - (ends - pairs)[link], counts[1:][link])
    row += first[:-1][link]
    column += first[1:][link]
    told = np.array([(step.at_s, step.east_m, step.north_m) for step in chain])
    seconds, east_m, north_m = (told[1:] - told[:-1]).T
    straight_m = np.hypot(east_m, north_m)
    longest_m = np.minimum(FASTEST_MPS * seconds + SLACK_M, LONGEST_WAY * straight_m + 10 * BETA_M)
    longest_m[seconds > BREAK_S] = -1.0
    edge = np.concatenate([step.edge for step in chain])
    along_m = np.concatenate([step.along_m for step in chain])
    most_m = longest_m[link]
    driven_m = _driven(ways, edge, along_m, row, column, most_m)
    likely = np.where(driven_m <= most_m, np.abs(driven_m - straight_m[link]) / -BETA_M, -np.inf)
    likely += np.concatenate([step.log_emission for step in chain])[column]
    parts = zip(
        ends.tolist(), pairs.tolist(), counts[1:].tolist(), straight_m.tolist(), longest_m.tolist(), strict=True
    )
    return [Link(likely[end - n : end].reshape(-1, columns), *far) for end, n, columns, *far in parts]


def stays(edge: int, from_m: float, to_m: float) -> bool:
    """Whether a drive from one place to another on the same edge does not leave it."""
    return from_m >= to_m if edge % 2 else from_m <= to_m


def _driven(ways: Ways, edge: Ints, along_m: Floats, row: Ints, column: Ints, most_m: Floats) -> Floats:
    """Metres of the cheapest way for each pair of places; inf where there is none, or perhaps one of more metres."""
    graph = ways.graph
    rest_m, begun_m = ways.rest(edge, along_m)
    ends_m = rest_m[row] + begun_m[column]
    left, reached = edge[row], edge[column]
    driven_m = ends_m + ways.costs(graph.edge_to[left], graph.edge_from[reached], most_m - ends_m)
    same = np.flatnonzero(left == reached)
    ahead_m = begun_m[column[same]] - begun_m[row[same]]
    on = ahead_m >= 0
    driven_m[same[on]] = ahead_m[on]
    return driven_m
