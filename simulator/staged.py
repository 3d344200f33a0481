"""Stages one incident of each kind a day, so that every list of the demonstration has a line. Seeded, pure."""

from datetime import date
from enum import StrEnum

from simulator.chance import pick


class Staged(StrEnum):
    """``early``: its first round begins before the plan; ``detour``: it leaves its streets without need and stands
    elsewhere; ``speeding``: it hauls a load too fast.
    """  # fmt: skip

    EARLY = "early"
    DETOUR = "detour"
    SPEEDING = "speeding"


EARLY_S = 1_500.0
DETOUR_STANDS_S = 480.0
SPEEDING_KMH = 74.0
# Trucks by number whose shifts have few rounds (morning, evening), so that incidents change a day's figures little.
_AMONG = {Staged.EARLY: range(9, 21), Staged.DETOUR: range(9, 21), Staged.SPEEDING: range(21, 30)}


def staged(number: int, day: date | None, seed: int) -> frozenset[Staged]:
    """The incidents of a truck (by its number) on a day; none on the usual day (None)."""
    if day is None:
        return frozenset()
    return frozenset(
        what for what, among in _AMONG.items() if among[pick(len(among), seed, day, "staged", what)] == number
    )
