"""Stages one fault of each kind a day, so that every list of the demonstration has a line. Seeded, pure.

LA-008's tracker never sends and LA-030 has none (simulator/trucks.py); a commune corrects a figure
(simulator/agenda.py). All of it is sent marked as simulated.
"""

from datetime import date
from enum import StrEnum
from functools import lru_cache

from simulator.chance import pick


class Staged(StrEnum):
    """``early``: its first round begins before the plan; ``late``: it begins half an hour after it; ``detour``: it
    leaves its streets without need and stands elsewhere; ``speeding``: it hauls a load too fast; ``skipped``: it leaves
    the last streets of its first round out; ``silent``: its tracker stops in its second round and is mended overnight.
    """

    EARLY = "early"
    LATE = "late"
    DETOUR = "detour"
    SPEEDING = "speeding"
    SKIPPED = "skipped"
    SILENT = "silent"


EARLY_S, LATE_S = 1_500.0, 1_800.0
DETOUR_STANDS_S = 480.0
SPEEDING_KMH = 74.0
SKIPPED_BLOCKS = 12
# Trucks by number that work by day: an incident changes few of the day's figures. No truck has two.
_AMONG = {
    Staged.EARLY: (9, 15, 17),
    Staged.LATE: (18, 26),
    Staged.DETOUR: (12, 13, 14),
    Staged.SKIPPED: (10, 11, 22),
    Staged.SILENT: (19, 20),
    Staged.SPEEDING: (27, 28, 29),
}


@lru_cache(maxsize=1_024)
def staged(number: int, day: date | None, seed: int) -> frozenset[Staged]:
    """The incidents of a truck (by its number) on a day; none on the usual day (None)."""
    if day is None:
        return frozenset()
    return frozenset(
        what for what, among in _AMONG.items() if among[pick(len(among), seed, day, "staged", what)] == number
    )
