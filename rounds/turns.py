"""Whose turn it is. Streets that a run's plan has several times: each entry waits for a pass of its own, in the
order of the plan. A street that its truck drove through: it is left out when the truck has gone on.

Crews collect both sides in one pass, and yet come again where their plan leads them again: until then people read that
the truck is still to come. Only when its hour is over without another pass may one pass have been for both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from domain.waste.run import STREET_EARLY, Because, StreetState
from rounds.due import DueStreet, DueStretch
from rounds.judging import COLLECTING_KMH, Verdict
from rounds.pace import longest

# Neighbours meet at a place; a street there and back is cut from both ends.
_TOUCH_M = 1.0


class Turns:
    """When the pieces before were served, by segment: metres from, to, and the end of the service."""

    def __init__(self) -> None:
        self._served: dict[int, list[tuple[float, float, float]]] = {}

    def take(self, street: DueStreet, found: Callable[[DueStretch, float], Verdict], *, over: bool) -> list[Verdict]:
        """The verdicts on an entry's stretches, in the order of the plan.

        ``found`` gives that on a stretch by drives that began at an instant (epoch s) or later. Once the entry's hour
        is ``over``, an earlier pass counts for it too.
        """
        return [self._taken(stretch, found, over=over) for stretch in street.stretches]

    def _taken(self, stretch: DueStretch, found: Callable[[DueStretch, float], Verdict], *, over: bool) -> Verdict:
        after_s = self._before_s(stretch)
        verdict = found(stretch, after_s)
        if over and after_s > -np.inf and verdict.state is not StreetState.SERVED:
            verdict = found(stretch, -np.inf)
        if verdict.state is StreetState.SERVED and verdict.last_s is not None:
            low_m, high_m = sorted((stretch.from_m, stretch.to_m))
            self._served.setdefault(stretch.segment, []).append((low_m, high_m, verdict.last_s))
        return verdict

    def _before_s(self, stretch: DueStretch) -> float:
        """When an earlier pass along a stretch was over; -inf without one."""
        low_m, high_m = sorted((stretch.from_m, stretch.to_m))
        services = self._served.get(stretch.segment, ())
        passed = (at_s for from_m, to_m, at_s in services if from_m < high_m - _TOUCH_M and to_m > low_m + _TOUCH_M)
        return max(passed, default=-np.inf)


@dataclass(frozen=True, slots=True)
class Came:
    """When a run's truck came to its entries: ``at_s`` by the entry's number (epoch s)."""

    at_s: Mapping[int, float]

    def before_s(self, number: int) -> float:
        """When it came to the last entry before one, of those that it came to; -inf without one."""
        return max((at_s for other, at_s in self.at_s.items() if other < number), default=-np.inf)

    def gone_on_s(self, number: int, length_m: float) -> float:
        """When it went on from an entry to a later one, inf when it has not or never came.

        Who is at the next corner sooner than any crew collects ``length_m`` has only crossed it: a street there and
        back ends where it began.
        """
        done_s = self.at_s.get(number, np.inf) + length_m * 3.6 / COLLECTING_KMH
        return min((at_s for other, at_s in self.at_s.items() if other > number and at_s > done_s), default=np.inf)

    def leaves_s(self, number: int, length_m: float) -> float:
        """Until when it may be on an entry: it goes on, or no crew takes longer; -inf when it never came there."""
        if number not in self.at_s:
            return -np.inf
        return min(self.gone_on_s(number, length_m), self.at_s[number] + longest(length_m).total_seconds())


def as_of_now(
    found: Sequence[Verdict],
    number: int,
    *,
    begins: datetime | None,
    length_m: float,
    over: bool,
    came: Came,
    now_s: float,
) -> list[Verdict]:
    """The findings about the entry ``number`` of an open run: a drive through proves nothing yet while its truck may
    still collect there.

    ``over``: its hour is over.
    """
    served_s = [one.last_s for one in found if one.state is StreetState.SERVED and one.last_s is not None]
    here_s = max([*served_s, *([came.at_s[number]] if number in came.at_s else [])], default=None)

    def left_out(through_s: float | None) -> bool:
        if not over or through_s is None:
            return over
        if here_s is None and begins is not None and through_s < (begins - STREET_EARLY).timestamp():
            # Its truck only crossed it on the way to another.
            return False
        # Who drives by again on the way home has left it all the same.
        since_s = through_s if here_s is None else here_s
        gone_on = any(other > number and at_s > since_s for other, at_s in came.at_s.items())
        return gone_on or now_s - since_s > longest(length_m).total_seconds()

    return [one if one.state is not StreetState.PASSED or left_out(one.last_s) else _open(one) for one in found]


def _open(found: Verdict) -> Verdict:
    """The same drive, of which nothing is said but how much of the stretch it covered."""
    return replace(found, state=None, because=Because.NOT_DRIVEN, confidence=0.0, by=None, first_s=None, last_s=None)
