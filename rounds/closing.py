"""When a run was over, and what ended it (decision 0016)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from domain.waste.plan import Unit
from domain.waste.run import SERVED_SHARE, ClosedBy, StreetState
from rounds.crews import LEAVES_S, goes_on, worked_until_s
from rounds.due import DueStreet
from rounds.judging import SURELY_COLLECTING_KMH, Along, Verdict

# Of what its streets lack to be served whole the truck may still collect for so long after it collected last.
DONE_AFTER_S = 600.0
_MOVES_M = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done of a run: per entry the verdicts on its stretches, by entry when a stop was passed; instants in
    epoch s, ``ends_s`` is the end of its window; ``works`` are the times when its vehicles collected along its streets.
    """  # fmt: skip

    streets: Sequence[DueStreet]
    findings: Sequence[Sequence[Verdict]]
    passed_s: Mapping[int, float]
    ends_s: float
    works: Sequence[tuple[float, float]] = ()
    now_s: float = np.inf

    def over(self, arrivals_s: Iterable[float], until_s: float) -> tuple[float, ClosedBy]:
        """The first of: everything was served, a vehicle of it came to a facility after the window, ``until_s``."""
        closings = [(until_s, ClosedBy.WINDOW)]
        if (served_s := self._served_s()) is not None:
            closings.append((served_s, ClosedBy.COMPLETE))
        last_s = max(worked_until_s(chain.from_iterable(self.findings), self.ends_s).values(), default=0.0)
        after_s = max(last_s, self.ends_s)
        closings += [(at_s, ClosedBy.FACILITY) for at_s in arrivals_s if after_s <= at_s <= until_s]
        return min(closings)

    def _served_s(self) -> float | None:
        """When every street was served; None while one is not.

        While a street lacks less than makes it unserved, its truck may still come: within the window, and until ten
        minutes after the last service.
        """
        last_s, whole = 0.0, True
        for number, street in enumerate(self.streets):
            if street.planned.unit is Unit.STOP:
                if number not in self.passed_s:
                    return None
                last_s = max(last_s, self.passed_s[number])
                continue
            done = zip(street.stretches, self.findings[number], strict=True)
            served = [(of.length_m, one.by.to_s) for of, one in done if _served(one) and one.by is not None]
            if not served or sum(metres for metres, _ in served) < SERVED_SHARE * street.length_m:
                return None
            whole = whole and len(served) == len(street.stretches)
            last_s = max(last_s, *(to_s for _, to_s in served))
        if not last_s:
            return None
        # A street driven there and back is served on the way there.
        last_s = goes_on(last_s, self.works)
        if last_s + LEAVES_S > self.now_s:
            return None
        return last_s if whole else max(last_s + DONE_AFTER_S, self.ends_s)


def collects(drive: Along) -> bool:
    """Whether a drive along a street surely is collecting: slow, but no standing."""
    return drive.driven_m >= _MOVES_M and drive.speed_kmh <= SURELY_COLLECTING_KMH


def _served(one: Verdict) -> bool:
    return one.state is StreetState.SERVED
