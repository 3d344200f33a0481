"""Viterbi's algorithm over many tracks in step: the likeliest place of every fix, given all before it.

Round after round each track goes one fix on, all at once in arrays: many short tracks cost little more than one.
What a track is matched to does not depend on those beside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import inf
from typing import NamedTuple

import numpy as np

from streets.chain import Chain, ChainStep, Stop
from streets.graph import Floats
from streets.steps import PLACES, TURN, TURN_M, Links, Places, links, placed
from streets.ways import Ways

# So many fixes of so many tracks are weighed at once: bounds the memory, and what is at hand stays near the processor.
_FIXES, _TRACKS = 512, 64
# What turning back costs between short drives: only so much that of two equal ways the one without a turn is chosen.
_TURN_SHORT = -1e-6


class Fixes(NamedTuple):
    """The fixes of a track to be matched, in columns: number; epoch seconds, metres east and north; silence.

    ``silent_s`` is the longest time without any fix since the one matched before.
    """

    number: Sequence[int]
    fix: Sequence[tuple[float, float, float]]
    silent_s: Sequence[float]

    def part(self, begin: int, end: int) -> "Fixes":
        """Those from one place in the columns to another."""
        return Fixes(self.number[begin:end], self.fix[begin:end], self.silent_s[begin:end])


def extend(ways: Ways, chains: Sequence[Chain], tracks: Sequence[Fixes]) -> list[list[list[Stop]]]:
    """Take in later fixes of each track; returns, of each, the pieces that ended because no way links two fixes."""
    ended: list[list[list[Stop]]] = [[] for _ in chains]
    for at in range(0, len(chains), _TRACKS):
        some = slice(at, at + _TRACKS)
        each = _FIXES // len(chains[some])
        for begin in range(0, max(len(fixes.fix) for fixes in tracks[some]), each):
            few = [fixes.part(begin, begin + each) for fixes in tracks[some]]
            _extend(ways, chains[some], few, ended[some])
    return ended


class _Drive(NamedTuple):
    """A track's links to come: their steps, and the rows of the fixes they are between."""

    number: int
    chain: Chain
    rows: list[int]
    steps: list[ChainStep]


def _extend(ways: Ways, chains: Sequence[Chain], tracks: Sequence[Fixes], ended: Sequence[list[list[Stop]]]) -> None:
    fix = [each for fixes in tracks for each in fixes.fix]
    places, away_m = placed(ways, np.array(fix).reshape(-1, 3))
    log_emission = _log_emission(chains, tracks, away_m)
    # Rows beneath the new fixes: where the newest step of each chain is linked from.
    held: list[ChainStep] = []
    drives: list[_Drive] = []
    for number, (chain, steps) in enumerate(zip(chains, _steps(chains, tracks, places), strict=True)):
        rows, follow = list(steps), list(steps.values())
        if chain.steps and follow:
            rows.insert(0, len(fix) + len(held))
            held.append(chain.steps[-1])
        elif follow:
            chain.steps, chain.score = [follow.pop(0)], log_emission[rows[0]].copy()
        if follow:
            drives.append(_Drive(number, chain, rows, follow))
    if not drives:
        return
    # The longest first, so that those that go on are always the first few.
    drives.sort(key=lambda drive: -len(drive.steps))
    widths: list[int] = []
    for width in range(len(drives), 0, -1):
        widths += [width] * (len(drives[width - 1].steps) - len(widths))
    between = [(drive.rows[i], drive.rows[i + 1]) for i, width in enumerate(widths) for drive in drives[:width]]
    before, after = np.array(between).T
    told = links(ways, _with(places, held), log_emission, before, after)
    reached = _forward(drives, widths, told, log_emission[after])
    for position, drive in enumerate(drives):
        ended[drive.number] += _followed(drive.chain, drive.steps, accumulate(widths, initial=position), reached)
        drive.chain.score = reached.score[position].copy()


def _log_emission(chains: Sequence[Chain], tracks: Sequence[Fixes], away_m: Floats) -> Floats:
    """How likely fixes are to lie so far off their places, by the error of each track as known before each fix."""
    nearest_m, errors_m = away_m[:, 0].tolist(), list[float]()
    for chain, fixes in zip(chains, tracks, strict=True):
        errors_m += chain.error.before(nearest_m[len(errors_m) : len(errors_m) + len(fixes.fix)])
    likely: Floats = -0.5 * (away_m / np.array(errors_m)[:, None]) ** 2
    return likely.repeat(2, axis=1)


def _steps(chains: Sequence[Chain], tracks: Sequence[Fixes], places: Places) -> Iterator[dict[int, ChainStep]]:
    """Per track the steps of those fixes that have streets near, by row; the silence of others is the next one's."""
    rows = enumerate(zip(places.segment.tolist(), places.along_m.tolist(), strict=True))
    for chain, fixes in zip(chains, tracks, strict=True):
        steps: dict[int, ChainStep] = {}
        for number, fix, silent_s in zip(*fixes, strict=True):
            row, (segment, along_m) = next(rows)
            chain.silent_s = max(chain.silent_s, silent_s)
            if segment[0] >= 0:
                steps[row] = ChainStep(number, fix, chain.silent_s, segment, along_m)
                chain.silent_s = 0.0
        yield steps


def _with(places: Places, steps: Sequence[ChainStep]) -> Places:
    """Places with those of some steps beneath."""
    if not steps:
        return places
    return Places(
        np.concatenate((places.fix, [step.fix for step in steps])),
        np.concatenate((places.segment, [step.segment for step in steps])),
        np.concatenate((places.along_m, [step.along_m for step in steps])),
    )


class _Reached(NamedTuple):
    """How the places of each link's later step are reached (`ChainStep.left`, `ChainStep.came`).

    ``broken`` are links that no way joins, with how likely the places before them were; ``score`` is, by track, how
    likely the places of the newest step are; the metres are those of `Links`.
    """

    straight_m: list[float]
    longest_m: list[float]
    left: bytes
    came: bytes
    broken: dict[int, Floats]
    score: Floats


def _forward(drives: Sequence[_Drive], widths: Sequence[int], told: Links, log_emission: Floats) -> _Reached:
    """Follow the links round by round; those of round r are of the first ``widths[r]`` tracks."""
    straight_m = told.straight_m.tolist()
    turn = np.array(_turns(drives, widths, straight_m))[:, None]
    likely = _other(told.log_likely)
    likely += turn[:, :, None]
    np.maximum(likely, told.log_likely, out=likely)
    score = np.array([drive.chain.score for drive in drives])
    came = np.empty(log_emission.shape, np.int64)
    first = PLACES * np.arange(score.size).reshape(score.shape)
    broken: dict[int, Floats] = {}
    begin = 0
    for width in widths:
        # Sums, never begun anew: they are the same wherever a track is cut, and a day's have digits to spare.
        end, before = begin + width, score[:width]
        total = likely[begin:end] + before[:, None, :]
        now = total.ravel()[first[:width] + total.argmax(axis=2, out=came[begin:end])]
        most = np.maximum.reduce(now, axis=1).tolist()
        if -inf in most:
            for i in [i for i, likeliest in enumerate(most) if likeliest == -inf]:
                broken[begin + i] = before[i].copy()
                now[i] = log_emission[begin + i]
        score[:width] = now
        begin = end
    onward, at = told.log_likely.ravel(), PLACES * np.arange(came.size).reshape(came.shape) + came
    # The other direction of a place is the number beside it.
    left = came ^ (onward[at ^ 1] + turn > onward[at])
    lefts, cames = (each.astype(np.uint8).tobytes() for each in (left, came))
    return _Reached(straight_m, told.longest_m.tolist(), lefts, cames, broken, score)


def _other(places: Floats) -> Floats:
    """The same places, with the other direction of each first."""
    return places.reshape(*places.shape[:-1], -1, 2)[..., ::-1].reshape(places.shape)


def _turns(drives: Sequence[_Drive], widths: Sequence[int], straight_m: Sequence[float]) -> list[float]:
    """What turning back before each link costs: nothing unless it is between two long drives."""
    turns: list[float] = []
    # The link before a track's first is the one its newest step was reached by (0 m: none).
    earlier: Sequence[float] = [drive.chain.steps[-1].straight_m for drive in drives]
    for width in widths:
        later = straight_m[len(turns) : len(turns) + width]
        turns += [TURN if a > TURN_M and b > TURN_M else _TURN_SHORT for a, b in zip(later, earlier, strict=False)]
        earlier = later
    return turns


def _followed(chain: Chain, steps: Sequence[ChainStep], numbers: Iterable[int], reached: _Reached) -> list[list[Stop]]:
    """Add steps to a chain by the links of these numbers; returns the pieces that ended."""
    ended: list[list[Stop]] = []
    for step, link in zip(steps, numbers):  # noqa: B905 - the numbers go on, the steps end
        if link in reached.broken:
            ended.append(chain.traced(reached.broken[link]))
            chain.steps = [step]
            continue
        step.straight_m, step.longest_m = reached.straight_m[link], reached.longest_m[link]
        step.left = reached.left[PLACES * link : PLACES * (link + 1)]
        step.came = reached.came[PLACES * link : PLACES * (link + 1)]
        chain.steps.append(step)
    return ended
