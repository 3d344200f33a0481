"""Match a track to the streets: the likeliest way through the graph that explains its fixes (hidden Markov model).

The likeliest sequence of places (`streets/steps.py`) is found with Viterbi's algorithm (`streets/viterbi.py`). What no
way explains breaks the track.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from streets.chain import Chain, Stop
from streets.graph import Floats, Ints
from streets.steps import stays
from streets.viterbi import Fixes, extend
from streets.ways import Ways

# Fixes of a standing or crawling vehicle wander: nearer than this in time or place they say nothing about the way.
THIN_S, THIN_M = 10.0, 20.0
# Of one that stood for longer than a crew loads at one place, the fix with which it left counts too: it did not creep
# along the street meanwhile.
STOOD_S = 300.0

_Fix = tuple[float, float, float]
"""Epoch seconds, metres east and north."""


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
    return match_all(ways, [(at_s, places)])[0]


def match_all(ways: Ways, tracks: Sequence[tuple[Floats, Floats]]) -> list[Match]:
    """The likeliest way of each track, as `match` finds it; many short ones take less time together."""
    fixes = [_Thinning().take(at_s, ways.graph.metres(places), ends=True) for at_s, places in tracks]
    chains = [Chain() for _ in fixes]
    ended = extend(ways, chains, fixes)
    return [_match(ways, [*pieces, chain.traced()]) for chain, pieces in zip(chains, ended, strict=True)]


def _match(ways: Ways, pieces: Sequence[Sequence[Stop]]) -> Match:
    placed = [(number, stop) for number, piece in enumerate(pieces) for stop in piece]
    return Match(
        passages=[passage for piece in pieces for passage in _passages(ways, piece)],
        used=np.array([stop.step.number for _, stop in placed], np.int64),
        segment=np.array([stop.edge // 2 for _, stop in placed], np.int64),
        along_m=np.array([stop.along_m for _, stop in placed], np.float64),
        piece=np.array([number for number, _ in placed], np.int64),
    )


class Matcher:
    """One vehicle's track matched as it comes, to the same ways as all at once (but for a last fix too near to count).

    What later fixes cannot change any more is ``settled``; the open end is found anew with each that comes.
    """

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.chain = Chain()
        self.settled: list[Passage] = []
        self._thinning = _Thinning()

    def extend(self, at_s: Floats, places: Floats) -> None:
        """Take in fixes later than all before, in order of time."""
        extend_all([(self, at_s, places)])

    def take(self, at_s: Floats, places: Floats) -> Fixes:
        """Those of the given fixes that are matched."""
        return self._thinning.take(at_s, self.ways.graph.metres(places))

    def open(self) -> list[Passage]:
        """The likeliest way since what is settled."""
        return _passages(self.ways, self.chain.traced())


def extend_all(told: Sequence[tuple[Matcher, Floats, Floats]]) -> None:
    """Extend several tracks on the same streets, each as its own `extend` does: together they take less time."""
    if not told:
        return
    ways, chains = told[0][0].ways, [matcher.chain for matcher, _, _ in told]
    ended = extend(ways, chains, [matcher.take(at_s, places) for matcher, at_s, places in told])
    for (matcher, _, _), pieces in zip(told, ended, strict=True):
        for piece in [*pieces, matcher.chain.settle()]:
            matcher.settled += _passages(ways, piece)


def thinned(at_s: Floats, metres: Floats) -> Ints:
    """Which fixes to match: each at least 10 s and 20 m after the one before, with which a vehicle left where it stood,
    and the last, where the track ends.
    """
    return np.array(_Thinning().take(at_s, metres, ends=True).number, np.int64)


class _Thinning:
    """Chooses the fixes of one track to be matched, in as many parts as it comes."""

    def __init__(self) -> None:
        # The fix chosen last, the one heard last, and the longest silences since the first and before the second.
        self._fix: _Fix | None = None
        self._heard: _Fix | None = None
        self._silent_s = 0.0

    def take(self, at_s: Floats, metres: Floats, *, ends: bool = False) -> Fixes:
        """Those of the next fixes that are matched; the very last one too when the track ``ends`` with it.

        A fix of an earlier part has the number -1.
        """
        numbers, fixes, silences = list[int](), list[_Fix](), list[float]()
        last, heard, silent_s = self._fix, self._heard, self._silent_s
        end = len(at_s) - 1 if ends else -1
        for number, fix in enumerate(zip(at_s.tolist(), *metres.T.tolist(), strict=True)):
            if last and heard and heard[0] - last[0] > STOOD_S and _moved(fix, last):
                numbers.append(number - 1)
                fixes.append(heard)
                silences.append(silent_s)
                last, silent_s = heard, 0.0
            silent_s = max(silent_s, fix[0] - heard[0] if heard else 0.0)
            heard = fix
            if last is None or _moved(fix, last) or (number == end and fix[0] > last[0]):
                numbers.append(number)
                fixes.append(fix)
                silences.append(silent_s)
                last, silent_s = fix, 0.0
        self._fix, self._heard, self._silent_s = last, heard, silent_s
        return Fixes(numbers, fixes, silences)


def _moved(fix: _Fix, since: _Fix) -> bool:
    return fix[0] - since[0] >= THIN_S and (fix[1] - since[1]) ** 2 + (fix[2] - since[2]) ** 2 >= THIN_M**2


def _passages(ways: Ways, piece: Sequence[Stop]) -> list[Passage]:
    """The passages between the places chosen, their times spread evenly over the metres between two."""
    graph, found = ways.graph, list[Passage]()
    whole_m = graph.length_m.item
    for before, after in pairwise(piece):
        clock_s, end_s, silent_s = before.step.fix[0], after.step.fix[0], after.step.silent_s
        off, onto = before.onward, after.edge
        if off == onto and stays(off, before.along_m, after.along_m):
            found.append(Passage(off // 2, before.along_m, after.along_m, clock_s, end_s, silent_s))
            continue
        between = ways.edges(graph.edge_to.item(off), graph.edge_from.item(onto), after.step.longest_m)
        way = [
            (edge // 2, whole_m(edge // 2), 0.0) if edge % 2 else (edge // 2, 0.0, whole_m(edge // 2))
            for edge in (off, *between, onto)
        ]
        way[0] = (off // 2, before.along_m, way[0][2])
        way[-1] = (onto // 2, way[-1][1], after.along_m)
        per_m = (end_s - clock_s) / max(sum(abs(to_m - from_m) for _, from_m, to_m in way), 1e-9)
        for segment, from_m, to_m in way:
            begin_s, clock_s = clock_s, clock_s + abs(to_m - from_m) * per_m
            found.append(Passage(segment, from_m, to_m, begin_s, clock_s, silent_s))
    return found
