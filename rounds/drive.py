"""One vehicle's drive on one service day, in columns: its fixes, and the street passages matched to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import streets.matching
from streets.graph import Flags, Floats, Ints
from streets.matching import Matcher, Passage
from streets.ways import Ways

# After a longer silence a vehicle may have been anywhere: WASTE.md, KPI 10.
GAP_S = 300.0

_COLUMNS = np.dtype(
    [
        ("segment", np.int32), ("from_m", np.float32), ("to_m", np.float32),
        ("from_s", np.float64), ("to_s", np.float64), ("silent_s", np.float32),
    ]
)  # fmt: skip
Passages = NDArray[np.void]
"""`Passage`s as columns of the same names, in order of time."""

Columns = tuple[Any, Any, Any, Any]
"""Fixes as `Drive` has them: epoch seconds, places, speeds, ignition."""


def columns(passages: Iterable[Passage]) -> Passages:
    """Passages as columns."""
    return np.array([tuple(passage) for passage in passages], _COLUMNS)


@dataclass(frozen=True, slots=True)
class Drive:
    """One vehicle's day so far: fixes (epoch s ascending; rows of longitude, latitude) and passages matched to them.

    Per fix the tracker's own ``speed_kmh`` (NaN unknown) and ``ignition`` (1 on, 0 off, -1 unknown).
    """

    vehicle: str
    at_s: Floats
    places: Floats
    passages: Passages
    speed_kmh: Floats
    ignition: Ints

    def gaps(self, since_s: float, until_s: float, least_s: float = GAP_S) -> list[tuple[float, float]]:
        """Silences of more than five minutes, or ``least_s``, between two instants, cut to them."""
        first, after = np.searchsorted(self.at_s, [since_s, until_s])
        heard = self.at_s[max(first - 1, 0) : after + 1]
        begins = [] if first else [since_s]
        ends = [] if after < len(self.at_s) else [until_s]
        heard = np.concatenate((begins, heard, ends))
        long = np.flatnonzero(np.diff(heard) > least_s)
        cut = ((max(float(heard[i]), since_s), min(float(heard[i + 1]), until_s)) for i in long)
        return [(begin, end) for begin, end in cut if end > begin]

    def around(self, at_s: float) -> tuple[Floats | None, Floats | None]:
        """The place of the last fix at or before an instant, and of the first after it; None without one."""
        i = int(np.searchsorted(self.at_s, at_s, side="right"))
        return (self.places[i - 1] if i else None, self.places[i] if i < len(self.at_s) else None)

    def heard_before(self, at_s: float) -> float | None:
        """When its last fix at or before an instant was, None without one."""
        i = int(np.searchsorted(self.at_s, at_s, side="right"))
        return float(self.at_s[i - 1]) if i else None

    def fixes(self, since_s: float, until_s: float) -> int:
        """How many fixes it sent between two instants."""
        low, high = np.searchsorted(self.at_s, [since_s, until_s + 1e-3])
        return int(high - low)

    def then(self, after: "Drive") -> "Drive":
        """This drive and a later one of the same vehicle as one."""
        return Drive(
            self.vehicle,
            np.concatenate((self.at_s, after.at_s)),
            np.concatenate((self.places, after.places)),
            np.concatenate((self.passages, after.passages)),
            np.concatenate((self.speed_kmh, after.speed_kmh)),
            np.concatenate((self.ignition, after.ignition)),
        )

    @property
    def seen(self) -> Flags:
        """Per passage, whether fixes were close enough in time to prove that the street was driven."""
        seen: Flags = self.passages["silent_s"] <= GAP_S
        return seen


class GrowingDrive:
    """A drive that grows with later fixes; an earlier fix needs a new one."""

    def __init__(self, vehicle: str, ways: Ways) -> None:
        self._vehicle = vehicle
        self.matcher = Matcher(ways)
        self._fixes: list[Columns] = []
        self._settled: list[Passages] = [columns(())]

    @property
    def last_s(self) -> float:
        """The newest fix, -inf before the first."""
        return float(self._fixes[-1][0][-1]) if self._fixes else -np.inf

    def extend(self, at_s: Any, places: Any, speed_kmh: Any = None, ignition: Any = None) -> None:
        """Add later fixes, ascending; of several at one instant the first counts."""
        extend_all([(self, (at_s, places, speed_kmh, ignition))])

    def later(self, at_s: Any, places: Any, speed_kmh: Any, ignition: Any) -> Columns:
        """The fixes that `extend` would add."""
        times, where = np.asarray(at_s, np.float64), np.asarray(places, np.float64).reshape(-1, 2)
        speeds = np.full(len(times), np.nan) if speed_kmh is None else np.asarray(speed_kmh, np.float64)
        engine = np.full(len(times), -1, np.int8) if ignition is None else np.asarray(ignition, np.int8)
        first = (np.diff(times, prepend=-np.inf) > 0) & (times > self.last_s)
        return times[first], where[first], speeds[first], engine[first]

    def keep(self, fixes: Columns) -> None:
        """Keep fixes that the matcher has matched."""
        self._fixes.append(fixes)
        if self.matcher.settled:
            self._settled.append(columns(self.matcher.settled))
            self.matcher.settled.clear()

    def drive(self) -> Drive:
        """The drive so far."""
        if not self._fixes:
            return Drive(self._vehicle, np.empty(0), np.empty((0, 2)), columns(()), np.empty(0), np.empty(0, np.int8))
        # Join the parts once, so that the next call copies little.
        times, where, speeds, engine = (np.concatenate(parts) for parts in zip(*self._fixes, strict=True))
        self._fixes = [(times, where, speeds, engine)]
        if len(self._settled) > 1:
            self._settled = [np.concatenate(self._settled)]
        passages = np.concatenate((self._settled[0], columns(self.matcher.open())))
        return Drive(self._vehicle, times, where, passages, speeds, engine)


def extend_all(told: Iterable[tuple[GrowingDrive, Columns]]) -> None:
    """Extend several vehicles' drives on the same streets: the same result as each `extend`, in less time."""
    later = [(driver, fixes) for driver, given in told if len((fixes := driver.later(*given))[0])]
    streets.matching.extend_all([(driver.matcher, at_s, places) for driver, (at_s, places, _, _) in later])
    for driver, fixes in later:
        driver.keep(fixes)
