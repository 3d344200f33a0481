"""Judges a due stretch: served, passed but not collected, missed, or unknown; each with its evidence.

Served: 70 % of it was driven along the due kerb, slowly enough for a crew. A mean of 15 km/h or less surely is
collecting, 25 km/h or more is not; between them 19 km/h decides, as in opentrash, with less confidence (WASTE.md,
section 3). A drive with a silence of more than five minutes proves nothing. A stretch that was not driven is missed
only when no silence of the vehicle was long enough for it to have driven there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import numpy as np

from domain import instant
from domain.waste.plan import Kerb
from domain.waste.run import SERVED_SHARE, Because, StreetState
from rounds.drive import GAP_S, Drive, Passages
from rounds.due import DueStretch
from streets.graph import Flags, Floats

SURELY_COLLECTING_KMH, COLLECTING_KMH, DRIVING_THROUGH_KMH = 15.0, 19.0, 25.0
# Speed assumed during a silence: fast for a town, so that doubt leads to unknown and not to missed.
REACH_KMH = 50.0
# Two drives are one visit of a crew when no more time lies between them.
_ONE_VISIT_S = 600.0
# Who was on less of a stretch only touched it, at a crossing.
_CORNER = 0.1
# Two passages along a segment are one drive when no more time lies between them.
_SAME_DRIVE_S = 1.0
SAME_PLACE_M = 50.0
# A silence of so long, and of so many times the usual one, has lost fixes: it may hide the rest of a street.
_LOST_S, _LOST = 90.0, 4.0
# Pieces of a drive shorter than this are not cut off.
_CUT_M = 20.0

Metres = Callable[[Floats], Floats]
"""From rows of longitude and latitude to metres on a local plane."""


Step = tuple[float, float, float, float]
"""A part of a drive along a segment: metres from, to (less when backwards), epoch seconds from, to."""


@dataclass(frozen=True, slots=True)
class Along:
    """One drive along a segment: vehicle, metres from low to high, direction, time, metres driven.

    ``steps`` are its passages, in order of time; without any it is never cut.
    """

    vehicle: str
    low_m: float
    high_m: float
    forward: bool
    from_s: float
    to_s: float
    driven_m: float
    steps: tuple[Step, ...] = ()

    @property
    def speed_kmh(self) -> float:
        """Mean speed; 0 for a vehicle that only stood. Of one that drove most of its way fast, without what it stood
        or turned meanwhile: who waits at its corner and then drives through collects nothing.
        """
        fast = [(abs(to_m - from_m), to_s - from_s) for from_m, to_m, from_s, to_s in self.steps]
        fast = [(metres, lasted_s) for metres, lasted_s in fast if 3.6 * metres >= DRIVING_THROUGH_KMH * lasted_s]
        fast_m, fast_s = (sum(part) for part in zip(*fast, strict=True)) if fast else (0.0, 0.0)
        driven_m, lasted_s = self.driven_m, self.to_s - self.from_s
        if fast_m > SERVED_SHARE * driven_m:
            driven_m, lasted_s = fast_m, fast_s
        return 3.6 * driven_m / max(lasted_s, 1e-3)

    def within(self, low_m: float, high_m: float) -> "Along":
        """What of it lies between two places of the segment: on a long one it may be fast before and after."""
        if self.low_m >= low_m - _CUT_M and self.high_m <= high_m + _CUT_M:
            return self
        steps = tuple(filter(None, (_cut(step, low_m, high_m) for step in self.steps)))
        return _along(self.vehicle, steps, forward=self.forward) if steps else self


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence of more than five minutes, as far as it may hide a service: the vehicle's places before and after
    (metres), None = unknown. ``heard_s`` is when it was heard before, None when it never was.
    """

    since_s: float
    until_s: float
    before: Floats | None
    after: Floats | None
    heard_s: float | None = None

    @property
    def told(self) -> tuple[datetime, datetime]:
        """From its last sign on: of one that began before a window its end alone would be told."""
        since_s = self.since_s if self.heard_s is None else self.heard_s
        return instant.from_s(since_s), instant.from_s(self.until_s)

    def reaches(self, places: Floats, lengths_m: Floats) -> Flags:
        """Per place (a row of metres each), whether the vehicle may have driven its length during the silence."""
        way_m = lengths_m.copy()
        for end in (self.before, self.after):
            if end is not None:
                way_m += np.hypot(*(places - end).T)
        may: Flags = way_m <= REACH_KMH / 3.6 * (self.until_s - self.since_s)
        return may


@dataclass(frozen=True, slots=True)
class Verdict:
    """What drives prove about a stretch. ``state`` None: no vehicle was seen to drive 70 % of it."""

    state: StreetState | None
    because: Because
    share: float
    confidence: float
    by: Along | None
    first_s: float | None = None
    last_s: float | None = None


def drives_along(vehicle: str, passages: Passages) -> dict[int, list[Along]]:
    """Seen passages by segment; passages of one drive are joined."""
    found: dict[int, list[Along]] = {}
    order = np.lexsort((passages["from_s"], passages["segment"]))
    for segment, rows in groupby(passages[order].tolist(), key=lambda row: row[0]):
        drives: list[list[Step]] = []
        way = 0
        for _, from_m, to_m, from_s, to_s, _silent in rows:
            # A standing vehicle has no direction.
            turned = way * (to_m - from_m) < 0
            if drives and not turned and from_s - drives[-1][-1][3] <= _SAME_DRIVE_S:
                drives[-1].append((from_m, to_m, from_s, to_s))
            else:
                drives.append([(from_m, to_m, from_s, to_s)])
                way = 0
            way = way if to_m == from_m else 1 if to_m > from_m else -1
        found[segment] = [_along(vehicle, tuple(steps)) for steps in drives]
    return found


def _along(vehicle: str, steps: tuple[Step, ...], *, forward: bool = True) -> Along:
    """The drive of some passages in order of time; ``forward`` when it only stood."""
    low_m, high_m = min(min(step[:2]) for step in steps), max(max(step[:2]) for step in steps)
    driven_m = sum(abs(to_m - from_m) for from_m, to_m, _, _ in steps)
    on = next((to_m > from_m for from_m, to_m, _, _ in steps if to_m != from_m), forward)
    return Along(vehicle, low_m, high_m, on, steps[0][2], steps[-1][3], driven_m, steps)


def _cut(step: Step, low_m: float, high_m: float) -> Step | None:
    """The part of a passage between two places; None outside."""
    from_m, to_m, from_s, to_s = step
    begin_m, end_m = (min(max(at_m, low_m), high_m) for at_m in (from_m, to_m))
    if begin_m == end_m and not (from_m == to_m and low_m <= from_m <= high_m):
        return None
    per_m = (to_s - from_s) / max(abs(to_m - from_m), 1e-9)
    return begin_m, end_m, from_s + abs(begin_m - from_m) * per_m, to_s - abs(to_m - end_m) * per_m


def find(stretch: DueStretch, kerb: Kerb | None, drives: Sequence[Along], near_s: float = -np.inf) -> Verdict:
    """What the drives along a stretch's segment prove about it; of several services or drives through the one told is
    that nearest to its turn (``near_s``, epoch s), else the first.
    """
    low, high = sorted((stretch.from_m, stretch.to_m))
    there = [drive.within(low, high) for drive in drives if drive.high_m > low and drive.low_m < high]
    driven = _share(there, low, high)
    if driven < SERVED_SHARE:
        return Verdict(None, Because.NOT_DRIVEN, driven, 0.0, None)
    beside = [drive for drive in there if _beside(kerb, stretch, drive)]
    collected = [drive for drive in beside if drive.speed_kmh <= COLLECTING_KMH]
    served = _share(collected, low, high)
    if served >= SERVED_SHARE:
        visit = _service(collected, low, high, near_s)
        most = max(visit, key=lambda drive: drive.driven_m)
        first_s, last_s = _together([d for d in visit if _share([d], low, high) >= _CORNER] or visit)
        return Verdict(StreetState.SERVED, Because.COLLECTED, served, _sure(most.speed_kmh), most, first_s, last_s)
    because = Because.TOO_FAST if _share(beside, low, high) >= SERVED_SHARE else Because.WRONG_KERB
    fast = [drive for drive in beside if drive.speed_kmh > COLLECTING_KMH]
    # Told is a drive for which the reason is true: one that was fast, or one along the other kerb.
    told = fast if because is Because.TOO_FAST else [drive for drive in there if not _beside(kerb, stretch, drive)]
    by = min(told, key=lambda drive: _from_turn_s(drive, near_s))
    return Verdict(StreetState.PASSED, because, driven, _sure(by.speed_kmh), by, by.from_s, by.to_s)


def _from_turn_s(drive: Along, near_s: float) -> float:
    """How long before or after its turn a drive was; without a turn, when."""
    return drive.to_s if near_s == -np.inf else max(drive.from_s - near_s, near_s - drive.to_s, 0.0)


def _service(collected: Sequence[Along], low: float, high: float, near_s: float) -> Sequence[Along]:
    """The first of the drives that serve the stretch together, or those nearest to its turn: who collects there again
    changes no time.
    """
    ordered = sorted(collected, key=lambda drive: (_from_turn_s(drive, near_s), drive.to_s))
    enough = (n for n in range(1, len(ordered)) if _share(ordered[:n], low, high) >= SERVED_SHARE)
    return ordered[: next(enough, len(ordered))]


def _together(visit: Sequence[Along]) -> tuple[float, float]:
    """From when to when the crew was there in its turn: the first of the drives of a service, and those that followed
    each other around it. What was fetched hours before or after is not when people saw it.
    """
    first_s, last_s = visit[0].from_s, visit[0].to_s
    for drive in sorted(visit, key=lambda drive: drive.from_s):
        if drive.from_s <= last_s + _ONE_VISIT_S and drive.to_s >= first_s - _ONE_VISIT_S:
            first_s, last_s = min(first_s, drive.from_s), max(last_s, drive.to_s)
    return first_s, last_s


def _sure(speed_kmh: float) -> float:
    """Confidence that a speed means collecting or driving through: 0.5 at the limit, 1 well away from it."""
    far = COLLECTING_KMH - SURELY_COLLECTING_KMH if speed_kmh < COLLECTING_KMH else DRIVING_THROUGH_KMH - COLLECTING_KMH
    return round(min(1.0, 0.5 + 0.5 * abs(speed_kmh - COLLECTING_KMH) / far), 2)


def _beside(kerb: Kerb | None, stretch: DueStretch, drive: Along) -> bool:
    """Whether a drive goes along the due kerb: traffic keeps right, so the right kerb needs the planned direction.

    Crews serve the left kerb and both kerbs by crossing, in either direction.
    """
    return kerb is not Kerb.RIGHT or drive.forward == (stretch.to_m >= stretch.from_m)


def _share(drives: Iterable[Along], low: float, high: float) -> float:
    """The share of the metres from ``low`` to ``high`` that the drives together cover."""
    covered, end = 0.0, low
    for drive in sorted(drives, key=lambda drive: drive.low_m):
        a, b = max(drive.low_m, end), min(drive.high_m, high)
        if b > a:
            covered += b - a
            end = b
    return min(1.0, covered / max(high - low, 1e-6))


def silences(
    drive: Drive,
    since_s: float,
    until_s: float,
    metres: Metres,
    parked: Callable[[Floats], bool],
    *,
    least_s: float = GAP_S,
) -> list[Silence]:
    """Silences of a vehicle within a window, cut to it; leaves out those spent at a parking place.

    The vehicle's place is known only at an end of the silence that lies within the window.
    """
    found = []
    for begin_s, end_s in drive.gaps(since_s, until_s, least_s):
        before, after = drive.around((begin_s + end_s) / 2)
        if before is not None and after is not None:
            ends = metres(np.array((before, after)))
            if np.hypot(*(ends[1] - ends[0])) <= SAME_PLACE_M and parked(before):
                continue
        known_before = before is not None and begin_s > since_s
        known_after = after is not None and end_s < until_s
        found.append(
            Silence(
                begin_s,
                end_s,
                metres(before[None])[0] if known_before and before is not None else None,
                metres(after[None])[0] if known_after and after is not None else None,
                drive.heard_before(begin_s),
            )
        )
    return found


def lost_for_s(drive: Drive, since_s: float, until_s: float) -> float:
    """How long a silence has to be to have lost fixes, beside how often the tracker sends between two instants."""
    low, high = np.searchsorted(drive.at_s, [since_s, until_s])
    every_s = np.diff(drive.at_s[low:high])
    return float(min(GAP_S, max(_LOST_S, _LOST * np.median(every_s)))) if len(every_s) else GAP_S


def nearest_first(hidden: Sequence[Silence], at_s: float | None) -> list[Silence]:
    """The silences by how far they are from an instant (epoch s): the nearest hid most likely what was due then."""
    if at_s is None:
        return list(hidden)
    return sorted(hidden, key=lambda silence: max(silence.since_s - at_s, at_s - silence.until_s, 0.0))


def first_hiding(hidden: Sequence[Silence], places: Floats, lengths_m: Floats) -> list[Silence | None]:
    """Per place, the first of the silences in which a vehicle may have driven its length there; None without one."""
    found: list[Silence | None] = [None] * len(places)
    for silence in hidden:
        for i in np.flatnonzero(silence.reaches(places, lengths_m)):
            found[i] = found[i] or silence
    return found
