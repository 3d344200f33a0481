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
from streets.graph import Floats, Ints, StreetGraph
from streets.steps import stays
from streets.viterbi import Fixes, extend
from streets.ways import Ways

# Fixes of a standing or crawling vehicle wander: nearer than this in time or place they say nothing about the way.
THIN_S, THIN_M = 10.0, 20.0


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
    fixes = [_fixes(ways, at_s, places) for at_s, places in tracks]
    chains = [Chain() for _ in fixes]
    ended = extend(ways, chains, fixes)
    return [_match(ways, [*pieces, chain.traced()]) for chain, pieces in zip(chains, ended, strict=True)]


def _fixes(ways: Ways, at_s: Floats, places: Floats) -> Fixes:
    metres = ways.graph.metres(places)
    kept = thinned(at_s, metres)
    silent_s = _silences(np.diff(at_s, prepend=at_s[:1]), kept)
    return Fixes(kept, at_s[kept], metres[kept], silent_s)


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
        self._kept: tuple[float, Floats] | None = None
        self._heard_s: float | None = None
        self._silent_s = 0.0
        self.settled: list[Passage] = []

    def extend(self, at_s: Floats, places: Floats) -> None:
        """Take in fixes later than all before, in order of time."""
        extend_all([(self, at_s, places)])

    def take(self, at_s: Floats, places: Floats) -> Fixes:
        """The fixes that count, of those given."""
        metres = self.ways.graph.metres(places)
        kept = _thinned(at_s, metres, self._kept)
        silent_s = self._silent(at_s, kept)
        if len(kept):
            self._kept = float(at_s[kept[-1]]), metres[kept[-1]]
        return Fixes(kept, at_s[kept], metres[kept], silent_s)

    def open(self) -> list[Passage]:
        """The likeliest way since what is settled."""
        return _passages(self.ways, self.chain.traced())

    def _silent(self, at_s: Floats, kept: Ints) -> Floats:
        """Per kept fix, the longest silence since the one kept before it, also in an earlier call."""
        if not len(at_s):
            return np.empty(0)
        begins = at_s[:1] if self._heard_s is None else np.array([self._heard_s])
        waits = np.diff(at_s, prepend=begins)
        longest = _silences(waits, kept)
        if len(longest):
            longest[0] = max(self._silent_s, longest[0])
            self._silent_s = 0.0
        rest = waits[kept[-1] + 1 :] if len(kept) else waits
        self._silent_s = float(rest.max(initial=self._silent_s))
        self._heard_s = float(at_s[-1])
        return longest


def extend_all(told: Sequence[tuple[Matcher, Floats, Floats]]) -> None:
    """Extend several tracks on the same streets, each as its own `extend` does: together they take less time."""
    if not told:
        return
    ways, chains = told[0][0].ways, [matcher.chain for matcher, _, _ in told]
    ended = extend(ways, chains, [matcher.take(at_s, places) for matcher, at_s, places in told])
    for (matcher, _, _), pieces in zip(told, ended, strict=True):
        for piece in [*pieces, matcher.chain.settle()]:
            matcher.settled += _passages(ways, piece)


def _silences(waits: Floats, kept: Ints) -> Floats:
    """Per kept fix, the longest of ``waits`` (each before its fix) since the one kept before it."""
    if not len(kept):
        return np.empty(0)
    longest: Floats = np.maximum.reduceat(waits[: kept[-1] + 1], np.append(0, kept[:-1] + 1))
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


def _passages(ways: Ways, piece: Sequence[Stop]) -> list[Passage]:
    """The passages between the places chosen, their times spread evenly over the metres between two."""
    graph, found = ways.graph, list[Passage]()
    for before, after in pairwise(piece):
        begin_s, end_s, silent_s = before.step.fix[0], after.step.fix[0], after.step.silent_s
        off, onto = before.onward, after.edge
        if off == onto and stays(off, before.along_m, after.along_m):
            found.append(Passage(off // 2, before.along_m, after.along_m, begin_s, end_s, silent_s))
            continue
        between = ways.edges(graph.edge_to.item(off), graph.edge_from.item(onto), after.step.longest_m)
        stretches = [_whole(graph, edge) for edge in (off, *between, onto)]
        stretches[0] = (off // 2, before.along_m, stretches[0][2])
        stretches[-1] = (onto // 2, stretches[-1][1], after.along_m)
        lengths = [abs(to_m - from_m) for _, from_m, to_m in stretches]
        per_m = (end_s - begin_s) / max(sum(lengths), 1e-9)
        clock_s = begin_s
        for (segment, from_m, to_m), length_m in zip(stretches, lengths, strict=True):
            found.append(Passage(segment, from_m, to_m, clock_s, clock_s + length_m * per_m, silent_s))
            clock_s += length_m * per_m
    return found


def _whole(graph: StreetGraph, edge: int) -> tuple[int, float, float]:
    """An edge as (segment, from, to) in metres along the segment."""
    length_m = graph.length_m.item(edge // 2)
    return (edge // 2, length_m, 0.0) if edge % 2 else (edge // 2, 0.0, length_m)
