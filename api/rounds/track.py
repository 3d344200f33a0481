"""The content of a track file: vehicles' fixes during a run or a day, each with the planned street it served."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from domain.observation import Fix, Kind
from domain.waste.run import RunResult
from rounds.drive import GAP_S


@dataclass(frozen=True, slots=True)
class Leg:
    """Fixes of one vehicle, oldest first, each with its street ("" = unknown)."""

    vehicle: str
    fixes: Sequence[Fix]
    streets: Sequence[str]

    def parts(self) -> Iterator[Sequence[Fix]]:
        """The fixes, split at silences of more than five minutes."""
        silent = [i for i, (a, b) in enumerate(pairwise(self.fixes), start=1) if (b.at - a.at).total_seconds() > GAP_S]
        for begin, end in pairwise([0, *silent, len(self.fixes)]):
            if end > begin:
                yield self.fixes[begin:end]


@dataclass(frozen=True, slots=True)
class TrackFile:
    """A named track to download."""

    name: str
    legs: Sequence[Leg]

    @property
    def simulated(self) -> bool:
        """Whether any fix is simulated."""
        return any(fix.kind is Kind.SIMULATED for leg in self.legs for fix in leg.fixes)

    @property
    def sources(self) -> list[str]:
        """Sources of the fixes."""
        return sorted({fix.source for leg in self.legs for fix in leg.fixes})


def leg(vehicle: str, fixes: Iterable[Fix], runs: Iterable[RunResult]) -> Leg:
    """A vehicle's valid fixes, each once, with the street that its runs' evidence gives for that instant."""
    known = {(fix.at, fix.latitude, fix.longitude): fix for fix in fixes if fix.valid}
    served = sorted(_served(vehicle, runs))
    own: list[Fix] = []
    streets: list[str] = []
    after, on = 0, list[tuple[datetime, datetime, str]]()
    for fix in sorted(known.values(), key=lambda fix: fix.at):
        while after < len(served) and served[after][0] <= fix.at:
            on.append(served[after])
            after += 1
        on = [one for one in on if one[1] >= fix.at]
        own.append(fix)
        # Of several stretches at once, take the one served in the shortest time.
        streets.append(min(on, key=lambda one: one[1] - one[0])[2] if on else "")
    return Leg(vehicle, own, streets)


def _served(vehicle: str, runs: Iterable[RunResult]) -> Iterator[tuple[datetime, datetime, str]]:
    """From, until and name of each stretch the vehicle drove on its runs."""
    for run in runs:
        for street in run.streets:
            for one in street.stretches:
                if one.vehicle == vehicle and one.first_at is not None and one.last_at is not None:
                    yield one.first_at, one.last_at, street.name
