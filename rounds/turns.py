"""Streets that a run's plan has several times: each entry waits for a pass of its own, in the order of the plan.

Crews collect both sides in one pass, and yet come again where their plan leads them again: until then people read that
the truck is still to come. Only when its hour is over without another pass may one pass have been for both.
"""

from collections.abc import Callable

import numpy as np

from domain.waste.run import StreetState
from rounds.due import DueStreet, DueStretch
from rounds.judging import Verdict


class Turns:
    """When the pieces of earlier entries were served, by segment: metres from, to, and the end of the service."""

    def __init__(self) -> None:
        self._served: dict[int, list[tuple[float, float, float]]] = {}

    def take(self, street: DueStreet, found: Callable[[DueStretch, float], Verdict], *, over: bool) -> list[Verdict]:
        """The verdicts on an entry's stretches, in the order of the plan.

        ``found`` gives that on a stretch by drives that began at an instant (epoch s) or later. Once the entry's hour
        is ``over``, an earlier entry's pass counts for it too.
        """
        verdicts = []
        for stretch in street.stretches:
            after_s = self._before_s(stretch)
            verdict = found(stretch, after_s)
            if over and after_s > -np.inf and verdict.state is not StreetState.SERVED:
                verdict = found(stretch, -np.inf)
            verdicts.append(verdict)
        for stretch, verdict in zip(street.stretches, verdicts, strict=True):
            if verdict.state is StreetState.SERVED and verdict.last_s is not None:
                low_m, high_m = sorted((stretch.from_m, stretch.to_m))
                self._served.setdefault(stretch.segment, []).append((low_m, high_m, verdict.last_s))
        return verdicts

    def _before_s(self, stretch: DueStretch) -> float:
        """When the pass of an earlier entry along a stretch was over; -inf without one."""
        low_m, high_m = sorted((stretch.from_m, stretch.to_m))
        services = self._served.get(stretch.segment, ())
        passed = (at_s for from_m, to_m, at_s in services if from_m < high_m and to_m > low_m)
        return max(passed, default=-np.inf)
