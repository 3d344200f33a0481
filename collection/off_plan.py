"""Where a vehicle on a run left its streets without need: away for longer than a haul to a depot or plant takes."""

from typing import NamedTuple

import numpy as np
import shapely

from collection.drive import Drive
from streets.graph import Flags, Floats

# WASTE.md, section 3: off the plan from 100 m for a minute and three fixes, back within 50 m for two fixes.
LEAVES_M, LEAVES_FIXES, LEAVES_S = 100.0, 3, 60.0
BACK_M, BACK_FIXES = 50.0, 2
# A haul may be this much longer than the straight line; streets are.
HAUL_FACTOR, HAUL_SPARE_M = 1.6, 500.0


class Away(NamedTuple):
    """Fixes ``first`` to ``last`` away from the planned streets, the metres driven beyond a haul, and how far off."""

    first: int
    last: int
    beyond_m: float
    farthest_m: float


def away(drive: Drive, metres: Floats, lines: shapely.Geometry, inside: Flags, working: Flags) -> list[Away]:
    """Where the vehicle was off the planned streets for more than a haul.

    Args:
        drive: the vehicle's day.
        metres: its fixes on a plane, as ``lines``.
        lines: the streets of the runs it drove.
        inside: per fix, whether it lies in a facility.
        working: per fix, whether the vehicle was on a run then.
    """
    if lines.is_empty or not len(metres):
        return []
    off_m = shapely.distance(shapely.points(metres), lines)
    off_m[inside] = 0.0
    steps = np.concatenate(([0.0], np.hypot(*np.diff(metres, axis=0).T)))
    driven = np.cumsum(steps)
    found = []
    for first, last in _spells(off_m, drive.at_s, working):
        begin, end = max(first - 1, 0), min(last + 1, len(metres) - 1)
        straight_m = float(np.hypot(*(metres[end] - metres[begin])))
        # To a facility and back the way is as long as to its farthest point and back.
        hauls = bool(inside[first : end + 1].any() or inside[begin])
        reach_m = 2 * float(off_m[first : last + 1].max()) if hauls else 0.0
        beyond_m = float(driven[end] - driven[begin]) - HAUL_FACTOR * max(straight_m, reach_m) - HAUL_SPARE_M
        if beyond_m > 0:
            found.append(Away(first, last, beyond_m, float(off_m[first : last + 1].max())))
    return found


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
