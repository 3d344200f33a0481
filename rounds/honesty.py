"""The likely cause of a silent or incomplete tracker, by one rule a cause, from what it delivered in a day."""

from domain.fleets.tracker_day import TrackerDay
from domain.waste.work import Cause

# Above this share of fixes more than ten minutes late, the tracker sends in bursts.
BURSTS_SHARE = 0.1
# Sparse means fewer than half the fixes that one every 30 s would give.
SPARSE_SHARE, NOMINAL_S = 0.5, 30.0
_FEWEST_S = 1_800.0


def cause(
    day: TrackerDay | None, *, fitted: bool = True, heard: bool = False, clock_offset_min: int | None = None
) -> Cause | None:
    """What to check first, None when the tracker works as it should.

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
    told_s = (day.last_at - day.first_at).total_seconds()
    if told_s >= _FEWEST_S and day.fixes * NOMINAL_S < SPARSE_SHARE * told_s:
        return Cause.SPARSE
    return None
