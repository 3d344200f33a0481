"""How long the assessor rests: a tenth of a core on average, with a reserve for days that are uploaded late."""

from streets.matching import THIN_S

# Of fixes less than 10 s apart only one is matched: a shorter cycle would find nothing new.
EVERY_S, LONGEST_REST_S = THIN_S, 30.0
SHARE = 0.1
# Core seconds kept in reserve: laying the plan and judging two whole days, as after a start or an outage, take less.
RESERVE_S = 30.0


class Effort:
    """Core seconds that the assessor may still use without a longer rest; it begins with the whole reserve."""

    def __init__(self) -> None:
        self._left_s = RESERVE_S

    def rest_s(self, used_s: float, took_s: float) -> float:
        """Seconds to rest after a cycle that took ``took_s`` and ``used_s`` of a core."""
        self._left_s += SHARE * took_s - used_s
        rest_s = min(max(EVERY_S, -self._left_s / SHARE), LONGEST_REST_S)
        # What the longest rest does not make good is forgiven: streets are judged twice a minute whatever it takes.
        self._left_s = min(max(self._left_s + SHARE * rest_s, 0.0), RESERVE_S)
        return rest_s
