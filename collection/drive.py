"""What is known of one vehicle's drive on one service day, in columns: its fixes, and the streets it drove by them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streets.graph import Flags, Floats
from streets.matching import Matcher, Passage
from streets.ways import Ways

# Silent for longer, a vehicle may have been anywhere: WASTE.md, KPI 10.
GAP_S = 300.0

_COLUMNS = np.dtype(
    [
        ("segment", np.int32), ("from_m", np.float32), ("to_m", np.float32),
        ("from_s", np.float64), ("to_s", np.float64), ("silent_s", np.float32),
    ]
)  # fmt: skip
Passages = NDArray[np.void]
"""`Passage`s as columns of the same names, in order of time."""


def columns(passages: Iterable[Passage]) -> Passages:
    """Passages as columns."""
    return np.array([tuple(passage) for passage in passages], _COLUMNS)


@dataclass(frozen=True, slots=True)
class Drive:
    """One vehicle's day so far: fixes (epoch s ascending; rows of longitude, latitude) and passages matched to them."""

    vehicle: str
    at_s: Floats
    places: Floats
    passages: Passages

    def gaps(self, since_s: float, until_s: float) -> list[tuple[float, float]]:
        """Silences of more than five minutes that overlap the time between, cut to it."""
        first, after = np.searchsorted(self.at_s, [since_s, until_s])
        heard = self.at_s[max(first - 1, 0) : after + 1]
        begins = [] if first else [since_s]
        ends = [] if after < len(self.at_s) else [until_s]
        heard = np.concatenate((begins, heard, ends))
        long = np.flatnonzero(np.diff(heard) > GAP_S)
        cut = ((max(float(heard[i]), since_s), min(float(heard[i + 1]), until_s)) for i in long)
        return [(begin, end) for begin, end in cut if end > begin]

    def around(self, at_s: float) -> tuple[Floats | None, Floats | None]:
        """Where it was last heard at or before an instant, and where first after it; None where never."""
        i = int(np.searchsorted(self.at_s, at_s, side="right"))
        return (self.places[i - 1] if i else None, self.places[i] if i < len(self.at_s) else None)

    def fixes(self, since_s: float, until_s: float) -> int:
        """How many fixes it sent between two instants."""
        low, high = np.searchsorted(self.at_s, [since_s, until_s + 1e-3])
        return int(high - low)

    @property
    def seen(self) -> Flags:
        """Per passage, whether it was heard of often enough to say that the street was driven."""
        seen: Flags = self.passages["silent_s"] <= GAP_S
        return seen


class Driver:
    """A drive as it grows; what came before the newest fix asks for a new one."""

    def __init__(self, vehicle: str, ways: Ways) -> None:
        self._vehicle = vehicle
        self._matcher = Matcher(ways)
        self._at_s: list[Floats] = []
        self._places: list[Floats] = []
        self._settled: list[Passages] = []

    @property
    def last_s(self) -> float:
        """The newest fix, -inf before the first."""
        return float(self._at_s[-1][-1]) if self._at_s else -np.inf

    def extend(self, at_s: Sequence[float] | Floats, places: Any) -> None:
        """Take in later fixes; of several at one instant the first counts."""
        times, first = np.unique(np.asarray(at_s, np.float64), return_index=True)
        where = np.asarray(places, np.float64).reshape(-1, 2)[first]
        later = times > self.last_s
        times, where = times[later], where[later]
        if not len(times):
            return
        self._matcher.extend(times, where)
        self._at_s.append(times)
        self._places.append(where)
        self._settled.append(columns(self._matcher.settled))
        self._matcher.settled.clear()

    def drive(self) -> Drive:
        """The drive so far."""
        self._at_s, self._places = _joined(self._at_s), _joined(self._places)
        self._settled = _joined(self._settled)
        if not self._at_s:
            return Drive(self._vehicle, np.empty(0), np.empty((0, 2)), columns(()))
        passages = np.concatenate((*self._settled, columns(self._matcher.open())))
        return Drive(self._vehicle, self._at_s[0], self._places[0], passages)


def _joined(parts: list[Any]) -> list[Any]:
    return [np.concatenate(parts)] if len(parts) > 1 else parts
