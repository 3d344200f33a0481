"""Match a track to the streets: the likeliest way through the graph that explains its fixes (hidden Markov model).

The likeliest sequence of places (`streets/steps.py`) is found with Viterbi's algorithm. What no way explains breaks the
track.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from streets.graph import Flags, Floats, Ints
from streets.steps import TURN, TURN_M, Error, Link, Step, links, stays, steps
from streets.ways import Ways

# Fixes of a standing or crawling vehicle wander: nearer than this in time or place they say nothing about the way.
THIN_S, THIN_M = 10.0, 20.0
# So many fixes are weighed at once at most: bounds the memory a long track takes.
_AT_ONCE = 128


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
    silent_s = _silences(np.diff(at_s, prepend=at_s[:1]), kept)
    viterbi = _Viterbi(ways)
    pieces = [*viterbi.extend(at_s, places, metres, kept, silent_s), viterbi.traced()]
    placed = [(number, stop) for number, piece in enumerate(pieces) for stop in piece]
    return Match(
        passages=[passage for piece in pieces for passage in _driven_piece(ways, piece)],
        used=np.array([stop.step.fix for _, stop in placed], np.int64),
        segment=np.array([stop.edge // 2 for _, stop in placed], np.int64),
        along_m=np.array([stop.along_m for _, stop in placed], np.float64),
        piece=np.array([number for number, _ in placed], np.int64),
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
        metres = self._ways.graph.metres(places)
        kept = _thinned(at_s, metres, self._kept)
        silent_s = self._silent(at_s, kept)
        if len(kept):
            self._kept = float(at_s[kept[-1]]), metres[kept[-1]]
        for piece in self._viterbi.extend(at_s, places, metres, kept, silent_s):
            self.settled += _driven_piece(self._ways, piece)
        self.settled += _driven_piece(self._ways, self._viterbi.settle())

    def open(self) -> list[Passage]:
        """The likeliest way since what is settled."""
        return list(_driven_piece(self._ways, self._viterbi.traced()))

    def _silent(self, at_s: Floats, kept: Ints) -> list[float]:
        """Per kept fix, the longest silence since the one kept before it, also in an earlier call."""
        if not len(at_s):
            return []
        begins = at_s[:1] if self._heard_s is None else np.array([self._heard_s])
        waits = np.diff(at_s, prepend=begins)
        longest = _silences(waits, kept)
        if longest:
            longest[0] = max(self._silent_s, longest[0])
            self._silent_s = 0.0
        rest = waits[kept[-1] + 1 :] if len(kept) else waits
        self._silent_s = float(rest.max(initial=self._silent_s))
        self._heard_s = float(at_s[-1])
        return longest


def _silences(waits: Floats, kept: Ints) -> list[float]:
    """Per kept fix, the longest of ``waits`` (each before its fix) since the one kept before it."""
    if not len(kept):
        return []
    longest: list[float] = np.maximum.reduceat(waits[: kept[-1] + 1], np.append(0, kept[:-1] + 1)).tolist()
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


class _Stop(NamedTuple):
    """A step with the place chosen: the edge it is reached by, the one it is left by (turned back: the other one)."""

    step: Step
    along_m: float
    edge: int
    onward: int
    longest_m: float


class _Back(NamedTuple):
    """A link: the likeliest place left for each place reached, and at which of those left the vehicle turned back."""

    best: Ints
    turned: Flags
    straight_m: float
    longest_m: float

    def before(self, choice: int) -> tuple[int, int]:
        """The place from which ``choice`` is reached, as it was reached itself and as it was left."""
        left = self.best.item(choice)
        return left ^ 1 if self.turned.item(left) else left, left


class _Viterbi:
    """The likeliest choice of places over the steps of an unbroken piece, step by step."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._error = Error()
        self._chain: list[Step] = []
        self._back: list[_Back] = []
        self._score = np.empty(0)
        self._silent_s = 0.0

    def extend(
        self, at_s: Floats, places: Floats, metres: Floats, kept: Ints, silent_s: Sequence[float]
    ) -> Iterator[list[_Stop]]:
        """Take in the kept fixes; yields each piece that ended because no way links its last fix to the next."""
        for begin in range(0, len(kept), _AT_ONCE):
            few = slice(begin, begin + _AT_ONCE)
            told = steps(self._ways, self._error, at_s, places, metres, kept[few], silent_s[few])
            taken = [step for step in told if self._placed(step)]
            if taken and not self._chain:
                self._chain, self._score = taken[:1], taken[0].log_emission
                del taken[0]
            if taken:
                for step, link in zip(taken, links(self._ways, [self._chain[-1], *taken]), strict=True):
                    if ended := self._add(step, link):
                        yield ended

    def _placed(self, step: Step) -> bool:
        """Whether a step has places; the silence of those without is that of the next one with."""
        self._silent_s = step.silent_s = max(self._silent_s, step.silent_s)
        if len(step.edge):
            self._silent_s = 0.0
        return len(step.edge) > 0

    def _add(self, step: Step, link: Link) -> list[_Stop]:
        shorter_m = min(self._back[-1].straight_m, link.straight_m) if self._back else 0.0
        other = self._score.reshape(-1, 2)[:, ::-1].ravel()
        if shorter_m > TURN_M:
            other += TURN
        total = np.maximum(other, self._score)[:, None] + link.log_likely
        onward = np.maximum.reduce(total)
        most = float(np.maximum.reduce(onward))
        if most > -np.inf:
            self._back.append(_Back(total.argmax(axis=0), other > self._score, link.straight_m, link.longest_m))
            self._chain.append(step)
            # Only differences count; without this a long track would lose digits.
            self._score = onward - most
            return []
        ended = self.traced()
        self._chain, self._back, self._score = [step], [], step.log_emission
        return ended

    def traced(self) -> list[_Stop]:
        """The likeliest choices so far."""
        return self._trace(len(self._back), int(np.argmax(self._score))) if self._chain else []

    def settle(self) -> list[_Stop]:
        """Let go of what no later step can change, and return it: up to the newest step all likely ways share."""
        alive = set(np.flatnonzero(np.isfinite(self._score)).tolist())
        for link in range(len(self._back) - 1, -1, -1):
            alive = {self._back[link].before(choice)[0] for choice in alive}
            if len(alive) == 1:
                break
        else:
            return []
        if link == 0:
            return []
        settled = self._trace(link, alive.pop())
        # The step they share stays, as the one from which the next way begins.
        self._chain, self._back = self._chain[link:], self._back[link:]
        return settled

    def _trace(self, last: int, choice: int) -> list[_Stop]:
        """The likeliest choices up to one of the step numbered ``last``."""
        stops: list[_Stop] = []
        onward = choice
        for number in range(last, -1, -1):
            step, back = self._chain[number], self._back[number - 1] if number else None
            along_m, edge = step.along_m.item(choice), step.edge.item(choice)
            stops.append(_Stop(step, along_m, edge, step.edge.item(onward), back.longest_m if back else 0.0))
            if back:
                choice, onward = back.before(choice)
        return stops[::-1]


def _driven_piece(ways: Ways, piece: Sequence[_Stop]) -> Iterator[Passage]:
    for before, after in pairwise(piece):
        yield from _driven(ways, before, after)


def _driven(ways: Ways, before: _Stop, after: _Stop) -> Iterator[Passage]:
    """The passages between two chosen places, their times spread evenly over the metres."""
    begin_s, end_s, silent_s = before.step.at_s, after.step.at_s, after.step.silent_s
    off, onto = before.onward, after.edge
    if off == onto and stays(off, before.along_m, after.along_m):
        yield Passage(off // 2, before.along_m, after.along_m, begin_s, end_s, silent_s)
        return
    graph = ways.graph
    between = ways.edges(graph.edge_to.item(off), graph.edge_from.item(onto), after.longest_m)
    stretches = [
        _part(ways, off, before.along_m, None),
        *(_part(ways, edge, None, None) for edge in between),
        _part(ways, onto, None, after.along_m),
    ]
    lengths = [abs(end - begin) for _, begin, end in stretches]
    per_m = (end_s - begin_s) / max(sum(lengths), 1e-9)
    clock_s = begin_s
    for (segment, begin, end), length in zip(stretches, lengths, strict=True):
        yield Passage(segment, begin, end, clock_s, clock_s + length * per_m, silent_s)
        clock_s += length * per_m


def _part(ways: Ways, edge: int, from_m: float | None, to_m: float | None) -> tuple[int, float, float]:
    """An edge as (segment, from, to) in metres along the segment; None is the edge's own begin or end."""
    segment, back = divmod(edge, 2)
    length_m = ways.graph.length_m.item(segment)
    begin, end = (length_m, 0.0) if back else (0.0, length_m)
    return segment, begin if from_m is None else from_m, end if to_m is None else to_m
