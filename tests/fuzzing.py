"""How many made-up examples a property is tried on."""

from hypothesis import settings

FAST = "fast"
_OF_FAST = 10


def examples(whole: int) -> int:
    """``whole`` of them, a tenth (at least five) in `scripts/test fast`: what it leaves out the whole suite tries."""
    return max(5, whole // _OF_FAST) if settings.get_current_profile_name() == FAST else whole
