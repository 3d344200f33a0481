"""What goes wrong on purpose, one of each a day, so that every list of the demonstration has a line: seeded, pure."""

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
# Shifts of a few rounds, so that a day's figures stay quiet: morning and evening trucks by number.
_AMONG = {Staged.EARLY: range(9, 21), Staged.DETOUR: range(9, 21), Staged.SPEEDING: range(21, 30)}


def staged(number: int, day: date | None, seed: int) -> frozenset[Staged]:
    """What is staged for a truck (by its number) on a day; nothing on the usual day (None)."""
    if day is None:
        return frozenset()
    return frozenset(
        what for what, among in _AMONG.items() if among[pick(len(among), seed, day, "staged", what)] == number
    )
