"""The likely cause of a silent or incomplete tracker, by one rule a cause, from what it delivered in a day."""

import numpy as np

from domain.fleets.tracker_day import TrackerDay
from domain.waste.work import Cause
from rounds.standing import STOP_WITHIN_M
from streets.graph import Floats

# Above this share of fixes more than ten minutes late, the tracker sends in bursts.
BURSTS_SHARE = 0.1
# Sparse means, on the way, fewer than half the fixes that one every 30 s would give: a parked vehicle may send less.
SPARSE_SHARE, NOMINAL_S = 0.5, 30.0
_FEWEST_S = 1_800.0


def cause(
    day: TrackerDay | None, *, fitted: bool = True, heard: bool = False, clock_offset_min: int | None = None
) -> Cause | None:
    """What to check first, None when the tracker works as it should, but for how often it sends (`sparse`).

    ``day`` is what it delivered on the day, None = no valid fix; ``fitted`` False: the vehicle has no tracker;
    ``heard``: it sent something that day, perhaps without a position; ``clock_offset_min`` as intake suspects it.
    """
    if not fitted:
        return Cause.NOT_FITTED
    if day is None:
        return Cause.NO_FIX if heard else Cause.NO_POWER
    if clock_offset_min:
        return Cause.CLOCK
    if day.late_600s > BURSTS_SHARE * day.fixes:
        return Cause.NO_NETWORK
    return None


def sparse(at_s: Floats, metres: Floats) -> Cause | None:
    """`Cause.SPARSE` when the tracker sends too rarely while the vehicle drives, at least half an hour in all.

    ``at_s`` are its fixes (epoch s, ascending), ``metres`` their places on a plane.
    """
    moved = np.hypot(*np.diff(metres, axis=0).T) > STOP_WITHIN_M
    driven_s = float(np.diff(at_s)[moved].sum())
    sends_less = int(moved.sum()) * NOMINAL_S < SPARSE_SHARE * driven_s
    return Cause.SPARSE if driven_s >= _FEWEST_S and sends_less else None
