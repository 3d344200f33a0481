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
    """One drive along a street segment: metres along it (from > to: driven backwards) and epoch seconds.

    ``silent_s`` is the longest time without a fix on the drive it is part of: the way is the likeliest one, and the
    longer the silence the less it is known.
    """

    segment: int
    from_m: float
    to_m: float
    from_s: float
    to_s: float
    silent_s: float

    @property
    def length_m(self) -> float:
        """Metres driven."""
        return abs(self.to_m - self.from_m)


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
    viterbi = _Viterbi(ways)
    pieces = [piece for step in _steps(ways, at_s, places, metres, kept) if (piece := viterbi.add(step))]
    pieces.append(viterbi.traced())
    placed = [(number, step, choice) for number, piece in enumerate(pieces) for step, choice in piece]
    return Match(
        passages=[passage for piece in pieces for passage in _driven_piece(ways, piece)],
        used=np.array([step.fix for _, step, _ in placed], np.int64),
        segment=np.array([step.segment[choice] for _, step, choice in placed], np.int64),
        along_m=np.array([step.along_m[choice] for _, step, choice in placed], np.float64),
        piece=np.array([number for number, _, _ in placed], np.int64),
    )


class Matcher:
    """One vehicle's track matched as it comes, to the same ways as all at once (but for a last fix too near to count).

    What later fixes cannot change any more is ``settled``; the open end is found anew with each that comes.
    """

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._viterbi = _Viterbi(ways)
        self._kept: tuple[float, Floats] | None = None
        self._heard_s: float | None = None
        self._silent_s = 0.0
        self.settled: list[Passage] = []

    def extend(self, at_s: Floats, places: Floats) -> None:
        """Take in fixes later than all before, in order of time."""
        ways, metres = self._ways, self._ways.graph.metres(places)
        kept = _thinned(at_s, metres, self._kept)
        silent_s = self._silences(at_s, kept)
        if len(kept):
            self._kept = float(at_s[kept[-1]]), metres[kept[-1]]
        for step in _steps(ways, at_s, places, metres, kept, silent_s):
            self.settled += _driven_piece(ways, self._viterbi.add(step))
        self.settled += _driven_piece(ways, self._viterbi.settle())

    def open(self) -> list[Passage]:
        """The likeliest way since what is settled."""
        return list(_driven_piece(self._ways, self._viterbi.traced()))

    def _silences(self, at_s: Floats, kept: Ints) -> list[float]:
        """Per kept fix, the longest silence since the one kept before it."""
        begins = at_s[:1] if self._heard_s is None else np.array([self._heard_s])
        waits = np.diff(at_s, prepend=begins)
        longest: list[float] = []
        first = 0
        for fix in kept.tolist():
            longest.append(max(self._silent_s, float(waits[first : fix + 1].max())))
            self._silent_s, first = 0.0, fix + 1
        if first < len(at_s):
            self._silent_s = max(self._silent_s, float(waits[first:].max()))
        if len(at_s):
            self._heard_s = float(at_s[-1])
        return longest


def thinned(at_s: Floats, metres: Floats) -> Ints:
    """Which fixes to match: each at least 10 s and 20 m after the one before; and the last, where the track ends."""
    kept = _thinned(at_s, metres, None)
    if len(kept) and at_s[-1] > at_s[kept[-1]]:
        kept = np.append(kept, len(at_s) - 1)
    return kept


def _thinned(at_s: Floats, metres: Floats, kept: tuple[float, Floats] | None) -> Ints:
    """Which fixes to match after ``kept``, the time and place of the one matched last."""
    chosen: list[int] = []
    times, xs, ys = at_s.tolist(), metres[:, 0].tolist(), metres[:, 1].tolist()
    last = None if kept is None else (kept[0], float(kept[1][0]), float(kept[1][1]))
    for i, now in enumerate(zip(times, xs, ys, strict=True)):
        if last is None or (
            now[0] - last[0] >= THIN_S and (now[1] - last[1]) ** 2 + (now[2] - last[2]) ** 2 >= THIN_M**2
        ):
            chosen.append(i)
            last = now
    return np.array(chosen, np.int64)


class _Step:
    """One fix and the places on streets it may stand for; lists, because for a handful they are quicker than arrays."""

    __slots__ = ("along_m", "at_s", "fix", "log_emission", "metres", "off", "onto", "segment", "silent_s")

    def __init__(
        self, ways: Ways, at_s: float, metres: Floats, fix: int, near: Near, rows: slice, silent_s: float
    ) -> None:
        self.at_s = at_s
        self.metres = metres
        self.fix = fix
        self.silent_s = silent_s
        self.segment: list[int] = near.segment[rows].tolist()
        self.along_m: list[float] = near.along_m[rows].tolist()
        self.log_emission = -0.5 * (near.away_m[rows] / SIGMA_M) ** 2
        spots = list(zip(self.segment, self.along_m, strict=True))
        self.off = [ways.off(*spot) for spot in spots]
        self.onto = [ways.onto(*spot) for spot in spots]


def _steps(
    ways: Ways, at_s: Floats, places: Floats, metres: Floats, kept: Ints, silent_s: Sequence[float] | None = None
) -> Iterator[_Step]:
    """A step for each kept fix; one without a street near has no places to stand for, but it was heard of."""
    near = ways.graph.near(places[kept], RADIUS_M)
    first = np.searchsorted(near.row, np.arange(len(kept) + 1))
    if silent_s is None:
        waits = np.diff(at_s, prepend=at_s[:1])
        silent_s = np.maximum.reduceat(waits, np.append(0, kept[:-1] + 1)).tolist() if len(kept) else []
    for i, fix in enumerate(kept.tolist()):
        rows = slice(first[i], min(first[i + 1], first[i] + CANDIDATES))
        yield _Step(ways, float(at_s[fix]), metres[fix], fix, near, rows, silent_s[i])


Piece = list[tuple[_Step, int]]
"""Steps of an unbroken piece, each with the candidate chosen."""


class _Viterbi:
    """The likeliest choice of places over the steps of an unbroken piece, step by step."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._chain: list[_Step] = []
        self._back: list[list[int]] = []
        self._score = np.empty(0)
        self._silent_s = 0.0

    def add(self, step: _Step) -> Piece:
        """Take in a step; returns the piece that ended because no way links this step to it."""
        silent_s = max(self._silent_s, step.silent_s)
        if not step.segment:
            self._silent_s = silent_s
            return []
        step.silent_s, self._silent_s = silent_s, 0.0
        ended: Piece = []
        if self._chain:
            total = self._score[:, None] + _log_transition(self._ways, self._chain[-1], step)
            best = np.argmax(total, axis=0)
            onward = total[best, np.arange(len(best))] + step.log_emission
            if np.isfinite(onward).any():
                # Only differences count; without this a long track would lose digits.
                self._score = onward - onward.max()
                self._chain.append(step)
                self._back.append(best.tolist())
                return []
            ended = self.traced()
        self._chain, self._back, self._score = [step], [], step.log_emission
        return ended

    def traced(self) -> Piece:
        """The likeliest choices so far."""
        if not self._chain:
            return []
        choices = [int(np.argmax(self._score))]
        for best in reversed(self._back):
            choices.append(best[choices[-1]])
        return list(zip(self._chain, reversed(choices), strict=True))

    def settle(self) -> Piece:
        """Let go of what no later step can change, and return it: up to the newest step all likely ways share."""
        alive = set(np.flatnonzero(np.isfinite(self._score)).tolist())
        for link in range(len(self._back) - 1, -1, -1):
            alive = {self._back[link][choice] for choice in alive}
            if len(alive) == 1:
                break
        else:
            return []
        if link == 0:
            return []
        settled = [(self._chain[link], alive.pop())]
        for before in range(link - 1, -1, -1):
            settled.append((self._chain[before], self._back[before][settled[-1][1]]))
        # The step they share stays, as the one from which the next way begins.
        self._chain, self._back = self._chain[link:], self._back[link:]
        return settled[::-1]


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


def _driven_piece(ways: Ways, piece: Piece) -> Iterator[Passage]:
    for before, after in pairwise(piece):
        yield from _driven(ways, *before, *after)


def _driven(ways: Ways, before: _Step, row: int, after: _Step, column: int) -> Iterator[Passage]:
    """The passages between two chosen places, their times spread evenly over the metres."""
    s, from_m, t, to_m = before.segment[row], before.along_m[row], after.segment[column], after.along_m[column]
    if s == t:
        yield Passage(s, from_m, to_m, before.at_s, after.at_s, after.silent_s)
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
        yield Passage(segment, begin, end, clock_s, clock_s + length * per_m, after.silent_s)
        clock_s += length * per_m


def _part(ways: Ways, edge: int, from_m: float | None, to_m: float | None) -> tuple[int, float, float]:
    """An edge as (segment, from, to) in metres along the segment; None is the edge's own begin or end."""
    segment, back = divmod(edge, 2)
    length_m = float(ways.graph.length_m[segment])
    begin, end = (length_m, 0.0) if back else (0.0, length_m)
    return segment, begin if from_m is None else from_m, end if to_m is None else to_m
