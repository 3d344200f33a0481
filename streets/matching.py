"""Match a track to the streets: the likeliest way through the graph that explains its fixes (hidden Markov model).

Newson and Krumm 2009: a fix lies off its street by a normal error; between two fixes the way driven is about as long
as the straight line. The likeliest sequence is found with Viterbi's algorithm. What no way explains breaks the track.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from streets.graph import Floats, Ints, Near
from streets.ways import Ways

RADIUS_M = 50.0
# Flat around these values on 132 hand-corrected tracks (bench map_matching_*).
SIGMA_M, BETA_M = 6.0, 10.0
CANDIDATES = 8
# Fixes of a standing or crawling vehicle wander: nearer than this in time or place they say nothing about the way.
THIN_S, THIN_M = 10.0, 20.0
# Nothing links two fixes farther apart in time than this, or only reached faster than this.
BREAK_S = 900.0
FASTEST_MPS, SLACK_M = 40.0, 100.0
# A way more than so many times the straight line long is never the likeliest: the search stops there.
LONGEST_WAY = 4.0


class Passage(NamedTuple):
    """One drive along a street segment: metres along it (from > to: driven backwards) and epoch seconds."""

    segment: int
    from_m: float
    to_m: float
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A matched track. ``used`` are the fixes the way rests on, ``segment`` and ``along_m`` where it puts them.

    ``piece`` numbers unbroken pieces: nothing is known of the way between two used fixes of different pieces.
    """

    passages: Sequence[Passage]
    used: Ints
    segment: Ints
    along_m: Floats
    piece: Ints


def match(ways: Ways, at_s: Floats, places: Floats) -> Match:
    """The likeliest way of one vehicle. ``at_s`` epoch seconds, ascending; ``places`` rows of longitude, latitude."""
    metres = ways.graph.metres(places)
    kept = thinned(at_s, metres)
    near = ways.graph.near(places[kept], RADIUS_M)
    first = np.searchsorted(near.row, np.arange(len(kept) + 1))
    steps = [
        _Step(
            ways,
            float(at_s[fix]),
            metres[fix],
            int(fix),
            near,
            slice(first[i], min(first[i + 1], first[i] + CANDIDATES)),
        )
        for i, fix in enumerate(kept)
        if first[i] < first[i + 1]
    ]
    pieces = list(_pieces(ways, steps))
    placed = [(number, step, choice) for number, piece in enumerate(pieces) for step, choice in piece]
    return Match(
        passages=[passage for piece in pieces for a, b in pairwise(piece) for passage in _driven(ways, *a, *b)],
        used=np.array([step.fix for _, step, _ in placed], np.int64),
        segment=np.array([step.segment[choice] for _, step, choice in placed], np.int64),
        along_m=np.array([step.along_m[choice] for _, step, choice in placed], np.float64),
        piece=np.array([number for number, _, _ in placed], np.int64),
    )


def thinned(at_s: Floats, metres: Floats) -> Ints:
    """Which fixes to match: each at least 10 s and 20 m after the one before; and the last, where the track ends."""
    kept = [0] if len(at_s) else []
    for i in range(1, len(at_s)):
        step = metres[i] - metres[kept[-1]]
        if at_s[i] - at_s[kept[-1]] >= THIN_S and step @ step >= THIN_M**2:
            kept.append(i)
    if kept and at_s[-1] > at_s[kept[-1]]:
        kept.append(len(at_s) - 1)
    return np.array(kept, np.int64)


class _Step:
    """One fix and the places on streets it may stand for; lists, because for a handful they are quicker than arrays."""

    __slots__ = ("along_m", "at_s", "fix", "log_emission", "metres", "off", "onto", "segment")

    def __init__(self, ways: Ways, at_s: float, metres: Floats, fix: int, near: Near, rows: slice) -> None:
        self.at_s = at_s
        self.metres = metres
        self.fix = fix
        self.segment: list[int] = near.segment[rows].tolist()
        self.along_m: list[float] = near.along_m[rows].tolist()
        self.log_emission = -0.5 * (near.away_m[rows] / SIGMA_M) ** 2
        spots = list(zip(self.segment, self.along_m, strict=True))
        self.off = [ways.off(*spot) for spot in spots]
        self.onto = [ways.onto(*spot) for spot in spots]


Piece = list[tuple[_Step, int]]
"""Steps of an unbroken piece, each with the candidate chosen."""


def _pieces(ways: Ways, steps: Sequence[_Step]) -> Iterator[Piece]:
    """Viterbi over the steps; a new piece begins where no way links a fix to the one before."""
    chain: list[_Step] = []
    back: list[Ints] = []
    score = np.empty(0)
    for step in steps:
        if chain:
            total = score[:, None] + _log_transition(ways, chain[-1], step)
            best = np.argmax(total, axis=0)
            onward = total[best, np.arange(len(best))] + step.log_emission
            if np.isfinite(onward).any():
                score = onward
                chain.append(step)
                back.append(best)
                continue
            yield _traced(chain, back, score)
        chain, back, score = [step], [], step.log_emission
    if chain:
        yield _traced(chain, back, score)


def _traced(chain: Sequence[_Step], back: Sequence[Ints], score: Floats) -> Piece:
    choices = [int(np.argmax(score))]
    for best in reversed(back):
        choices.append(int(best[choices[-1]]))
    return list(zip(chain, reversed(choices), strict=True))


def _log_transition(ways: Ways, before: _Step, after: _Step) -> Floats:
    """Log probability (up to a constant) of the way from each place of ``before`` (rows) to each of ``after``."""
    if after.at_s - before.at_s > BREAK_S:
        return np.full((len(before.segment), len(after.segment)), -np.inf)
    driven = np.array([_costs(ways, before, row, after) for row in range(len(before.segment))])
    with np.errstate(invalid="ignore"):
        likely = -np.abs(driven - _straight_m(before, after)) / BETA_M
    return np.where(driven <= _longest_m(before, after), likely, -np.inf)


def _straight_m(before: _Step, after: _Step) -> float:
    return float(np.hypot(*(after.metres - before.metres)))


def _longest_m(before: _Step, after: _Step) -> float:
    """A way longer than this is impossible in the time, or more of a detour than is ever the likeliest."""
    detour_m = LONGEST_WAY * _straight_m(before, after) + 10 * BETA_M
    return min(FASTEST_MPS * (after.at_s - before.at_s) + SLACK_M, detour_m)


def _costs(ways: Ways, before: _Step, row: int, after: _Step) -> list[float]:
    """Metres of the cheapest way from one place of ``before`` to each place of ``after``; inf where there is none."""
    segment, along_m, search_m = before.segment[row], before.along_m[row], _longest_m(before, after)
    leaving = [(off.cost_m, ways.within(off.node, search_m)) for off in before.off[row]]
    costs = []
    for column, entries in enumerate(after.onto):
        if after.segment[column] == segment:
            costs.append(ways.along(segment, along_m, after.along_m[column]))
            continue
        best = inf
        for off_m, reached in leaving:
            for onto in entries:
                found = reached.get(onto.node)
                if found is not None and off_m + found[0] + onto.cost_m < best:
                    best = off_m + found[0] + onto.cost_m
        costs.append(best)
    return costs


def _driven(ways: Ways, before: _Step, row: int, after: _Step, column: int) -> Iterator[Passage]:
    """The passages between two chosen places, their times spread evenly over the metres."""
    s, from_m, t, to_m = before.segment[row], before.along_m[row], after.segment[column], after.along_m[column]
    if s == t:
        yield Passage(s, from_m, to_m, before.at_s, after.at_s)
        return
    _, off, onto, reached = min(
        (
            (off.cost_m + reached[onto.node][0] + onto.cost_m, off, onto, reached)
            for off in before.off[row]
            for onto in after.onto[column]
            if onto.node in (reached := ways.within(off.node, _longest_m(before, after)))
        ),
        key=itemgetter(0),
    )
    stretches = [
        _part(ways, off.edge, from_m, None),
        *(_part(ways, edge, None, None) for edge in ways.edges(reached, onto.node)),
        _part(ways, onto.edge, None, to_m),
    ]
    lengths = [abs(end - begin) for _, begin, end in stretches]
    per_m = (after.at_s - before.at_s) / max(sum(lengths), 1e-9)
    clock_s = before.at_s
    for (segment, begin, end), length in zip(stretches, lengths, strict=True):
        yield Passage(segment, begin, end, clock_s, clock_s + length * per_m)
        clock_s += length * per_m


def _part(ways: Ways, edge: int, from_m: float | None, to_m: float | None) -> tuple[int, float, float]:
    """An edge as (segment, from, to) in metres along the segment; None is the edge's own begin or end."""
    segment, back = divmod(edge, 2)
    length_m = float(ways.graph.length_m[segment])
    begin, end = (length_m, 0.0) if back else (0.0, length_m)
    return segment, begin if from_m is None else from_m, end if to_m is None else to_m
