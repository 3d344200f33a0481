"""A drive's passages as they were driven: who waits in a facility drives along no street, who turned went to the turn.

Times of passages are spread evenly between two matched fixes. So a truck that hauls to a plant, waits there and hauls
back along the same street would be as slow on all of it as a crew; the wait is taken out. And of a truck that drove on
between two fixes and came back, only the way between them is matched; its own speed tells how far it went. Who drives
off from a stand between two fixes drove at the speed of the second.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from rounds.arrivals import Fence
from rounds.drive import Drive, Passages
from rounds.judging import COLLECTING_KMH, DRIVING_THROUGH_KMH
from rounds.standing import STOP_WITHIN_M
from rounds.visits import STANDS_S
from streets.graph import Ints, StreetGraph

# Slower than this between two fixes, a vehicle may have stood.
_WAITS_KMH = 3.0
# Who is slower than this at a fix stands there.
_STANDS_KMH = 1.0
# A shorter step, or one of which less was a stand, tells nothing.
_CREPT_M, _CREPT = 20.0, 0.9
# Less than this between two fixes is the error of speeds and places, no way there and back.
_BACK_M = 40.0

Row = tuple[int, float, float, float, float, float]
"""A passage, as `streets.matching.Passage`."""
Spans = Sequence[tuple[float, float]]
"""Times in which a vehicle drove: begins and ends in epoch s, ascending."""


def driven(drive: Drive, fences: Sequence[Fence], graph: StreetGraph) -> Passages:
    """The passages that fixes prove, without waits in ``fences``, and up to where the vehicle turned round."""
    passages = drive.passages[drive.seen]
    if not len(passages):
        return passages
    firsts = np.flatnonzero(np.isin(passages["from_s"], drive.at_s))
    ends = np.append(firsts[1:], len(passages))
    waits = _waits(drive, passages, firsts, ends, fences, graph)
    told = _starts(drive, passages, firsts, ends) | waits | _turns(drive, passages, firsts, ends, graph)
    if not told:
        return passages
    parts, at = [], 0
    for step in sorted(told):
        parts += [passages[at : firsts[step]], np.array(told[step], passages.dtype)]
        at = int(ends[step])
    return np.concatenate([*parts, passages[at:]])


def _waits(
    drive: Drive, passages: Passages, firsts: Ints, ends: Ints, fences: Sequence[Fence], graph: StreetGraph
) -> dict[int, list[Row]]:
    """By step between two matched fixes, the passages of those in which the vehicle waited in a facility."""
    metres = np.abs(passages["to_m"] - passages["from_m"]).astype(np.float64)
    begin_s, end_s = passages["from_s"][firsts], passages["to_s"][ends - 1]
    driven_m = np.add.reduceat(metres, firsts)
    slow = (end_s - begin_s >= STANDS_S) & (driven_m * 3.6 <= _WAITS_KMH * (end_s - begin_s))
    found = {}
    for step in np.flatnonzero(slow).tolist():
        low, high = np.searchsorted(drive.at_s, [begin_s[step], end_s[step]], side="left")
        places = drive.places[low : high + 1]
        middle = np.median(places, axis=0)
        if not any(fence.holds(middle[None])[0] for fence in fences):
            continue
        near = np.hypot(*(graph.metres(places) - graph.metres(middle[None])).T) <= STOP_WITHIN_M
        stood_s = drive.at_s[low : high + 1][near]
        if len(stood_s) and stood_s[-1] - stood_s[0] >= STANDS_S:
            moved = [(float(begin_s[step]), float(stood_s[0])), (float(stood_s[-1]), float(end_s[step]))]
            found[step] = list(_spread(passages[firsts[step] : ends[step]].tolist(), moved))
    return found


def _starts(drive: Drive, passages: Passages, firsts: Ints, ends: Ints) -> dict[int, list[Row]]:
    """By step between two fixes, the passages of those in which the vehicle left a stand, or came to one, and drove.

    A parked tracker sends once a minute: who drives off between two of its fixes seems to creep along the street. It
    drove at the speed that the other fix tells, and stood the rest of the time.
    """
    metres = np.abs(passages["to_m"] - passages["from_m"]).astype(np.float64)
    begin_s, end_s = passages["from_s"][firsts], passages["to_s"][ends - 1]
    before, after = np.searchsorted(drive.at_s, np.array([begin_s, end_s]) - 1e-3)
    step_m = np.add.reduceat(metres, firsts)
    after = np.minimum(after, len(drive.at_s) - 1)
    kmh = drive.speed_kmh
    # Of fixes that stand the first is matched: who leaves stood at the one before that of the step's end.
    left = (kmh[after - 1] < _STANDS_KMH) & (kmh[after] >= DRIVING_THROUGH_KMH)
    came = (kmh[before] >= DRIVING_THROUGH_KMH) & (kmh[after] < _STANDS_KMH) & (after == before + 1)
    drove_s = step_m * 3.6 / np.maximum(np.where(left, kmh[after], kmh[before]), 1e-3)
    moved = (left | came) & (after > before) & (step_m >= _CREPT_M) & (drove_s < _CREPT * (end_s - begin_s))
    found = {}
    for step in np.flatnonzero(moved).tolist():
        begin, end, lasted = float(begin_s[step]), float(end_s[step]), float(drove_s[step])
        drove = (end - lasted, end) if left[step] else (begin, begin + lasted)
        found[step] = list(_spread(passages[firsts[step] : ends[step]].tolist(), [drove]))
    return found


def _turns(drive: Drive, passages: Passages, firsts: Ints, ends: Ints, graph: StreetGraph) -> dict[int, list[Row]]:
    """By step between two matched fixes, the passages of those in which the vehicle drove on and came back.

    Both fixes tell that it drove, and it took at least so much longer than the way between them.
    """
    segment, way = passages["segment"], np.sign(passages["to_m"] - passages["from_m"])
    meets = np.abs(passages["from_s"][1:] - passages["to_s"][:-1]) < 1e-3
    found: dict[int, list[Row]] = {}
    for row in np.flatnonzero((segment[1:] == segment[:-1]) & (way[1:] * way[:-1] < 0) & meets).tolist():
        steps = np.unique(np.searchsorted(firsts, [row, row + 1], side="right") - 1).tolist()
        over_m, step = max((_over_m(drive, passages[firsts[s] : ends[s]]), s) for s in steps)
        if over_m < _BACK_M or step in found:
            continue
        at_m, length_m = float(passages["to_m"][row]), float(graph.length_m[segment[row]])
        turn_m = float(np.clip(at_m + way[row] * over_m / 2, 0.0, length_m))
        rows = passages[firsts[step] : ends[step]].tolist()
        _, _, _, begin_s, _, silent_s = rows[0]
        there_and_back = [(from_m, to_m) for from_m, to_m in ((at_m, turn_m), (turn_m, at_m))]
        rows[row + 1 - int(firsts[step]) : row + 1 - int(firsts[step])] = [
            (int(segment[row]), from_m, to_m, begin_s, begin_s, silent_s) for from_m, to_m in there_and_back
        ]
        found[step] = list(_spread(rows, [(begin_s, float(passages["to_s"][ends[step] - 1]))]))
    return found


def _over_m(drive: Drive, step: Passages) -> float:
    """Metres driven between two fixes beyond the way matched; 0 unless the vehicle told that it drove all along."""
    begin_s, end_s = float(step["from_s"][0]), float(step["to_s"][-1])
    low, high = np.searchsorted(drive.at_s, [begin_s - 1e-3, end_s - 1e-3])
    speeds = drive.speed_kmh[low : high + 1]
    if not (speeds >= COLLECTING_KMH).all():
        return 0.0
    return float(speeds.mean() / 3.6 * (end_s - begin_s) - np.abs(step["to_m"] - step["from_m"]).sum())


def _spread(rows: Sequence[Row], moved: Spans) -> Iterator[Row]:
    """The passages with their times spread evenly over the metres, within the times in which the vehicle moved."""
    whole_m = max(sum(abs(to_m - from_m) for _, from_m, to_m, _, _, _ in rows), 1e-9)
    lasted_s = np.cumsum([0.0, *(end_s - begin_s for begin_s, end_s in moved)])
    per_s = whole_m / max(float(lasted_s[-1]), 1e-9)
    # Up to how many metres each of the times lasts.
    until_m = (lasted_s[1:] * per_s).tolist()
    at_m = 0.0
    for segment, from_m, to_m, _, _, silent_s in rows:
        way, end_m = (1.0 if to_m >= from_m else -1.0), at_m + abs(to_m - from_m)
        here_m = from_m
        for (begin_s, _), since_m, last_m in zip(moved, [0.0, *until_m], until_m, strict=False):
            low_m, high_m = max(at_m, since_m), min(end_m, last_m)
            if high_m > low_m or (at_m == end_m and since_m <= at_m < last_m):
                there_m = here_m + way * (high_m - low_m)
                yield (
                    segment,
                    here_m,
                    there_m,
                    begin_s + (low_m - since_m) / per_s,
                    begin_s + (high_m - since_m) / per_s,
                    silent_s,
                )
                here_m = there_m
        at_m = end_m
