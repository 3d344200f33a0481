"""Finds where a vehicle on a run left its streets without need: away for longer than a haul, or standing elsewhere."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from rounds.drive import Drive
from rounds.standing import Stand
from streets.graph import Flags, Floats
from streets.ways import Ways

# WASTE.md, section 3: off the plan from 100 m for a minute and three fixes, back within 50 m for two fixes.
LEAVES_M, LEAVES_FIXES, LEAVES_S = 100.0, 3, 60.0
BACK_M, BACK_FIXES = 50.0, 2
# A haul may be this much longer than the straight line, or than the shortest way where a river forces a detour.
HAUL_FACTOR, WAY_FACTOR, HAUL_SPARE_M = 1.6, 1.2, 500.0
# A shorter stand (a crossing, a queue, a telephone call) needs no check; the same limit as for unplanned stops.
STANDS_S = 300.0


class Away(NamedTuple):
    """Fixes ``first`` to ``last`` away from the planned streets, the metres driven beyond a haul (0 = it only stood
    there), and the greatest distance off.
    """  # fmt: skip

    first: int
    last: int
    beyond_m: float
    farthest_m: float


def away(
    drive: Drive, metres: Floats, off_m: Floats, inside: Flags, working: Flags, stood: Sequence[Stand], ways: Ways
) -> list[Away]:
    """The times when the vehicle left the planned streets for more than a haul, or stood elsewhere for five minutes.

    Args:
        drive: the vehicle's day.
        metres: its fixes on a plane.
        off_m: per fix, how far it is from the streets of the runs it drove.
        inside: per fix, whether it lies in a facility.
        working: per fix, whether the vehicle was on a run then.
        stood: its stops.
        ways: shortest ways on the streets.
    """
    if not working.any():
        return []
    off_m = np.where(inside, 0.0, off_m)
    driven = np.cumsum(np.concatenate(([0.0], np.hypot(*np.diff(metres, axis=0).T))))
    found = []
    for first, last in _spells(off_m, drive.at_s, working):
        begin, end = max(first - 1, 0), min(last + 1, len(metres) - 1)
        driven_m = float(driven[end] - driven[begin])
        beyond_m = driven_m - HAUL_FACTOR * _straight_m(metres, _stations(metres, inside, begin, end)) - HAUL_SPARE_M
        if beyond_m > 0:
            # Search the shortest way only for a drive that looks too long.
            way_m = _shortest_m(drive, _stations(metres, inside, begin, end), ways, driven_m)
            # Off the known streets allow a haul to its farthest point and back.
            hauls = bool(inside[first : end + 1].any() or inside[begin])
            reach_m = 2 * float(off_m[first : last + 1].max()) if hauls else 0.0
            allowed_m = HAUL_FACTOR * reach_m if way_m is None else WAY_FACTOR * way_m
            beyond_m = min(beyond_m, driven_m - allowed_m - HAUL_SPARE_M)
        if beyond_m > 0 or _stands(drive, stood, inside, first, last):
            found.append(Away(first, last, max(beyond_m, 0.0), float(off_m[first : last + 1].max())))
    return found


def _stations(metres: Floats, inside: Flags, begin: int, end: int) -> list[int]:
    """The fixes that a haul passes: its begin, the facility farthest from there, its end."""
    there = np.flatnonzero(inside[begin : end + 1]) + begin
    via = [int(there[np.hypot(*(metres[there] - metres[begin]).T).argmax()])] if len(there) else []
    return [begin, *via, end]


def _straight_m(metres: Floats, stations: Sequence[int]) -> float:
    return float(np.hypot(*np.diff(metres[list(stations)], axis=0).T).sum())


def _shortest_m(drive: Drive, stations: Sequence[int], ways: Ways, most_m: float) -> float | None:
    """The shortest way by the stations; None when the street graph has none."""
    way_m = sum(ways.between(drive.places[a], drive.places[b], most_m) for a, b in pairwise(stations))
    return way_m if np.isfinite(way_m) else None


def _stands(drive: Drive, stood: Sequence[Stand], inside: Flags, first: int, last: int) -> bool:
    """Whether a stop within the spell, outside facilities, lasts STANDS_S or more."""
    for one in stood:
        since, until = max(one.first, first), min(one.last, last)
        if until > since and drive.at_s[until] - drive.at_s[since] >= STANDS_S and not inside[since : until + 1].any():
            return True
    return False


def _spells(off_m: Floats, at_s: Floats, working: Flags) -> list[tuple[int, int]]:
    """First and last fix of each time away, with hysteresis."""
    spells: list[tuple[int, int]] = []
    first = back = -1
    for i, (far, on) in enumerate(zip((off_m > LEAVES_M).tolist(), working.tolist(), strict=True)):
        if first < 0:
            if far and on:
                first, back = i, 0
            continue
        back = back + 1 if off_m[i] < BACK_M else 0
        if back >= BACK_FIXES or not on:
            last = i - back
            if last - first + 1 >= LEAVES_FIXES and at_s[last] - at_s[first] >= LEAVES_S:
                spells.append((first, last))
            first = -1
    if first >= 0 and len(at_s) - first >= LEAVES_FIXES and at_s[-1] - at_s[first] >= LEAVES_S:
        spells.append((first, len(at_s) - 1))
    return spells
