"""Viterbi's algorithm over many tracks in step: the likeliest place of every fix, given all before it.

Round after round each track goes one fix on, all at once in arrays: many short tracks cost little more than one.
What a track is matched to does not depend on those beside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from streets.chain import Chain, Step, Stop
from streets.graph import Floats, Ints
from streets.steps import PLACES, TURN, TURN_M, Links, Places, links, placed
from streets.ways import Ways

# So many fixes of so many tracks are weighed at once: bounds the memory, and what is at hand stays near the processor.
_FIXES, _TRACKS = 512, 64


class Fixes(NamedTuple):
    """The fixes of a track to be matched, in columns: number, epoch seconds, metres east and north, silence.

    ``silent_s`` is the longest time without any fix since the one matched before.
    """

    number: Ints
    at_s: Floats
    metres: Floats
    silent_s: Floats

    def part(self, begin: int, end: int) -> "Fixes":
        """Those from one place in the columns to another."""
        number, at_s, metres, silent_s = self
        part = slice(begin, end)
        return Fixes(number[part], at_s[part], metres[part], silent_s[part])


def extend(ways: Ways, chains: Sequence[Chain], tracks: Sequence[Fixes]) -> list[list[list[Stop]]]:
    """Take in later fixes of each track; returns, of each, the pieces that ended because no way links two fixes."""
    ended: list[list[list[Stop]]] = [[] for _ in chains]
    for at in range(0, len(chains), _TRACKS):
        some = slice(at, at + _TRACKS)
        each = _FIXES // len(chains[some])
        for begin in range(0, max(len(fixes.at_s) for fixes in tracks[some]), each):
            few = [fixes.part(begin, begin + each) for fixes in tracks[some]]
            _extend(ways, chains[some], few, ended[some])
    return ended


class _Drive(NamedTuple):
    """A track's links to come: their steps, and the rows of the fixes they are between."""

    number: int
    chain: Chain
    rows: list[int]
    steps: list[Step]


def _extend(ways: Ways, chains: Sequence[Chain], tracks: Sequence[Fixes], ended: Sequence[list[list[Stop]]]) -> None:
    at_s = np.concatenate([fixes.at_s for fixes in tracks])
    metres = np.concatenate([fixes.metres for fixes in tracks])
    places, away_m = placed(ways, at_s, metres)
    log_emission = _log_emission(chains, tracks, away_m)
    # Rows beneath the new fixes: where the newest step of each chain is linked from.
    held: list[Step] = []
    drives: list[_Drive] = []
    for number, (chain, steps) in enumerate(zip(chains, _steps(chains, tracks, places), strict=True)):
        rows, follow = list(steps), list(steps.values())
        if chain.steps and follow:
            rows.insert(0, len(at_s) + len(held))
            held.append(chain.steps[-1])
        elif follow:
            chain.steps, chain.score = [follow.pop(0)], log_emission[rows[0]].copy()
        if follow:
            drives.append(_Drive(number, chain, rows, follow))
    if not drives:
        return
    # The longest first, so that those that go on are always the first few.
    drives.sort(key=lambda drive: -len(drive.steps))
    widths = [sum(len(drive.steps) > round_ for drive in drives) for round_ in range(len(drives[0].steps))]
    between = [(drive.rows[i], drive.rows[i + 1]) for i, width in enumerate(widths) for drive in drives[:width]]
    before, after = np.array(between).T
    told = links(ways, _with(places, held), before, after)
    reached = _forward(drives, widths, told, log_emission[after])
    for position, drive in enumerate(drives):
        ended[drive.number] += _followed(drive.chain, drive.steps, accumulate(widths, initial=position), reached)
        drive.chain.score = reached.score[position].copy()


def _log_emission(chains: Sequence[Chain], tracks: Sequence[Fixes], away_m: Floats) -> Floats:
    """How likely fixes are to lie so far off their places, by the error of each track as known before each fix."""
    nearest_m, errors_m = away_m[:, 0].tolist(), list[float]()
    for chain, fixes in zip(chains, tracks, strict=True):
        errors_m += chain.error.before(nearest_m[len(errors_m) : len(errors_m) + len(fixes.at_s)])
    likely: Floats = -0.5 * (away_m / np.array(errors_m)[:, None]) ** 2
    return likely


def _steps(chains: Sequence[Chain], tracks: Sequence[Fixes], places: Places) -> Iterator[dict[int, Step]]:
    """Per track the steps of those fixes that have streets near, by row; the silence of others is the next one's."""
    told = zip(places.fix.tolist(), places.edge.tolist(), places.along_m.tolist(), strict=True)
    rows = enumerate(told)
    for chain, fixes in zip(chains, tracks, strict=True):
        steps: dict[int, Step] = {}
        for number, silent_s in zip(fixes.number.tolist(), fixes.silent_s.tolist(), strict=True):
            row, (fix, edge, along_m) = next(rows)
            chain.silent_s = max(chain.silent_s, silent_s)
            if edge[0] >= 0:
                steps[row] = Step(number, fix, chain.silent_s, edge, along_m)
                chain.silent_s = 0.0
        yield steps


def _with(places: Places, steps: Sequence[Step]) -> Places:
    """Places with those of some steps beneath."""
    if not steps:
        return places
    fix, edge = [step.fix for step in steps], [step.edge for step in steps]
    return Places(
        np.concatenate((places.fix, fix)),
        np.concatenate((places.edge, edge)),
        np.concatenate((places.along_m, [step.along_m for step in steps])),
    )


class _Reached(NamedTuple):
    """How the places of each link's later step are reached (`Step.left`, `Step.came`).

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
    score = np.array([drive.chain.score for drive in drives])
    likely, turn = told.log_likely + log_emission[:, :, None], _turn(drives, widths, told)
    stayed, left = np.empty((len(turn), PLACES)), np.empty((len(turn), PLACES), np.int64)
    first = PLACES * np.arange(PLACES * len(score)).reshape(score.shape)
    broken: dict[int, Floats] = {}
    begin = 0
    for width, following in zip(widths, [*widths[1:], 0], strict=True):
        end, now = begin + width, score[:width]
        stayed[begin:end] = now
        total = likely[begin:end] + np.maximum(now, _other(now) + turn[begin:end])[:, None, :]
        best = total.argmax(axis=2, out=left[begin:end])
        onward = total.ravel()[first[:width] + best]
        most = np.maximum.reduce(onward, axis=1, keepdims=True)
        if most.min() == -np.inf:
            for i in np.flatnonzero(most == -np.inf).tolist():
                broken[begin + i] = stayed[begin + i]
                onward[i], most[i] = log_emission[begin + i], 0.0
                # Where a piece begins the vehicle may turn.
                if i < following:
                    turn[end + i] = 0.0
        # Only differences count; without this a long track would lose digits.
        np.subtract(onward, most, out=now)
        begin = end
    came = left ^ np.take_along_axis(_other(stayed) + turn > stayed, left, axis=1)
    lefts, cames = (each.astype(np.uint8).tobytes() for each in (left, came))
    return _Reached(told.straight_m.tolist(), told.longest_m.tolist(), lefts, cames, broken, score)


def _other(score: Floats) -> Floats:
    """The same, of each place the other direction first."""
    return score.reshape(-1, PLACES // 2, 2)[:, :, ::-1].reshape(score.shape)


def _turn(drives: Sequence[_Drive], widths: Sequence[int], told: Links) -> Floats:
    """What turning back before each link costs: nothing unless it is between two long drives."""
    straight_m = np.array([drive.chain.steps[-1].straight_m for drive in drives])
    straight_m = np.concatenate((straight_m, told.straight_m))
    # The link before a track's first is the one its newest step was reached by (0 m: none).
    before = len(drives) + np.arange(len(told.straight_m)) - np.repeat([len(drives), *widths[:-1]], widths)
    turn: Floats = np.where(np.minimum(straight_m[before], told.straight_m) > TURN_M, TURN, 0.0)[:, None]
    return turn


def _followed(chain: Chain, steps: Sequence[Step], numbers: Iterable[int], reached: _Reached) -> list[list[Stop]]:
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
